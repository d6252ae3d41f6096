//! Every question that the public can ask: each route of `src/routes.rs`, with everything that fits into it.

use std::fs;
use std::path::Path;

/// One GET.
pub struct Question {
    /// As it stands in `src/routes.rs`.
    pub route: String,
    /// As a person would write it.
    pub path: String,
}

impl Question {
    /// Whether the asker wrote it.
    pub fn asks_for(&self, mark: &str) -> bool {
        self.path.contains(mark)
    }
}

/// Keys of what is there, of what is secret, and of what is not there at all.
const KEYS: &[&str] = &[
    "open-1",
    "open-2",
    "open-3",
    "coarse",
    "hidden",
    "home",
    "offer-1",
    "offer-2",
    "himitsu-r1",
    "himitsu-r2",
    "himitsu-r3",
    "himitsu-r4",
    "himitsu-o1",
    "himitsu-o2",
    "himitsu-o3",
    "himitsu-o4",
    "himitsu-o5",
    "nashi",
    "oshu-01",
    "oshu-02",
    "oshu-10",
    "oshu-30",
];

/// What is asked of routes that search; `&` and `=` are the only characters with a meaning.
const SEARCHES: &[&str] = &[
    "",
    "q=体操",
    "q=たいそう",
    "q=お茶",
    "q=秘密",
    "q=ひみつのかい",
    "q=𪚥",
    "q=𪚥体操",
    "q=𪚥備考",
    "q=覚え書き",
    "q=代表",
    "q=𪚥荘",
    "q=慶徳",
    "q=himitsu",
    "q=0197-99-1111",
    "q=フードバンク",
    "q=水沢 体操",
    "q=体操を教える",
    "q=足が悪い父が歩いて行ける体操の会",
    "q=体",
    "q=ひ",
    "kind=フードバンク",
    "kind=food_bank&kind=サロン",
    "kind=𪚥",
    "field=ひきこもり",
    "role=講師",
    "role=instructor&role=受託",
    "modality=remote",
    "remote=true",
    "weekday=sun",
    "weekday=sun&time=03:00-04:00",
    "weekday=tue",
    "transport=true",
    "wheelchair=true",
    "free=true",
    "serves=黒石",
    "serves=oshu-01",
    "district=水沢",
    "district=oshu-02",
    "district=himitsu-r1",
    "area=水沢",
    "sort=name",
    "sort=updated",
    "sort=distance",
    "limit=1",
    "limit=1&sort=name",
    "limit=1000",
    "facets=kind&facets=field&facets=district&facets=role&facets=weekday&facets=status&facets=area",
    "facets=kind&q=体操",
    "facets=𪚥",
    "cursor=himitsu-r1",
    "near=39.132104,141.137604",
    "near=39.132104,141.137604&radius_m=1",
    "near=39.132104,141.137604&radius_m=100&sort=distance",
    "near=39.140404,141.131304&radius_m=100",
    "near=39.124204,141.143804&radius_m=100",
    "near=39.1312,141.1406&radius_m=60",
    "near=39.13,141.13&radius_m=5000&sort=distance&q=居場所",
    "near=141.13,39.13",
    "bbox=141.1376,39.1321,141.1377,39.1322",
    "bbox=141.1313,39.1404,141.1314,39.1405",
    "bbox=141.1438,39.1242,141.1439,39.1243",
    "bbox=140.9,38.9,141.4,39.4",
    "bbox=1",
    "himitsu=1",
    "format=csv",
    "format=geojson",
    "level=promotion_council",
    "geometry=false",
];

/// Where something lies exactly that may only be known roughly or not at all, and where it may be seen: (lat, lng).
const PLACES: &[(f64, f64)] = &[
    (39.132104, 141.137604),
    (39.140404, 141.131304),
    (39.124204, 141.143804),
    (39.13125, 141.140625),
    (39.122916, 141.146875),
    (39.129074, 141.137199),
];

/// All of them.
pub fn questions() -> Vec<Question> {
    let routes = routes();
    assert!(routes.len() >= 10, "{routes:?}");
    let mut questions = Vec::new();
    for route in routes {
        let paths = fill(&route);
        // A route without a key in it answers about many things: it may take any parameter.
        let searches = if route.contains('{') {
            &SEARCHES[..1]
        } else {
            SEARCHES
        };
        for path in &paths {
            for search in searches {
                let mark = if search.is_empty() { "" } else { "?" };
                questions.push(Question {
                    route: route.clone(),
                    path: format!("{path}{mark}{search}"),
                });
            }
        }
    }
    questions.extend(
        [
            "/nashi",
            "/himitsu-r1",
            "/api/v1/nashi",
            "/%F0%AA%9A%A5",
            "/..%2fvar/yosatte.db",
        ]
        .map(|path| Question {
            route: "(none)".to_owned(),
            path: path.to_owned(),
        }),
    );
    questions
}

/// The paths that `src/routes.rs` names.
fn routes() -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes.rs");
    let text = fs::read_to_string(source).expect("src/routes.rs");
    let mut routes: Vec<String> = text
        .split("(\"/")
        .skip(1)
        .filter_map(|rest| Some(format!("/{}", rest.split_once('"')?.0)))
        .collect();
    routes.sort();
    routes.dedup();
    routes
}

/// A route with everything that may stand in its braces.
fn fill(route: &str) -> Vec<String> {
    if route.contains("{z}") {
        return tiles(route);
    }
    let Some((before, rest)) = route.split_once('{') else {
        return vec![route.to_owned()];
    };
    let (name, after) = rest.split_once('}').expect("a closed brace");
    let values: &[&str] = match name {
        "id" => KEYS,
        "layer" | "layer_json" => &[
            "districts",
            "resources",
            "mesh",
            "districts.json",
            "resources.json",
            "𪚥",
        ],
        // Persons' records: what stands there is made of chance, and nobody is signed in here.
        "note" | "need" | "consent" | "share" | "referral" => &["nashi"],
        "*path" => &["app.css", "icon.svg", "../var/yosatte.db", "nashi"],
        other => {
            panic!("a new kind of path: tell tests/privacy/walk.rs what may stand for {{{other}}} of {route}")
        }
    };
    values
        .iter()
        .flat_map(|value| fill(&format!("{before}{value}{after}")))
        .collect()
}

fn tiles(route: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for layer in ["resources", "districts"] {
        for zoom in (0..=18_u32).step_by(2).chain([22]) {
            for (lat, lng) in PLACES {
                let across = f64::from(1_u32 << zoom);
                let x = ((lng + 180.0) / 360.0 * across) as u64;
                let y = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * across) as u64;
                let (z, x, y) = (zoom.to_string(), x.to_string(), y.to_string());
                let path = route
                    .replace("{layer}", layer)
                    .replace("{z}", &z)
                    .replace("{x}", &x);
                let end = if route.contains("mvt") {
                    y
                } else {
                    format!("{y}.mvt")
                };
                paths.push(
                    path.replace("{y}", &end)
                        .replace("{file}", &end)
                        .replace("{y_mvt}", &end),
                );
            }
        }
    }
    paths.sort();
    paths.dedup();
    assert!(
        paths.iter().all(|p| !p.contains('{')),
        "tell tests/privacy/walk.rs what may stand in {route}"
    );
    paths
}
