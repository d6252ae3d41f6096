//! Completions while somebody types: names, kinds, tags and districts, by spelling and by reading, from public facts.
//!
//! Kept in memory in order of their keys and changed entry by entry, so that nothing is built while somebody waits.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
    sync::{Arc, LazyLock, RwLock},
};

use tokio::sync::Mutex;

use super::{analyzer, vocab::VOCAB};
use crate::{
    db::{Db, DbError, change_log},
    kernel::{coded::coded, text},
    resources::{
        public::{Audience, VisibleResource, visible},
        store,
        words::ResourceKind,
    },
};

/// Completions given at once.
pub const MOST: usize = 10;
/// Of kinds, districts and tags each, before the names.
const EACH: usize = 3;
/// Keys looked at for one kind of completion: what comes after is far from what was typed.
const LOOKED_AT: usize = 2000;
/// Rows read at once.
const BATCH: i64 = 1000;

coded! {
    /// What a completion is.
    SuggestionType {
        Kind = "kind" "種別",
        Area = "area" "旧市町村",
        District = "district" "地区",
        Tag = "tag" "キーワード",
        Name = "name" "名前",
    }
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to search for.
    pub text: String,
    /// What it is.
    pub kind: SuggestionType,
    /// Code of the kind, id of the district or resource.
    pub id: Option<String>,
    /// Public entries behind it, where it is more than one thing.
    pub count: Option<usize>,
}

/// A place to complete, with the districts in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceWord {
    /// What to search for: 「水沢」 for all of it, 「水沢地区」 for the district.
    pub text: String,
    /// 旧市町村 or 地区.
    pub kind: SuggestionType,
    /// Id of the district, or the name.
    pub id: String,
    /// Districts whose entries are counted.
    pub districts: Vec<String>,
}

/// What one entry adds.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    keys: Vec<Arc<str>>,
    tags: Vec<Arc<str>>,
    kind: ResourceKind,
    district: Option<String>,
}

/// All completions.
#[derive(Debug, Default)]
struct Completions {
    entries: HashMap<Arc<str>, Entry>,
    /// Key of a name, and the entry's id.
    names: BTreeSet<(Arc<str>, Arc<str>)>,
    tags: BTreeMap<Arc<str>, usize>,
    /// Key of a tag, and the tag.
    tag_keys: BTreeSet<(Arc<str>, Arc<str>)>,
    kinds: BTreeMap<ResourceKind, usize>,
    districts: HashMap<String, usize>,
    places: Vec<(Vec<Arc<str>>, PlaceWord)>,
}

/// The keys by which a text is completed: its surface, its reading, and what begins behind a space or a bracket.
fn keys(text: &str, reading: Option<&str>) -> Vec<Arc<str>> {
    let mut keys: Vec<Arc<str>> = Vec::new();
    let mut add = |key: String| {
        if !key.is_empty() && !keys.iter().any(|k| **k == *key) {
            keys.push(key.into());
        }
    };
    let parts = |text: &str| -> Vec<String> {
        let breaks = |c: char| c.is_whitespace() || "「」『』()・".contains(c);
        let flat = text::nfkc(text);
        let starts = flat
            .char_indices()
            .filter(|(_, c)| breaks(*c))
            .map(|(i, c)| i + c.len_utf8());
        std::iter::once(0)
            .chain(starts)
            .map(|i| flat[i..].to_owned())
            .collect()
    };
    for part in parts(text) {
        add(VOCAB.surface(part.trim()));
    }
    match reading {
        Some(reading) => parts(reading)
            .iter()
            .for_each(|part| add(text::fold_reading(part))),
        None => {
            if let Some((reading, _)) = analyzer::query_reading(text) {
                add(reading);
            }
        }
    }
    keys
}

static KINDS: LazyLock<Vec<(Arc<str>, ResourceKind)>> = LazyLock::new(|| {
    let of = |kind: &ResourceKind| {
        keys(kind.label(), None)
            .into_iter()
            .map(|key| (key, *kind))
            .collect::<Vec<_>>()
    };
    ResourceKind::ALL
        .iter()
        .filter(|k| **k != ResourceKind::Other)
        .flat_map(of)
        .collect()
});

/// What was typed, as keys are compared.
struct Typed {
    surface: String,
    reading: Option<String>,
}

impl Typed {
    /// Latin letters behind kana are a syllable half typed: 「さろn」 is read as 「さろ」.
    fn of(text: &str) -> Option<Self> {
        let flat = text::nfkc(text.trim());
        let settled = flat.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let typed = if text::is_kana(settled) && !settled.is_empty() {
            settled
        } else {
            &flat
        };
        let surface = VOCAB.surface(typed);
        if surface.is_empty() {
            return None;
        }
        let reading = if text::is_kana(typed) {
            Some(text::fold_reading(typed))
        } else {
            // A word whose end is still kana: 「水さ」. Without kana it is what it is, and its sound means nothing.
            let kana = typed
                .chars()
                .last()
                .is_some_and(|c| text::is_kana(c.encode_utf8(&mut [0; 4])));
            analyzer::query_reading(typed)
                .filter(|_| kana)
                .map(|(reading, _)| reading)
        };
        Some(Self {
            surface,
            reading: reading.filter(|r| !r.is_empty()),
        })
    }

