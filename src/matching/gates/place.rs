//! Gates of the place itself: whether it runs, has room, and is none to keep away from.

use super::{Facing, Verdict};
use crate::{
    kernel::text::key,
    matching::{board::Place, need::Avoid},
    resources::{opportunity::NewOpportunity, words::Status},
};

/// 活動中 or 準備中, resource and opportunity. What rests passes when it is known to take place again within the weeks.
pub fn open(f: &Facing) -> Option<Verdict> {
    let offer = &f.offer.entered;
    let states = [f.place.shown.status, offer.status];
    Some(if states.contains(&Status::Ended) {
        Verdict::Fail
    } else if states.contains(&Status::Paused) {
        let end_known = offer.pauses.as_ref().is_some_and(|p| p.covers(f.from));
        match (end_known, f.dates.is_empty()) {
            (false, _) => Verdict::Unknown,
            (true, false) => Verdict::Pass,
            (true, true) => Verdict::Fail,
        }
    } else {
        Verdict::Pass
    })
}

/// Room for everyone who comes.
pub fn capacity(f: &Facing) -> Option<Verdict> {
    let offer = &f.offer.entered;
    Some(match (offer.vacancy, offer.capacity) {
        (Some(free), _) => Verdict::of(free >= f.group),
        (None, Some(_)) => Verdict::Unknown,
        (None, None) => Verdict::Pass,
    })
}

/// None of the places and people to keep away from.
pub fn avoid(f: &Facing) -> Option<Verdict> {
    let avoid = &f.asker.avoid;
    let nothing = avoid.places.is_empty() && avoid.people.is_empty();
    (!nothing).then(|| Verdict::of(!is_avoided(avoid, f.place, Some(&f.offer.entered))))
}

/// Whether a place, or what it offers, is to be kept away from.
pub fn is_avoided(avoid: &Avoid, place: &Place, offer: Option<&NewOpportunity>) -> bool {
    let shown = &place.shown;
    let names = [
        Some(shown.name.as_str()),
        offer.map(|o| o.name.as_str()),
        shown.organization.as_deref(),
        shown.building_name.as_deref(),
    ];
    let told_of = [
        place.representative.as_deref(),
        shown.description.as_deref(),
        offer.and_then(|o| o.description.as_deref()),
    ];
    let stands_in = |said: &str, texts: &[Option<&str>]| {
        let said = key(said);
        // One character stands inside too many names.
        said.chars().count() >= 2 && texts.iter().flatten().any(|text| key(text).contains(&said))
    };
    let is_place = |said: &String| {
        let id = said.trim();
        id == shown.id.as_str()
            || offer.is_some_and(|o| o.id.as_str() == id)
            || key(said).contains(&key(&shown.name))
            || stands_in(said, &names)
    };
    let is_person = |said: &String| stands_in(said, &names) || stands_in(said, &told_of);
    avoid.places.iter().any(is_place) || avoid.people.iter().any(is_person)
}
