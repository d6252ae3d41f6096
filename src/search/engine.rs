//! The search: words to hits, places and filters to the ones meant, then order, counts and alternatives.

use std::collections::BTreeMap;

use tantivy::query::Query;

use super::{
    asking,
    filter::{Filter, fulfils, preference},
    index::IndexError,
    plain,
    queries::Docs,
    query::{Place, PlaceLexicon, SearchQuery, Sort},
    relax,
    snapshot::{Counting, Counts, Snapshot},
    tally::Tally,
    top::Top,
    vocab::{Facet, VOCAB},
    ways,
};
use crate::{
    kernel::{geo::Meters, id::ResourceId},
    resources::words::{Field, ResourceKind},
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
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// What to let go of, in words.
    pub change: String,
    /// What to let go of, as parameters.
    pub lets_go: relax::LetGo,
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
    /// Counts of what their opportunities offer, when the query asks for them.
    pub tally: Tally,
    pub relaxed: Vec<Relaxed>,
    /// Nothing was found as written; these are one letter away.
    pub fuzzy: bool,
    /// What was typed and says nothing by itself (「の」); it was not looked up.
    pub ignored: Vec<String>,
}

impl Found {
    /// What was typed, as 「の」「です」, when all of it says nothing by itself.
    pub fn wordless(&self) -> Option<String> {
        let alone = !self.ignored.is_empty() && self.terms.is_empty() && self.place.is_none();
        alone.then(|| format!("「{}」", self.ignored.join("」「")))
    }
}

/// Answers a question from one snapshot.
pub fn search(snapshot: &Snapshot, places: &PlaceLexicon, query: &SearchQuery) -> Result<Found, IndexError> {
    let mut found = once(snapshot, places, query)?;
    if found.total <= 2 {
        for relax::Way {
            change,
            lets_go,
            query,
        } in relax::ways(places, query)
        {
            let total = once(snapshot, places, &query)?.total;
            if total > found.total {
                found.relaxed.push(Relaxed {
                    change,
                    lets_go,
                    total,
                });
            }
        }
    }
    Ok(found)
}

fn once(snapshot: &Snapshot, places: &PlaceLexicon, query: &SearchQuery) -> Result<Found, IndexError> {
    let tree = if snapshot.is_plain() {
        let asked = asking::understand(places, &query.q);
        let lying = asked.place.map(|place| lying(snapshot, place));
        plain::tree(snapshot, &asked, lying)
    } else {
        let ground = asking::Ground {
            lying: &|place| lying(snapshot, place),
            fulfilling: &|facet| fulfilling(snapshot, facet),
        };
        asking::tree(snapshot.view(), places, &query.q, &ground)?
    };
    let ground = match (query.near, query.radius, &query.bbox) {
        (Some(near), Some(radius), _) => Some(snapshot.circle(near, radius)),
        (_, _, Some(area)) => Some(snapshot.in_box(area)),
        _ => None,
    };
    let filter = Filter::new(query);
    let sort = query.sort.unwrap_or(if tree.query.is_some() {
        Sort::Relevance
    } else if query.near.is_some() {
        Sort::Distance
    } else {
        Sort::Name
    });
    let wishes = VOCAB.facets(&query.q);
    let keep = query.offset.saturating_add(query.limit);
    let all_by_distance = tree.query.is_none()
        && ground.is_none()
        && !filter.asks_anything()
        && !query.tally
        && sort == Sort::Distance;
    let nearest = if all_by_distance {
        nearest(snapshot, query, keep)
    } else {
        None
    };
    let mut tally = query.tally.then(Tally::default);
    let (top, counts) = match (nearest, tree.query, ground) {
        (Some(top), ..) => (top, snapshot.counts().clone()),
        (None, words, ground) => {
            // Where the ground decides, the words are asked only about what lies there.
            let words = match (words, &ground) {
                (Some(words), Some(ground)) => Some(ways::every(vec![
                    ways::constant(Box::new(ground.clone()), 0.0),
                    words,
                ])),
                (words, _) => words,
            };
            let mut top = Top::new(sort, keep);
            let counts = collect(snapshot, words, ground, &filter, &wishes, (&mut top, &mut tally))?;
            (top, counts)
        }
    };
    Ok(Found {
        total: counts.total,
        hits: top
            .done()
            .skip(query.offset)
            .map(|hit| Hit {
                id: ResourceId::new(hit.facts.id()).expect("an id that was read from the index is one"),
                score: hit.score,
                distance: query
                    .near
                    .zip(hit.facts.point())
                    .map(|(near, at)| near.distance(at)),
                offers: filter.offers(hit.facts),
            })
            .collect(),
        place: tree.place.cloned(),
        terms: tree.terms,
        expanded: tree.expanded,
        fuzzy: tree.fuzzy,
        ignored: tree.ignored,
        kinds: named(ResourceKind::ALL, &counts.kinds),
        fields: named(Field::ALL, &counts.fields),
        districts: counts.districts,
        tally: tally.unwrap_or_default(),
        relaxed: Vec::new(),
    })
}