    /// How well a key fits: 0 as spelled, 1 as read, `None` not at all.
    fn fits(&self, key: &str) -> Option<u8> {
        if key.starts_with(&self.surface) {
            return Some(0);
        }
        self.reading.as_deref().filter(|r| key.starts_with(r)).map(|_| 1)
    }

    /// Everything whose key begins as typed, with how well it fits.
    fn within<'a>(&self, set: &'a BTreeSet<(Arc<str>, Arc<str>)>) -> Vec<(u8, &'a Arc<str>)> {
        let mut found: Vec<(u8, &Arc<str>)> = Vec::new();
        let ways = [(0, Some(&self.surface)), (1, self.reading.as_ref())];
        for (fit, start) in ways.into_iter().filter_map(|(fit, start)| Some((fit, start?))) {
            let from = (Arc::from(start.as_str()), Arc::from(""));
            let rest = set.range((Bound::Included(from), Bound::Unbounded));
            let matching = rest
                .take_while(|(key, _)| key.starts_with(start.as_str()))
                .take(LOOKED_AT);
            found.extend(matching.map(|(_, what)| (fit, what)));
        }
        found.sort_by(|a, b| a.1.cmp(b.1).then(a.0.cmp(&b.0)));
        found.dedup_by(|a, b| a.1 == b.1);
        found
    }
}

impl Completions {
    fn remove(&mut self, id: &str) {
        let Some((id, entry)) = self.entries.remove_entry(id) else {
            return;
        };
        for key in entry.keys {
            self.names.remove(&(key, id.clone()));
        }
        for tag in entry.tags {
            let left = self.tags.get_mut(&tag).map(|n| {
                *n -= 1;
                *n
            });
            if left == Some(0) {
                self.tags.remove(&tag);
                for key in keys(&tag, None) {
                    self.tag_keys.remove(&(key, tag.clone()));
                }
            }
        }
        less(&mut self.kinds, &entry.kind);
        if let Some(district) = entry.district
            && let Some(n) = self.districts.get_mut(&district)
        {
            *n -= 1;
        }
    }

    fn insert(&mut self, entry: &VisibleResource) {
        self.remove(entry.id.as_str());
        let id: Arc<str> = entry.id.as_str().into();
        let keys_of_name = keys(&entry.name, entry.name_kana.as_deref());
        for key in &keys_of_name {
            self.names.insert((key.clone(), id.clone()));
        }
        let interests = entry.opportunities.iter().flat_map(|o| &o.interests);
        let mut words: Vec<&String> = entry
            .keywords
            .iter()
            .chain(interests)
            .filter(|t| *t != "見本")
            .collect();
        words.sort_unstable();
        words.dedup();
        let mut tags = Vec::with_capacity(words.len());
        for word in words {
            let known = self.tags.get_key_value(word.as_str()).map(|(tag, _)| tag.clone());
            let tag = known.unwrap_or_else(|| {
                let tag: Arc<str> = word.as_str().into();
                for key in keys(word, None) {
                    self.tag_keys.insert((key, tag.clone()));
                }
                tag
            });
            *self.tags.entry(tag.clone()).or_default() += 1;
            tags.push(tag);
        }
        *self.kinds.entry(entry.kind).or_default() += 1;
        let district = entry.district.as_ref().map(ToString::to_string);
        if let Some(district) = &district {
            *self.districts.entry(district.clone()).or_default() += 1;
        }
        let added = Entry {
            name: entry.name.as_str().into(),
            keys: keys_of_name,
            tags,
            kind: entry.kind,
            district,
        };
        self.entries.insert(id, added);
    }

