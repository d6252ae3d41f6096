//! Stage 2: how well an offer fits, as factors from 0 to 1 and their weighted sum.

use super::{
    asker::Asker,
    gates::{self, Bench, Facing, Way, skills},
    need::{Locality, ReachMode, Wants},
    weights::Factor,
};
use crate::{
    kernel::schedule::Hours,
    resources::words::Field,
    search::{index::IndexError, texts::Heard},
};

/// What an offer counts for an interest that its place's text meets by the strengths alone.
const STRENGTH_SHARE: f64 = 0.8;
/// For what is not known.
const UNKNOWN: f64 = 0.3;
/// Months after which a confirmation counts nothing.
const STALE_MONTHS: f64 = 24.0;

/// What every offer's texts say to what was said.
#[derive(Debug, Default)]
pub struct Spoken {
    /// To the wishes.
    pub wishes: Option<Heard>,
    /// To the strengths.
    pub strengths: Option<Heard>,
}

impl Spoken {
    /// Asks the texts of all offers.
    pub fn of(bench: &Bench) -> Result<Self, IndexError> {
        let wants = bench.asker.person();
        let texts = bench.board.texts();
        let wishes = wants.wishes.as_deref().map(|said| texts.hear(said)).transpose()?;
        let strengths = (!wants.strengths.is_empty())
            .then(|| {
                let mut said = wants.strengths.clone();
                // The order in which somebody lists them says nothing.
                said.sort();
                texts.hear(&said.join("。"))
            })
            .transpose()?;
        Ok(Self { wishes, strengths })
    }

    fn score(heard: &Heard, offer: usize) -> f64 {
        f64::from(heard.scores.get(offer).copied().unwrap_or_default())
    }
}

/// The factors of one offer; `None` for what the need says nothing of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors([Option<f64>; Factor::ALL.len()]);

impl Factors {
    /// Works them out for the person at an offer.
    pub fn of(bench: &Bench, spoken: &Spoken, offer: usize) -> Self {
        let facing = bench.facing(0, offer, 1);
        let mut all = [None; Factor::ALL.len()];
        for factor in Factor::ALL {
            all[*factor as usize] = value(&facing, spoken, offer, *factor);
        }
        Self(all)
    }

    /// One of them.
    pub fn get(&self, factor: Factor) -> Option<f64> {
        self.0[factor as usize]
    }

    /// The weighted sum, 0 to 1.
    pub fn total(&self) -> f64 {
        let (mut sum, mut whole) = (0.0, 0.0);
        for factor in Factor::ALL {
            if let Some(value) = self.get(*factor) {
                sum += value * factor.weight();
                whole += factor.weight();
            }
        }
        if whole > 0.0 { sum / whole } else { 0.0 }
    }
}

fn value(f: &Facing, spoken: &Spoken, offer: usize, factor: Factor) -> Option<f64> {
    let wants = &f.person.wants;
    match factor {
        Factor::Interest => spoken.wishes.as_ref().map(|heard| Spoken::score(heard, offer)),
        Factor::Skill => spoken.strengths.as_ref().map(|heard| skill(f, heard, offer)),
        Factor::Role => (!wants.roles.is_empty()).then(|| role(f, wants)),
        Factor::Distance => f.asker.home_given.then(|| distance(f, wants)),
        Factor::Slot => (!wants.slots.is_empty()).then(|| slot(f, wants)),
        Factor::Fields => (!wants.fields.is_empty()).then(|| fields(f, wants)),
        Factor::GroupSize => wants.max_group_size.map(|most| group_size(f, most)),
        Factor::Freshness => Some(freshness(f)),
        Factor::OwnDistrict => own_district(f.asker, f),
    }
}

/// What the place asks for ↔ what the person brings, and where the strength would be at home.
fn skill(f: &Facing, heard: &Heard, offer: usize) -> f64 {
    let needed = &f.offer.entered.skills;
    let brought = &f.person.wants.strengths;
    let met = needed.iter().filter(|s| skills::among(s, brought)).count();
    let asked_for = match needed.len() {
        0 => 0.0,
        all => met as f64 / all as f64,
    };
    asked_for.max(Spoken::score(heard, offer) * STRENGTH_SHARE)
}

fn role(f: &Facing, wants: &Wants) -> f64 {
    let offered = &f.offer.entered.roles;
    let met = wants.roles.iter().filter(|r| offered.contains(r)).count();
    if met == 0 { 0.0 } else { 1.0 }
}

/// Falls with the way, slower the faster somebody travels: 1 at the door, about a third after the usual way.
fn distance(f: &Facing, wants: &Wants) -> f64 {
    if f.is_remote() {
        return 1.0;
    }
    let usual_km = match wants.reach.as_ref().map(|r| r.mode) {
        Some(ReachMode::Walk) => 0.7,
        Some(ReachMode::Car) => 10.0,
        Some(ReachMode::Transport) | None => 4.0,
    };
    Way::of(f).map_or(UNKNOWN * UNKNOWN, |way| (-way.km / usual_km).exp())
}

/// The largest share of a wished time that a date fills, and how often within the weeks there is such a date.
fn slot(f: &Facing, wants: &Wants) -> f64 {
    if f.offer.entered.schedule.as_ref().is_some_and(|s| s.is_anytime()) {
        return 0.8;
    }
    let (mut share, mut times) = (0.0_f64, 0_u32);
    for date in f.dates {
        let best = wants.slots.iter().map(|slot| {
            let (from, to) = slot.minutes();
            let (a, b) = date.hours.window();
            let possible = (to - from).min(b - a).max(1);
            f64::from(gates::shared_minutes(date, slot)) / f64::from(possible)
        });
        let best = best.fold(0.0, f64::max);
        let sure = if date.hours == Hours::Unknown { 0.5 } else { 1.0 };
        if best > 0.0 {
            (share, times) = (share.max(best * sure), times + 1);
        }
    }
    share * (0.5 + 0.5 * f64::from(times.min(4)) / 4.0)
}

fn fields(f: &Facing, wants: &Wants) -> f64 {
    let served = &f.place.shown.fields;
    if served.is_empty() {
        UNKNOWN
    } else if wants.fields.iter().any(|field| served.contains(field)) {
        1.0
    } else if served.contains(&Field::All) {
        0.7
    } else {
        0.0
    }
}

fn group_size(f: &Facing, most: u32) -> f64 {
    if f.is_remote() {
        return 1.0;
    }
    match f.offer.entered.usual_size {
        None => UNKNOWN,
        Some(size) if size > most => 0.0,
        Some(size) => 1.0 - 0.5 * f64::from(size) / f64::from(most.max(1)),
    }
}

fn freshness(f: &Facing) -> f64 {
    let Some(date) = f.place.shown.assured_on else {
        return 0.0;
    };
    let months = (f.from - date).num_days().max(0) as f64 / 30.44;
    (1.0 - months / STALE_MONTHS).clamp(0.0, 1.0)
}

fn own_district(asker: &Asker, f: &Facing) -> Option<f64> {
    let same = asker.district.is_some() && asker.district == f.place.shown.district;
    match asker.locality? {
        Locality::Prefer => Some(if same { 1.0 } else { 0.0 }),
        Locality::Avoid => Some(if same { 0.0 } else { 1.0 }),
        Locality::Any => None,
    }
}
