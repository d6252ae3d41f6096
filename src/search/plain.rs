//! Answers while there is no text index: the rows' own words, looked through one by one.
//!
//! Finds what is written as it is written, and synonyms; no readings, no sentences. Everything that is asked of the
//! facts is answered in full.

use tantivy::{DocId, query::Query};

use super::{
    asking::{Asked, Tree},
    queries::Docs,
    snapshot::Snapshot,
    vocab::VOCAB,
    ways,
};

/// The words of entries, by document of their segment.
#[derive(Debug, Default)]
pub struct Plain {
    /// Surface forms, name and everything else.
    texts: Vec<Box<str>>,
}

impl Plain {
    /// One entry more.
    pub fn push(&mut self, head: &str, body: &str) {
        let text = VOCAB.surface(&format!("{head}\n{body}"));
        self.texts.push(text.into());
    }

    fn holding(&self, spellings: &[String], found: &mut dyn FnMut(DocId)) {
        for (doc, text) in self.texts.iter().enumerate() {
            if spellings.iter().any(|s| text.contains(s.as_str())) {
                found(doc as DocId);
            }
        }
    }
}

/// The query for what was asked: every chunk or a synonym of it stands in the text.
pub fn tree<'a>(snapshot: &Snapshot, asked: &Asked<'a>, lying: Option<Docs>) -> Tree<'a> {
    let mut all: Vec<Box<dyn Query>> = Vec::new();
    for chunk in &asked.chunks {
        all.push(Box::new(holding(snapshot, chunk)));
    }
    if let (Some(place), Some(lying)) = (asked.place, lying) {
        let naming = holding(snapshot, asked.place_word.as_deref().unwrap_or(&place.text));
        all.push(ways::any(vec![Box::new(naming), Box::new(lying)], 0.1));
    }
    if all.is_empty() && !asked.ignored.is_empty() {
        all.push(ways::any(Vec::new(), 0.0));
    }
    Tree {
        ignored: asked.ignored.clone(),
        query: (!all.is_empty()).then(|| ways::every(all)),
        place: asked.place,
        terms: asked.chunks.clone(),
        ..Tree::default()
    }
}

fn holding(snapshot: &Snapshot, chunk: &str) -> Docs {
    let spellings: Vec<String> = std::iter::once(chunk)
        .chain(VOCAB.synonyms(chunk).iter().map(String::as_str))
        .map(|word| VOCAB.surface(word))
        .collect();
    snapshot.docs(|shard, found| {
        if let Some(plain) = &shard.known.plain {
            plain.holding(&spellings, found);
        }
    })
}
