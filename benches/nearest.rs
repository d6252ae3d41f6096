//! Defends: the nearest 20 of 100,000 resources in a millisecond, with exact totals and counts.

mod support;

use criterion::Criterion;
use support::{asked, corpus};
use yosatte::search::query::PlaceLexicon;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = support::city();
    let (_db, searcher) = runtime.block_on(support::searcher(&folder));
    let places = PlaceLexicon::default();
    let asked: Vec<_> = corpus::questions(100)
        .iter()
        .map(|q| asked(q, false, true))
        .collect();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("100 questions: nearest 20", |b| {
        b.iter(|| {
            asked
                .iter()
                .map(|q| searcher.search(&places, q).expect("an answer").hits.len())
                .sum::<usize>()
        })
    });
    criterion.final_summary();
}
