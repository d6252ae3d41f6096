//! An account, its role and how far it reaches.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::kernel::id::{DistrictId, IdError};

/// The name one signs in with: 1 to 64 of `A-Za-z0-9_-`; it is also what the audit calls the account for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// Checks the alphabet and the length; capital letters are made small, so that two accounts never differ by case alone.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let text = text.trim().to_ascii_lowercase();
        let named = text.contains(|c: char| c.is_ascii_alphanumeric());
        if named && crate::kernel::id::is_id(&text) {
            Ok(Self(text))
        } else {
            Err(IdError)
        }
    }

    /// Who is not known: a name nobody can have, for counting and for the audit.
    pub fn nobody() -> Self {
        Self("-".to_owned())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AccountId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(&text)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

/// What somebody is in the project. A resident has no account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 地域福祉コーディネーター: persons' records of the districts assigned.
    Coordinator,
    /// 市役所・協議体: coverage and aggregates, no personal data.
    Planner,
    /// 多機関協働推進員: cases referred to them, and conferences.
    MultiAgency,
    /// Accounts, imports, audit; no personal data.
    Admin,
    /// Sees the needs shared with a conference until its end date.
    ConferenceMember,
}

impl Role {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 5] = [
        Self::Coordinator,
        Self::Planner,
        Self::MultiAgency,
        Self::Admin,
        Self::ConferenceMember,
    ];

    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Planner => "planner",
            Self::MultiAgency => "multi_agency",
            Self::Admin => "admin",
            Self::ConferenceMember => "conference_member",
        }
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Coordinator => "地域福祉コーディネーター",
            Self::Planner => "計画担当",
            Self::MultiAgency => "多機関協働推進員",
            Self::Admin => "管理者",
            Self::ConferenceMember => "会議の構成員",
        }
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL
            .into_iter()
            .find(|r| r.code() == text || r.label() == text);
        known.ok_or_else(|| {
            let all = Self::ALL
                .map(|r| format!("{}({})", r.code(), r.label()))
                .join("、");
            format!("役割「{text}」はありません。使えるのは {all} です")
        })
    }
}

/// The districts an account works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole city.
    City,
    /// These; none at all for who needs none.
    Districts(Vec<DistrictId>),
}

impl Scope {
    /// Whether a record of that district is within. A record whose district nobody knows is for the whole city's staff alone.
    pub fn holds(&self, district: Option<&DistrictId>) -> bool {
        match self {
            Self::City => true,
            Self::Districts(own) => district.is_some_and(|d| own.contains(d)),
        }
    }
}

/// An account as it is kept, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// What one signs in with.
    pub id: AccountId,
    /// The name colleagues read.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The districts.
    pub scope: Scope,
    /// Signs in no more.
    pub disabled: bool,
    /// Whether a second factor is set up.
    pub second_factor: bool,
    /// Whether the password was given out and is to be replaced by one's own.
    pub password_initial: bool,
    /// RFC 3339.
    pub created_at: String,
}

/// What an API token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TokenScope {
    /// What is 関係者のみ among resources.
    #[serde(rename = "resources:read")]
    ResourcesRead,
    /// Persons' records, reading.
    #[serde(rename = "cases:read")]
    CasesRead,
    /// Persons' records, writing.
    #[serde(rename = "cases:write")]
    CasesWrite,
    /// The audit.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl TokenScope {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ResourcesRead,
        Self::CasesRead,
        Self::CasesWrite,
        Self::AuditRead,
    ];

    /// As written on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResourcesRead => "resources:read",
            Self::CasesRead => "cases:read",
            Self::CasesWrite => "cases:write",
            Self::AuditRead => "audit:read",
        }
    }
}

impl FromStr for TokenScope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|s| s.code() == text).ok_or_else(|| {
            format!(
                "範囲「{text}」はありません。使えるのは {} です",
                Self::ALL.map(Self::code).join("、")
            )
        })
    }
}

/// By what somebody is known for this one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A signed-in browser.
    Session {
        /// Whether the second factor was given, or none is asked of this account.
        complete: bool,
        /// Whether the password was given again within the last minutes.
        confirmed: bool,
    },
    /// An API token with these scopes.
    Token(Vec<TokenScope>),
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub id: AccountId,
    /// The name colleagues read.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The districts.
    pub scope: Scope,
    /// How they are known.
    pub via: Via,
}
