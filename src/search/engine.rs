//! The search: words to hits, places and filters to the ones meant, then order, counts and alternatives.

use std::{collections::BTreeMap, sync::Arc};

use tantivy::query::EnableScoring;

use super::{
    asking,
    facts::{Atlas, Facts, Offer},
    index::{IndexError, TextIndex, TextView},
    queries::Docs,
    query::{Place, PlaceLexicon, SearchQuery, Sort},
    relax,
    vocab::{Facet, VOCAB},
};
use crate::{
    kernel::{geo::Meters, id::ResourceId},
    resources::words::*,
};

/// One entry found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Which.
    pub id: ResourceId,
    /// How well it fits; 0 when nothing was asked in words.
    pub score: f32,
    /// From `near`.
    pub distance: Option<Meters>,
    /// Which of its opportunities satisfy the filters, by order.
    pub offers: Vec<usize>,
}

/// A change to the question that would find more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxed {
    /// What to let go of, in words.
    pub change: String,
    /// How many are found then.
    pub total: usize,
}

/// The answer.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Found {
    pub total: usize,
    pub hits: Vec<Hit>,
    pub place: Option<Place>,
    pub terms: Vec<String>,
    pub expanded: Vec<String>,
    /// Counts of kinds, districts and fields among all that were found.
    pub kinds: BTreeMap<ResourceKind, usize>,
    pub districts: BTreeMap<String, usize>,
    pub fields: BTreeMap<Field, usize>,
    pub relaxed: Vec<Relaxed>,
    /// Nothing was found as written; these are one letter away.
    pub fuzzy: bool,
}

/// Answers a question from one index and its facts.
pub fn search(
    index: &TextIndex,
    atlas: &Atlas,
    places: &PlaceLexicon,
    query: &SearchQuery,
) -> Result<Found, IndexError> {
    let mut found = once(index, atlas, places, query)?;
    if found.total <= 2 {
        for (change, question) in relax::ways(places, query) {
            let total = once(index, atlas, places, &question)?.total;
            if total > found.total {
                found.relaxed.push(Relaxed { change, total });
            }
        }
    }
    Ok(found)
}

fn once<'f>(
    index: &TextIndex,
    atlas: &'f Atlas,
    places: &PlaceLexicon,
    query: &SearchQuery,
) -> Result<Found, IndexError> {
    let view = index.view();
    let asked = asking::understand(places, &query.q);
    let lying = asked.place.map(|p| lying(&view, atlas, p)).transpose()?;
    let tree = asking::tree(&view, &asked, lying)?;
    let mut found = Found {
        place: asked.place.cloned(),
        terms: tree.terms,
        expanded: tree.expanded,
        fuzzy: tree.fuzzy,
        ..Found::default()
    };
    let wishes = VOCAB.facets(&query.q);
    let mut hits: Vec<(Hit, &Facts)> = Vec::new();
    let mut take = |facts: Option<&'f Facts>, score: f32| {
        if let Some(facts) = facts
            && let Some((distance, offers)) = passes(facts, query)
        {
            let hit = Hit {
                id: facts.id.clone(),
                score: score * preference(facts, &wishes),
                distance,
                offers,
            };
            hits.push((hit, facts));
        }
    };
    match &tree.query {
        Some(words) => {
            let searcher = view.searcher();
            let weight = words.weight(EnableScoring::enabled_from_searcher(searcher))?;
            for segment in searcher.segment_readers() {
                let keys = segment.fast_fields().u64("key")?.first_or_default_col(0);
                let alive = segment.alive_bitset();
                weight.for_each(segment, &mut |doc, score| {
                    if alive.is_none_or(|alive| alive.is_alive(doc)) {
                        take(atlas.get(keys.get_val(doc)), score);
                    }
                })?;
            }
        }
        None => atlas.iter().for_each(|(_, facts)| take(Some(facts), 0.0)),
    }
    found.total = hits.len();
    for (_, facts) in &hits {
        *found.kinds.entry(facts.kind).or_default() += 1;
        if let Some(district) = &facts.district {
            *found.districts.entry(district.to_string()).or_default() += 1;
        }
        for field in &facts.fields {
            *found.fields.entry(*field).or_default() += 1;
        }
    }
    order(&mut hits, query, tree.query.is_some());
    found.hits = hits
        .into_iter()
        .skip(query.offset)
        .take(query.limit)
        .map(|(h, _)| h)
        .collect();
    Ok(found)
}

