//! A question as it is asked, and a place word in it as it is understood.

use std::collections::HashMap;

use super::vocab::fold;
use crate::{
    kernel::{
        geo::{BBox, LngLat, Meters},
        id::DistrictId,
        text,
    },
    resources::words::*,
};

/// How results are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sort {
    Relevance,
    Distance,
    Name,
    Updated,
}

/// A question, every value proved.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct SearchQuery {
    pub q: String,
    pub near: Option<LngLat>,
    pub radius: Option<Meters>,
    pub bbox: Option<BBox>,
    pub districts: Vec<DistrictId>,
    pub kinds: Vec<ResourceKind>,
    pub fields: Vec<Field>,
    pub roles: Vec<ParticipationRole>,
    pub modality: Option<Modality>,
    /// Bit 0 is Monday; 0 asks nothing.
    pub weekdays: u8,
    /// Minutes of the day, from and to.
    pub time: Option<(u16, u16)>,
    pub wheelchair: bool,
    pub transport: bool,
    pub free: bool,
    pub remote: bool,
    pub serves: Option<DistrictId>,
    pub sort: Option<Sort>,
    pub offset: usize,
    pub limit: usize,
    /// Whether what opportunities offer is counted as well.
    pub tally: bool,
}

/// A place a word may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// As people say it.
    pub text: String,
    /// `former_municipality`, `promotion_council` or `town`.
    pub level: &'static str,
    /// The district's id, or the name itself.
    pub id: String,
    /// Entries of these districts lie there.
    pub districts: Vec<DistrictId>,
    /// A town is a point; entries within this reach lie there.
    pub circle: Option<(LngLat, Meters)>,
}

/// Place words by spelling and by reading.
#[derive(Debug, Clone, Default)]
pub struct PlaceLexicon {
    by_name: HashMap<String, Place>,
}

impl PlaceLexicon {
    /// Adds a way to say a place; the first meaning of a word stands.
    pub fn add(&mut self, word: &str, place: &Place) {
        self.by_name
            .entry(fold(&text::key(word)))
            .or_insert_with(|| place.clone());
    }

    /// The place a whole word means, a trailing particle (「で」「の」「に」「へ」「から」) taken off.
    pub fn find(&self, word: &str) -> Option<&Place> {
        let key = fold(&text::key(word));
        self.whole(&key).or_else(|| {
            ["カラ", "デ", "ノ", "ニ", "ヘ"]
                .iter()
                .find_map(|particle| key.strip_suffix(particle))
                .and_then(|rest| self.whole(rest))
        })
    }

    /// The place that just these words mean.
    pub fn whole_word(&self, word: &str) -> Option<&Place> {
        self.whole(&fold(&text::key(word)))
    }

    /// By its folded spelling, or by its sound when it is kana alone (small kana and long vowels folded too).
    fn whole(&self, folded: &str) -> Option<&Place> {
        self.by_name.get(folded).or_else(|| {
            let sound = text::is_kana(folded).then(|| text::fold_reading(folded))?;
            self.by_name.get(&sound)
        })
    }

    /// The longest place a chunk starts with, followed by a particle, and what is left: 「江刺でりんご」.
    pub fn split<'a>(&self, chunk: &'a str) -> Option<(&Place, &'a str)> {
        let bounds: Vec<usize> = chunk.char_indices().map(|(i, _)| i).skip(1).collect();
        bounds.iter().rev().find_map(|&at| {
            let place = self.whole(&fold(&text::key(&chunk[..at])))?;
            let rest = &chunk[at..];
            ["から", "での", "にある", "で", "の", "に"]
                .iter()
                .find_map(|p| rest.strip_prefix(p))
                .filter(|left| !left.is_empty())
                .map(|left| (place, left))
        })
    }
}
