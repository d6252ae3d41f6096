//! Who a person is, as far as they said: all of it optional, all of it sealed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    kernel::{
        fields::{Fields, Problem, Read},
        private::private,
    },
    resources::words::Sex,
};

/// What identifies a person, and how to reach them safely.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// カナ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// When it is safe to call, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling_times: Option<String>,
    /// 「本人は相談を知らない」: somebody else came; the person is not to be called.
    pub unaware: bool,
}

impl Identity {
    /// Reads `{"name", "kana", "telephone", "calling_times", "unaware"}`.
    pub(super) fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let read = Self {
            name: f.text("name", 100),
            kana: f.text("kana", 100),
            telephone: f.text("telephone", 40),
            calling_times: f.text("calling_times", 200),
            unaware: f.flag("unaware").unwrap_or(false),
        };
        f.finish(read)
    }
}

/// Somebody who lives with the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdMember {
    /// 続柄.
    pub relation: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// 性別.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// More.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl HouseholdMember {
    fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let read = Self {
            relation: f.required_text("relation", 50),
            name: f.text("name", 100),
            age: f.whole("age", 0..=120).and_then(|n| u8::try_from(n).ok()),
            sex: f.word("sex", Sex::parse, &Sex::accepted()),
            remark: f.text("remark", 1000),
        };
        f.finish(read)
    }
}

/// The people of one home, without the person whose record it is. Under DV two of one home are two cases, and neither is
/// written into the other's household.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Household(pub Vec<HouseholdMember>);

/// What is said of a person besides their needs.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Who.
    pub identity: Identity,
    /// With whom.
    pub household: Household,
}

impl Profile {
    /// Reads `{"identity": {…}, "household": [{"relation", "name", "age", "sex", "remark"}]}`.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut f = Fields::of(value, "")?;
        let read = Self::fields(&mut f);
        f.finish(read)
    }

    pub(super) fn fields(f: &mut Fields<'_>) -> Self {
        Self {
            identity: f.inner("identity", Identity::read).unwrap_or_default(),
            household: Household(f.list("household", 30, HouseholdMember::read)),
        }
    }
}

private!(Identity, HouseholdMember, Household, Profile);
