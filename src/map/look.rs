//! How a kind looks, the same on map, list and paper: a mark of one character, a word and a colour.

use crate::resources::words::ResourceKind;

/// A family of kinds that share a mark and a colour. Colour is never alone: mark and word stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KindGroup {
    /// Where people come together.
    Gather,
    /// Where people eat together or get food.
    Eat,
    /// Where one can ask for advice.
    Consult,
    /// For children and parents.
    Raise,
    /// Where one can work or try to.
    Work,
    /// Help with daily life.
    Help,
    /// Buildings and rooms.
    Venue,
    /// Groups and organisations.
    Group,
    /// Care and disability services.
    Service,
}

impl KindGroup {
    /// Every group, in the order of the legend.
    pub const ALL: &'static [Self] = &[
        Self::Gather,
        Self::Eat,
        Self::Consult,
        Self::Raise,
        Self::Work,
        Self::Help,
        Self::Venue,
        Self::Group,
        Self::Service,
    ];

    /// The group of a kind.
    pub const fn of(kind: ResourceKind) -> Self {
        use ResourceKind as K;
        match kind {
            K::YosatteClub | K::Salon | K::Ibasho | K::DementiaCafe | K::PeerGroup | K::SeniorsClub => {
                Self::Gather
            }
            K::CommunityDining | K::ChildrensCafeteria | K::FoodBank => Self::Eat,
            K::ComprehensiveSupportCenter
            | K::CoreConsultationCenter
            | K::DisabilityConsultation
            | K::ChildConsultation
            | K::SelfRelianceSupport => Self::Consult,
            K::ChildcareSupportBase | K::LearningSupport | K::School => Self::Raise,
            K::Farm | K::Company | K::EmploymentSupport | K::YouthSupportStation | K::SilverCenter => {
                Self::Work
            }
            K::MobilitySupport | K::SnowSupport => Self::Help,
            K::CommunityCenter | K::MeetingHall | K::Shelter => Self::Venue,
            K::SocialWelfareCorporation
            | K::VolunteerGroup
            | K::Npo
            | K::NeighborhoodAssociation
            | K::AdministrativeWard
            | K::PromotionCouncil
            | K::Other => Self::Group,
            K::ActivitySupportCenter | K::CareOffice | K::DisabilityOffice => Self::Service,
        }
    }

    /// The group of a kind's code; [`KindGroup::Group`] for a code that is none.
    pub fn of_code(code: &str) -> Self {
        ResourceKind::parse(code).map_or(Self::Group, Self::of)
    }

    /// The end of its CSS class.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gather => "gather",
            Self::Eat => "eat",
            Self::Consult => "consult",
            Self::Raise => "raise",
            Self::Work => "work",
            Self::Help => "help",
            Self::Venue => "venue",
            Self::Group => "group",
            Self::Service => "service",
        }
    }

    /// One character that stands for the group.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Gather => "集",
            Self::Eat => "食",
            Self::Consult => "相",
            Self::Raise => "育",
            Self::Work => "働",
            Self::Help => "助",
            Self::Venue => "場",
            Self::Group => "団",
            Self::Service => "所",
        }
    }

    /// The word of the legend.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gather => "集まる場",
            Self::Eat => "食事・食料",
            Self::Consult => "相談",
            Self::Raise => "子育て・学び",
            Self::Work => "働く・作る",
            Self::Help => "暮らしの助け",
            Self::Venue => "会場・施設",
            Self::Group => "団体",
            Self::Service => "福祉の事業所",
        }
    }

    /// A colour (`#rrggbb`) on which white text has a contrast of at least 4.5.
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Gather => "#115a36",
            Self::Eat => "#8b3200",
            Self::Consult => "#00118f",
            Self::Raise => "#8b008b",
            Self::Work => "#604b00",
            Self::Help => "#006173",
            Self::Venue => "#4d4d4d",
            Self::Group => "#850000",
            Self::Service => "#41048e",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.03928 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn white_can_be_read_on_every_colour() {
        for group in KindGroup::ALL {
            let contrast = 1.05 / (luminance(group.colour()) + 0.05);
            assert!(contrast >= 4.5, "{group:?}: {contrast}");
        }
    }

    #[test]
    fn no_two_groups_share_mark_word_or_colour() {
        for of in [
            KindGroup::mark,
            KindGroup::label,
            KindGroup::colour,
            KindGroup::code,
        ] {
            let seen: HashSet<_> = KindGroup::ALL.iter().map(|g| of(*g)).collect();
            assert_eq!(seen.len(), KindGroup::ALL.len());
        }
    }

    #[test]
    fn a_code_that_is_no_kind_still_has_a_look() {
        assert_eq!(KindGroup::of_code("salon"), KindGroup::Gather);
        assert_eq!(KindGroup::of_code("no_such_kind"), KindGroup::Group);
    }
}
