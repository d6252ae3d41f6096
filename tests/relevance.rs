//! The labelled search sets: what must be found is found, what fits best stands first, and nothing else appears.
//!
//! A set is a file of `tests/relevance/`: its entries (or the example city), and its cases. A new synonym is a row there.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use serde::Deserialize;

use crate::support::{Folder, Service, shared};

/// A labelled set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    /// The search runs on the example city when there are no entries of its own.
    #[serde(default)]
    entry: Vec<Entry>,
    case: Vec<Case>,
    /// What the figures of this set may not fall below.
    floor: Figures,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    text: String,
}

/// A question with its labels: `all` is complete (nothing else may be found); the others are grades 3, 2 and 1 and what
/// must never appear.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Case {
    query: String,
    all: Option<Vec<String>>,
    #[serde(default)]
    best: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
    #[serde(default)]
    ok: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
    /// What should never appear and still does: told at every run, so that it is not forgotten.
    #[serde(default)]
    known: Vec<String>,
    /// What kind of question it is, for the reader of the figures.
    #[serde(default)]
    kind: String,
    /// Why the labels are so.
    #[serde(default)]
    #[expect(dead_code, reason = "for whoever reads the set")]
    why: String,
}

#[derive(Deserialize, Debug, Clone, Copy, Default)]
#[serde(default, deny_unknown_fields)]
struct Figures {
    /// Mean share of the labelled that was found, over the cases with `all`.
    recall: f64,
    /// Mean share of the found that was labelled, over the same.
    precision: f64,
    /// Mean normalised discounted cumulative gain of the first ten (gain 2^grade - 1), over the graded cases.
    ndcg: f64,
}

