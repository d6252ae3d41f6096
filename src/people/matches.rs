//! What becomes of a proposal: its states, the steps between them, and what was known when it was made.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::{CaseId, MatchId, NeedId, StepId};
use crate::{
    kernel::{
        coded::coded,
        fields::{Fields, Problem},
        private::private,
    },
    matching::find::Candidate,
};

/// Days until somebody looks after it again, unless another day is named.
pub const LOOK_AGAIN_DAYS: u64 = 14;

coded! {
    /// How far it has come.
    MatchState {
        Proposed = "proposed" "候補",
        Contacted = "contacted" "打診中",
        Trial = "trial" "見学・体験",
        Active = "active" "参加中",
        Paused = "paused" "お休み中",
        Closed = "closed" "終了",
        Declined = "declined" "不成立",
    }
}

impl MatchState {
    /// What may come next.
    ///
    /// ```
    /// use yosatte::people::matches::MatchState::*;
    /// assert!(Proposed.next().contains(&Contacted) && !Proposed.next().contains(&Active));
    /// assert!(Closed.next().is_empty());
    /// ```
    pub const fn next(self) -> &'static [Self] {
        use MatchState::{Active, Closed, Contacted, Declined, Paused, Proposed, Trial};
        match self {
            Proposed => &[Contacted, Declined],
            Contacted => &[Trial, Declined],
            Trial => &[Active, Declined],
            Active => &[Paused, Closed, Declined],
            Paused => &[Active, Closed, Declined],
            Closed | Declined => &[],
        }
    }

    /// Whether it goes on.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Declined)
    }
}

coded! {
    /// Why it came to nothing.
    DeclineReason {
        OutOfTarget = "out_of_target" "対象外",
        Full = "full" "定員",
        Schedule = "schedule" "日時",
        Distance = "distance" "距離",
        Fee = "fee" "費用",
        Chemistry = "chemistry" "相性",
        Health = "health" "体調",
        Other = "other" "その他",
    }
}

coded! {
    /// Who said no.
    DeclinedBy {
        Person = "person" "本人",
        Host = "host" "受け入れ側",
        Stopped = "stopped" "調整中止",
    }
}

coded! {
    /// How it ended.
    Outcome {
        Settled = "settled" "参加が定着",
        Elsewhere = "elsewhere" "別の資源へ",
        OwnWish = "own_wish" "本人の希望で終了",
        Host = "host" "受け入れ側の都合",
        LostTouch = "lost_touch" "連絡がとれない",
    }
}

/// A gate as it stood when the proposal was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptGate {
    /// Code.
    pub gate: String,
    /// `pass`, `fail` or `unknown`.
    pub verdict: String,
    /// In words.
    pub text: String,
}

/// What was known when the proposal was made. Kept sealed: distances and words lead to the person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The opportunity's name at that time.
    pub opportunity: String,
    /// Its place's.
    pub resource: String,
    /// 0 to 1.
    pub score: f64,
    /// Every gate that was asked.
    pub gates: Vec<KeptGate>,
    /// Why, the factor that counts most first.
    pub reasons: Vec<String>,
    /// What was to be asked.
    pub questions: Vec<String>,
    /// Gates that failed and in spite of which it was proposed, by their codes.
    pub despite: Vec<String>,
}

impl Proposal {
    /// Of a candidate, with the names of that moment.
    pub fn of(candidate: &Candidate, opportunity: &str, resource: &str, despite: Vec<String>) -> Self {
        let verdict = |v| {
            serde_json::to_value(v)
                .ok()
                .and_then(|v| v.as_str().map(ToOwned::to_owned))
        };
        Self {
            opportunity: opportunity.to_owned(),
            resource: resource.to_owned(),
            score: (candidate.score * 1000.0).round() / 1000.0,
            gates: candidate
                .gates
                .iter()
                .map(|g| KeptGate {
                    gate: g.gate.code().to_owned(),
                    verdict: verdict(g.verdict).unwrap_or_default(),
                    text: g.text.clone(),
                })
                .collect(),
            reasons: candidate
                .factors
                .iter()
                .map(|f| f.text.clone())
                .filter(|t| !t.is_empty())
                .collect(),
            questions: candidate.questions.clone(),
            despite,
        }
    }
}

