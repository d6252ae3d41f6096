//! The text index on disk. It can always be thrown away: its payload says up to which change it knows the database.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term,
    directory::error::OpenDirectoryError,
    query::{EnableScoring, Query},
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
    },
    tokenizer::{PreTokenizedString, Token, WhitespaceTokenizer},
};

use super::{analyzer, facts::key_of};
use crate::{db::change_log::Position, resources::public::VisibleResource};

/// Rises when the schema or the analysis changes: an index of another version is built anew.
const VERSION: &str = "1";

/// A fault of the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// What tantivy said.
    #[error("検索の索引に問題があります: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// The folder.
    #[error("検索の索引のフォルダに問題があります: {0}")]
    Directory(#[from] OpenDirectoryError),
    /// The disk.
    #[error("検索の索引を読み書きできません: {0}")]
    Io(#[from] std::io::Error),
}

/// Where things are in the index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    id: Field,
    key: Field,
    /// Bigrams of name, kana, kind and keywords.
    pub head: Field,
    /// Bigrams of everything else that is said.
    pub body: Field,
    /// Readings of the head.
    pub head_reading: Field,
    /// Readings of the body.
    pub body_reading: Field,
}

/// One index: the public rows, or the rest.
pub struct TextIndex {
    index: Index,
    reader: IndexReader,
    writer: Mutex<Option<IndexWriter>>,
    fields: Fields,
    /// Folder of the generation in use.
    pub folder: PathBuf,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextIndex")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The hash of everything an index depends on besides the rows.
fn recipe() -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for part in [
        VERSION,
        include_str!("analyzer.rs"),
        include_str!("../../data/vocab/variants.csv"),
        include_str!("../../data/dict/welfare.csv"),
    ] {
        hasher.update(part.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .take(6)
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("pre")
                .set_index_option(record),
        )
    };
    let fields = Fields {
        id: builder.add_text_field("id", STRING | STORED),
        key: builder.add_u64_field("key", FAST | INDEXED),
        head: builder.add_text_field("head", text(IndexRecordOption::WithFreqsAndPositions)),
        body: builder.add_text_field("body", text(IndexRecordOption::WithFreqsAndPositions)),
        head_reading: builder.add_text_field("head_reading", text(IndexRecordOption::Basic)),
        body_reading: builder.add_text_field("body_reading", text(IndexRecordOption::Basic)),
    };
    (builder.build(), fields)
}

