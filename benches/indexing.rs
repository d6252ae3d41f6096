//! Defends: indexing, at most twice Groonga's time (`scripts/bench-peers`), on the first 5,000 resources.

mod support;

use criterion::{BatchSize, Criterion};
use yosatte::{
    db::change_log::Position,
    search::{document::document, index::TextIndex},
};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = support::city();
    let (db, _searcher) = runtime.block_on(support::searcher(&folder));
    let mut entries = runtime.block_on(support::entries(&db));
    entries.truncate(5000);
    let folder = support::folder("indexing");
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    criterion.bench_function("index 5,000 resources", |b| {
        b.iter_batched(
            || {
                let _ = std::fs::remove_dir_all(&folder);
                TextIndex::create(&folder).expect("an index")
            },
            |index| {
                let mut writer = index.writer().expect("its writer");
                for entry in &entries {
                    let document = document(writer.fields(), entry, None).expect("a document");
                    writer.add(document).expect("added");
                }
                writer.commit(Position::default()).expect("committed");
            },
            BatchSize::PerIteration,
        )
    });
    criterion.final_summary();
}
