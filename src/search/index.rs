//! One generation of the text index on disk: opened only when every file is whole, asked through views, written by one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use tantivy::{
    DocId, DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TERMINATED,
    TantivyDocument, Term,
    directory::{MmapDirectory, RamDirectory, error::OpenDirectoryError},
    index::SegmentId,
    merge_policy::LogMergePolicy,
    postings::Postings,
    query::{Bm25StatisticsProvider, EnableScoring, Query},
    schema::{Field, IndexRecordOption, Value},
    tokenizer::TokenizerManager,
};

use super::{
    analyzer,
    document::{self, Fields},
    queries::Docs,
};
use crate::db::{change_log::Position, own_folder};

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
    /// A file is missing or its content is not what was written.
    #[error("検索の索引のファイルが壊れています: {0}")]
    Damaged(String),
    /// It was made by another version of the program, whose entries this one cannot read.
    #[error("検索の索引は別の版のプログラムのものです")]
    Foreign,
    /// The facts of an entry cannot be read.
    #[error("検索の索引にある項目を読めません")]
    Facts,
}

/// Memory of the two writing threads together, in bytes.
const WRITER_BYTES: usize = 100_000_000;

/// One generation: the public rows, or the rest.
pub struct TextIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextIndex").finish_non_exhaustive()
    }
}

impl TextIndex {
    /// A new, empty one in a folder that is made.
    pub fn create(folder: &Path) -> Result<Self, IndexError> {
        own_folder(folder)?;
        let index = Index::create(
            MmapDirectory::open(folder)?,
            document::schema().0,
            Default::default(),
        )?;
        Self::over(index)
    }

    /// The one in `folder`, when every file of it is there and whole.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let index = Index::open(MmapDirectory::open(folder)?)?;
        if index.schema() != document::schema().0 {
            return Err(IndexError::Foreign);
        }
        validate(folder)?;
        Self::over(index)
    }

    /// In memory, for as long as there is none on disk.
    pub fn in_memory(entries: impl IntoIterator<Item = TantivyDocument>) -> Result<Self, IndexError> {
        // One segment, so that documents stand in the order they come in.
        let tokenizers = TokenizerManager::default();
        document::register(&tokenizers);
        let mut writer = Index::builder()
            .schema(document::schema().0)
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), 15_000_000)?;
        for entry in entries {
            writer.add_document(entry)?;
        }
        Self::over(writer.finalize()?)
    }

    fn over(index: Index) -> Result<Self, IndexError> {
        document::register(index.tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            fields: document::schema().1,
            index,
            reader,
        })
    }

    /// Up to which change it knows the database.
    pub fn position(&self) -> Position {
        self.index
            .load_metas()
            .ok()
            .and_then(|m| m.payload)
            .and_then(|p| p.parse().ok())
            .unwrap_or_default()
    }

    /// The segments that the last commit or merge left.
    pub fn segments(&self) -> Result<BTreeSet<SegmentId>, IndexError> {
        Ok(self.index.searchable_segment_ids()?.into_iter().collect())
    }

    /// The index as it stands now, whoever wrote it.
    pub fn view(&self) -> Result<TextView, IndexError> {
        self.reader.reload()?;
        Ok(TextView {
            searchers: vec![self.reader.searcher()],
            fields: self.fields,
        })
    }

    /// The one who writes. The caller has seen to it that there is no other.
    pub fn writer(&self) -> Result<Writer, IndexError> {
        let inner = self.index.writer_with_num_threads(2, WRITER_BYTES)?;
        // A writer that was killed in a commit leaves files that no commit names, and the next would write the same names
        // and be refused (seen: `….574.del` already exists).
        inner.garbage_collect_files().wait()?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(4);
        inner.set_merge_policy(Box::new(policy));
        Ok(Writer {
            inner,
            fields: self.fields,
        })
    }
}

/// Reads every file against its checksum. By a mapping of its own that ends with it: what is only checked does not
/// stay in memory.
fn validate(folder: &Path) -> Result<(), IndexError> {
    let index = Index::open(MmapDirectory::open(folder)?)?;
    match index.validate_checksum()?.into_iter().next() {
        Some(file) => Err(IndexError::Damaged(file.display().to_string())),
        None => Ok(()),
    }
}

/// Replaces entries; what it did is seen after a commit.
pub struct Writer {
    inner: IndexWriter,
    fields: Fields,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Where things are.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: &str) {
        self.inner.delete_term(Term::from_field_text(self.fields.id, id));
    }

    /// Puts an entry in; the caller has removed what was there. Waits when the writing threads are behind.
    pub fn add(&mut self, document: TantivyDocument) -> Result<(), IndexError> {
        self.inner.add_document(document)?;
        Ok(())
    }

    /// Makes everything durable, together with the position it stands for.
    pub fn commit(&mut self, at: Position) -> Result<(), IndexError> {
        let mut commit = self.inner.prepare_commit()?;
        commit.set_payload(&at.to_string());
        commit.commit()?;
        Ok(())
    }

    /// Ends, after merges under way are done: fewer segments are faster to ask.
    pub fn finish(self) -> Result<(), IndexError> {
        Ok(self.inner.wait_merging_threads()?)
    }
}