/// The documents that lie in a place.
fn lying(view: &TextView, atlas: &Atlas, place: &Place) -> Result<Docs, IndexError> {
    let lies = |f: &Facts| {
        f.district.as_ref().is_some_and(|d| place.districts.contains(d))
            || place
                .circle
                .is_some_and(|(c, r)| f.point.is_some_and(|p| c.distance(p) <= r))
    };
    let mut found = Vec::new();
    for segment in view.searcher().segment_readers() {
        let keys = segment.fast_fields().u64("key")?.first_or_default_col(0);
        let docs: Arc<[_]> = (0..segment.max_doc())
            .filter(|doc| atlas.get(keys.get_val(*doc)).is_some_and(lies))
            .collect();
        found.push((segment.segment_id(), docs));
    }
    Ok(Docs::new(found))
}

fn takes_wheelchair(o: &Offer) -> bool {
    o.wheelchair == Some(Acceptance::Yes)
}

fn fetches(o: &Offer) -> bool {
    matches!(o.transport, Some(Transport::Offered | Transport::Negotiable))
}

/// A wish spoken in the sentence lifts the entries that fulfil it; it never drops the others.
fn preference(facts: &Facts, wishes: &[Facet]) -> f32 {
    wishes.iter().fold(1.0, |weight, wish| {
        let fulfilled = facts.offers.iter().any(|o| match wish {
            Facet::Transport => fetches(o),
            Facet::Wheelchair => takes_wheelchair(o),
            Facet::StepFree => takes_wheelchair(o) || fetches(o),
            Facet::Free => o.free == Some(true),
            Facet::Remote => o.modality != Modality::OnSite,
        });
        if fulfilled { weight * 2.0 } else { weight }
    })
}

/// Whether an entry satisfies every filter, how far it is, and which of its opportunities do.
fn passes(facts: &Facts, query: &SearchQuery) -> Option<(Option<Meters>, Vec<usize>)> {
    let distance = match (query.near, facts.point) {
        (Some(near), Some(point)) => Some(near.distance(point)),
        _ => None,
    };
    let near_enough = query
        .radius
        .is_none_or(|radius| distance.is_some_and(|d| d <= radius));
    let fits = near_enough
        && query
            .bbox
            .is_none_or(|b| facts.point.is_some_and(|p| b.contains(p)))
        && (query.districts.is_empty()
            || facts
                .district
                .as_ref()
                .is_some_and(|d| query.districts.contains(d)))
        && (query.kinds.is_empty() || query.kinds.contains(&facts.kind))
        && (query.fields.is_empty() || facts.fields.iter().any(|f| query.fields.contains(f)))
        && query
            .serves
            .as_ref()
            .is_none_or(|home| facts.service_area.serves(home));
    if !fits {
        return None;
    }
    let asks_offers = !query.roles.is_empty()
        || query.modality.is_some()
        || query.weekdays != 0
        || query.time.is_some()
        || query.wheelchair
        || query.transport
        || query.free
        || query.remote;
    let offers: Vec<usize> = facts
        .offers
        .iter()
        .filter(|o| offer_passes(o, query))
        .map(|o| o.index)
        .collect();
    (!asks_offers || !offers.is_empty()).then_some((distance, offers))
}

fn offer_passes(o: &Offer, query: &SearchQuery) -> bool {
    let (from, to) = query.time.unwrap_or((0, 24 * 60));
    let when = (query.weekdays == 0 && query.time.is_none())
        || o.anytime
        || o.slots.iter().any(|s| {
            (query.weekdays == 0 || s.weekdays & query.weekdays != 0) && s.from_min < to && from < s.to_min
        });
    when && (query.roles.is_empty() || o.roles.iter().any(|r| query.roles.contains(r)))
        && query
            .modality
            .is_none_or(|m| o.modality == m || o.modality == Modality::Either || m == Modality::Either)
        && (!query.wheelchair || takes_wheelchair(o))
        && (!query.transport || fetches(o))
        && (!query.free || o.free == Some(true))
        && (!query.remote || o.modality != Modality::OnSite)
}

fn status_rank(status: Status) -> u8 {
    match status {
        Status::Active => 0,
        Status::Preparing => 1,
        _ => 2,
    }
}

fn order(hits: &mut [(Hit, &Facts)], query: &SearchQuery, in_words: bool) {
    let sort = query.sort.unwrap_or(if in_words {
        Sort::Relevance
    } else if query.near.is_some() {
        Sort::Distance
    } else {
        Sort::Name
    });
    let far = |h: &Hit| h.distance.map_or(f64::INFINITY, Meters::get);
    hits.sort_by(|(a, fa), (b, fb)| {
        let first = match sort {
            Sort::Relevance => status_rank(fa.status)
                .cmp(&status_rank(fb.status))
                .then(b.score.total_cmp(&a.score))
                .then(far(a).total_cmp(&far(b))),
            Sort::Distance => far(a).total_cmp(&far(b)),
            Sort::Name => fa.sort_name.cmp(&fb.sort_name),
            Sort::Updated => fb.updated_at.cmp(&fa.updated_at),
        };
        first.then_with(|| a.id.cmp(&b.id))
    });
}
