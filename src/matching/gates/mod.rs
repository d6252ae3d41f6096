//! Stage 1: the gates. Each answers pass, fail or unknown, and only for what the need states; nothing here has words.

mod coming;
mod person;
mod place;
pub mod skills;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    asker::{Asker, Person},
    board::{Board, Offer, Place},
    need::WishedModality,
};
use crate::{
    kernel::{coded::coded, schedule::Occurrence},
    resources::words::Modality,
};

pub use coming::{KM_UNSURE, Way, limit_km, shared_minutes};
pub use place::is_avoided;

coded! {
    /// What a person brings that a place must meet, or the other way round.
    Gate {
        Role = "role" "役割",
        Modality = "modality" "形態",
        Age = "age" "年齢",
        Sex = "sex" "性別",
        Wheelchair = "wheelchair" "車いす",
        Companion = "companion" "同伴",
        Fee = "fee" "費用",
        GroupSize = "group_size" "人数",
        Eligibility = "eligibility" "制度の対象",
        ServiceArea = "service_area" "対象地区",
        Open = "open" "活動の状態",
        Capacity = "capacity" "空き",
        Skill = "skill" "技能",
        Reach = "reach" "距離・送迎",
        Slot = "slot" "日時",
        Avoid = "avoid" "避けたい場所・人",
    }
}

/// What a gate answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It fits.
    Pass,
    /// It does not.
    Fail,
    /// Nobody knows: to be asked. Never a silent no.
    Unknown,
}

impl Verdict {
    /// Fails on no.
    fn of(fits: bool) -> Self {
        if fits { Self::Pass } else { Self::Fail }
    }

    /// Both must hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Pass,
        }
    }
}

/// One person before one offer.
#[derive(Clone, Copy)]
pub struct Facing<'a> {
    /// Everyone, with their home.
    pub asker: &'a Asker,
    /// The one looked at.
    pub person: &'a Person,
    /// The offer.
    pub offer: &'a Offer,
    /// Its place.
    pub place: &'a Place,
    /// Its dates of the next weeks.
    pub dates: &'a [Occurrence],
    /// How many of the household come to this offer.
    pub group: u32,
    /// The first of these days.
    pub from: NaiveDate,
}

impl Facing<'_> {
    /// Whether the work is done at home: then how to get there is no question.
    pub fn is_remote(&self) -> bool {
        match self.offer.entered.modality {
            Modality::Remote => true,
            Modality::Either => self.person.wants.modality == Some(WishedModality::Remote),
            Modality::OnSite => false,
        }
    }

    /// What a gate answers; `None` when the need does not ask for it.
    pub fn verdict(&self, gate: Gate) -> Option<Verdict> {
        match gate {
            Gate::Role => person::role(self),
            Gate::Modality => person::modality(self),
            Gate::Age => person::age(self),
            Gate::Sex => person::sex(self),
            Gate::Wheelchair => person::wheelchair(self),
            Gate::Companion => person::companion(self),
            Gate::Fee => person::fee(self),
            Gate::GroupSize => person::group_size(self),
            Gate::Eligibility => person::eligibility(self),
            Gate::ServiceArea => coming::service_area(self),
            Gate::Open => place::open(self),
            Gate::Capacity => place::capacity(self),
            Gate::Skill => person::skill(self),
            Gate::Reach => coming::reach(self),
            Gate::Slot => coming::slot(self),
            Gate::Avoid => place::avoid(self),
        }
    }
}

/// Gates as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failed(u32);

impl Failed {
    /// How many.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// None of them.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// With one more.
    #[must_use]
    pub fn with(self, gate: Gate) -> Self {
        Self(self.0 | 1 << gate as u32)
    }

    /// Both sets.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The one gate, when it is just one.
    pub fn single(self) -> Option<Gate> {
        (self.len() == 1)
            .then(|| Gate::ALL.get(self.0.trailing_zeros() as usize).copied())
            .flatten()
    }

    /// All in the set.
    pub fn each(self) -> impl Iterator<Item = Gate> {
        Gate::ALL
            .iter()
            .copied()
            .filter(move |g| self.0 & 1 << *g as u32 != 0)
    }
}

/// How everyone of a household would be placed around one offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    /// The offer of each person, the first being the one looked at.
    pub at: Vec<usize>,
    /// Gates that fail for anyone.
    pub failed: Failed,
}

/// Everything needed to judge all offers for one asker.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// Who.
    pub asker: &'a Asker,
    /// Where.
    pub board: &'a Board,
    /// The dates of each offer.
    pub calendar: &'a [Vec<Occurrence>],
    /// From which day.
    pub from: NaiveDate,
}

impl<'a> Bench<'a> {
    /// One person before one offer, with so many coming there.
    pub fn facing(&self, person: usize, offer: usize, group: u32) -> Facing<'a> {
        Facing {
            asker: self.asker,
            person: &self.asker.persons[person],
            offer: &self.board.offers()[offer],
            place: self.board.place_of(offer),
            dates: &self.calendar[offer],
            group,
            from: self.from,
        }
    }

    /// The gates that one person fails at one offer; after two the rest is not asked when `enough`.
    fn failed(&self, person: usize, offer: usize, group: u32, enough: bool) -> Failed {
        let facing = self.facing(person, offer, group);
        let mut failed = Failed::default();
        for gate in Gate::ALL {
            if facing.verdict(*gate) == Some(Verdict::Fail) {
                failed = failed.with(*gate);
                if enough && failed.len() == 2 {
                    break;
                }
            }
        }
        failed
    }

    /// Places everyone at an offer, or those who do not fit there together at one other offer of the same place, so that
    /// the fewest gates fail.
    pub fn seat(&self, offer: usize) -> Seated {
        let everyone = self.asker.persons.len();
        if everyone == 1 {
            return Seated {
                at: vec![offer],
                failed: self.failed(0, offer, 1, true),
            };
        }
        let all_here = self.seated(vec![offer; everyone]);
        if all_here.failed.is_empty() {
            return all_here;
        }
        let fits_here: Vec<bool> = (0..everyone)
            .map(|p| p == 0 || self.failed(p, offer, 1, false).is_empty())
            .collect();
        let mut best = all_here;
        for other in self.board.siblings(offer) {
            let at = fits_here
                .iter()
                .map(|here| if *here { offer } else { other })
                .collect();
            let seated = self.seated(at);
            if seated.failed.len() < best.failed.len() {
                best = seated;
            }
        }
        best
    }

    fn seated(&self, at: Vec<usize>) -> Seated {
        let group = |offer: usize| at.iter().filter(|o| **o == offer).count() as u32;
        let failed = at
            .iter()
            .enumerate()
            .map(|(person, offer)| self.failed(person, *offer, group(*offer), false))
            .fold(Failed::default(), Failed::or);
        Seated { at, failed }
    }
}