/// Text indexes as they stood at one moment: what is asked of one view is answered from the same entries.
pub struct TextView {
    /// At least one.
    searchers: Vec<Searcher>,
    fields: Fields,
}

impl Bm25StatisticsProvider for TextView {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.sum(|searcher| searcher.total_num_tokens(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.sum(Bm25StatisticsProvider::total_num_docs)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.sum(|searcher| Bm25StatisticsProvider::doc_freq(searcher, term))
    }
}

impl TextView {
    fn sum(&self, of: impl Fn(&Searcher) -> tantivy::Result<u64>) -> tantivy::Result<u64> {
        self.searchers.iter().map(of).sum()
    }

    /// This view and another as one: a word weighs by how rare it is in both together.
    pub fn joined(&self, other: &Self) -> Self {
        Self {
            searchers: self.searchers.iter().chain(&other.searchers).cloned().collect(),
            fields: self.fields,
        }
    }

    /// Where things are.
    pub fn fields(&self) -> Fields {
        self.fields
    }

    /// The segments of its documents.
    pub fn segments(&self) -> impl Iterator<Item = &SegmentReader> {
        self.searchers.iter().flat_map(|s| s.segment_readers())
    }

    /// How a query scores here: the searcher only lends its schema, which is the same for all.
    pub fn scoring(&self) -> EnableScoring<'_> {
        EnableScoring::enabled_from_statistics_provider(self, &self.searchers[0])
    }

    /// Hands over the packed facts of every living document of a segment, in order.
    pub fn each_packed(
        &self,
        segment: &SegmentReader,
        mut each: impl FnMut(DocId, &[u8]) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let store = segment.get_store_reader(1)?;
        let documents = store.iter::<TantivyDocument>(segment.alive_bitset());
        for (doc, document) in segment.doc_ids_alive().zip(documents) {
            let document = document?;
            let bytes = document
                .get_first(self.fields.facts)
                .and_then(|value| value.as_bytes())
                .ok_or(IndexError::Facts)?;
            each(doc, bytes)?;
        }
        Ok(())
    }

    /// The terms of a field that start with `prefix` (at most 300).
    pub fn terms_from(&self, field: Field, prefix: &str) -> Result<BTreeSet<String>, IndexError> {
        let mut found = BTreeSet::new();
        for segment in self.segments() {
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

    /// The terms of a field that start with `prefix` and that `judge` keeps, with what it says of each.
    pub fn terms_where<T>(
        &self,
        field: Field,
        prefix: &str,
        judge: impl Fn(&str) -> Option<T>,
    ) -> Result<BTreeMap<String, T>, IndexError> {
        let mut found = BTreeMap::new();
        for segment in self.segments() {
            let inverted = segment.inverted_index(field)?;
            let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while stream.advance() {
                match std::str::from_utf8(stream.key()) {
                    Ok(term) if term.starts_with(prefix) => {
                        if let Some(kept) = judge(term) {
                            found.insert(term.to_owned(), kept);
                        }
                    }
                    _ => break,
                };
            }
        }
        Ok(found)
    }

    /// The documents in whose field a name of two characters stands only where it is none: across words, or inside a
    /// longer name.
    pub fn only_seeming(&self, field: Field, name: &str) -> Result<Docs, IndexError> {
        let (plain, seeming) = (
            Term::from_field_text(field, name),
            Term::from_field_text(field, &analyzer::seeming(name)),
        );
        let mut all = Vec::new();
        for segment in self.segments() {
            let inverted = segment.inverted_index(field)?;
            let option = IndexRecordOption::WithFreqs;
            let mut docs = Vec::new();
            if let (Some(mut there), Some(mut seems)) = (
                inverted.read_postings(&plain, option)?,
                inverted.read_postings(&seeming, option)?,
            ) {
                let mut doc = seems.doc();
                while doc != TERMINATED {
                    let found = if there.doc() < doc {
                        there.seek(doc)
                    } else {
                        there.doc()
                    };
                    if found == doc && there.term_freq() <= seems.term_freq() {
                        docs.push(doc);
                    }
                    doc = seems.advance();
                }
            }
            all.push((segment.segment_id(), docs.into()));
        }
        Ok(Docs::new(all))
    }

    /// Whether any entry satisfies one of the queries.
    pub fn any(&self, queries: &[Box<dyn Query>]) -> Result<bool, IndexError> {
        for query in queries {
            let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searchers[0]))?;
            for segment in self.segments() {
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
