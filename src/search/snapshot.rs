//! The index as it stood at one moment: words, facts and places of the same entries, however the writer moves on.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use tantivy::{BitSet, DocId, index::SegmentId};

use super::{
    facts::{Facts, SegmentFacts, on_sphere},
    index::{IndexError, TextIndex, TextView},
    plain::Plain,
    queries::Docs,
    shard::{Known, Shard},
};
use crate::{
    db::change_log::Position,
    kernel::geo::{BBox, LngLat, Meters},
    resources::words::{Field, ResourceKind},
};

/// How many entries there are of each kind, district and field.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// All of them.
    pub total: usize,
    /// By place in [`ResourceKind::ALL`].
    pub kinds: Vec<usize>,
    /// By place in [`Field::ALL`].
    pub fields: Vec<usize>,
    /// By district.
    pub districts: BTreeMap<String, usize>,
}

impl Counts {
    /// None of anything.
    pub fn none() -> Self {
        Self {
            kinds: vec![0; ResourceKind::ALL.len()],
            fields: vec![0; Field::ALL.len()],
            ..Self::default()
        }
    }
}

/// Counts the entries of one segment; districts by number until it is done.
pub struct Counting<'c> {
    counts: &'c mut Counts,
    facts: &'c SegmentFacts,
    districts: Vec<usize>,
}

impl<'c> Counting<'c> {
    /// Counts on in `counts`.
    pub fn new(counts: &'c mut Counts, facts: &'c SegmentFacts) -> Self {
        Self {
            districts: vec![0; facts.districts().len()],
            counts,
            facts,
        }
    }

    /// One entry more.
    pub fn add(&mut self, facts: Facts) {
        self.counts.total += 1;
        self.counts.kinds[facts.kind() as usize] += 1;
        if let Some(number) = facts.district_number() {
            self.districts[number] += 1;
        }
        let mut fields = facts.fields();
        while fields != 0 {
            self.counts.fields[fields.trailing_zeros() as usize] += 1;
            fields &= fields - 1;
        }
    }

    /// Names the districts.
    pub fn done(self) {
        for (id, count) in self.facts.districts().iter().zip(self.districts) {
            if count > 0 {
                *self.counts.districts.entry(id.to_string()).or_default() += count;
            }
        }
    }
}

/// Everything a question may ask about, at one position of the change log.
pub struct Snapshot {
    view: TextView,
    known: Vec<Known>,
    /// There is no index: the rows' own words are looked through.
    plain: bool,
    /// Up to which change it knows the database.
    pub at: Position,
    counts: OnceLock<Counts>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("at", &self.at)
            .field("segments", &self.known.len())
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// What the index holds now. Facts of segments that `before` knew are taken from there.
    pub fn take(index: &TextIndex, before: Option<&Self>) -> Result<Self, IndexError> {
        let before: HashMap<SegmentId, &Known> = before
            .map(|b| b.shards().map(|s| (s.segment.segment_id(), s.known)).collect())
            .unwrap_or_default();
        // The position is read first: what it promises is then surely in the view.
        let at = index.position();
        let view = index.view()?;
        let known = view
            .segments()
            .map(|segment| match before.get(&segment.segment_id()) {
                Some(known) => Ok(Known::clone(known)),
                None => Known::read(&view, segment),
            })
            .collect::<Result<_, IndexError>>()?;
        Ok(Self {
            view,
            known,
            plain: false,
            at,
            counts: OnceLock::new(),
        })
    }

    /// Both indexes as one: scores, order and counts are those of all entries, and what stands in both is found as staff
    /// see it.
    pub fn for_staff(public: &Self, rest: &Self) -> Self {
        let ids: HashSet<&str> = rest.iter().map(Facts::id).collect();
        let public_known = public.shards().map(|shard| match ids.is_empty() {
            true => shard.known.clone(),
            false => shard.hiding(&ids),
        });
        Self {
            known: public_known.chain(rest.known.iter().cloned()).collect(),
            view: public.view.joined(&rest.view),
            plain: public.plain || rest.plain,
            at: public.at.min(rest.at),
            counts: OnceLock::new(),
        }
    }

