//! A case: one person's record, in whose hands it is, and on what ground.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use super::{
    basis::LegalBasis,
    identity::Profile,
    ids::{CaseId, PersonRef},
};
use crate::{
    accounts::account::AccountId,
    kernel::{
        coded::coded,
        fields::{Fields, Problem},
        id::DistrictId,
        private::private,
    },
};

coded! {
    /// Whether it goes on.
    CaseStatus {
        Open = "open" "支援中",
        Closed = "closed" "終了",
    }
}

/// What begins a case.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCase {
    /// Who, and with whom.
    pub profile: Profile,
    /// The district of the home.
    pub district: Option<DistrictId>,
    /// The ground; 本人同意 only follows once a consent is recorded.
    pub basis: LegalBasis,
    /// When to look again whether it holds.
    pub review_on: NaiveDate,
    /// For the assigned alone, whatever the ground (DV).
    pub assigned_only: bool,
    /// The main coordinator.
    pub main: AccountId,
    /// Who stands in.
    pub deputies: Vec<AccountId>,
}

impl NewCase {
    /// Reads `{"identity", "household", "district", "basis", "review_on", "assigned_only", "main", "deputies"}`; `main` is
    /// whoever begins it unless another is named, and the ground is 未同意 unless another is.
    pub fn read(value: &Value, beginner: &AccountId) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let account = |t: &str| AccountId::new(t).ok();
        let basis = f.word("basis", LegalBasis::parse, &LegalBasis::accepted());
        let read = Self {
            profile: Profile::fields(&mut f),
            district: district(&mut f),
            basis: basis.unwrap_or(LegalBasis::Engaging),
            review_on: f.required_day("review_on"),
            assigned_only: f.flag("assigned_only").unwrap_or(false),
            main: f
                .word("main", account, "アカウントの名前")
                .unwrap_or_else(|| beginner.clone()),
            deputies: f.words("deputies", account, "アカウントの名前"),
        };
        f.finish(read)
    }
}

fn district(f: &mut Fields<'_>) -> Option<DistrictId> {
    f.word("district", |t| DistrictId::new(t.trim()).ok(), "地区のID")
}

/// What can be changed of a case in one go.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// Who, and with whom.
    pub profile: Profile,
    /// The district of the home.
    pub district: Option<DistrictId>,
    /// For the assigned alone, whatever the ground (DV).
    pub assigned_only: bool,
    /// Years it is kept after closing, when longer than the rule of the house.
    pub retention_years: Option<u8>,
}

impl CaseChange {
    /// Reads `{"identity", "household", "district", "assigned_only", "retention_years"}`: all of it, for what is left out is empty
    /// afterwards.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let years = f.whole("retention_years", 1..=100);
        let read = Self {
            profile: Profile::fields(&mut f),
            district: district(&mut f),
            assigned_only: f.flag("assigned_only").unwrap_or(false),
            retention_years: years.and_then(|y| u8::try_from(y).ok()),
        };
        f.finish(read)
    }
}

/// In whose hands a case is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hands {
    /// The main coordinator.
    pub main: AccountId,
    /// Who stands in, by name.
    pub deputies: Vec<AccountId>,
}

/// What is kept of a case in the clear: enough to decide and to list, and nothing of whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// Key.
    pub id: CaseId,
    /// Pseudonym.
    pub person: PersonRef,
    /// Rises with every change.
    pub version: i64,
    /// Whether it goes on.
    pub status: CaseStatus,
    /// The district of the home.
    pub district: Option<DistrictId>,
    /// The ground.
    pub basis: LegalBasis,
    /// When to look again whether it holds.
    pub review_on: NaiveDate,
    /// For the assigned alone.
    pub assigned_only: bool,
    /// Years it is kept, when longer than the rule.
    pub retention_years: Option<u8>,
    /// The day it began.
    pub opened_on: NaiveDate,
    /// The day it ended.
    pub closed_on: Option<NaiveDate>,
    /// In whose hands.
    pub hands: Hands,
}

impl CaseRow {
    /// Whether the day to look at the ground again has come.
    pub fn review_overdue(&self, today: NaiveDate) -> bool {
        self.status == CaseStatus::Open && today > self.review_on
    }
}

/// A case with what is sealed.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// What is in the clear.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Who, and with whom.
    pub profile: Profile,
}

/// Why somebody sees a case in their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Assigned.
    Own,
    /// In their districts.
    InScope,
    /// Referred to them.
    Referred,
    /// Nobody who has it signs in any more: to be taken up, and not to be read before.
    WithoutHands,
}

/// One line of a list.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CaseLine {
    /// What is in the clear.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Why it is there.
    pub reason: Reason,
    /// The name, for the assigned alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the key is gone: the row of a restored backup, which nobody can read.
    pub shredded: bool,
    /// Whether the ground is to be looked at again.
    pub review_overdue: bool,
    /// The earliest day by which something is to be done.
    pub next_due: Option<NaiveDate>,
    /// Next actions whose day has passed.
    pub overdue_actions: i64,
}

private!(NewCase, CaseChange, Case, CaseLine);
