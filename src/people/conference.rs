//! Conferences: two kinds that differ in law, their members, and their end.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::ConferenceId;
use crate::{
    accounts::account::AccountId,
    kernel::{
        coded::coded,
        fields::{Fields, Problem, Read},
        private::private,
    },
};

coded! {
    /// Which conference it is.
    ConferenceKind {
        Multilayer = "multilayer" "重層的支援会議",
        Statutory = "statutory" "支援会議",
    }
}

/// What is entered of a conference.
#[derive(Clone, PartialEq, Eq)]
pub struct NewConference {
    /// Its kind; never changes.
    pub kind: ConferenceKind,
    /// Its name; sealed, for it may hold somebody's.
    pub name: String,
    /// The last day on which its members see what is shared with it.
    pub ends_on: NaiveDate,
}

impl NewConference {
    /// Reads `{"kind", "name", "ends_on"}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let kind = f.required_word("kind", ConferenceKind::parse, &ConferenceKind::accepted());
        let read = Self {
            kind: kind.unwrap_or(ConferenceKind::Multilayer),
            name: f.required_text("name", 100),
            ends_on: f.required_day("ends_on"),
        };
        f.finish(read)
    }
}

/// One who sits in a conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// The day 守秘義務 was explained; until then nothing is shown to them.
    pub explained_on: Option<NaiveDate>,
    /// Whether they keep the conference: name members, change its end.
    pub keeps: bool,
}

impl Member {
    /// Reads `{"account", "explained_on", "keeps"}`.
    pub(super) fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let account = f.required_word(
            "account",
            |t| AccountId::new(t).ok(),
            "アカウントの名前(英数字と「_」「-」)",
        );
        let (explained_on, keeps) = (f.day("explained_on"), f.flag("keeps").unwrap_or(false));
        match account {
            Some(account) => f.finish(Self {
                account,
                explained_on,
                keeps,
            }),
            None => Err(f.finish(()).err().unwrap_or_default()),
        }
    }

    /// Reads a list of up to 50 members, each account once.
    pub fn read_all(value: &Value) -> Result<Vec<Self>, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let members = f.list("members", 50, Self::read);
        let mut seen = std::collections::BTreeSet::new();
        if !members.iter().all(|m| seen.insert(m.account.clone())) {
            f.wrong("members", "同じアカウントが2回あります");
        }
        f.finish(members)
    }
}

/// A conference as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Conference {
    /// Key.
    pub id: ConferenceId,
    /// Rises with every change.
    pub version: i64,
    /// Its kind.
    pub kind: ConferenceKind,
    /// Its name.
    pub name: String,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Those who sit in it, keepers among them.
    pub members: Vec<Member>,
}

impl Conference {
    /// Whether its last day has passed.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        is_over(self.ends_on, today)
    }
}

/// Whether a conference that ends on this day is over.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::people::conference::is_over;
/// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
/// assert!(!is_over(day(24), day(24)));
/// assert!(is_over(day(24), day(25)));
/// ```
pub fn is_over(ends_on: NaiveDate, today: NaiveDate) -> bool {
    today > ends_on
}

#[derive(Serialize, Deserialize)]
pub(super) struct ConferenceText {
    pub name: String,
}

private!(NewConference, Conference);
