//! An entry as the index holds it: two texts to be found by, and its facts as bytes.

use tantivy::{
    TantivyDocument,
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager},
};

use super::{
    analyzer::{self, Terms},
    facts,
    index::IndexError,
};
use crate::resources::{public::VisibleResource, words::ResourceKind};

/// Where things are in the index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// 資源ID, as one term.
    pub id: Field,
    /// What filters ask, packed.
    pub facts: Field,
    /// Bigrams of name, kana, kind and keywords.
    pub head: Field,
    /// Bigrams of everything else that is said.
    pub body: Field,
    /// Readings of the head.
    pub head_reading: Field,
    /// Readings of the body.
    pub body_reading: Field,
    /// Senses of head and body, by which a sentence finds what is near it.
    pub senses: Field,
}

/// The shape of an index.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer, record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(record),
        )
    };
    let surface = || text("bigrams", IndexRecordOption::WithFreqsAndPositions);
    let terms = |tokenizer| text(tokenizer, IndexRecordOption::Basic);
    let fields = Fields {
        id: builder.add_text_field("id", STRING),
        facts: builder.add_bytes_field("facts", STORED),
        head: builder.add_text_field("head", surface()),
        body: builder.add_text_field("body", surface()),
        head_reading: builder.add_text_field("head_reading", terms("readings")),
        body_reading: builder.add_text_field("body_reading", terms("readings")),
        senses: builder.add_text_field("senses", terms("senses")),
    };
    (builder.build(), fields)
}

/// Makes the analysis known to an index; it runs on the threads that write.
pub fn register(tokenizers: &TokenizerManager) {
    tokenizers.register("bigrams", Analysis::new(analyzer::bigrams));
    tokenizers.register("readings", Analysis::new(analyzer::reading_terms));
    tokenizers.register("senses", Analysis::new(analyzer::sense_terms));
}

/// The texts of an entry: what it is called, and everything else that is said of it.
pub fn texts(entry: &VisibleResource, district: Option<&str>) -> (String, String) {
    let mut head = vec![entry.name.as_str()];
    head.extend(entry.name_kana.as_deref());
    head.push(if entry.kind == ResourceKind::Other {
        ""
    } else {
        entry.kind.label()
    });
    head.extend(entry.keywords.iter().map(String::as_str).filter(|k| *k != "見本"));
    let mut body: Vec<&str> = Vec::new();
    body.extend(entry.organization.as_deref());
    body.extend(entry.description.as_deref());
    body.extend(entry.fields.iter().map(|f| f.label()));
    for o in &entry.opportunities {
        body.push(&o.name);
        body.extend(o.description.as_deref());
        body.extend(o.interests.iter().map(String::as_str));
        body.extend(o.skills.iter().map(String::as_str));
        body.extend(o.considerations.iter().map(String::as_str));
        body.extend(o.roles.iter().map(|r| r.label()));
    }
    body.extend(
        [
            &entry.visiting.bring,
            &entry.visiting.apply,
            &entry.visiting.first_time,
        ]
        .into_iter()
        .flatten()
        .map(String::as_str),
    );
    body.extend(entry.address.as_deref());
    body.extend(entry.building_name.as_deref());
    body.extend(entry.ward.as_deref());
    body.extend(district);
    (head.join("\n"), body.join("\n"))
}

/// The document of an entry.
pub fn document(
    fields: &Fields,
    entry: &VisibleResource,
    district: Option<&str>,
) -> Result<TantivyDocument, IndexError> {
    let (head, body) = texts(entry, district);
    let mut doc = facts_only(fields, entry, &head, &body)?;
    add_words(&mut doc, fields, &head, &body);
    Ok(doc)
}

/// Everything by which a text is found.
pub fn add_words(doc: &mut TantivyDocument, fields: &Fields, head: &str, body: &str) {
    for (field, words) in [
        (fields.head, head),
        (fields.body, body),
        (fields.senses, head),
        (fields.senses, body),
        (fields.head_reading, head),
        (fields.body_reading, body),
    ] {
        doc.add_text(field, words);
    }
}

/// The same without its words.
pub fn facts_only(
    fields: &Fields,
    entry: &VisibleResource,
    head: &str,
    body: &str,
) -> Result<TantivyDocument, IndexError> {
    let mut doc = TantivyDocument::new();
    doc.add_text(fields.id, entry.id.as_str());
    doc.add_bytes(fields.facts, &facts::pack(entry, head, body)?.0);
    Ok(doc)
}

/// The digest an entry has in an index that knows it as it is now.
pub fn digest(entry: &VisibleResource, district: Option<&str>) -> Result<u64, IndexError> {
    let (head, body) = texts(entry, district);
    Ok(facts::pack(entry, &head, &body)?.1)
}

/// Makes all terms of a text at once, and hands them over one by one.
#[derive(Clone)]
struct Analysis {
    analyze: fn(&str, &mut Terms),
    terms: Terms,
    at: usize,
    token: Token,
}

impl Analysis {
    fn new(analyze: fn(&str, &mut Terms)) -> Self {
        Self {
            analyze,
            terms: Terms::default(),
            at: 0,
            token: Token::default(),
        }
    }
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = &'a mut Self;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> &'a mut Self {
        self.terms.clear();
        (self.analyze)(text, &mut self.terms);
        self.at = 0;
        self
    }
}

impl TokenStream for &mut Analysis {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.terms.get(self.at) else {
            return false;
        };
        self.token.position = position as usize;
        self.token.text.clear();
        self.token.text.push_str(text);
        self.at += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
