//! One match over 5,000 opportunities: the gates of all of them, the texts, the order and the words.
//!
//! `cargo bench --bench matching`. Beside it the search of the same wish over the same texts: what asking the words alone
//! costs on this machine at this moment.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::Times;
use yosatte::{
    db::Db,
    districts::{areas::Areas, store as districts},
    kernel::{
        geo::LngLat,
        id::{OpportunityId, ResourceId},
    },
    matching::{board::Board, find::find, question::Question},
    resources::{opportunity::Opportunity, resource::Resource, store},
};

const OFFERS: usize = 5_000;
const ROUNDS: usize = 20;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = support::folder("matching");
    let _ = std::fs::remove_dir_all(&folder);
    let folder = support::folder("matching");
    let sheet = |path: &str| format!("{}/data/oshu/{path}.csv", env!("CARGO_MANIFEST_DIR"));
    for (kind, parts) in [
        ("districts", &["districts"][..]),
        (
            "resources",
            &["resources/esashi", "resources/mizusawa", "resources/south"],
        ),
        (
            "opportunities",
            &[
                "opportunities/esashi",
                "opportunities/mizusawa",
                "opportunities/south",
            ],
        ),
    ] {
        let mut args = vec!["import".to_owned(), kind.to_owned()];
        args.extend(parts.iter().map(|part| sheet(part)));
        support::run(&folder, &args.iter().map(|a| a.as_str()).collect::<Vec<_>>());
    }
    let (rows, areas) = runtime.block_on(async {
        let db = Db::open_folder(&folder.join("var")).await.expect("the database");
        let mut conn = db.read().await.expect("a connection");
        let rows = store::list(&mut conn, "", 10_000).await.expect("the rows");
        let areas = Areas::new(districts::all(&mut conn).await.expect("the districts"));
        (rows, areas)
    });
    let rows = many(&rows);
    let offers: usize = rows.iter().map(|(_, o)| o.len()).sum();
    let began = Instant::now();
    let board = Board::new(&rows).expect("a board");
    println!(
        "{offers} opportunities, board made in {:.0} ms",
        began.elapsed().as_secs_f64() * 1000.0
    );
    let now = "2026-11-24T09:00:00+09:00".parse().expect("a moment");
    let began = Instant::now();
    board.calendar("2026-11-24".parse().expect("a day"));
    println!(
        "dates of eight weeks in {:.0} ms, once a day",
        began.elapsed().as_secs_f64() * 1000.0
    );
    let questions: Vec<Question> = needs()
        .iter()
        .map(|n| Question::read(n).expect("a need"))
        .collect();
    let (mut whole, mut words) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for question in &questions {
            let began = Instant::now();
            let answer = find(&board, &areas, question, now).expect("an answer");
            let took = began.elapsed();
            assert_eq!(answer.evaluated, board.offers().len());
            let began = Instant::now();
            board
                .texts()
                .hear(question.need.wants.wishes.as_deref().unwrap_or_default())
                .expect("scores");
            // The first round fills what is kept.
            if round > 0 {
                whole.push(took);
                words.push(began.elapsed());
            }
        }
    }
    let kept = |took: Duration, most: u64| {
        if took <= Duration::from_millis(most) {
            "kept"
        } else {
            "NOT KEPT"
        }
    };
    let times = Times::of(whole);
    println!(
        "one match             {times}   promised p50 ≤ 20 ms {}, p99 ≤ 50 ms {}",
        kept(times.p50, 20),
        kept(times.p99, 50)
    );
    println!("  the wish alone      {}", Times::of(words));
}

/// The rows again and again, each time a little elsewhere, until there are enough opportunities.
fn many(rows: &[(Resource, Vec<Opportunity>)]) -> Vec<(Resource, Vec<Opportunity>)> {
    let mut all = Vec::new();
    let mut offers = 0;
    for copy in 0.. {
        for (resource, opportunities) in rows {
            if offers >= OFFERS {
                return all;
            }
            let (mut resource, mut opportunities) = (resource.clone(), opportunities.clone());
            let id = ResourceId::new(format!("{}-{copy}", resource.entered.id)).expect("an id");
            if let Some(location) = &mut resource.entered.location {
                let (lng, lat) = (location.point.lng(), location.point.lat());
                let off = f64::from(copy) * 0.002;
                location.point = LngLat::new(lng + off, lat - off).expect("in Japan");
            }
            for o in &mut opportunities {
                o.entered.id = OpportunityId::new(format!("{}-{copy}", o.entered.id)).expect("an id");
                o.entered.resource_id = id.clone();
            }
            resource.entered.id = id;
            offers += opportunities.len();
            all.push((resource, opportunities));
        }
    }
    all
}

fn needs() -> Vec<Value> {
    vec![
        json!({"home": {"district": "oshu-02"}, "wishes": "脳梗塞で右半身が不自由になった。人に料理を教えたい", "strengths": ["料理"],
            "roles": ["instructor"], "reach": {"mode": "transport", "max_km": 8}, "age": 52, "max_fee_yen": 500}),
        json!({"home": {"lat": 39.1447, "lng": 141.1391}, "wishes": "子どもと一緒なら外に出られそう。子ども食堂でごはんを配りたい", "roles": ["staff", "helper"],
            "reach": {"mode": "transport", "max_km": 6}, "age": 38, "household": [{"relation": "子", "age": 12}]}),
        json!({"home": {"district": "oshu-02"}, "wishes": "家でイラストを描いて役に立ちたい", "strengths": ["イラスト"],
            "roles": ["helper", "commissioned_work"], "modality": "remote", "age": 24}),
        json!({"home": {"lat": 39.19, "lng": 141.15}, "wishes": "短い時間から、体を動かす仕事を試してみたい", "roles": ["work_trial"],
            "reach": {"mode": "car", "max_km": 15}, "age": 45, "out_of_eligibility": true}),
        json!({"home": {"lat": 39.1447, "lng": 141.1391}, "wishes": "お茶を飲みながら話したい", "slots": [{"weekday": "tue", "from": "10:00", "to": "12:00"}],
            "reach": {"mode": "walk", "max_km": 1}, "wheelchair": true, "age": 82}),
        json!({"wishes": "歌をうたいたい"}),
    ]
}