/// A step that is to be taken, or, without `to`, what was heard in between.
#[derive(Clone, PartialEq, Eq)]
pub struct NewStep {
    /// Where to; `None` for a follow-up that changes nothing.
    pub to: Option<MatchState>,
    /// When it happened.
    pub on: NaiveDate,
    /// With `declined` alone.
    pub reason: Option<DeclineReason>,
    /// With `declined` alone.
    pub declined_by: Option<DeclinedBy>,
    /// With `closed` alone.
    pub outcome: Option<Outcome>,
    /// A few words.
    pub note: Option<String>,
    /// When to look after it again; two weeks later unless given.
    pub next_on: Option<NaiveDate>,
}

impl NewStep {
    /// Reads `{"to", "on", "reason", "declined_by", "outcome", "note", "next_on"}`; every problem at once.
    ///
    /// ```
    /// use yosatte::people::matches::NewStep;
    /// let wrong = NewStep::read(&serde_json::json!({"to": "declined", "on": "2026-11-24"})).err().unwrap();
    /// assert_eq!(wrong.iter().map(|p| p.pointer.as_str()).collect::<Vec<_>>(), ["/reason", "/declined_by"]);
    /// ```
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let to = f.word("to", MatchState::parse, &MatchState::accepted());
        let on = f.required_day("on");
        let reason = f.word("reason", DeclineReason::parse, &DeclineReason::accepted());
        let declined_by = f.word("declined_by", DeclinedBy::parse, &DeclinedBy::accepted());
        let outcome = f.word("outcome", Outcome::parse, &Outcome::accepted());
        let (declines, closes) = (to == Some(MatchState::Declined), to == Some(MatchState::Closed));
        for (name, given, belongs) in [
            ("reason", reason.is_some(), declines),
            ("declined_by", declined_by.is_some(), declines),
            ("outcome", outcome.is_some(), closes),
        ] {
            match (given, belongs) {
                (false, true) => f.wrong(name, "えらんでください"),
                (true, false) => f.wrong(name, "「不成立」か「終了」のときにだけ書きます"),
                _ => {}
            }
        }
        let read = Self {
            to,
            on,
            reason,
            declined_by,
            outcome,
            note: f.text("note", 2000),
            next_on: f.day("next_on"),
        };
        f.finish(read)
    }
}

/// A step that was taken.
#[derive(Clone, PartialEq, Serialize)]
pub struct Step {
    /// Key.
    pub id: StepId,
    /// From where.
    pub from: MatchState,
    /// Where to; the same for a follow-up.
    pub to: MatchState,
    /// When it happened.
    pub on: NaiveDate,
    /// Why it came to nothing.
    pub reason: Option<DeclineReason>,
    /// Who said no.
    pub declined_by: Option<DeclinedBy>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Who wrote it.
    pub author: String,
    /// When, RFC 3339.
    pub written_at: String,
    /// A few words.
    pub note: Option<String>,
}

/// What is in the clear of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchRow {
    /// Key.
    pub id: MatchId,
    /// Whose.
    pub case: CaseId,
    /// For which need.
    pub need: NeedId,
    /// 機会ID.
    pub opportunity: String,
    /// 資源ID.
    pub resource: String,
    /// How far it has come.
    pub state: MatchState,
    /// Rises with every step.
    pub version: i64,
    /// When it was proposed.
    pub proposed_on: NaiveDate,
    /// When to look after it again; `None` once it is over.
    pub next_on: Option<NaiveDate>,
    /// Who proposed it.
    pub author: String,
}

impl MatchRow {
    /// Whether the day to look after it has passed.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state.is_open() && self.next_on.is_some_and(|on| today > on)
    }
}

/// A match with everything that is sealed of it.
#[derive(Clone, PartialEq, Serialize)]
pub struct Match {
    /// In the clear.
    #[serde(flatten)]
    pub row: MatchRow,
    /// What was known when it was proposed.
    pub proposal: Proposal,
    /// Its steps, the first first.
    pub steps: Vec<Step>,
}

private!(KeptGate, Proposal, NewStep, Step, Match);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_what_is_over_and_every_open_state_can_be_declined() {
        for state in MatchState::ALL {
            assert_eq!(state.next().is_empty(), !state.is_open(), "{state}");
            if state.is_open() {
                assert!(state.next().contains(&MatchState::Declined), "{state}");
                assert!(!state.next().contains(state), "{state}");
                assert!(!state.next().contains(&MatchState::Proposed), "{state}");
            }
        }
    }
}