    /// The rows themselves, while there is no index.
    pub fn of_rows(index: &TextIndex, plain: Plain) -> Result<Self, IndexError> {
        let plain = Arc::new(plain);
        let mut made = Self::take(index, None)?;
        for known in &mut made.known {
            known.plain = Some(Arc::clone(&plain));
        }
        made.plain = true;
        Ok(made)
    }

    /// Whether there is no index to ask.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Up to which change it knows the database; `None` while there is no index.
    pub fn position(&self) -> Option<Position> {
        (!self.plain).then_some(self.at)
    }

    /// Whether it still shows what the index holds.
    pub fn is_latest(&self, index: &TextIndex) -> Result<bool, IndexError> {
        if self.plain || self.at != index.position() {
            return Ok(false);
        }
        let mine = self.shards().map(|s| s.segment.segment_id());
        Ok(index.segments()? == mine.collect())
    }

    /// The words.
    pub fn view(&self) -> &TextView {
        &self.view
    }

    /// Its segments.
    pub fn shards(&self) -> impl Iterator<Item = Shard<'_>> {
        let segments = self.view.segments().zip(&self.known);
        segments.map(|(segment, known)| Shard { segment, known })
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Facts<'_>> {
        self.shards().flat_map(|s| s.living().map(|(_, facts)| facts))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.shards().map(Shard::living_len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are of everything.
    pub fn counts(&self) -> &Counts {
        self.counts.get_or_init(|| {
            let mut counts = Counts::none();
            for shard in self.shards() {
                let mut counting = Counting::new(&mut counts, shard.facts());
                shard.living().for_each(|(_, entry)| counting.add(entry));
                counting.done();
            }
            counts
        })
    }

    /// Entries with a place, nearest first: the square of the straight line through the unit sphere, segment, document.
    pub fn nearest(&self, to: LngLat) -> impl Iterator<Item = (f64, usize, DocId)> {
        let at = on_sphere(to);
        let mut rows: Vec<_> = self
            .shards()
            .map(|shard| {
                let near = shard.facts().nearest(at);
                near.filter(move |(_, doc)| shard.is_alive(*doc)).peekable()
            })
            .collect();
        std::iter::from_fn(move || {
            let (_, next) = rows
                .iter_mut()
                .enumerate()
                .filter_map(|(i, row)| row.peek().map(|(far, _)| (*far, i)))
                .min_by(|a, b| a.0.total_cmp(&b.0))?;
            rows[next].next().map(|(far, doc)| (far, next, doc))
        })
    }

    /// The documents within the circle, those deleted since among them.
    pub fn circle(&self, centre: LngLat, radius: Meters) -> Docs {
        self.docs(|shard, found| shard.facts().circle(centre, radius, found))
    }

    /// The documents within the box, those deleted since among them.
    pub fn in_box(&self, area: &BBox) -> Docs {
        self.docs(|shard, found| shard.facts().in_box(area, found))
    }

    /// The documents of each segment that `find` calls out, in order.
    pub fn docs(&self, find: impl Fn(Shard, &mut dyn FnMut(DocId))) -> Docs {
        Docs::new(self.shards().map(|shard| {
            let mut set = BitSet::with_max_value(shard.segment.max_doc());
            find(shard, &mut |doc| {
                set.insert(doc);
            });
            let mut docs = Vec::with_capacity(set.len());
            let mut bucket = 0;
            while let Some(next) = set.first_non_empty_bucket(bucket) {
                docs.extend(set.tinyset(next).into_iter().map(|low| next * 64 + low));
                bucket = next + 1;
            }
            (shard.segment.segment_id(), docs.into())
        }))
    }
}
