//! 経過記録: what happened on a day, and what is to be done next.

use crate::kernel::{
    coded::coded,
    fields::{Fields, Problem, Read},
    private::private,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::NoteId;

coded! {
    /// How it came about.
    ContactKind {
        Visit = "visit" "訪問",
        Phone = "phone" "電話",
        Accompany = "accompany" "同行",
        Office = "office" "来所",
        Other = "other" "その他",
    }
}

/// What is to be done next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    /// What.
    pub what: String,
    /// By when.
    pub due_on: NaiveDate,
}

impl NextAction {
    fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let read = Self {
            what: f.required_text("what", 500),
            due_on: f.required_day("due_on"),
        };
        f.finish(read)
    }
}

/// An entry as it is written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNote {
    /// The day it happened.
    pub on: NaiveDate,
    /// How.
    pub kind: ContactKind,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// What was said and seen.
    pub gist: String,
    /// What comes next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAction>,
}

impl NewNote {
    /// Reads `{"on", "kind", "with", "gist", "next": {"what", "due_on"}}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let on = f.required_day("on");
        let kind = f.required_word("kind", ContactKind::parse, &ContactKind::accepted());
        let read = Self {
            on,
            kind: kind.unwrap_or(ContactKind::Other),
            with: f.text("with", 200),
            gist: f.required_text("gist", 10_000),
            next: f.inner("next", NextAction::read),
        };
        f.finish(read)
    }
}

/// One version of an entry: corrections keep the earlier ones.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NoteVersion {
    /// From 1.
    pub version: i64,
    /// Who wrote it.
    pub author: String,
    /// When, RFC 3339.
    pub written_at: String,
    /// What was written.
    pub note: NewNote,
}

/// An entry with all its versions, the last one first.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CaseNote {
    /// Key.
    pub id: NoteId,
    /// The one that counts.
    pub now: NoteVersion,
    /// The earlier ones, newest first.
    pub earlier: Vec<NoteVersion>,
    /// The day the next action was done.
    pub settled_on: Option<NaiveDate>,
}

impl CaseNote {
    /// The day by which the next action is due, as long as it is not done.
    pub fn due_on(&self) -> Option<NaiveDate> {
        let due = self.now.note.next.as_ref().map(|n| n.due_on);
        due.filter(|_| self.settled_on.is_none())
    }
}

private!(NextAction, NewNote, NoteVersion, CaseNote);