/// The texts of an entry: what it is called, and everything else that is said of it.
pub fn texts(entry: &VisibleResource, district: Option<&str>) -> (String, String) {
    let mut head = vec![entry.name.as_str()];
    head.extend(entry.name_kana.as_deref());
    head.push(if entry.kind == crate::resources::words::ResourceKind::Other {
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

fn pretokenized(tokens: Vec<(u32, String)>) -> PreTokenizedString {
    let tokens = tokens
        .into_iter()
        .map(|(position, text)| Token {
            offset_from: 0,
            offset_to: 0,
            position: position as usize,
            text,
            position_length: 1,
        })
        .collect();
    PreTokenizedString {
        text: String::new(),
        tokens,
    }
}

impl TextIndex {
    /// Opens the generation of this recipe under `parent`, making an empty one when there is none or it is damaged
    /// (which is then set aside as `damaged-…`).
    pub fn open(parent: &Path) -> Result<Self, IndexError> {
        let folder = parent.join(recipe());
        fs::create_dir_all(&folder)?;
        match Self::open_folder(&folder) {
            Ok(index) => Ok(index),
            Err(error) => {
                tracing::warn!(%error, "検索の索引が壊れています。取りのけて作り直します");
                let aside = parent.join(format!("damaged-{}", std::process::id()));
                let _ = fs::remove_dir_all(&aside);
                fs::rename(&folder, &aside)?;
                fs::create_dir_all(&folder)?;
                Self::open_folder(&folder)
            }
        }
    }

    fn open_folder(folder: &Path) -> Result<Self, IndexError> {
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(folder)?;
        let index = Index::open_or_create(directory, schema)?;
        index.tokenizers().register("pre", WhitespaceTokenizer::default());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            index,
            reader,
            writer: Mutex::new(None),
            fields,
            folder: folder.to_owned(),
        })
    }

    /// Up to which change the index knows the database.
    pub fn position(&self) -> Position {
        self.index
            .load_metas()
            .ok()
            .and_then(|m| m.payload)
            .and_then(|p| p.parse().ok())
            .unwrap_or_default()
    }

    /// How many entries it holds.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes this process the writer; `false` when another process is.
    pub fn become_writer(&self) -> Result<bool, IndexError> {
        let mut writer = self.writer.lock().expect("no panic while writing");
        if writer.is_none() {
            match self.index.writer_with_num_threads(2, 48_000_000) {
                Ok(w) => *writer = Some(w),
                Err(tantivy::TantivyError::LockFailure(..)) => return Ok(false),
                Err(e) => return Err(e.into()),
            }
        }
        Ok(true)
    }

    /// Lets another process write.
    pub fn release_writer(&self) {
        self.writer.lock().expect("no panic while writing").take();
    }

    /// Replaces or removes entries and remembers up to where; visible when it returns. The caller is the writer.
    pub fn apply(
        &self,
        changes: &[(String, Option<(String, String)>)],
        at: Position,
    ) -> Result<(), IndexError> {
        let mut guard = self.writer.lock().expect("no panic while writing");
        let Some(writer) = guard.as_mut() else {
            return Err(tantivy::TantivyError::InvalidArgument("not the writer".into()).into());
        };
        for (id, texts) in changes {
            writer.delete_term(Term::from_field_text(self.fields.id, id));
            if let Some((head, body)) = texts {
                writer.add_document(self.document(id, head, body))?;
            }
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&at.to_string());
        commit.commit()?;
        drop(guard);
        Ok(self.reader.reload()?)
    }

    /// Sees what another process committed.
    pub fn reload(&self) -> Result<(), IndexError> {
        Ok(self.reader.reload()?)
    }

    fn document(&self, id: &str, head: &str, body: &str) -> TantivyDocument {
        let mut doc = TantivyDocument::new();
        doc.add_text(self.fields.id, id);
        doc.add_u64(self.fields.key, key_of(id));
        doc.add_pre_tokenized_text(self.fields.head, pretokenized(analyzer::bigrams(head)));
        doc.add_pre_tokenized_text(self.fields.body, pretokenized(analyzer::bigrams(body)));
        let reading = |text: &str| {
            pretokenized(
                analyzer::reading_terms(text)
                    .into_iter()
                    .map(|t| (0, t))
                    .collect(),
            )
        };
        doc.add_pre_tokenized_text(self.fields.head_reading, reading(head));
        doc.add_pre_tokenized_text(self.fields.body_reading, reading(body));
        doc
    }

    /// The index as it stands now.
    pub fn view(&self) -> TextView {
        TextView {
            searcher: self.reader.searcher(),
            fields: self.fields,
        }
    }
}

/// The text index as it stood at one moment: what is asked of one view is answered from the same entries.
pub struct TextView {
    searcher: Searcher,
    fields: Fields,
}

impl TextView {
    /// Where texts are.
    pub fn fields(&self) -> Fields {
        self.fields
    }

    /// The segments and their documents.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The terms of a field that start with `prefix` (at most 300).
    pub fn terms_from(&self, field: Field, prefix: &str) -> Result<BTreeSet<String>, IndexError> {
        let mut found = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while found.len() < 300 && stream.advance() {
                match std::str::from_utf8(stream.key()) {
                    Ok(term) if term.starts_with(prefix) => found.insert(term.to_owned()),
                    _ => break,
                };
            }
        }
        Ok(found)
    }

    /// Whether any entry satisfies one of the queries.
    pub fn any(&self, queries: &[Box<dyn Query>]) -> Result<bool, IndexError> {
        for query in queries {
            let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
            for segment in self.searcher.segment_readers() {
                let mut scorer = weight.scorer(segment, 1.0)?;
                let mut doc = scorer.doc();
                while doc != TERMINATED {
                    if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                        return Ok(true);
                    }
                    doc = scorer.advance();
                }
            }
        }
        Ok(false)
    }
}
