//! What the words of a question ask of the index: the one place where words become a query.
//!
//! What stands between spaces is a *chunk*; all chunks are required. A chunk is a word, asked in several ways; or a
//! filter in words (送迎あり); or a sentence, heard for the wishes and things it names; or something typed by ear.

use tantivy::query::BoostQuery;

use super::{
    analyzer,
    index::{IndexError, TextView},
    near::Near,
    queries::Docs,
    query::{Place, PlaceLexicon},
    sentence::Sentence,
    told::Parts,
    vocab::{Facet, VOCAB},
    ways::{Asking, answers, any, best, constant, every, named, nearly, ways},
    wishes::Rank,
};
use crate::kernel::text;

/// The words of a question, apart from the place among them.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The place a word means.
    pub place: Option<&'a Place>,
    /// That word as it was written.
    pub place_word: Option<String>,
    /// The other words.
    pub chunks: Vec<String>,
    /// What was typed and says nothing by itself: 「の」, 「。」.
    pub ignored: Vec<String>,
}

/// One query for all the words, and what to say about it.
#[derive(Debug, Default)]
pub struct Tree<'a> {
    /// `None` when nothing was asked in words.
    pub query: Option<Asking>,
    /// The place a word means.
    pub place: Option<&'a Place>,
    /// The words that were looked up.
    pub terms: Vec<String>,
    /// Synonyms that were looked up beside them.
    pub expanded: Vec<String>,
    /// Some word is found nowhere as written; what sounds nearly like it is asked instead.
    pub fuzzy: bool,
    /// What was typed and says nothing by itself; it was not looked up.
    pub ignored: Vec<String>,
}

/// Finds documents by their facts.
pub struct Ground<'g> {
    /// Those that lie in a place.
    pub lying: &'g dyn Fn(&Place) -> Docs,
    /// Those of which an opportunity fulfils a filter in words.
    pub fulfilling: &'g dyn Fn(Facet) -> Docs,
}

/// Takes the first place word out of the question, where it stands by itself or leads with a particle.
pub fn understand<'a>(places: &'a PlaceLexicon, q: &str) -> Asked<'a> {
    let flat = text::nfkc(q);
    let mut asked = Asked {
        place: None,
        place_word: None,
        chunks: Vec::new(),
        ignored: Vec::new(),
    };
    let ends = |c: char| matches!(c, '、' | ',' | '。' | '?' | '!');
    for written in flat.split_whitespace() {
        let chunk = written.trim_matches(ends);
        if chunk.is_empty() || is_lone_particle(chunk) {
            let typed = if chunk.is_empty() { written } else { chunk };
            asked.ignored.push(typed.to_owned());
            continue;
        }
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

/// Whether all a chunk does is join other words: nobody looks for 「です」.
fn only_joins(chunk: &str) -> bool {
    text::is_kana(chunk) && analyzer::words(chunk).iter().all(|word| word.joins)
}

/// A particle of one kana stands in nearly every text, by itself or inside a word; in katakana it sounds the same.
fn is_lone_particle(chunk: &str) -> bool {
    chunk.chars().count() == 1 && only_joins(&text::to_hiragana(chunk))
}

/// The query for a question.
pub fn tree<'a>(
    view: &TextView,
    places: &'a PlaceLexicon,
    q: &str,
    ground: &Ground,
) -> Result<Tree<'a>, IndexError> {
    let mut asked = understand(places, q);
    let mut asking = Reader {
        view,
        places,
        ground,
        tree: Tree {
            ignored: std::mem::take(&mut asked.ignored),
            ..Tree::default()
        },
    };
    let mut all: Vec<Asking> = Vec::new();
    for chunk in std::mem::take(&mut asked.chunks) {
        all.extend(asking.chunk(&chunk, &mut asked)?);
    }
    let mut tree = asking.tree;
    if all.is_empty() && asked.place.is_none() && !(tree.terms.is_empty() && tree.ignored.is_empty()) {
        // Words were typed, and none of them means anything here.
        all.push(any(Vec::new(), 0.0));
    }
    if let Some(place) = asked.place {
        // Lying there, or naming it.
        let lying = (ground.lying)(place);
        let naming = best(ways(view, asked.place_word.as_deref().unwrap_or(&place.text))?);
        all.push(if all.is_empty() {
            let both = every(vec![naming.box_clone(), constant(Box::new(lying.clone()), 1.0)]);
            any(vec![both, naming, constant(Box::new(lying), 0.5)], 0.0)
        } else {
            // Beside other words the place only decides, it does not rank.
            constant(best(vec![naming, Box::new(lying)]), 0.0)
        });
    }
    tree.place = asked.place;
    tree.query = (!all.is_empty()).then(|| every(all));
    Ok(tree)
}

/// Turns chunk after chunk into queries, and notes what was looked up.
struct Reader<'v, 'p> {
    view: &'v TextView,
    places: &'p PlaceLexicon,
    ground: &'v Ground<'v>,
    tree: Tree<'p>,
}