    /// Candidates of every type, best first within each.
    fn complete(&self, typed: &Typed) -> Vec<Suggestion> {
        let mut kinds: Vec<(u8, ResourceKind, usize)> = Vec::new();
        for (key, kind) in KINDS.iter() {
            let count = self.kinds.get(kind).copied().unwrap_or_default();
            if let Some(fit) = typed.fits(key)
                && count > 0
                && !kinds.iter().any(|(_, k, _)| k == kind)
            {
                kinds.push((fit, *kind, count));
            }
        }
        kinds.sort_by_key(|(fit, kind, count)| (*fit, std::cmp::Reverse(*count), *kind));
        let kinds = kinds.into_iter().map(|(_, kind, count)| Suggestion {
            text: kind.label().to_owned(),
            kind: SuggestionType::Kind,
            id: Some(kind.code().to_owned()),
            count: Some(count),
        });
        let mut places: Vec<(u8, &PlaceWord)> = self
            .places
            .iter()
            .filter_map(|(keys, place)| Some((keys.iter().filter_map(|k| typed.fits(k)).min()?, place)))
            .collect();
        places.sort_by_key(|(fit, place)| (*fit, place.kind, place.text.len(), &place.id));
        let places = places.into_iter().map(|(_, place)| Suggestion {
            text: place.text.clone(),
            kind: place.kind,
            id: Some(place.id.clone()),
            count: Some(place.districts.iter().filter_map(|d| self.districts.get(d)).sum()),
        });
        let mut tags = typed.within(&self.tag_keys);
        let often = |tag: &str| self.tags.get(tag).copied().unwrap_or_default();
        tags.sort_by_key(|(fit, tag)| (*fit, std::cmp::Reverse(often(tag)), (*tag).clone()));
        let tags = tags.into_iter().map(|(_, tag)| Suggestion {
            text: tag.to_string(),
            kind: SuggestionType::Tag,
            id: None,
            count: Some(often(tag)),
        });
        let mut names: Vec<(u8, usize, &Arc<str>, &Arc<str>)> = typed
            .within(&self.names)
            .into_iter()
            .filter_map(|(fit, id)| {
                self.entries
                    .get(id)
                    .map(|e| (fit, e.name.chars().count(), &e.name, id))
            })
            .collect();
        names.sort();
        let names = names.into_iter().map(|(_, _, name, id)| Suggestion {
            text: name.to_string(),
            kind: SuggestionType::Name,
            id: Some(id.to_string()),
            count: None,
        });
        let mut groups: Vec<Vec<Suggestion>> = vec![
            kinds.take(MOST).collect(),
            places.take(MOST).collect(),
            tags.take(MOST).collect(),
            names.take(MOST).collect(),
        ];
        // A few of each first; where one has little to say, the others say more.
        let mut shares = [EACH, EACH, EACH, MOST];
        let total = |shares: &[usize; 4], groups: &[Vec<Suggestion>]| -> usize {
            shares.iter().zip(groups).map(|(s, g)| g.len().min(*s)).sum()
        };
        while total(&shares, &groups) < MOST && shares[0] < MOST {
            shares.iter_mut().for_each(|s| *s += 1);
        }
        for (group, share) in groups.iter_mut().zip(shares) {
            group.truncate(share);
        }
        // The same text once: 「サロン」 as a kind says more than 「サロン」 as a tag.
        let mut seen = BTreeSet::new();
        let mut all: Vec<Suggestion> = groups
            .into_iter()
            .flatten()
            .filter(|s| s.kind == SuggestionType::Name || seen.insert(text::key(&s.text)))
            .collect();
        all.truncate(MOST);
        all
    }
}

fn less<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(n) = counts.get_mut(key) {
        *n -= 1;
    }
}

/// Keeps the completions level with the database, by the change log.
#[derive(Debug, Default)]
pub struct Suggester {
    completions: RwLock<Completions>,
    /// Up to which change they know the database; whoever holds the lock brings them on.
    known: Mutex<Option<change_log::Position>>,
}

impl Suggester {
    /// Takes in what changed since last time. `places` is asked when districts may have changed.
    ///
    /// # Errors
    /// When the database cannot be read; what is known stays.
    pub async fn catch_up(&self, db: &Db, places: impl Fn() -> Vec<PlaceWord>) -> Result<(), DbError> {
        let mut known = self.known.lock().await;
        let mut conn = db.read().await?;
        let mut at = match *known {
            Some(at) => at,
            None => {
                let head = change_log::head(&mut conn).await?;
                let mut after = String::new();
                loop {
                    let page = store::list(&mut conn, &after, BATCH).await?;
                    let Some((last, _)) = page.last() else { break };
                    after = last.entered.id.to_string();
                    let mut completions = self.completions.write().expect("completions");
                    for entry in page.iter().filter_map(|(r, o)| visible(r, o, Audience::Public)) {
                        completions.insert(&entry);
                    }
                }
                self.set_places(places());
                *known = Some(head);
                head
            }
        };
        loop {
            let changes = change_log::since(&mut conn, at, BATCH).await?;
            let Some(last) = changes.last() else {
                return Ok(());
            };
            at = last.at;
            let mut ids: Vec<&str> = changes
                .iter()
                .filter(|c| c.entity == "resource")
                .map(|c| c.id.as_str())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let rows = store::find_many(&mut conn, &ids).await?;
            let mut completions = self.completions.write().expect("completions");
            ids.iter().for_each(|id| completions.remove(id));
            for entry in rows.iter().filter_map(|(r, o)| visible(r, o, Audience::Public)) {
                completions.insert(&entry);
            }
            drop(completions);
            if changes.iter().any(|c| c.entity == "districts") {
                self.set_places(places());
            }
            *known = Some(at);
        }
    }

    fn set_places(&self, places: Vec<PlaceWord>) {
        let places = places
            .into_iter()
            .map(|place| (keys(&place.text, None), place))
            .collect();
        self.completions.write().expect("completions").places = places;
    }

    /// Whether everything has been read once.
    pub async fn is_filled(&self) -> bool {
        self.known.lock().await.is_some()
    }

    /// Up to [`MOST`] completions of what was typed.
    pub fn complete(&self, text: &str) -> Vec<Suggestion> {
        let Some(typed) = Typed::of(text) else {
            return Vec::new();
        };
        self.completions.read().expect("completions").complete(&typed)
    }
}
