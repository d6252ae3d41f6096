//! The example city that the binary carries: large, uneven and varied as life is, and never to be taken for real.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use geo::{Contains, Point};
use yosatte::resources::words::ResourceKind;

use crate::support::{self, Folder, Service};

/// Two descriptions never share so large a part of their runs of five characters (|A∩B| / |A∪B|).
const MOST_ALIKE: f64 = 0.10;
/// Meeting times left unread on purpose, as real lists have them, at most.
const UNREAD: usize = 16;

/// The city's own plan (奥州市重層的支援体制整備事業実施計画, 令和7年度) counts these.
const PLAN: &[(&str, usize)] = &[
    ("地域包括支援センター", 8),
    ("基幹相談支援センター", 1),
    ("障がい者相談支援", 11),
    ("利用者支援事業", 3),
    ("生活困窮者自立支援", 1),
    ("地域活動支援センター", 6),
    ("地域子育て支援拠点", 9),
];

type Row = HashMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/oshu")
}

fn files(kind: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder().join(kind)).expect("the example city");
    let mut files: Vec<_> = entries.map(|e| e.expect("a file").path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    let rows = reader.deserialize();
    rows.map(|row| row.expect("a whole row")).collect()
}

fn rows(kind: &str) -> Vec<Row> {
    files(kind).iter().flat_map(|file| read(file)).collect()
}

/// Everything that somebody wrote about a place or an activity: (key, text).
fn texts() -> Vec<(String, String)> {
    let of = |kind, key: &str, column: &str| {
        let pairs = rows(kind)
            .into_iter()
            .map(|row| (row[key].clone(), row[column].clone()));
        pairs.filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>()
    };
    let mut texts = of("resources", "資源ID", "説明");
    texts.extend(of("opportunities", "機会ID", "内容"));
    texts
}

#[test]
fn the_example_city_has_every_kind_and_the_counts_of_the_plan() {
    let (resources, opportunities) = (rows("resources"), rows("opportunities"));
    println!(
        "{} resources, {} opportunities",
        resources.len(),
        opportunities.len()
    );
    assert!(resources.len() >= 200 && opportunities.len() >= 300);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &resources {
        *kinds.entry(&row["種別"]).or_default() += 1;
    }
    let missing: Vec<_> = ResourceKind::ALL
        .iter()
        .map(|k| k.label())
        .filter(|k| !kinds.contains_key(k))
        .collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
    for (kind, count) in PLAN {
        assert_eq!(kinds[kind], *count, "{kind}");
    }
    // Menu drafts start from farms, companies and corporations, offers or not.
    for kind in ["農家", "企業", "社会福祉法人"] {
        assert!(kinds[kind] >= 5, "{kind}: {}", kinds[kind]);
    }
    let remote = opportunities
        .iter()
        .filter(|o| o["形態"] == "在宅" || o["形態"] == "どちらも")
        .count();
    assert!(remote >= 20, "{remote} can be done from home");
    let confirmed: BTreeSet<&str> = resources.iter().map(|r| r["最終確認日"].as_str()).collect();
    let years: BTreeSet<&str> = confirmed.iter().map(|day| day.get(..4).unwrap_or("")).collect();
    assert!(confirmed.len() > 100 && years.len() >= 3, "{years:?}");
    for column in ["公開範囲", "状態"] {
        let values: BTreeSet<&str> = resources.iter().map(|r| r[column].as_str()).collect();
        assert!(values.len() >= 2, "{column}: {values:?}");
    }
}

#[test]
fn no_two_people_wrote_the_same_in_the_example_city() {
    let texts = texts();
    let mut told: HashMap<&str, &str> = HashMap::new();
    for (key, text) in &texts {
        for sentence in text.split(['。', '!', '?', '！', '？', '\n']).map(str::trim) {
            if sentence.chars().count() < 4 {
                continue;
            }
            let other = told.insert(sentence, key);
            assert!(
                other.is_none_or(|other| other == key),
                "{key} and {other:?} both say: {sentence}"
            );
        }
    }
    let grams: Vec<(&str, HashSet<String>)> = texts
        .iter()
        .map(|(key, text)| {
            let chars: Vec<char> = text.chars().collect();
            (
                key.as_str(),
                chars.windows(5).map(|w| w.iter().collect()).collect(),
            )
        })
        .collect();
    let mut most = (0.0, "", "");
    for (at, (key, own)) in grams.iter().enumerate() {
        for (other, theirs) in &grams[..at] {
            let both = own.intersection(theirs).count();
            let alike = both as f64 / (own.len() + theirs.len() - both).max(1) as f64;
            if alike > most.0 {
                most = (alike, key, other);
            }
        }
    }
    println!(
        "{} texts; the two most alike: {} and {}, {:.3}",
        texts.len(),
        most.1,
        most.2,
        most.0
    );
    assert!(most.0 < MOST_ALIKE, "{most:?}");
}

#[test]
fn nothing_in_the_example_city_can_be_taken_for_real() {
    for row in rows("resources") {
        let id = &row["資源ID"];
        assert!(id.starts_with("ex-"), "{id}");
        let marked = row["キーワード"].split(';').any(|word| word == "見本");
        assert!(marked, "{id} is not marked 見本");
        let phone = &row["電話番号"];
        assert!(phone.is_empty() || phone.starts_with("0197-00-"), "{id}: {phone}");
        let mail = &row["メールアドレス"];
        assert!(mail.is_empty() || mail.ends_with("@example.jp"), "{id}: {mail}");
        let url = &row["URL"];
        assert!(
            url.is_empty() || url.starts_with("https://example.jp/"),
            "{id}: {url}"
        );
    }
}