impl<'p> Reader<'_, 'p> {
    /// What a chunk asks; `None` when it says nothing that could be looked up (a greeting beside other words).
    fn chunk(&mut self, chunk: &str, asked: &mut Asked<'p>) -> Result<Option<Asking>, IndexError> {
        if only_joins(chunk) && VOCAB.synonyms(chunk).is_empty() && VOCAB.whole_facet(chunk).is_none() {
            // It may still be a name: ももの会.
            let named = named(self.view, chunk)?;
            if self.view.any(&named)? {
                self.tree.terms.push(chunk.to_owned());
                return Ok(Some(best(named)));
            }
            self.tree.ignored.push(chunk.to_owned());
            return Ok(None);
        }
        self.tree.terms.push(chunk.to_owned());
        self.tree.expanded.extend(VOCAB.synonyms(chunk).iter().cloned());
        let mut written = ways(self.view, chunk)?;
        if let Some(facet) = VOCAB.whole_facet(chunk) {
            let fulfilling = (self.ground.fulfilling)(facet);
            written.push(constant(Box::new(fulfilling), 1.0));
        }
        let found = self.view.any(&written)?;
        // A word is that word; what is said in a sentence somewhere may be said otherwise elsewhere.
        if found && !Sentence::of(chunk).is_told(chunk) {
            return Ok(Some(best(written)));
        }
        // Only what was typed by ear is guessed at: kanji one sound apart are another word.
        if !found && text::is_kana(chunk) {
            let nearly = nearly(self.view, chunk)?;
            if self.view.any(&nearly)? {
                self.tree.fuzzy = true;
                return Ok(Some(best(nearly)));
            }
        }
        let heard = self.sentence(chunk, asked)?;
        Ok(match (found, heard) {
            (true, Some(heard)) => Some(any(
                vec![Box::new(BoostQuery::new(best(written), 4.0)), heard],
                1.0,
            )),
            (true, None) => Some(best(written)),
            (false, heard) => heard,
        })
    }

    fn sentence(&mut self, chunk: &str, asked: &mut Asked<'p>) -> Result<Option<Asking>, IndexError> {
        let sentence = match (asked.place, self.place_inside(chunk)) {
            (None, Some((place, word, rest))) => {
                asked.place = Some(place);
                asked.place_word = Some(word);
                Sentence::of(&rest)
            }
            _ => Sentence::of(chunk),
        };
        let words = [&sentence.things, &sentence.themes, &sentence.along];
        self.tree
            .terms
            .extend(words.into_iter().flatten().filter(|w| *w != chunk).cloned());
        let parts = Parts {
            topics: self.wishes(&sentence, Rank::Topic, chunk)?,
            manners: self.wishes(&sentence, Rank::Way, chunk)?,
            who: self.wishes(&sentence, Rank::Who, chunk)?,
            things: self.each(&sentence.things)?,
            themes: self.each(&sentence.themes)?,
            along: self.each(&sentence.along)?,
        };
        if sentence.is_told(chunk) {
            let near = Near::of(self.view, &sentence.senses)?;
            return Ok(Some(parts.told(near, self.view)?));
        }
        parts.beside(&sentence, self.view)
    }

    fn wishes(&mut self, sentence: &Sentence, rank: Rank, said: &str) -> Result<Vec<Asking>, IndexError> {
        let form = VOCAB.surface(said);
        let told = sentence.is_told(said);
        let mut all = Vec::new();
        for wish in sentence.wishes.iter().filter(|w| w.rank == rank) {
            // A word or two ask for just that: only a sentence is answered by what lies near.
            let terms = if told { &wish.terms } else { wish.closest() };
            all.push(answers(self.view, terms, &form)?);
            for (term, _) in terms {
                if !self.tree.expanded.contains(term) {
                    self.tree.expanded.push(term.clone());
                }
            }
        }
        Ok(all)
    }

    fn each(&self, words: &[String]) -> Result<Vec<Asking>, IndexError> {
        words
            .iter()
            .map(|word| Ok(best(ways(self.view, word)?)))
            .collect()
    }

    /// A place among the words of a sentence, the longest first: the place, its word, and the sentence without it.
    fn place_inside(&self, chunk: &str) -> Option<(&'p Place, String, String)> {
        let words = analyzer::words(chunk);
        for length in (1..=4.min(words.len())).rev() {
            for start in 0..=words.len() - length {
                let part = &words[start..start + length];
                let joined: String = part.iter().map(|w| w.surface.as_str()).collect();
                if joined.chars().count() < 2 || part.iter().any(|w| !w.content && !w.surface.ends_with("区"))
                {
                    continue;
                }
                if let Some(place) = self.places.whole_word(&joined) {
                    let rest = words
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| !(start..start + length).contains(i));
                    let rest = rest.map(|(_, w)| w.surface.as_str()).collect();
                    return Some((place, joined, rest));
                }
            }
        }
        None
    }
}