fn ids(service: &Service, query: &str) -> Vec<String> {
    let answer = service.get_json("/api/v1/resources", &[("q", query), ("limit", "100")]);
    let items = answer["items"].as_array().expect("items");
    items
        .iter()
        .map(|i| i["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn ndcg(found: &[String], case: &Case) -> f64 {
    let grade = |id: &String| {
        [(&case.best, 3), (&case.good, 2), (&case.ok, 1)]
            .iter()
            .find_map(|(ids, grade)| ids.contains(id).then_some(*grade))
            .unwrap_or(0)
    };
    let gain = |grades: &[i32]| -> f64 {
        grades
            .iter()
            .take(10)
            .zip(2_u32..)
            .map(|(g, at)| (2_f64.powi(*g) - 1.0) / f64::from(at).log2())
            .sum()
    };
    let mut ideal: Vec<i32> = [(&case.best, 3), (&case.good, 2), (&case.ok, 1)]
        .iter()
        .flat_map(|(ids, grade)| ids.iter().map(|_| *grade))
        .collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    gain(&found.iter().map(grade).collect::<Vec<_>>()) / gain(&ideal)
}

/// The figures of a set, with every case that is not perfect told in words.
fn measure(service: &Service, cases: &[Case]) -> (Figures, Vec<String>, String) {
    let (mut sums, mut exact, mut graded) = (Figures::default(), 0.0, 0.0);
    let (mut forbidden, mut told) = (Vec::new(), String::new());
    for case in cases {
        let found = ids(service, &case.query);
        for id in found.iter().filter(|id| case.never.contains(id)) {
            forbidden.push(format!("「{}」 found {id}", case.query));
        }
        for id in found.iter().filter(|id| case.known.contains(id)) {
            let _ = writeln!(told, "「{}」 still finds {id}, as is known", case.query);
        }
        if let Some(all) = &case.all {
            let wanted: BTreeSet<&String> = all.iter().collect();
            let got: BTreeSet<&String> = found.iter().collect();
            let hit = got.intersection(&wanted).count() as f64;
            exact += 1.0;
            sums.recall += if wanted.is_empty() {
                1.0
            } else {
                hit / wanted.len() as f64
            };
            sums.precision += match (got.is_empty(), wanted.is_empty()) {
                (true, true) => 1.0,
                (true, false) => 0.0,
                _ => hit / got.len() as f64,
            };
            if got != wanted {
                let missing: Vec<_> = wanted.difference(&got).collect();
                let more: Vec<_> = got.difference(&wanted).collect();
                let _ = writeln!(told, "「{}」 misses {missing:?}, finds too {more:?}", case.query);
            }
        }
        if !case.best.is_empty() || !case.good.is_empty() || !case.ok.is_empty() {
            let value = ndcg(&found, case);
            graded += 1.0;
            sums.ndcg += value;
            if value < 0.9 {
                let first: Vec<_> = found.iter().take(10).collect();
                let _ = writeln!(
                    told,
                    "「{}」 {} nDCG {value:.2}: {first:?}, best {:?}, good {:?}, ok {:?}",
                    case.query, case.kind, case.best, case.good, case.ok
                );
            }
        }
    }
    let mean = |sum: f64, n: f64| if n == 0.0 { 1.0 } else { sum / n };
    let figures = Figures {
        recall: mean(sums.recall, exact),
        precision: mean(sums.precision, exact),
        ndcg: mean(sums.ndcg, graded),
    };
    (figures, forbidden, told)
}

#[track_caller]
fn check(name: &str, set: &Set) {
    let folder = Folder::empty();
    let service = if set.entry.is_empty() {
        Service::start(folder.path(), &["--now", "2026-11-24T09:00:00+09:00", "demo"])
    } else {
        let mut sheet = String::from("資源ID,名称,種別,説明,公開範囲\n");
        for entry in &set.entry {
            let _ = writeln!(
                sheet,
                "{},{},その他,\"{}\",公開",
                entry.id, entry.name, entry.text
            );
        }
        folder.file("entries.csv", sheet);
        folder.yosatte(&["import", "resources", "entries.csv"]).done();
        Service::start(folder.path(), &["serve"])
    };
    let (figures, forbidden, told) = measure(&service, &set.case);
    println!(
        "{told}{name}: {} cases: recall {:.3}, precision {:.3}, nDCG@10 {:.3}, forbidden {}",
        set.case.len(),
        figures.recall,
        figures.precision,
        figures.ndcg,
        forbidden.len()
    );
    assert!(forbidden.is_empty(), "{}", forbidden.join("\n"));
    let floor = set.floor;
    assert!(
        figures.recall >= floor.recall && figures.precision >= floor.precision && figures.ndcg >= floor.ndcg,
        "{name}: {figures:?} is below {floor:?}"
    );
}

/// A set of `tests/relevance/`.
fn set(name: &str) -> Set {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/relevance/{name}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    toml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn the_labelled_set_is_found_by_name_reading_and_spelling() {
    let (Some(docs), Some(queries)) = (shared("relevance/docs.tsv"), shared("relevance/queries.tsv")) else {
        return;
    };
    let rows = |path| {
        let text: String = fs::read_to_string(path).expect("the labelled set");
        text.lines()
            .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let entry = rows(docs)
        .into_iter()
        .map(|cells| Entry {
            id: cells[0].clone(),
            name: cells[1].clone(),
            text: cells[2].clone(),
        })
        .collect();
    let case = rows(queries)
        .into_iter()
        .map(|cells| Case {
            query: cells[0].clone(),
            all: Some(cells[1].split(',').map(str::to_owned).collect()),
            ..Case::default()
        })
        .collect();
    let floor = Figures {
        recall: 0.97,
        precision: 0.97,
        ndcg: 0.0,
    };
    check("shared", &Set { entry, case, floor });
}

#[test]
fn an_invented_town_is_found_as_its_labels_say() {
    check("town", &set("town"));
}

#[test]
fn a_town_of_another_region_is_found_as_its_labels_say() {
    check("coast", &set("coast"));
}

#[test]
fn the_example_city_answers_with_what_fits_best_first() {
    check("oshu", &set("oshu"));
}

#[test]
fn what_people_say_of_themselves_is_answered() {
    check("oshu_asked", &set("oshu_asked"));
    check("oshu_said", &set("oshu_said"));
}

#[test]
fn a_town_in_the_snow_is_found_as_its_labels_say() {
    check("snow", &set("snow"));
}
