//! The start of 支援メニューづくり: what is missing, where, and who near there could be asked to open it.

use super::{
    factors::Spoken,
    gates::{Bench, Gate, is_avoided},
};
use crate::{
    kernel::{
        geo::{LngLat, Meters},
        id::DistrictId,
        private::private,
    },
    resources::words::{OrganizationKind, ResourceKind},
    search::index::IndexError,
};

/// Kilometres around the home in which somebody is asked.
const AROUND_KM: f64 = 20.0;
/// How many are named.
const PARTNERS: usize = 8;
/// Of farms, companies and corporations each so many, where there are.
const OF_EACH: usize = 2;
/// From this a place already does what was wished.
const DOES_IT: f64 = 0.5;

/// Somebody who could be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// Index of the place.
    pub place: usize,
    /// Straight line from home.
    pub distance: Option<Meters>,
    /// How well its own texts answer the wish, 0 to 1.
    pub interest: f64,
}

/// The start of a draft.
#[derive(Clone, PartialEq)]
pub struct MenuDraft {
    /// Where.
    pub district: Option<DistrictId>,
    /// The gate at which the nearest offers fail; `None` when no offer does what was wished.
    pub missing: Option<Gate>,
    /// In words.
    pub text: String,
    /// Who could be asked, the likeliest first.
    pub partners: Vec<Partner>,
}

private!(MenuDraft);

/// Makes the draft; `nearest` is the gate of the best near miss.
///
/// # Errors
/// None in practice: the texts lie in memory.
pub fn draft(bench: &Bench, spoken: &Spoken, nearest: Option<Gate>) -> Result<MenuDraft, IndexError> {
    let wishes = bench.asker.person().wishes.as_deref();
    let (places, texts) = bench.board.partners();
    let heard = wishes.map(|said| texts.hear(said)).transpose()?;
    let home = bench.asker.home.map(|h| h.point);
    let mut likely: Vec<(Partner, f64)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let known = &bench.board.places()[*place];
        if is_avoided(&bench.asker.avoid, known, None) || does_it_already(bench, spoken, *place) {
            continue;
        }
        let distance = home
            .zip(known.shown.point)
            .map(|(a, b): (LngLat, LngLat)| a.distance(b));
        if distance.is_some_and(|d| d.get() > AROUND_KM * 1000.0) {
            continue;
        }
        let interest = heard
            .as_ref()
            .and_then(|h| h.scores.get(at))
            .map_or(0.0, |s| f64::from(*s));
        let near = distance.map_or(0.1, |d| (-d.get() / 5_000.0).exp());
        likely.push((
            Partner {
                place: *place,
                distance,
                interest,
            },
            interest + near,
        ));
    }
    likely.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.place.cmp(&b.place)));
    let mut partners: Vec<Partner> = Vec::new();
    for kind in [is_farm as fn(&Bench, usize) -> bool, is_company, is_corporation] {
        let of_kind = likely.iter().filter(|(p, _)| kind(bench, p.place));
        partners.extend(of_kind.take(OF_EACH).map(|(p, _)| p.clone()));
    }
    for (partner, _) in &likely {
        if partners.len() < PARTNERS && !partners.contains(partner) {
            partners.push(partner.clone());
        }
    }
    let rank = |p: &Partner| likely.iter().position(|(q, _)| q == p);
    partners.sort_by_key(rank);
    partners.dedup();
    let missing = nearest;
    Ok(MenuDraft {
        district: bench.asker.district.clone(),
        missing,
        text: match missing {
            Some(gate) => format!(
                "いまある機会では「{}」が合いません。近くの協力先に、新しい機会を相談できます",
                gate.label()
            ),
            None => {
                "希望のことばそのものは、いまの機会に出てきません。近くの協力先に、新しい機会を相談できます"
                    .to_owned()
            }
        },
        partners,
    })
}

/// Whether the place has an offer of the kind already: then there is nothing to open.
fn does_it_already(bench: &Bench, spoken: &Spoken, place: usize) -> bool {
    let Some(heard) = &spoken.wishes else { return false };
    let offers = bench.board.of_place(place);
    offers
        .iter()
        .any(|o| heard.scores.get(*o).is_some_and(|s| f64::from(*s) >= DOES_IT))
}

fn is_farm(bench: &Bench, place: usize) -> bool {
    let shown = &bench.board.places()[place].shown;
    shown.kind == ResourceKind::Farm || shown.organization_kind == Some(OrganizationKind::Farm)
}

fn is_company(bench: &Bench, place: usize) -> bool {
    let shown = &bench.board.places()[place].shown;
    shown.kind == ResourceKind::Company || shown.organization_kind == Some(OrganizationKind::Company)
}

fn is_corporation(bench: &Bench, place: usize) -> bool {
    let shown = &bench.board.places()[place].shown;
    shown.kind == ResourceKind::SocialWelfareCorporation
        || shown.organization_kind == Some(OrganizationKind::SocialWelfareCorporation)
}
