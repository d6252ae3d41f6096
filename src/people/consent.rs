//! What a person agreed to: who said so, how, who may know what, and taking it back.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::{ConferenceId, ConsentId};
use crate::{
    accounts::account::AccountId,
    kernel::{
        coded::coded,
        fields::{Fields, Problem, Read, problem},
        private::private,
    },
};

coded! {
    /// Who agreed, or took it back.
    Giver {
        Person = "person" "本人",
        Parent = "parent" "親権者",
        Guardian = "guardian" "成年後見人等" | "成年後見人" | "保佐人" | "補助人" | "未成年後見人",
        Other = "other" "その他",
    }
}

coded! {
    /// How it was said.
    ConsentForm {
        Written = "written" "書面",
        Oral = "oral" "口頭",
    }
}

coded! {
    /// A part of what can be known of a person.
    Part {
        Needs = "needs" "ニーズ" | "希望",
        Strengths = "strengths" "得意なこと" | "強み",
        Identity = "identity" "氏名・連絡先" | "氏名",
        Notes = "notes" "経過記録",
    }
}

/// What may be known: at least one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(BTreeSet<Part>);

impl Scope {
    /// `None` when nothing is in it.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Option<Self> {
        let parts: BTreeSet<Part> = parts.into_iter().collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Whether this part may be known.
    pub fn has(&self, part: Part) -> bool {
        self.0.contains(&part)
    }

    /// Whether everything in `other` is in this one.
    ///
    /// ```
    /// use yosatte::people::consent::{Part::*, Scope};
    /// let agreed = Scope::new([Needs, Strengths]).unwrap();
    /// assert!(agreed.covers(&Scope::new([Needs]).unwrap()));
    /// assert!(!agreed.covers(&Scope::new([Needs, Identity]).unwrap()));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        self.0.iter().copied()
    }

    pub(super) fn read(f: &mut Fields<'_>) -> Option<Self> {
        let scope = Self::new(f.words("scope", Part::parse, &Part::accepted()));
        if scope.is_none() {
            f.wrong(
                "scope",
                format!("{} から1つ以上を書いてください", Part::accepted()),
            );
        }
        scope
    }
}

/// Who may know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// One conference, by its id.
    Conference(ConferenceId),
    /// A colleague elsewhere (多機関協働推進員), by account.
    Account(AccountId),
    /// An organisation, as it was said.
    Organization(String),
}

impl Recipient {
    /// Reads `{"conference": ID}`, `{"account": NAME}` or `{"organization": NAME}`.
    fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let conference = f.word("conference", |t| ConferenceId::new(t).ok(), "会議のID");
        let account = f.word("account", |t| AccountId::new(t).ok(), "アカウントの名前");
        let organization = f.text("organization", 200);
        let all: Vec<Self> = conference
            .map(Self::Conference)
            .into_iter()
            .chain(account.map(Self::Account))
            .chain(organization.map(Self::Organization))
            .collect();
        match <[Self; 1]>::try_from(f.finish(all)?) {
            Ok([one]) => Ok(one),
            Err(_) => Err(vec![problem(
                at,
                "conference(会議)、account(アカウント)、organization(団体名)のどれか1つを書いてください",
            )]),
        }
    }
}

/// A consent as it is recorded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewConsent {
    /// The day it was given.
    pub given_on: NaiveDate,
    /// Who gave it.
    pub given_by: Giver,
    /// Their name or standing, when it is not the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub giver_name: Option<String>,
    /// How.
    pub form: ConsentForm,
    /// Who may know; at least one.
    pub recipients: Vec<Recipient>,
    /// What.
    pub scope: Scope,
    /// More, as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl NewConsent {
    /// Reads `{"given_on", "given_by", "giver_name", "form", "recipients", "scope", "remark"}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let given_on = f.required_day("given_on");
        let given_by = f.required_word("given_by", Giver::parse, &Giver::accepted());
        let giver_name = f.text("giver_name", 100);
        let form = f.required_word("form", ConsentForm::parse, &ConsentForm::accepted());
        let recipients = f.list("recipients", 50, Recipient::read);
        let given = value.get("recipients").and_then(Value::as_array);
        if given.is_none_or(Vec::is_empty) {
            f.wrong("recipients", "だれに知らせてよいかを1つ以上書いてください");
        }
        let scope = Scope::read(&mut f);
        let remark = f.text("remark", 2000);
        match (given_by, form, scope) {
            (Some(given_by), Some(form), Some(scope)) => f.finish(Self {
                given_on,
                given_by,
                giver_name,
                form,
                recipients,
                scope,
                remark,
            }),
            _ => Err(f.finish(()).err().unwrap_or_default()),
        }
    }

    /// Whether this recipient may know all of this.
    pub fn covers(&self, recipient: &Recipient, scope: &Scope) -> bool {
        self.recipients.contains(recipient) && self.scope.covers(scope)
    }
}

/// That a consent was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The day.
    pub on: NaiveDate,
    /// By whom.
    pub by: Giver,
}

impl Withdrawal {
    /// Reads `{"on", "by"}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let on = f.required_day("on");
        match f.required_word("by", Giver::parse, &Giver::accepted()) {
            Some(by) => f.finish(Self { on, by }),
            None => Err(f.finish(()).err().unwrap_or_default()),
        }
    }
}

/// A consent as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// Key.
    pub id: ConsentId,
    /// What was recorded.
    pub given: NewConsent,
    /// Who recorded it.
    pub recorded_by: String,
    /// RFC 3339.
    pub recorded_at: String,
    /// Whether it was taken back.
    pub withdrawn: Option<Withdrawal>,
}

impl Consent {
    /// Whether it still stands.
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none()
    }
}

private!(Recipient, NewConsent, Consent);
