//! The one place that decides who may do what. Every route names its [`Act`]; whoever handles a record asks again with the
//! record's own facts. Nothing else in the program looks at a role.
//!
//! | act | who, besides what the record's facts ask |
//! | --- | --- |
//! | `Open` | everyone |
//! | `Begin` | a browser that gave the password and still owes the second factor, or is through |
//! | `Own` | every account |
//! | `SeeStaffEntries` | every account but conference members |
//! | `FindCandidates` | coordinators, 多機関協働推進員 |
//! | `ListCases`, `ReadCase` | coordinators (assigned, or in their districts once there is a basis to share), 多機関協働推進員 (referred) |
//! | `AddCase`, `WriteCase`, `ShareCase`, `HandOver`, `ExportCase` | coordinators who are assigned |
//! | `ApproveShredding` | coordinators who are assigned, and admins, who see a pseudonym and dates alone |
//! | `KeepConferences` | coordinators, 多機関協働推進員 |
//! | `AttendConference` | members, until its end date |
//! | `KeepAccounts`, `ReadAudit` | admins |

use super::account::{AccountId, Actor, Role, TokenScope, Via};
use crate::kernel::id::DistrictId;

/// Something one may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Anything public.
    Open,
    /// What stands between the password and being signed in: the second factor, signing out.
    Begin,
    /// One's own first screen, account and password.
    Own,
    /// Entries that are 関係者のみ.
    SeeStaffEntries,
    /// Match a need that is kept nowhere.
    FindCandidates,
    /// The list of cases; it holds what `ReadCase` allows.
    ListCases,
    /// Begin a case.
    AddCase,
    /// Read a case.
    ReadCase,
    /// Write in a case: notes, needs, basis, consent.
    WriteCase,
    /// Share a case with a conference or refer it, and end that.
    ShareCase,
    /// Give a case to a colleague.
    HandOver,
    /// Take a whole record out, for 開示請求.
    ExportCase,
    /// See what is due for shredding, and agree to it.
    ApproveShredding,
    /// Make conferences and name members.
    KeepConferences,
    /// Read what is shared with a conference.
    AttendConference,
    /// Accounts and tokens.
    KeepAccounts,
    /// Who saw or changed what.
    ReadAudit,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Open,
        Self::Begin,
        Self::Own,
        Self::SeeStaffEntries,
        Self::FindCandidates,
        Self::ListCases,
        Self::AddCase,
        Self::ReadCase,
        Self::WriteCase,
        Self::ShareCase,
        Self::HandOver,
        Self::ExportCase,
        Self::ApproveShredding,
        Self::KeepConferences,
        Self::AttendConference,
        Self::KeepAccounts,
        Self::ReadAudit,
    ];

    const fn roles(self) -> &'static [Role] {
        use Role::{Admin, ConferenceMember, Coordinator, MultiAgency, Planner};
        match self {
            Self::Open | Self::Begin | Self::Own => &Role::ALL,
            Self::SeeStaffEntries => &[Coordinator, Planner, MultiAgency, Admin],
            Self::FindCandidates | Self::ListCases | Self::ReadCase => &[Coordinator, MultiAgency],
            Self::AddCase | Self::WriteCase | Self::ShareCase | Self::HandOver | Self::ExportCase => {
                &[Coordinator]
            }
            Self::ApproveShredding => &[Coordinator, Admin],
            Self::KeepConferences => &[Coordinator, MultiAgency],
            Self::AttendConference => &[Coordinator, MultiAgency, ConferenceMember],
            Self::KeepAccounts | Self::ReadAudit => &[Admin],
        }
    }

    /// What a token must have been given for it; `None` when no token ever may.
    const fn token_scope(self) -> Option<TokenScope> {
        match self {
            // Nothing of a record is read or kept by a match that is only asked.
            Self::SeeStaffEntries | Self::FindCandidates => Some(TokenScope::ResourcesRead),
            Self::ListCases | Self::ReadCase | Self::AttendConference => Some(TokenScope::CasesRead),
            Self::AddCase | Self::WriteCase => Some(TokenScope::CasesWrite),
            Self::ReadAudit => Some(TokenScope::AuditRead),
            _ => None,
        }
    }
}

