//! One person's whole record, for 開示請求.

use crate::kernel::private::private;
use serde::Serialize;

use super::{
    case::Case,
    consent::Consent,
    hand_over::HandOver,
    matches::Match,
    need::StoredNeed,
    note::CaseNote,
    share::{Referral, Share},
};

/// Everything that is kept of one person. What of it has to be blackened (others' words) is for a person to decide.
#[derive(Clone, PartialEq, Serialize)]
pub struct Disclosure {
    /// When it was taken out, RFC 3339.
    pub exported_at: String,
    /// By whom.
    pub exported_by: String,
    /// Pseudonym, ground, dates, identity and household.
    pub case: Case,
    /// 経過記録 with every version.
    pub notes: Vec<CaseNote>,
    /// Needs, the archived ones too.
    pub needs: Vec<StoredNeed>,
    /// Matches with every step.
    pub matches: Vec<Match>,
    /// Consents, the withdrawn ones too.
    pub consents: Vec<Consent>,
    /// With which conferences it was shared.
    pub shares: Vec<Share>,
    /// To whom it was referred.
    pub referrals: Vec<Referral>,
    /// Through whose hands it went.
    pub hand_overs: Vec<HandOver>,
}

private!(Disclosure);
