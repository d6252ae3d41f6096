//! A case, and what is written in it, as programs are told: codes with their labels beside them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    matching::need::Need,
    people::{
        case::{Case, CaseLine, CaseRow, Reason},
        identity::{Household, Identity},
        need::StoredNeed,
        note::{CaseNote, NewNote, NoteVersion},
        retention::Retention,
    },
};

/// What is in the clear of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRowAnswer {
    /// Its id.
    pub id: String,
    /// The pseudonym.
    pub person: String,
    /// For `If-Match`.
    pub version: i64,
    /// `open` or `closed`.
    pub status: &'static str,
    /// For people.
    pub status_label: &'static str,
    /// The district of the home, by id.
    pub district: Option<String>,
    /// `engaging`, `consented` or `statutory_conference`.
    pub basis: &'static str,
    /// For people.
    pub basis_label: &'static str,
    /// When to look again whether the ground holds.
    pub review_on: NaiveDate,
    /// For the assigned alone, whatever the ground.
    pub assigned_only: bool,
    /// Years it is kept, when longer than the rule.
    pub retention_years: Option<u8>,
    /// The day it began.
    pub opened_on: NaiveDate,
    /// The day it ended.
    pub closed_on: Option<NaiveDate>,
    /// The last day on which it is kept, once it is closed.
    pub kept_until: Option<NaiveDate>,
    /// The main coordinator.
    pub main: String,
    /// Who stands in.
    pub deputies: Vec<String>,
}

impl From<&CaseRow> for CaseRowAnswer {
    fn from(row: &CaseRow) -> Self {
        let rule = Retention::default();
        Self {
            id: row.id.to_string(),
            person: row.person.to_string(),
            version: row.version,
            status: row.status.code(),
            status_label: row.status.label(),
            district: row.district.as_ref().map(ToString::to_string),
            basis: row.basis.code(),
            basis_label: row.basis.label(),
            review_on: row.review_on,
            assigned_only: row.assigned_only,
            retention_years: row.retention_years,
            opened_on: row.opened_on,
            closed_on: row.closed_on,
            kept_until: row.closed_on.map(|day| rule.kept_until(day, row.retention_years)),
            main: row.hands.main.to_string(),
            deputies: row.hands.deputies.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A whole case.
#[derive(Serialize, ToSchema)]
pub struct CaseAnswer {
    /// What is in the clear.
    #[serde(flatten)]
    pub row: CaseRowAnswer,
    /// `name`, `kana`, `telephone`, `calling_times`, `unaware` (本人は相談を知らない).
    #[schema(value_type = Object)]
    pub identity: Identity,
    /// Of each: `relation`, `name`, `age`, `sex`, `remark`.
    #[schema(value_type = Vec<Object>)]
    pub household: Household,
}

impl From<&Case> for CaseAnswer {
    fn from(case: &Case) -> Self {
        Self {
            row: (&case.row).into(),
            identity: case.profile.identity.clone(),
            household: case.profile.household.clone(),
        }
    }
}

/// A case in a list.
#[derive(Serialize, ToSchema)]
pub struct CaseLineAnswer {
    /// What is in the clear.
    #[serde(flatten)]
    pub row: CaseRowAnswer,
    /// `own`, `in_scope`, `referred`, or `without_hands`: nobody who has it signs in any more.
    #[schema(value_type = String)]
    pub reason: Reason,
    /// The name, for the assigned alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The key is gone: the row of a restored backup, which nobody can read.
    pub shredded: bool,
    /// The ground is to be looked at again.
    pub review_overdue: bool,
    /// The earliest day by which something is to be done.
    pub next_due: Option<NaiveDate>,
    /// Next actions whose day has passed.
    pub overdue_actions: i64,
}

impl From<CaseLine> for CaseLineAnswer {
    fn from(line: CaseLine) -> Self {
        Self {
            row: (&line.row).into(),
            reason: line.reason,
            name: line.name,
            shredded: line.shredded,
            review_overdue: line.review_overdue,
            next_due: line.next_due,
            overdue_actions: line.overdue_actions,
        }
    }
}

/// What is to be done next.
#[derive(Serialize, ToSchema)]
pub struct NextAnswer {
    /// What.
    pub what: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// What an entry of the 経過記録 says.
#[derive(Serialize, ToSchema)]
pub struct NoteText {
    /// The day it happened.
    pub on: NaiveDate,
    /// `visit`, `phone`, `accompany`, `office`, `other`.
    pub kind: &'static str,
    /// For people.
    pub kind_label: &'static str,
    /// With whom.
    pub with: Option<String>,
    /// What was said and seen.
    pub gist: String,
    /// What comes next.
    pub next: Option<NextAnswer>,
}

impl From<NewNote> for NoteText {
    fn from(note: NewNote) -> Self {
        Self {
            on: note.on,
            kind: note.kind.code(),
            kind_label: note.kind.label(),
            with: note.with,
            gist: note.gist,
            next: note.next.map(|n| NextAnswer {
                what: n.what,
                due_on: n.due_on,
            }),
        }
    }
}

/// One version of an entry.
#[derive(Serialize, ToSchema)]
pub struct NoteVersionAnswer {
    /// From 1; for `If-Match`.
    pub version: i64,
    /// Who wrote it.
    pub author: String,
    /// When, RFC 3339.
    pub written_at: String,
    /// What it says.
    #[serde(flatten)]
    pub text: NoteText,
}

impl From<NoteVersion> for NoteVersionAnswer {
    fn from(version: NoteVersion) -> Self {
        Self {
            version: version.version,
            author: version.author,
            written_at: version.written_at,
            text: version.note.into(),
        }
    }
}

/// An entry of the 経過記録.
#[derive(Serialize, ToSchema)]
pub struct NoteAnswer {
    /// Its id.
    pub id: String,
    /// The version that counts.
    #[serde(flatten)]
    pub now: NoteVersionAnswer,
    /// The earlier ones, newest first.
    pub earlier: Vec<NoteVersionAnswer>,
    /// The day the next action was done.
    pub settled_on: Option<NaiveDate>,
}

impl From<CaseNote> for NoteAnswer {
    fn from(note: CaseNote) -> Self {
        Self {
            id: note.id.to_string(),
            now: note.now.into(),
            earlier: note.earlier.into_iter().map(Into::into).collect(),
            settled_on: note.settled_on,
        }
    }
}

/// A need as it is kept.
#[derive(Serialize, ToSchema)]
pub struct NeedAnswer {
    /// Its id.
    pub id: String,
    /// Whose.
    pub case: String,
    /// For `If-Match`.
    pub version: i64,
    /// Who wrote it first.
    pub author: String,
    /// The last change, RFC 3339.
    pub updated_at: String,
    /// No longer wished.
    pub archived: bool,
    /// As it was written: `home`, `wishes`, `strengths`, `roles`, `modality`, `reach`, `age`, `sex`, `wheelchair`, `max_fee_yen`,
    /// `max_group_size`, `needs_companion`, `slots`, `fields`, `out_of_eligibility`, `household`, `avoid`.
    #[schema(value_type = Object)]
    pub need: Need,
}

impl From<StoredNeed> for NeedAnswer {
    fn from(stored: StoredNeed) -> Self {
        Self {
            id: stored.id.to_string(),
            case: stored.case.to_string(),
            version: stored.version,
            author: stored.author,
            updated_at: stored.updated_at,
            archived: stored.archived,
            need: stored.need,
        }
    }
}
