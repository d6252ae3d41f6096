//! What the benches share: the made city, the index built of it, and how times are told.

#![allow(dead_code, reason = "no single bench uses all of it")]

pub mod corpus;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use yosatte::{
    db::Db,
    kernel::geo::{LngLat, Meters},
    resources::{
        public::{Audience, VisibleResource, visible},
        store,
    },
    search::{
        query::{PlaceLexicon, SearchQuery},
        sync::Searcher,
    },
};

/// How many resources there are: `YOSATTE_BENCH_DOCS`, or 100,000.
pub fn size() -> usize {
    std::env::var("YOSATTE_BENCH_DOCS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000)
}

/// The made city, imported once by the built program; later benches find it there.
pub fn city() -> PathBuf {
    let folder = folder(&format!("city-{}", size()));
    let file = folder.join("resources.csv");
    let csv = corpus::csv(&corpus::resources(size()));
    let known = std::fs::read_to_string(&file).is_ok_and(|old| old == csv);
    if !known {
        let _ = std::fs::remove_dir_all(folder.join("var"));
        std::fs::write(&file, csv).expect("the bench's folder");
    }
    run(&folder, &["import", "resources", "resources.csv"]);
    folder
}

/// A folder beside the build.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the bench's folder");
    folder
}

/// Runs the built program to its end, which must be good.
pub fn run(folder: &Path, args: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_yosatte"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("yosatte starts");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(done.status.success(), "{args:?}: {said}");
    said
}

/// The searcher the service uses, over that folder.
pub async fn searcher(folder: &Path) -> (Db, Searcher) {
    let data = folder.join("var");
    let db = Db::open_folder(&data).await.expect("the database");
    let searcher = Searcher::open(&data, &db).await.expect("the index");
    (db, searcher)
}

/// All public entries.
pub async fn entries(db: &Db) -> Vec<VisibleResource> {
    let mut conn = db.read().await.expect("a connection");
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = store::list(&mut conn, &after, 5000).await.expect("rows");
        let Some((last, _)) = page.last() else { return all };
        after = last.entered.id.to_string();
        all.extend(page.iter().filter_map(|(r, o)| visible(r, o, Audience::Public)));
    }
}

/// A question as the service is asked it.
pub fn asked(question: &corpus::Question, words: bool, circle: bool) -> SearchQuery {
    let ((lng, lat), radius) = question.circle;
    SearchQuery {
        q: if words {
            question.words.clone()
        } else {
            String::new()
        },
        near: circle.then(|| LngLat::new(lng, lat).expect("in Japan")),
        radius: if circle && words {
            Meters::new(radius)
        } else {
            None
        },
        limit: 20,
        ..SearchQuery::default()
    }
}

/// Times of the questions, each asked once before; and how many entries were found in all.
pub fn ask(searcher: &Searcher, questions: &[SearchQuery]) -> (Times, usize) {
    let places = PlaceLexicon::default();
    let mut found = 0;
    for question in questions {
        found += searcher.search(&places, question).expect("an answer").total;
    }
    let times = questions
        .iter()
        .map(|question| {
            let start = Instant::now();
            let answer = searcher.search(&places, question).expect("an answer");
            std::hint::black_box(answer);
            start.elapsed()
        })
        .collect();
    (Times::of(times), found)
}

/// The middle and the slow end of many times.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Half are faster.
    pub p50: Duration,
    /// One in a hundred is slower.
    pub p99: Duration,
}

impl Times {
    /// Of at least one time.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        Self {
            p50: at(0.5),
            p99: at(0.99),
        }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |d: Duration| d.as_secs_f64() * 1000.0;
        write!(f, "p50 {:.3} ms  p99 {:.3} ms", ms(self.p50), ms(self.p99))
    }
}
