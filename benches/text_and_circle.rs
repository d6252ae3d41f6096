//! Defends: words within a circle among 100,000 resources, at least four times as fast as Groonga (`scripts/bench-peers`).

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
    let questions = corpus::questions(100);
    let mut criterion = Criterion::default().configure_from_args();
    for (name, circle) in [("text", false), ("text and circle", true)] {
        let asked: Vec<_> = questions.iter().map(|q| asked(q, true, circle)).collect();
        criterion.bench_function(&format!("100 questions: {name}"), |b| {
            b.iter(|| {
                asked
                    .iter()
                    .map(|q| searcher.search(&places, q).expect("an answer").total)
                    .sum::<usize>()
            })
        });
    }
    criterion.final_summary();
}