/// Kilometres between two places, well enough within a city.
fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (north, east) = (
        (a.0 - b.0) * 111.2,
        (a.1 - b.1) * 111.2 * 39.15_f64.to_radians().cos(),
    );
    north.hypot(east)
}

fn place(row: &Row) -> Option<(f64, f64)> {
    Some((row["緯度"].parse().ok()?, row["経度"].parse().ok()?))
}

#[test]
fn every_example_stands_in_the_district_it_names() {
    let centres: HashMap<String, (f64, f64)> = read(&folder().join("districts.csv"))
        .iter()
        .map(|row| (row["地区"].clone(), place(row).expect("a centre")))
        .collect();
    assert_eq!(centres.len(), 30);
    let (mut placed, mut named) = (0, 0);
    for row in rows("resources") {
        let Some(at) = place(&row) else { continue };
        placed += 1;
        let Some(own) = centres.get(&row["地区"]) else {
            assert!(
                row["地区"].is_empty(),
                "{}: no district {}",
                row["資源ID"],
                row["地区"]
            );
            continue;
        };
        named += 1;
        let nearer = centres.values().filter(|c| km(at, **c) < km(at, *own)).count();
        let far = km(at, *own);
        assert!(
            nearer <= 6 && far < 8.0,
            "{} is {far:.1} km from the centre of {} and nearer to {nearer} others",
            row["資源ID"],
            row["地区"]
        );
    }
    println!("{placed} with a place, {named} of them name a district");
    assert!(placed > 200 && named > 100);
}

#[test]
fn every_example_lies_inside_the_real_outline_of_the_city() {
    let Some(path) = support::shared_data("boundary/oshu_N03_geolonia_full.geojson") else {
        return;
    };
    let text = std::fs::read_to_string(path).expect("the outline");
    let json: geojson::GeoJson = text.parse().expect("GeoJSON");
    let outline: geo::GeometryCollection<f64> = geo::GeometryCollection::try_from(&json).expect("a geometry");
    for row in rows("resources") {
        let Some((lat, lng)) = place(&row) else { continue };
        assert!(
            outline.contains(&Point::new(lng, lat)),
            "{} lies outside",
            row["資源ID"]
        );
    }
}

#[test]
fn the_example_city_comes_in_whole_and_reaches_every_district() {
    let city = Folder::empty();
    let districts = folder().join("districts.csv");
    city.yosatte(&["import".as_ref(), "districts".as_ref(), districts.as_os_str()])
        .done();
    let mut said = String::new();
    for kind in ["resources", "opportunities"] {
        let mut args = vec!["import".into(), kind.into()];
        args.extend(files(kind).into_iter().map(PathBuf::into_os_string));
        let outcome = city.yosatte(&args).done();
        said += &outcome.out;
        said += &outcome.err;
    }
    let unread = said
        .lines()
        .filter(|line| line.contains("読みとれません"))
        .count();
    println!("{unread} meeting times are left unread on purpose");
    assert!((1..=UNREAD).contains(&unread), "{said}");
    city.yosatte(&["check"]).done();
    let service = Service::start(city.path(), &["serve"]);
    let mut counts: Vec<(u64, String)> = read(&districts)
        .iter()
        .map(|row| {
            let found = service.get_json(
                "/api/v1/resources",
                &[("district", &row["地区コード"]), ("limit", "1")],
            );
            (found["total"].as_u64().expect("a number"), row["地区"].clone())
        })
        .collect();
    counts.sort();
    let (least, most) = (&counts[0], &counts[29]);
    println!("from {least:?} to {most:?}");
    assert!(least.0 >= 1, "nothing in {}", least.1);
    assert!(most.0 >= 8 * least.0, "a city is not even: {counts:?}");
}

#[test]
fn the_four_examples_of_the_plan_have_a_home() {
    let resources: HashMap<String, Row> = rows("resources")
        .into_iter()
        .map(|row| (row["資源ID"].clone(), row))
        .collect();
    let opportunities = rows("opportunities");
    let check = |what: &str, kinds: &[&str], cells: &[(&str, &str)], words: &str| {
        let home = opportunities.iter().find(|o| {
            let owner = &resources[&o["資源ID"]];
            kinds.contains(&owner["種別"].as_str())
                && o["公開範囲"] == "公開"
                && owner["公開範囲"] == "公開"
                && cells
                    .iter()
                    .all(|(column, value)| o[*column].split(';').any(|v| v == *value))
                && (o["内容"].contains(words) || o["分野・興味"].contains(words))
        });
        assert!(home.is_some(), "no home for: {what}");
    };
    check(
        "a cooking class of men in a 自治会 that looks for a teacher and fetches them",
        &["自治会"],
        &[("役割", "講師"), ("送迎", "あり"), ("車いす", "可")],
        "料理",
    );
    check(
        "a 子ども食堂 that takes parent and child together as staff",
        &["子ども食堂"],
        &[("役割", "スタッフ"), ("同伴", "可")],
        "親子",
    );
    check(
        "illustrations for a newsletter, drawn at home",
        &["ボランティア団体", "NPO", "地区振興会", "地区センター"],
        &[("役割", "受託"), ("形態", "在宅"), ("報酬", "謝金")],
        "イラスト",
    );
    check(
        "a farm or company with a work trial for people outside every programme",
        &["農家", "企業"],
        &[("役割", "就労体験"), ("制度外受入", "可")],
        "",
    );
}
