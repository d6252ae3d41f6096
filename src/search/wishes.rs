//! What people say of themselves and the words by which entries answer it: a row of `data/vocab/wishes.csv`.

use std::ops::Range;

/// How much of an answer a word of the second column (`also`) is.
const ALSO: f32 = 0.45;

/// What people say of themselves, and the words by which entries answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Ways to say it (surface-folded), one of which is enough.
    when: Vec<Saying>,
    /// Words of entries that answer, each with how much of an answer it is (1 at most), the closest first.
    pub terms: Vec<(String, f32)>,
    /// What it is in the sentence.
    pub rank: Rank,
}

impl Wish {
    /// A row of the table; `form` is how sentence and table are compared.
    pub(super) fn read([when, answers, also, rank]: [&str; 4], form: impl Fn(&str) -> String) -> Self {
        let tier = |list: &str, weight: f32| {
            let words = list.split(';').filter(|w| !w.is_empty()).map(str::to_owned);
            let shares = std::iter::successors(Some(weight), |share| Some(share * 0.95));
            words.zip(shares).collect::<Vec<_>>()
        };
        Self {
            when: when
                .split('|')
                .map(|saying| Saying::read(saying, &form))
                .collect(),
            terms: [tier(answers, 1.0), tier(also, ALSO)].concat(),
            rank: match rank {
                "who" => Rank::Who,
                "way" => Rank::Way,
                _ => Rank::Topic,
            },
        }
    }

    /// The spellings by which a sentence speaks of it; none when it does not.
    pub(super) fn said(&self, flat: &str) -> Vec<&str> {
        self.when.iter().filter_map(|s| s.said(flat)).flatten().collect()
    }

    /// The words that answer it outright.
    pub fn closest(&self) -> &[(String, f32)] {
        let outright = self.terms.partition_point(|(_, share)| *share > ALSO);
        &self.terms[..outright]
    }
}

/// What a wish is in the sentence that speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// What the sentence is about.
    Topic,
    /// The way somebody wants to come (役に立ちたい); it brings entries only when nothing else was named.
    Way,
    /// Who is spoken of (若い人, 男性); it lifts entries and never brings one.
    Who,
}

/// One way to say a wish, as the table has it: `雪+かき/よせ+!雪だるま` is 雪 and one of two others, beside no 雪だるま.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Saying {
    /// Of each part one spelling stands in the sentence.
    parts: Vec<Vec<String>>,
    /// None of these stands there.
    without: Vec<String>,
}

impl Saying {
    fn read(text: &str, form: impl Fn(&str) -> String) -> Self {
        let mut saying = Self::default();
        for part in text.split('+').filter(|p| !p.is_empty()) {
            let (list, none) = match part.strip_prefix('!') {
                Some(rest) => (rest, true),
                None => (part, false),
            };
            let spellings = list.split('/').filter(|s| !s.is_empty()).map(&form);
            if none {
                saying.without.extend(spellings);
            } else {
                saying.parts.push(spellings.collect());
            }
        }
        saying
    }

    /// The spellings by which it is said in a sentence, when it is.
    fn said<'a>(&'a self, flat: &str) -> Option<Vec<&'a str>> {
        if self.parts.is_empty() || self.without.iter().any(|w| flat.contains(w.as_str())) {
            return None;
        }
        // 世話 is no 話: what one part has taken says nothing to the others.
        let mut taken: Vec<Range<usize>> = Vec::with_capacity(self.parts.len());
        let mut said = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let found = part.iter().find_map(|spelling| {
                flat.match_indices(spelling.as_str())
                    .map(|(at, _)| at..at + spelling.len())
                    .find(|here| taken.iter().all(|t| here.end <= t.start || t.end <= here.start))
                    .map(|here| (spelling.as_str(), here))
            });
            let (spelling, here) = found?;
            taken.push(here);
            said.push(spelling);
        }
        Some(said)
    }
}
