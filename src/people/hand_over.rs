//! Giving a case to a colleague, with everything that is open in view.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::{ConsentId, HandOverId, MatchId, NeedId, NoteId, ReferralId, ShareId};
use crate::{
    accounts::account::AccountId,
    kernel::{
        fields::{Fields, Problem},
        private::private,
    },
};

/// A next action that is not done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAction {
    /// Of which note.
    pub note: NoteId,
    /// What.
    pub what: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether that has passed.
    pub overdue: bool,
}

/// Everything that is open in a case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenMatters {
    /// When to look at the ground again.
    pub review_on: NaiveDate,
    /// Whether that has passed.
    pub review_overdue: bool,
    /// Next actions, the earliest first.
    pub actions: Vec<OpenAction>,
    /// Needs that are still wished.
    pub needs: Vec<NeedId>,
    /// Matches that go on.
    #[serde(default)]
    pub matches: Vec<MatchId>,
    /// Consents that stand.
    pub consents: Vec<ConsentId>,
    /// Shares that stand.
    pub shares: Vec<ShareId>,
    /// Referrals that stand.
    pub referrals: Vec<ReferralId>,
    /// Whether somebody asked for shredding.
    pub shredding: bool,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct NewHandOver {
    /// To whom.
    pub to: AccountId,
    /// Whether the deputies stay.
    pub keep_deputies: bool,
    /// Whether who gives it away stays as a deputy.
    pub stay_as_deputy: bool,
    /// Words for who takes it.
    pub message: Option<String>,
}

impl NewHandOver {
    /// Reads `{"to", "keep_deputies", "stay_as_deputy", "message"}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let to = f.required_word("to", |t| AccountId::new(t).ok(), "アカウントの名前");
        let keep_deputies = f.flag("keep_deputies").unwrap_or(true);
        let stay_as_deputy = f.flag("stay_as_deputy").unwrap_or(false);
        let message = f.text("message", 5000);
        match to {
            Some(to) => f.finish(Self {
                to,
                keep_deputies,
                stay_as_deputy,
                message,
            }),
            None => Err(f.finish(()).err().unwrap_or_default()),
        }
    }
}

/// A hand-over as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HandOver {
    /// Key.
    pub id: HandOverId,
    /// Who had it.
    pub from: AccountId,
    /// Who has it.
    pub to: AccountId,
    /// Who did it: the main coordinator, or a deputy when that account is disabled.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Words for who takes it.
    pub message: Option<String>,
    /// What was open at that time.
    pub open: OpenMatters,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HandOverText {
    pub message: Option<String>,
    pub open: OpenMatters,
}

private!(OpenAction, OpenMatters, NewHandOver, HandOver);
