//! The search: words to hits, places and filters to the ones meant, then order, counts and alternatives.

use std::collections::{BTreeMap, HashMap};

use super::{
    analyzer,
    facts::{Atlas, Facts, Offer},
    index::{IndexError, TextIndex},
    query::{Place, PlaceLexicon, SearchQuery, Sort},
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
        found.relaxed = relax(index, atlas, places, query, found.total)?;
    }
    Ok(found)
}

/// The words of a question, apart from the place among them.
struct Asked<'a> {
    place: Option<&'a Place>,
    place_word: Option<String>,
    chunks: Vec<String>,
}

fn understand<'a>(places: &'a PlaceLexicon, q: &str) -> Asked<'a> {
    let flat = crate::kernel::text::nfkc(q);
    let mut asked = Asked {
        place: None,
        place_word: None,
        chunks: Vec::new(),
    };
    for chunk in flat
        .split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '。' | '?' | '!'))
        .filter(|c| !c.is_empty())
    {
        if asked.place.is_none() {
            if let Some(place) = places.find(chunk) {
                asked.place = Some(place);
                asked.place_word = Some(chunk.to_owned());
                continue;
            }
            if let Some((place, rest)) = places.split(chunk) {
                asked.place = Some(place);
                asked.place_word = Some(place.text.clone());
                asked.chunks.push(rest.to_owned());
                continue;
            }
        }
        asked.chunks.push(chunk.to_owned());
    }
    asked
}

