//! Districts, their population, boundaries and place names.

use geo::{LineString, MultiPolygon, Polygon, coord};
use yosatte::{
    db::change_log::Position,
    districts::{
        district::{Boundary, District, DistrictLevel, Place as Town, Population},
        store,
    },
    resources::store::Upserted,
};

use super::{at, did, on_both, point, settled};

fn ring(x: f64, y: f64, size: f64) -> LineString<f64> {
    LineString::new(vec![
        coord! { x: x, y: y },
        coord! { x: x + size, y: y },
        coord! { x: x + size, y: y + size },
        coord! { x: x, y: y },
    ])
}

/// Two parts, one with a hole, with digits that a careless decimal would lose.
fn outline() -> MultiPolygon<f64> {
    MultiPolygon::new(vec![
        Polygon::new(
            ring(141.0, 39.0, 0.300_000_000_000_000_04),
            vec![ring(141.05, 39.01, 0.01)],
        ),
        Polygon::new(ring(141.5, 39.123_456_789_012_34, 0.1), Vec::new()),
    ])
}

fn district(id: &str, full: bool) -> District {
    District {
        id: did(id),
        name: format!("地区{id}"),
        level: if full {
            DistrictLevel::AdministrativeWard
        } else {
            DistrictLevel::PromotionCouncil
        },
        parent: full.then(|| "水沢".to_owned()),
        centre: full.then(|| point(141.139_102_345_678_9, 39.1)),
        outline: full.then(outline),
        illustrative: full,
        sketched: false,
        population: full.then_some(11_339),
        source: full.then(|| "令和2年国勢調査".to_owned()),
    }
}

on_both! {
    async fn districts_come_back_whole_and_a_change_is_one_entry_in_the_log(place: &Place) {
        let db = place.open().await;
        let mut all = vec![district("oshu-02", false), district("oshu-01", true)];
        let changed = async |districts: &[District]| {
            let mut tx = db.write().await.unwrap();
            let done = store::upsert(tx.conn(), &at(0), districts).await.unwrap();
            tx.commit().await.unwrap();
            let log = settled(&db, Position::default()).await;
            assert!(log.iter().all(|c| c.entity == "districts"));
            (done, log.len())
        };
        let done = |added, changed, unchanged| Upserted { added, changed, unchanged };
        assert_eq!(changed(&all).await, (done(2, 0, 0), 1));
        assert_eq!(changed(&all).await, (done(0, 0, 2), 1));
        all[0].name = "あたらしい名前".into();
        assert_eq!(changed(&all).await, (done(0, 1, 1), 2));
        all.sort_by(|a, b| a.id.cmp(&b.id));
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::all(&mut conn).await.unwrap(), all);
    }

    async fn population_is_kept_by_district_and_year(place: &Place) {
        let db = place.open().await;
        let figure = |year, total, known: bool| Population {
            district: did("oshu-01"),
            year,
            total,
            age65: known.then_some(3330),
            age75: known.then_some(0),
            households: known.then_some(4890),
            source: known.then(|| "国勢調査".to_owned()),
        };
        for figures in [[figure(2020, 11_339, true), figure(2015, 12_000, false)], [figure(2020, 11_340, false), figure(2015, 12_000, false)]] {
            let mut tx = db.write().await.unwrap();
            store::upsert_population(tx.conn(), &figures).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            let mut sorted = figures.to_vec();
            sorted.sort_by_key(|f| f.year);
            assert_eq!(store::population(&mut conn).await.unwrap(), sorted);
        }
    }

    async fn a_boundary_stands_by_its_code_and_the_last_one_stands(place: &Place) {
        let db = place.open().await;
        for outline in [MultiPolygon::new(vec![Polygon::new(ring(141.0, 39.0, 1.0), Vec::new())]), outline()] {
            let boundary = Boundary { code: "03215".into(), name: "奥州市".into(), outline };
            let mut tx = db.write().await.unwrap();
            store::upsert_boundary(tx.conn(), &boundary).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            assert_eq!(store::boundary(&mut conn, "03215").await.unwrap(), Some(boundary));
            assert_eq!(store::boundary(&mut conn, "03216").await.unwrap(), None);
        }
    }

    async fn of_a_place_that_comes_twice_the_last_stands(place: &Place) {
        let db = place.open().await;
        let town = |id: &str, name: &str| Town {
            id: id.into(),
            name: name.into(),
            point: point(141.139_102_345_678_9, 39.1),
            source: (id != "t0").then(|| "位置参照情報".to_owned()),
        };
        let mut towns: Vec<Town> = (0..1203).map(|i| town(&format!("t{i}"), "字上")).collect();
        towns.push(town("t7", "字下"));
        let mut tx = db.write().await.unwrap();
        store::upsert_places(tx.conn(), &towns).await.unwrap();
        tx.commit().await.unwrap();
        towns.remove(7);
        towns.sort_by(|a, b| a.id.cmp(&b.id));
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::places(&mut conn).await.unwrap(), towns);
    }
}
