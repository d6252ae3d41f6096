//! What lies where: nearest, circle and box, alone and with words, page after page, against looking at every entry.

use yosatte::kernel::geo::{BBox, LngLat, Meters};

use crate::support::{Folder, Service};

struct Entry {
    id: String,
    place: Option<LngLat>,
    dances: bool,
}

/// Three hundred entries: several on one point, every tenth without a place, every third a dance.
fn entries() -> Vec<Entry> {
    let mut number = 12_345_u64;
    let mut unit = || {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (number >> 33) as f64 / (1_u64 << 31) as f64
    };
    (0..300)
        .map(|i| {
            let (lng, lat) = if i % 7 == 0 {
                (141.14, 39.14)
            } else {
                (141.0 + unit() * 0.3, 39.0 + unit() * 0.3)
            };
            // As it will be read from the file.
            let read = |degrees: f64| format!("{degrees:.6}").parse().expect("a number");
            let place = LngLat::new(read(lng), read(lat)).expect("in Japan");
            Entry {
                id: format!("n{i:03}"),
                place: (i % 10 != 0).then_some(place),
                dances: i % 3 == 0,
            }
        })
        .collect()
}

fn service(entries: &[Entry]) -> (Folder, Service) {
    let mut csv = String::from("資源ID,名称,種別,緯度,経度,公開範囲\n");
    for e in entries {
        let place = e
            .place
            .map_or(",".to_owned(), |p| format!("{:.6},{:.6}", p.lat(), p.lng()));
        let name = if e.dances { "盆踊り" } else { "将棋" };
        csv.push_str(&format!("{},{name},その他,{place},公開\n", e.id));
    }
    let folder = Folder::empty();
    folder.file("places.csv", csv);
    folder.yosatte(&["import", "resources", "places.csv"]).done();
    let service = Service::start(folder.path(), &["serve"]);
    (folder, service)
}

/// All pages of a question, in order.
#[track_caller]
fn pages(service: &Service, query: &[(&str, &str)], limit: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut asked = query.to_vec();
        asked.extend([("limit", limit), ("cursor", &cursor)]);
        let answer = service.get_json("/api/v1/resources", &asked);
        let items = answer["items"].as_array().expect("items");
        ids.extend(items.iter().map(|i| i["id"].as_str().expect("an id").to_owned()));
        match answer["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => {
                assert_eq!(answer["total"], ids.len(), "{query:?}");
                return ids;
            }
        }
    }
}

/// The entries that `keep` lets through, nearest first, those without a place last.
fn expected(entries: &[Entry], at: LngLat, keep: impl Fn(&Entry) -> bool) -> Vec<String> {
    let far = |e: &Entry| e.place.map_or(f64::INFINITY, |p| at.distance(p).get());
    let mut kept: Vec<&Entry> = entries.iter().filter(|e| keep(e)).collect();
    kept.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.id.cmp(&b.id)));
    kept.iter().map(|e| e.id.clone()).collect()
}

#[test]
fn what_is_near_comes_in_order_of_its_distance_page_after_page() {
    let entries = entries();
    let (_folder, service) = service(&entries);
    let at = LngLat::new(141.14, 39.14).unwrap();
    let near = ("near", "39.14,141.14");
    for limit in ["7", "20", "100"] {
        assert_eq!(pages(&service, &[near], limit), expected(&entries, at, |_| true));
    }
    for radius in ["0", "1500", "9000", "40000"] {
        let metres = Meters::new(radius.parse().unwrap()).unwrap();
        let within = |e: &Entry| e.place.is_some_and(|p| at.distance(p) <= metres);
        let circle = [near, ("radius_m", radius)];
        assert_eq!(
            pages(&service, &circle, "30"),
            expected(&entries, at, within),
            "{radius}"
        );
        let words = [
            near,
            ("radius_m", radius),
            ("q", "ぼんおどり"),
            ("sort", "distance"),
        ];
        assert_eq!(
            pages(&service, &words, "30"),
            expected(&entries, at, |e| within(e) && e.dances),
            "{radius}"
        );
    }
    let kinds = [near, ("kind", "その他"), ("q", "将棋"), ("sort", "distance")];
    assert_eq!(
        pages(&service, &kinds, "50"),
        expected(&entries, at, |e| !e.dances)
    );
}

#[test]
fn a_box_holds_what_lies_inside_it_and_on_its_edge() {
    let entries = entries();
    let (_folder, service) = service(&entries);
    for text in [
        "141.05,39.05,141.15,39.15",
        "141.14,39.14,141.14,39.14",
        "100,10,170,60",
        "141.0,39.0,141.0,39.0",
    ] {
        let edges: Vec<f64> = text.split(',').map(|n| n.parse().unwrap()).collect();
        let area = BBox::new(edges[0], edges[1], edges[2], edges[3]).unwrap();
        let mut found = pages(&service, &[("bbox", text)], "40");
        found.sort();
        let inside: Vec<String> = entries
            .iter()
            .filter(|e| e.place.is_some_and(|p| area.contains(p)))
            .map(|e| e.id.clone())
            .collect();
        assert_eq!(found, inside, "{text}");
    }
}