/// What the policy needs to know of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFacts {
    /// The district of the person's home.
    pub district: Option<DistrictId>,
    /// 未同意, or closed to all but the assigned for another reason (DV): districts count for nothing.
    pub assigned_only: bool,
    /// The main coordinator and the deputies.
    pub hands: Vec<AccountId>,
    /// Who may give it away: the main coordinator, or the deputies when that account is disabled.
    pub heads: Vec<AccountId>,
    /// 多機関協働推進員 to whom it is referred, as long as that stands.
    pub referred_to: Vec<AccountId>,
}

/// What the policy needs to know of a conference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConferenceFacts {
    /// Who keeps it.
    pub keepers: Vec<AccountId>,
    /// Members to whom 守秘 was explained.
    pub members: Vec<AccountId>,
    /// Whether its end date has passed.
    pub over: bool,
}

/// On what something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// Nothing in particular: may this role ever?
    Anything,
    /// A case.
    Case(&'a CaseFacts),
    /// A conference.
    Conference(&'a ConferenceFacts),
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in.
    #[error("サインインしてください")]
    SignIn,
    /// The second factor is owed.
    #[error("確認コードを入れてください")]
    SecondFactor,
    /// Not this role.
    #[error("この役割ではできません")]
    Forbidden,
    /// Not there, or not to be known.
    #[error("見つかりません")]
    Hidden,
    /// The password is to be given again first.
    #[error("もう一度パスワードを入れてください")]
    Confirm,
}

/// Whether `actor` may do `act` on `subject`.
///
/// ```
/// use yosatte::accounts::policy::{Act, Refusal, Subject, decide};
/// assert_eq!(decide(None, Act::Open, Subject::Anything), Ok(()));
/// assert_eq!(decide(None, Act::ListCases, Subject::Anything), Err(Refusal::SignIn));
/// ```
pub fn decide(actor: Option<&Actor>, act: Act, subject: Subject<'_>) -> Result<(), Refusal> {
    if act == Act::Open {
        return Ok(());
    }
    let actor = actor.ok_or(Refusal::SignIn)?;
    match &actor.via {
        Via::Session { complete: false, .. } if act != Act::Begin => return Err(Refusal::SecondFactor),
        Via::Session { .. } => {}
        Via::Token(scopes) => {
            if !act.token_scope().is_some_and(|needed| scopes.contains(&needed)) {
                return Err(Refusal::Forbidden);
            }
        }
    }
    if !act.roles().contains(&actor.role) {
        return Err(Refusal::Forbidden);
    }
    let reaches = match subject {
        Subject::Anything => true,
        Subject::Case(case) => reaches_case(actor, act, case),
        Subject::Conference(conference) => reaches_conference(actor, act, conference),
    };
    if !reaches {
        return Err(Refusal::Hidden);
    }
    // Asked for last, so that nobody learns from it that a record is there.
    match &actor.via {
        Via::Session { confirmed: false, .. } if act == Act::ExportCase => Err(Refusal::Confirm),
        _ => Ok(()),
    }
}

fn reaches_case(actor: &Actor, act: Act, case: &CaseFacts) -> bool {
    let assigned = case.hands.contains(&actor.id);
    match (act, actor.role) {
        (Act::ReadCase, Role::Coordinator) => {
            assigned || (!case.assigned_only && actor.scope.holds(case.district.as_ref()))
        }
        (Act::ReadCase, Role::MultiAgency) => case.referred_to.contains(&actor.id),
        (Act::HandOver, Role::Coordinator) => case.heads.contains(&actor.id),
        (Act::ApproveShredding, Role::Admin) => true,
        (Act::WriteCase | Act::ShareCase | Act::ExportCase | Act::ApproveShredding, Role::Coordinator) => {
            assigned
        }
        _ => false,
    }
}

fn reaches_conference(actor: &Actor, act: Act, conference: &ConferenceFacts) -> bool {
    let keeps = conference.keepers.contains(&actor.id);
    match act {
        Act::KeepConferences => keeps,
        Act::AttendConference => !conference.over && (keeps || conference.members.contains(&actor.id)),
        _ => false,
    }
}