fn once(
    index: &TextIndex,
    atlas: &Atlas,
    places: &PlaceLexicon,
    query: &SearchQuery,
) -> Result<Found, IndexError> {
    let mut found = Found::default();
    let asked = understand(places, &query.q);
    let mut scores = words(index, &asked.chunks, &mut found)?;
    if let Some(place) = asked.place {
        // Lying there, or naming it.
        let naming = index.hits(asked.place_word.as_deref().unwrap_or(&place.text))?;
        let lies = |f: &Facts| {
            f.district.as_ref().is_some_and(|d| place.districts.contains(d))
                || place
                    .circle
                    .is_some_and(|(c, r)| f.point.is_some_and(|p| c.distance(p) <= r))
        };
        scores = Some(match scores {
            None => atlas
                .iter()
                .filter_map(|(key, f)| match (naming.get(&key), lies(f)) {
                    (Some(score), there) => Some((key, score + f32::from(u8::from(there)))),
                    (None, true) => Some((key, 0.5)),
                    (None, false) => None,
                })
                .collect(),
            Some(hits) => hits
                .into_iter()
                .filter(|(key, _)| naming.contains_key(key) || atlas.get(*key).is_some_and(&lies))
                .collect(),
        });
        found.place = Some(place.clone());
    }
    let wishes = VOCAB.facets(&query.q);
    let mut hits: Vec<(Hit, &Facts)> = Vec::new();
    match &scores {
        Some(scores) => {
            for (key, score) in scores {
                if let Some(facts) = atlas.get(*key)
                    && let Some((distance, offers)) = passes(facts, query)
                {
                    let score = score * preference(facts, &wishes);
                    hits.push((
                        Hit {
                            id: facts.id.clone(),
                            score,
                            distance,
                            offers,
                        },
                        facts,
                    ));
                }
            }
        }
        None => {
            for (_, facts) in atlas.iter() {
                if let Some((distance, offers)) = passes(facts, query) {
                    hits.push((
                        Hit {
                            id: facts.id.clone(),
                            score: 0.0,
                            distance,
                            offers,
                        },
                        facts,
                    ));
                }
            }
        }
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
    order(&mut hits, query, scores.is_some());
    found.hits = hits
        .into_iter()
        .skip(query.offset)
        .take(query.limit)
        .map(|(h, _)| h)
        .collect();
    Ok(found)
}

/// All chunks are required. A chunk that is a sentence is asked by its content words, of which a third must match.
fn words(
    index: &TextIndex,
    chunks: &[String],
    found: &mut Found,
) -> Result<Option<HashMap<u64, f32>>, IndexError> {
    let mut all: Option<HashMap<u64, f32>> = None;
    for chunk in chunks {
        let mut hits = index.hits(chunk)?;
        found.terms.push(chunk.clone());
        found.expanded.extend(VOCAB.synonyms(chunk).iter().cloned());
        if hits.is_empty() {
            hits = sentence(index, chunk, found)?;
        }
        // Only what was typed by ear is guessed at: kanji one sound apart are another word.
        if hits.is_empty() && crate::kernel::text::is_kana(chunk) {
            hits = index.fuzzy_hits(chunk)?;
            found.fuzzy |= !hits.is_empty();
        }
        all = Some(match all {
            None => hits,
            Some(before) => before
                .into_iter()
                .filter_map(|(key, score)| hits.get(&key).map(|more| (key, score + more)))
                .collect(),
        });
    }
    Ok(all)
}

fn sentence(index: &TextIndex, chunk: &str, found: &mut Found) -> Result<HashMap<u64, f32>, IndexError> {
    let words = analyzer::words(chunk);
    let function_words = words.iter().any(|w| !w.content);
    let content: Vec<&str> = words
        .iter()
        .filter(|w| w.content && !VOCAB.is_stop_word(&w.surface) && !VOCAB.is_stop_word(&w.base))
        .map(|w| w.surface.as_str())
        .collect();
    if content.is_empty() || (content.len() < 2 && !function_words) || words.len() < 2 {
        return Ok(HashMap::new());
    }
    let mut matched: HashMap<u64, (usize, f32)> = HashMap::new();
    for word in &content {
        for (key, score) in index.hits(word)? {
            let entry = matched.entry(key).or_default();
            entry.0 += 1;
            entry.1 += score;
        }
    }
    // Side by side without function words they are one compound: then every word is meant.
    let needed = if function_words {
        content.len().div_ceil(3)
    } else {
        content.len()
    };
    found.terms.extend(content.iter().map(|w| (*w).to_owned()));
    Ok(matched
        .into_iter()
        .filter(|(_, (n, _))| *n >= needed)
        .map(|(k, (n, s))| (k, s * n as f32))
        .collect())
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

/// Single changes to the question that find more, told with their totals.
fn relax(
    index: &TextIndex,
    atlas: &Atlas,
    places: &PlaceLexicon,
    query: &SearchQuery,
    now: usize,
) -> Result<Vec<Relaxed>, IndexError> {
    let mut ways: Vec<(String, SearchQuery)> = Vec::new();
    let base = SearchQuery {
        offset: 0,
        limit: 1,
        ..query.clone()
    };
    let asked = understand(places, &query.q);
    if let (Some(place), false) = (asked.place, asked.chunks.is_empty()) {
        ways.push((
            format!("「{}」のほかの場所も", place.text),
            SearchQuery {
                q: asked.chunks.join(" "),
                ..base.clone()
            },
        ));
    }
    if asked.chunks.len() > 1 {
        for (i, dropped) in asked.chunks.iter().enumerate() {
            let mut rest: Vec<&str> = asked.place_word.iter().map(String::as_str).collect();
            rest.extend(
                asked
                    .chunks
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .map(|(_, c)| c.as_str()),
            );
            ways.push((
                format!("「{dropped}」をはずす"),
                SearchQuery {
                    q: rest.join(" "),
                    ..base.clone()
                },
            ));
        }
    }
    if let Some(radius) = query.radius {
        let wider = Meters::new((radius.get() * 3.0).max(3000.0));
        ways.push((
            "もっと遠くまで".into(),
            SearchQuery {
                radius: wider,
                ..base.clone()
            },
        ));
    }
    if query.bbox.is_some() {
        ways.push((
            "地図の範囲の外も".into(),
            SearchQuery {
                bbox: None,
                ..base.clone()
            },
        ));
    }
    if !query.districts.is_empty() {
        ways.push((
            "ほかの地区も".into(),
            SearchQuery {
                districts: Vec::new(),
                ..base.clone()
            },
        ));
    }
    if !query.kinds.is_empty() {
        ways.push((
            "ほかの種別も".into(),
            SearchQuery {
                kinds: Vec::new(),
                ..base.clone()
            },
        ));
    }
    if query.weekdays != 0 || query.time.is_some() {
        ways.push((
            "ほかの曜日・時間も".into(),
            SearchQuery {
                weekdays: 0,
                time: None,
                ..base.clone()
            },
        ));
    }
    if query.transport || query.wheelchair || query.free || query.remote {
        let open = SearchQuery {
            transport: false,
            wheelchair: false,
            free: false,
            remote: false,
            ..base
        };
        ways.push(("送迎・車いす・無料・在宅の条件をはずす".into(), open));
    }
    let mut relaxed = Vec::new();
    for (change, question) in ways {
        let total = once(index, atlas, places, &question)?.total;
        if total > now {
            relaxed.push(Relaxed { change, total });
        }
    }
    Ok(relaxed)
}
