//! Whether an entry satisfies everything that was asked beside its words: districts, kinds, offers, hours, place.

use super::{
    facts::{Facts, Offer, SegmentFacts, bits, chord2, on_sphere},
    query::SearchQuery,
    vocab::Facet,
};
use crate::{kernel::geo::LngLat, resources::words::*};

/// A question's filters, ready to be asked a hundred thousand times.
#[derive(Debug)]
pub struct Filter<'q> {
    query: &'q SearchQuery,
    kinds: u64,
    fields: u16,
    roles: u8,
    near: Option<[f64; 3]>,
    /// The square of the radius as a straight line through the unit sphere.
    radius2: f64,
    asks_offers: bool,
    asks_anything: bool,
}

impl<'q> Filter<'q> {
    /// The filters of a question.
    pub fn new(query: &'q SearchQuery) -> Self {
        let asks_offers = !query.roles.is_empty()
            || query.modality.is_some()
            || query.weekdays != 0
            || query.time.is_some()
            || query.wheelchair
            || query.transport
            || query.free
            || query.remote;
        Self {
            kinds: bits(ResourceKind::ALL, &query.kinds),
            fields: bits(Field::ALL, &query.fields) as u16,
            roles: bits(ParticipationRole::ALL, &query.roles) as u8,
            near: query.near.map(on_sphere),
            radius2: query.radius.map_or(f64::INFINITY, chord2),
            asks_offers,
            asks_anything: asks_offers
                || query.radius.is_some()
                || query.bbox.is_some()
                || !query.districts.is_empty()
                || !query.kinds.is_empty()
                || !query.fields.is_empty()
                || query.serves.is_some(),
            query,
        }
    }

    /// Whether anything is filtered at all.
    pub fn asks_anything(&self) -> bool {
        self.asks_anything
    }

    /// Which of a segment's districts are asked; empty when all are.
    pub fn districts(&self, facts: &SegmentFacts) -> Vec<bool> {
        if self.query.districts.is_empty() {
            return Vec::new();
        }
        let asked = |id| self.query.districts.contains(id);
        facts.districts().iter().map(asked).collect()
    }

    /// The square of the straight line from `near`, infinite without one or the other.
    pub fn far2(&self, point: Option<LngLat>) -> f64 {
        let (Some(near), Some(point)) = (self.near, point) else {
            return f64::INFINITY;
        };
        let at = on_sphere(point);
        (0..3).map(|axis| (near[axis] - at[axis]).powi(2)).sum()
    }

    /// Whether the entry satisfies every filter; `districts` are those of its segment.
    pub fn passes(&self, facts: Facts, districts: &[bool]) -> bool {
        let q = self.query;
        (districts.is_empty() || facts.district_number().is_some_and(|n| districts[n]))
            && (self.kinds == 0 || self.kinds & 1 << facts.kind() as u64 != 0)
            && (self.fields == 0 || self.fields & facts.fields() != 0)
            && q.serves.as_ref().is_none_or(|home| facts.serves(home))
            && q.bbox
                .is_none_or(|b| facts.point().is_some_and(|p| b.contains(p)))
            && (q.radius.is_none() || self.far2(facts.point()) <= self.radius2)
            && (!self.asks_offers || facts.offers().iter().any(|o| self.offer_passes(facts, o)))
    }

    /// Which of an entry's opportunities satisfy the filters, by order.
    pub fn offers(&self, facts: Facts) -> Vec<usize> {
        let offers = facts.offers().iter().enumerate();
        offers
            .filter(|(_, o)| self.offer_passes(facts, o))
            .map(|(i, _)| i)
            .collect()
    }

    /// Whether one of an entry's opportunities satisfies the filters.
    pub fn offer_passes(&self, facts: Facts, o: &Offer) -> bool {
        let q = self.query;
        let (from, to) = q.time.unwrap_or((0, 24 * 60));
        let when = (q.weekdays == 0 && q.time.is_none())
            || o.anytime
            || facts.slots(o).iter().any(|s| {
                (q.weekdays == 0 || s.weekdays & q.weekdays != 0) && s.from_min < to && from < s.to_min
            });
        when && (self.roles == 0 || self.roles & o.roles != 0)
            && q.modality
                .is_none_or(|m| o.modality == m || o.modality == Modality::Either || m == Modality::Either)
            && (!q.wheelchair || takes_wheelchair(o))
            && (!q.transport || fetches(o))
            && (!q.free || o.free == Some(true))
            && (!q.remote || o.modality != Modality::OnSite)
    }
}

/// 車いす可; 要相談 is not yes.
pub fn takes_wheelchair(o: &Offer) -> bool {
    o.wheelchair == Some(Acceptance::Yes)
}

/// 送迎あり, or to be asked.
pub fn fetches(o: &Offer) -> bool {
    matches!(o.transport, Some(Transport::Offered | Transport::Negotiable))
}

/// A wish spoken in the sentence lifts the entries that fulfil it; it never drops the others.
pub fn preference(facts: Facts, wishes: &[Facet]) -> f32 {
    wishes.iter().fold(1.0, |weight, wish| {
        if fulfils(facts, *wish) {
            weight * 1.6
        } else {
            weight
        }
    })
}

/// Whether one of the opportunities fulfils what a phrase of a question asks for.
pub fn fulfils(facts: Facts, wish: Facet) -> bool {
    facts.offers().iter().any(|o| match wish {
        Facet::Transport => fetches(o),
        Facet::Wheelchair => takes_wheelchair(o),
        Facet::StepFree => takes_wheelchair(o) || fetches(o),
        Facet::Free => o.free == Some(true),
        Facet::Remote => o.modality != Modality::OnSite,
        Facet::Weekdays(days) => o.anytime || facts.slots(o).iter().any(|s| s.weekdays & days != 0),
        Facet::Hours(from, to) => {
            o.anytime || facts.slots(o).iter().any(|s| s.from_min < to && from < s.to_min)
        }
    })
}
