//! Vector tiles as a map asks for them: what is in them, what is not, and when they are sent again.

use std::collections::BTreeMap;

use prost::Message;

use crate::api_search::city;

#[derive(Clone, PartialEq, Message)]
struct Tile {
    #[prost(message, repeated, tag = "3")]
    layers: Vec<Layer>,
}

#[derive(Clone, PartialEq, Message)]
struct Layer {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    features: Vec<Feature>,
    #[prost(string, repeated, tag = "3")]
    keys: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    values: Vec<Tag>,
    #[prost(uint32, tag = "5")]
    extent: u32,
    #[prost(uint32, tag = "15")]
    version: u32,
}

#[derive(Clone, PartialEq, Message)]
struct Feature {
    #[prost(uint32, repeated, tag = "2")]
    tags: Vec<u32>,
    #[prost(uint32, tag = "3")]
    kind: u32,
    #[prost(uint32, repeated, tag = "4")]
    geometry: Vec<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct Tag {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
    #[prost(uint64, optional, tag = "5")]
    number: Option<u64>,
}

impl Layer {
    fn tag<'a>(&'a self, feature: &Feature, key: &str) -> Option<&'a Tag> {
        let pair = feature
            .tags
            .chunks(2)
            .find(|pair| self.keys[pair[0] as usize] == key)?;
        self.values.get(pair[1] as usize)
    }
}

/// Rings of a polygon: closed ones, each begun by a MoveTo and ended by a ClosePath as the specification wants.
fn rings(geometry: &[u32]) -> Vec<Vec<(i32, i32)>> {
    let zigzag = |v: u32| (v >> 1) as i32 ^ -((v & 1) as i32);
    let (mut rings, mut ring, mut at, mut i) = (Vec::new(), Vec::new(), (0, 0), 0);
    while i < geometry.len() {
        let (command, count) = (geometry[i] & 7, geometry[i] >> 3);
        i += 1;
        match command {
            1 => assert!(ring.is_empty() && count == 1, "a ring begins inside a ring"),
            2 => assert!(!ring.is_empty(), "a line without a beginning"),
            7 => {
                rings.push(std::mem::take(&mut ring));
                continue;
            }
            other => panic!("command {other}"),
        }
        for _ in 0..count {
            at = (at.0 + zigzag(geometry[i]), at.1 + zigzag(geometry[i + 1]));
            ring.push(at);
            i += 2;
        }
    }
    assert!(ring.is_empty(), "a ring stays open");
    rings
}

/// The tile of a place at a zoom.
fn tile_of(z: u32, lng: f64, lat: f64) -> (u32, u32) {
    let n = f64::from(1_u32 << z);
    let sin = lat.to_radians().sin();
    let down = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    (((lng / 360.0 + 0.5) * n) as u32, (down * n) as u32)
}

/// The tiles around the small city at a zoom.
fn around(z: u32) -> Vec<(u32, u32)> {
    let (first, last) = (tile_of(z, 141.0, 39.2), tile_of(z, 141.2, 39.0));
    (first.0..=last.0)
        .flat_map(|x| (first.1..=last.1).map(move |y| (x, y)))
        .collect()
}

#[test]
fn points_and_clusters_add_up_to_what_is_public_at_every_zoom() {
    let (_folder, service) = city();
    for z in 0..=12 {
        let (mut total, mut names) = (0, Vec::new());
        for (x, y) in around(z) {
            let answer = service.get(&format!("/tiles/resources/{z}/{x}/{y}.mvt"), &[]);
            assert_eq!(
                answer.header("content-type"),
                "application/vnd.mapbox-vector-tile"
            );
            let tile = Tile::decode(answer.bytes.as_slice()).expect("a vector tile");
            for layer in &tile.layers {
                assert_eq!(
                    (layer.name.as_str(), layer.version, layer.extent),
                    ("resources", 2, 4096)
                );
                for feature in &layer.features {
                    assert_eq!(feature.kind, 1);
                    total += layer
                        .tag(feature, "point_count")
                        .and_then(|t| t.number)
                        .unwrap_or(1);
                    names.extend(layer.tag(feature, "name").and_then(|t| t.text.clone()));
                }
            }
        }
        assert_eq!(total, 5, "zoom {z}");
        assert!(!names.contains(&"ひみつの相談会".to_owned()));
    }
    let (x, y) = tile_of(16, 141.10, 39.05);
    let bytes = service
        .get(&format!("/tiles/resources/16/{x}/{y}.mvt"), &[])
        .bytes;
    let tile = Tile::decode(bytes.as_slice()).expect("a vector tile");
    let names: Vec<_> = tile.layers[0]
        .features
        .iter()
        .filter_map(|f| tile.layers[0].tag(f, "name")?.text.clone())
        .collect();
    assert_eq!(names, ["料理の広場", "南の地域包括支援センター"]);
}