fn named<T: Copy + Ord>(all: &[T], counts: &[usize]) -> BTreeMap<T, usize> {
    all.iter()
        .copied()
        .zip(counts.iter().copied())
        .filter(|(_, n)| *n > 0)
        .collect()
}

/// Goes through everything that the words, or else the ground, or else nothing has chosen; what passes the filters
/// is counted, and the best is kept.
fn collect<'s>(
    snapshot: &'s Snapshot,
    words: Option<Box<dyn Query>>,
    ground: Option<Docs>,
    filter: &Filter,
    wishes: &[Facet],
    (top, tally): (&mut Top<'s>, &mut Option<Tally>),
) -> Result<Counts, IndexError> {
    let scoring = snapshot.view().scoring();
    let weight = words.map(|words| words.weight(scoring)).transpose()?;
    let mut counts = Counts::none();
    for shard in snapshot.shards() {
        let (segment, facts) = (shard.segment, shard.facts());
        let districts = filter.districts(facts);
        let mut counting = Counting::new(&mut counts, facts);
        let mut take = |doc, score: f32| {
            if let Some(entry) = facts.get(doc)
                && shard.is_alive(doc)
                && filter.passes(entry, &districts)
            {
                counting.add(entry);
                if let Some(tally) = tally {
                    tally.add(entry, filter);
                }
                let score = if wishes.is_empty() {
                    score
                } else {
                    score * preference(entry, wishes)
                };
                top.offer(entry, score, filter);
            }
        };
        match (&weight, &ground) {
            (Some(weight), _) => weight.for_each(segment, &mut take)?,
            (None, Some(ground)) => ground
                .of(segment.segment_id())
                .iter()
                .for_each(|doc| take(*doc, 0.0)),
            (None, None) => (0..segment.max_doc()).for_each(|doc| take(doc, 0.0)),
        }
        counting.done();
    }
    Ok(counts)
}

/// The nearest entries, when all that is asked is a place; `None` when not enough of them have one.
fn nearest<'s>(snapshot: &'s Snapshot, query: &SearchQuery, keep: usize) -> Option<Top<'s>> {
    let shards: Vec<_> = snapshot.shards().collect();
    let mut top = Top::new(Sort::Distance, keep);
    let (mut seen, mut last) = (0, f64::INFINITY);
    for (far2, shard, doc) in snapshot.nearest(query.near?) {
        // Entries at one distance stand in order of their ids: all of them are looked at.
        if seen >= keep && far2 > last {
            return Some(top);
        }
        (seen, last) = (seen + 1, far2);
        if let Some(facts) = shards[shard].facts().get(doc) {
            top.offer_at(facts, 0.0, far2);
        }
    }
    (seen >= keep || seen == snapshot.len()).then_some(top)
}

/// The documents that lie in a place.
fn lying(snapshot: &Snapshot, place: &Place) -> Docs {
    snapshot.docs(|shard, found| {
        let facts = shard.facts();
        let meant: Vec<bool> = facts
            .districts()
            .iter()
            .map(|d| place.districts.contains(d))
            .collect();
        if meant.contains(&true) {
            for (doc, entry) in facts.iter() {
                if entry.district_number().is_some_and(|n| meant[n]) {
                    found(doc);
                }
            }
        }
        if let Some((centre, radius)) = place.circle {
            facts.circle(centre, radius, found);
        }
    })
}

/// The documents of which an opportunity fulfils what a phrase asks for.
fn fulfilling(snapshot: &Snapshot, facet: Facet) -> Docs {
    snapshot.docs(|shard, found| {
        let facts = shard.facts();
        for (doc, entry) in facts.iter() {
            if fulfils(entry, facet) {
                found(doc);
            }
        }
    })
}
