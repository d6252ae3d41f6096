//! On what ground a record is kept, and what that ground allows.

use chrono::{Months, NaiveDate};

use super::{conference::ConferenceKind, error::Refused};
use crate::kernel::coded::coded;

coded! {
    /// 記録の根拠.
    LegalBasis {
        Engaging = "engaging" "未同意(受付・関係づくり中)" | "未同意",
        Consented = "consented" "本人同意",
        StatutoryConference = "statutory_conference" "支援会議(同意なし)" | "支援会議",
    }
}

/// A way in which somebody besides the assigned staff may come to know something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// The coordinators of the district read along.
    Colleagues,
    /// A conference is told.
    Conference {
        /// Which of the two.
        kind: ConferenceKind,
        /// Whether a consent stands that names it and covers all that it is told.
        consent: bool,
    },
    /// A 多機関協働推進員 reads along.
    Referral {
        /// Whether a consent stands that names them.
        consent: bool,
    },
}

impl LegalBasis {
    /// What this ground allows.
    ///
    /// - `engaging`: nothing at all leaves the assigned staff.
    /// - `consented`: what a standing consent covers; colleagues of the district read along.
    /// - `statutory_conference`: a 支援会議 by law (社会福祉法106条の6), whose members are under 守秘義務; nobody else, and
    ///   never a 重層的支援会議, which runs on consent.
    ///
    /// ```
    /// use yosatte::people::{basis::{LegalBasis::*, Sharing}, conference::ConferenceKind::*};
    /// let told = |kind, consent| Sharing::Conference { kind, consent };
    /// assert!(!Engaging.allows(told(Statutory, true)));
    /// assert!(Consented.allows(told(Multilayer, true)));
    /// assert!(!Consented.allows(told(Statutory, false)));
    /// assert!(StatutoryConference.allows(told(Statutory, false)));
    /// assert!(!StatutoryConference.allows(told(Multilayer, true)));
    /// ```
    pub const fn allows(self, sharing: Sharing) -> bool {
        match (self, sharing) {
            (Self::Engaging, _) => false,
            (Self::Consented, Sharing::Colleagues) => true,
            (Self::Consented, Sharing::Conference { consent, .. } | Sharing::Referral { consent }) => consent,
            (Self::StatutoryConference, Sharing::Conference { kind, .. }) => {
                matches!(kind, ConferenceKind::Statutory)
            }
            (Self::StatutoryConference, Sharing::Colleagues | Sharing::Referral { .. }) => false,
        }
    }

    /// Why it does not.
    pub const fn refusal(self) -> Refused {
        match self {
            Self::Engaging => Refused::Basis(self),
            Self::Consented => Refused::BeyondConsent,
            Self::StatutoryConference => Refused::OnlyStatutory,
        }
    }

    /// Within how many months somebody must look again whether the ground still holds.
    pub const fn review_months(self) -> u32 {
        match self {
            Self::Engaging => 3,
            Self::Consented | Self::StatutoryConference => 12,
        }
    }

    /// The last day that may be set for the next look.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use yosatte::people::basis::LegalBasis;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// assert_eq!(LegalBasis::Engaging.latest_review(day(2026, 11, 30)), day(2027, 2, 28));
    /// assert_eq!(LegalBasis::Consented.latest_review(day(2026, 11, 24)), day(2027, 11, 24));
    /// ```
    pub fn latest_review(self, today: NaiveDate) -> NaiveDate {
        today
            .checked_add_months(Months::new(self.review_months()))
            .unwrap_or(today)
    }

    /// Whether `on` will do as the day of the next look.
    pub fn check_review(self, today: NaiveDate, on: NaiveDate) -> Result<(), Refused> {
        let latest = self.latest_review(today);
        if on > today && on <= latest {
            Ok(())
        } else {
            Err(Refused::Review(latest))
        }
    }
}