#[test]
fn neighbours_share_their_corners_on_the_grid_of_every_zoom() {
    let (_folder, service) = city();
    for z in 8..=14 {
        for (x, y) in around(z) {
            let bytes = service
                .get(&format!("/tiles/districts/{z}/{x}/{y}.mvt"), &[])
                .bytes;
            let tile = Tile::decode(bytes.as_slice()).expect("a vector tile");
            let Some(layer) = tile.layers.iter().find(|l| l.name == "districts") else {
                continue;
            };
            let mut edges: BTreeMap<String, Vec<i32>> = BTreeMap::new();
            for feature in &layer.features {
                let id = layer.tag(feature, "id").and_then(|t| t.text.clone()).unwrap();
                for ring in rings(&feature.geometry) {
                    let next = ring.iter().cycle().skip(1);
                    let area: i64 = ring
                        .iter()
                        .zip(next)
                        .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
                        .sum();
                    assert!(area > 0, "an outer ring turns the right way");
                    assert!(
                        ring.iter()
                            .all(|(x, y)| (-64..=4160).contains(x) && (-64..=4160).contains(y))
                    );
                    edges
                        .entry(id.clone())
                        .or_default()
                        .extend(ring.iter().map(|(_, y)| *y));
                }
            }
            // The north's southern edge is the south's northern one.
            if let (Some(north), Some(south)) = (edges.get("d1"), edges.get("d2")) {
                assert_eq!(north.iter().max(), south.iter().min(), "{z}/{x}/{y}");
            }
        }
    }
}

#[test]
fn a_tile_is_sent_again_only_when_it_has_changed() {
    let (folder, service) = city();
    let path = "/tiles/resources/0/0/0.mvt";
    let first = service.get(path, &[]);
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with('"'), "a strong one: {etag}");
    let ask = |tag: &str| {
        let mut answer = ureq::get(service.url(path))
            .header("if-none-match", tag)
            .call()
            .expect("an answer");
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_vec().unwrap().len(),
        )
    };
    assert_eq!(ask(&etag), (304, 0));
    assert_eq!(ask("\"other\"").0, 200);
    folder.file(
        "more.csv",
        "資源ID,名称,種別,緯度,経度,公開範囲\nr9,けん玉クラブ,その他,39.05,141.05,公開\n",
    );
    folder.yosatte(&["import", "resources", "more.csv"]).done();
    let start = std::time::Instant::now();
    while ask(&etag).0 == 304 {
        assert!(
            start.elapsed().as_secs() < 10,
            "still the old tile after ten seconds"
        );
    }
}

#[test]
fn what_is_no_tile_is_a_problem_and_an_empty_one_is_none() {
    let (_folder, service) = city();
    for path in [
        "/tiles/resources/17/0/0.mvt",
        "/tiles/resources/1/2/0.mvt",
        "/tiles/resources/1/0/-1.mvt",
        "/tiles/resources/1/0/0.png",
        "/tiles/resources/99999999999/0/0.mvt",
        "/tiles/mesh/0/0/0.mvt",
        "/tiles/nothing/0/0/0.mvt",
        "/tiles/nothing.json",
        "/tiles/districts",
        "/tiles/",
    ] {
        let answer = service.get(path, &[]);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    let empty = service.get("/tiles/resources/16/0/0.mvt", &[]);
    assert_eq!((empty.status, empty.bytes.len()), (200, 0));
    let json = service.get_json("/tiles/districts.json", &[]);
    assert_eq!(json["tilejson"], "3.0.0");
    assert_eq!(json["bounds"][0], 141.0);
    let template = json["tiles"][0].as_str().unwrap();
    assert!(
        template.starts_with("http://127.0.0.1") && template.ends_with("/tiles/districts/{z}/{x}/{y}.mvt"),
        "{template}"
    );
}
