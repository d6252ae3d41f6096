//! What leaves a record: shared with a conference, or referred to a 多機関協働推進員.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    conference::ConferenceKind,
    consent::{Part, Scope},
    identity::Identity,
    ids::{ConferenceId, ConsentId, NeedId, PersonRef, ReferralId, ShareId},
    note::NewNote,
};
use crate::{
    accounts::account::AccountId,
    kernel::{
        coded::coded,
        fields::{Fields, Problem},
        private::private,
    },
    matching::need::Need,
};

coded! {
    /// Why a sharing ended.
    EndReason {
        ByHand = "by_hand" "担当が終えた",
        Withdrawn = "withdrawn" "同意の撤回",
        Basis = "basis" "記録の根拠が変わった",
        Closed = "closed" "ケースの終了",
    }
}

/// What is to be shared with a conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare {
    /// With which.
    pub conference: ConferenceId,
    /// Which need; before any wish there may be none.
    pub need: Option<NeedId>,
    /// What of it.
    pub scope: Scope,
}

impl NewShare {
    /// Reads `{"conference", "need", "scope"}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let conference = f.required_word("conference", |t| ConferenceId::new(t).ok(), "会議のID");
        let need = f.word("need", |t| NeedId::new(t).ok(), "ニーズのID");
        let scope = Scope::read(&mut f);
        if let (Some(scope), None) = (&scope, &need)
            && (scope.has(Part::Needs) || scope.has(Part::Strengths))
        {
            f.wrong("need", "どのニーズを共有するかを書いてください");
        }
        match (conference, scope) {
            (Some(conference), Some(scope)) => f.finish(Self {
                conference,
                need,
                scope,
            }),
            _ => Err(f.finish(()).err().unwrap_or_default()),
        }
    }
}

/// A share as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Key.
    pub id: ShareId,
    /// With which conference.
    pub conference: ConferenceId,
    /// Of which kind.
    pub kind: ConferenceKind,
    /// Which need.
    pub need: Option<NeedId>,
    /// The consent it rests on; none when it rests on the law.
    pub consent: Option<ConsentId>,
    /// What of it.
    pub scope: Scope,
    /// Who shared it.
    pub shared_by: String,
    /// The day.
    pub shared_on: NaiveDate,
    /// When it ended, RFC 3339.
    pub ended_at: Option<String>,
    /// Why.
    pub end_reason: Option<EndReason>,
}

/// A referral as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Referral {
    /// Key.
    pub id: ReferralId,
    /// To whom.
    pub account: AccountId,
    /// The consent it rests on.
    pub consent: Option<ConsentId>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Who referred it.
    pub referred_by: String,
    /// The day.
    pub referred_on: NaiveDate,
    /// When it ended, RFC 3339.
    pub ended_at: Option<String>,
    /// Why.
    pub end_reason: Option<EndReason>,
}

/// What a member of a conference sees of one person: what is within the scope, and nothing else.
#[derive(Clone, PartialEq, Serialize)]
pub struct SharedView {
    /// Key.
    pub share: ShareId,
    /// Pseudonym.
    pub person: PersonRef,
    /// The day it was shared.
    pub shared_on: NaiveDate,
    /// The need, the home told as a district at most and nothing of what is to be avoided; what the person is good at
    /// only within the scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// What the person is good at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strengths: Option<Vec<String>>,
    /// Who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// 経過記録.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Vec<NewNote>>,
}

impl SharedView {
    /// Fills in what `scope` lets through of `need` (already without what is private), identity and notes.
    pub(super) fn within(mut self, scope: &Scope, need: Option<Need>) -> Self {
        let strengths = need.as_ref().map(|n| n.wants.strengths.clone());
        self.strengths = strengths.filter(|_| scope.has(Part::Strengths));
        self.need = need.filter(|_| scope.has(Part::Needs)).map(|mut need| {
            if !scope.has(Part::Strengths) {
                need.wants.strengths.clear();
                need.household.iter_mut().for_each(|m| m.wants.strengths.clear());
            }
            need
        });
        self
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ShareText {
    pub scope: Scope,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReferralText {
    pub reason: Option<String>,
}

private!(Referral, SharedView, ReferralText);
