//! The search as another system calls it: parameters, what is answered, pages, and never a dead end.

use serde_json::Value;

use crate::support::{Folder, Service};

const DISTRICTS: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"id":"d1","name":"北町","parent":"水沢","lng":141.10,"lat":39.15},
  "geometry":{"type":"Polygon","coordinates":[[[141.0,39.1],[141.2,39.1],[141.2,39.2],[141.0,39.2],[141.0,39.1]]]}},
 {"type":"Feature","properties":{"id":"d2","name":"南町","parent":"江刺","lng":141.10,"lat":39.05},
  "geometry":{"type":"Polygon","coordinates":[[[141.0,39.0],[141.2,39.0],[141.2,39.1],[141.0,39.1],[141.0,39.0]]]}}]}"#;
const RESOURCES: &str = "資源ID,名称,名称_カナ,種別,説明,緯度,経度,地区,対象地区,キーワード,公開範囲,電話番号,電話の公開,位置の公開,備考\n\
    r1,ひまわり体操の会,ヒマワリタイソウノカイ,よさってくらぶ,椅子に座ってする体操です。<b>見学</b>も歓迎,39.15,141.10,d1,,体操;手芸,公開,0197-00-0001,公開,,\n\
    r2,縁側サロン,エンガワサロン,サロン,お茶を飲みながら体操もします,39.16,141.11,d1,,,公開,0197-00-0002,,おおよそ,ないしょの覚え書き\n\
    r3,料理の広場,リョウリノヒロバ,地域食堂,みんなで料理をします,39.05,141.10,d2,,料理,公開,,,,\n\
    r4,ひみつの相談会,ヒミツノソウダンカイ,その他,だれにも言わない体操,39.15,141.10,d1,,ひみつ札,関係者のみ,,,,\n\
    c1,北の地域包括支援センター,キタノチイキホウカツシエンセンター,地域包括支援センター,相談をうけます,39.151,141.101,d2,d1,,公開,0197-00-0011,公開,,\n\
    c2,南の地域包括支援センター,ミナミノチイキホウカツシエンセンター,地域包括支援センター,相談をうけます,39.051,141.101,d2,d2,,公開,0197-00-0012,公開,,\n";
const OPPORTUNITIES: &str = "機会ID,資源ID,名称,役割,内容,日時,送迎,車いす,費用円,形態,公開範囲\n\
    o1,r1,朝の体操,参加者,ゆっくり体をうごかします,毎週火 10:00-12:00,あり,可,0,対面,公開\n\
    o2,r1,手芸の時間,講師,編み物を教えます,毎週金 14:00-16:00,なし,,500,対面,公開\n\
    o3,r1,ひみつの役目,世話人,うちあわせ,毎週水 10:00-12:00,あり,可,0,対面,関係者のみ\n\
    o4,r3,料理の手伝い,手伝い,野菜を切ります,第2土 15:00-18:00,要相談,不可,0,どちらも,公開\n";

/// A small city with two districts, in a service whose clock stands still.
pub fn city() -> (Folder, Service) {
    let folder = Folder::empty();
    folder.file("districts.geojson", DISTRICTS);
    folder.file("resources.csv", RESOURCES);
    folder.file("opportunities.csv", OPPORTUNITIES);
    for (kind, file) in [
        ("districts", "districts.geojson"),
        ("resources", "resources.csv"),
        ("opportunities", "opportunities.csv"),
    ] {
        folder.yosatte(&["import", kind, file]).done();
    }
    let service = Service::start(folder.path(), &["--now", "2026-11-24T09:00:00+09:00", "serve"]);
    (folder, service)
}

const SEARCH: &str = "/api/v1/resources";

fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().expect("items");
    items.iter().map(|i| i["id"].as_str().expect("an id")).collect()
}

#[test]
fn an_item_says_what_it_is_where_the_words_stand_and_which_opportunities_match() {
    let (_folder, service) = city();
    let answer = service.get_json(SEARCH, &[("q", "たいそう"), ("near", "39.15,141.10")]);
    assert_eq!(answer["total"], 2, "{answer}");
    let item = &answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["id"] == "r1")
        .unwrap()
        .clone();
    for (field, expected) in [
        ("/kind", "yosatte_club"),
        ("/kind_label", "よさってくらぶ"),
        ("/district/id", "d1"),
        ("/district/name", "北町"),
        ("/location/precision", "exact"),
        ("/status", "active"),
        ("/status_label", "活動中"),
        ("/highlights/0/field", "name"),
        ("/highlights/0/html", "ひまわり<mark>体操</mark>の会"),
        ("/opportunities/0/id", "o1"),
        ("/opportunities/0/roles/0/code", "participant"),
        ("/opportunities/0/schedule_text", "毎週火 10:00-12:00"),
        ("/opportunities/0/next_dates/0", "2026-11-24T10:00:00+09:00"),
    ] {
        assert_eq!(
            item.pointer(field).and_then(Value::as_str),
            Some(expected),
            "{field} in {item}"
        );
    }
    assert_eq!(item["distance_m"], 0);
    assert_eq!(item["stale"], true);
    assert_eq!(item["assured_on"], Value::Null);
    assert_eq!(item["opportunities"][0]["matched"], true);
    assert_eq!(item["opportunities"][1]["matched"], false);
    let described = item["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .find(|h| h["field"] == "description")
        .unwrap();
    assert_eq!(
        described["html"],
        "椅子に座ってする<mark>体操</mark>です。&lt;b&gt;見学&lt;/b&gt;も歓迎"
    );
    let only_friday = service.get_json(SEARCH, &[("weekday", "金曜")]);
    assert_eq!(
        only_friday["items"][0]["opportunities"].as_array().unwrap().len(),
        1
    );
    assert_eq!(only_friday["items"][0]["opportunities"][0]["id"], "o2");
}

#[test]
fn a_weekday_and_an_hour_mean_the_same_opportunity() {
    let (_folder, service) = city();
    let found = |query: &[(&str, &str)]| service.get_json(SEARCH, query)["total"].as_u64();
    assert_eq!(found(&[("weekday", "tue"), ("time", "10:00-11:00")]), Some(1));
    assert_eq!(found(&[("weekday", "fri"), ("time", "10:00-11:00")]), Some(0));
    assert_eq!(
        found(&[("weekday", "tue"), ("weekday", "金"), ("time", "14:00-15:00")]),
        Some(1)
    );
    assert_eq!(found(&[("role", "講師"), ("transport", "true")]), Some(0));
    assert_eq!(found(&[("role", "instructor")]), Some(1));
    assert_eq!(found(&[("remote", "true")]), Some(1));
    assert_eq!(found(&[("transport", "true")]), Some(2));
}

#[test]
fn districts_are_asked_by_id_or_name_and_serving_is_not_standing() {
    let (_folder, service) = city();
    let found = |query: &[(&str, &str)]| {
        let answer = service.get_json(SEARCH, query);
        let mut ids: Vec<String> = ids(&answer).iter().map(|i| (*i).to_owned()).collect();
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(found(&[("district", "d1")]), "r1 r2");
    assert_eq!(found(&[("district", "北町地区")]), "r1 r2");
    assert_eq!(
        found(&[("district", "北町"), ("district", "南町")]),
        "c1 c2 r1 r2 r3"
    );
    assert_eq!(found(&[("area", "江刺")]), "c1 c2 r3");
    assert_eq!(
        found(&[("serves", "北町"), ("kind", "地域包括支援センター")]),
        "c1"
    );
    let refused = service.get(SEARCH, &[("area", "江刺"), ("district", "北町")]);
    assert_eq!(
        (refused.status, refused.json()["errors"][0]["pointer"].clone()),
        (400, "area".into())
    );
}

#[test]
fn counts_are_of_all_that_was_found_and_only_those_asked_for() {
    let (_folder, service) = city();
    let all = service.get_json(SEARCH, &[("limit", "1")]);
    let count = |name: &str, value: &str| {
        let values = all["facets"][name]
            .as_array()
            .unwrap_or_else(|| panic!("no {name}"))
            .clone();
        values
            .iter()
            .find(|v| v["value"] == value)
            .map(|v| (v["label"].clone(), v["count"].clone()))
    };
    assert_eq!(count("kind", "salon"), Some(("サロン".into(), 1.into())));
    assert_eq!(count("district", "d2"), Some(("南町".into(), 3.into())));
    assert_eq!(count("area", "江刺"), Some(("江刺".into(), 3.into())));
    assert_eq!(count("role", "helper"), Some(("手伝い".into(), 1.into())));
    assert_eq!(count("weekday", "tue"), Some(("火曜".into(), 1.into())));
    // 関係者のみ: its Wednesday is not counted.
    assert_eq!(count("weekday", "wed"), None);
    assert_eq!(count("transport", "true").map(|c| c.1), Some(2.into()));
    assert_eq!(count("wheelchair", "true").map(|c| c.1), Some(1.into()));
    let some = service.get_json(SEARCH, &[("facets", "kind,weekday"), ("facets", "曜日")]);
    let names: Vec<&String> = some["facets"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["kind", "weekday"]);
}

#[test]
fn little_found_comes_with_other_questions_and_the_office_that_serves_the_district() {
    let (_folder, service) = city();
    let none = service.get_json(
        SEARCH,
        &[("q", "そろばん"), ("district", "北町"), ("near", "39.15,141.10")],
    );
    assert_eq!(none["total"], 0);
    assert_eq!(
        none["office"]["id"], "c1",
        "it stands in the south and serves the north: {none}"
    );
    assert_eq!(none["office"]["phone"], "0197-00-0011");
    assert!(none["office"]["distance_m"].as_u64().is_some());
    let few = service.get_json(SEARCH, &[("q", "料理"), ("district", "北町")]);
    assert_eq!(few["total"], 0);
    assert!(
        few["relaxed"].as_array().unwrap().iter().any(|r| r["total"] == 1),
        "{few}"
    );
    let many = service.get_json(SEARCH, &[]);
    assert_eq!(
        (&many["office"], many["relaxed"].as_array().map(Vec::len)),
        (&Value::Null, Some(0))
    );
    let placed = service.get_json(SEARCH, &[("q", "江刺 料理")]);
    assert_eq!(placed["query"]["place"]["level"], "former_municipality");
    assert_eq!(placed["query"]["place"]["text"], "江刺");
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat_even_when_entries_come_between() {
    let (folder, service) = city();
    let whole = service.get_json(SEARCH, &[("sort", "name"), ("limit", "100")]);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = service.get_json(SEARCH, &[("sort", "name"), ("limit", "2"), ("cursor", &cursor)]);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        if seen.len() == 2 {
            // ア comes before everything that was seen.
            folder.file(
                "more.csv",
                "資源ID,名称,名称_カナ,種別,公開範囲\nr0,青空の会,アオゾラノカイ,サロン,公開\n",
            );
            folder.yosatte(&["import", "resources", "more.csv"]).done();
            let start = std::time::Instant::now();
            while service.get_json(SEARCH, &[])["total"] != 6 {
                assert!(start.elapsed().as_secs() < 10, "the new entry is not found");
            }
        }
        next.clone_into(&mut cursor);
    }
    assert_eq!(seen, ids(&whole));
}

#[test]
fn a_cursor_is_opaque_and_belongs_to_its_question() {
    let (_folder, service) = city();
    let page = service.get_json(SEARCH, &[("q", "相談"), ("limit", "1")]);
    let next = page["next"].as_str().expect("a second page").to_owned();
    assert!(next.bytes().all(|b| b.is_ascii_hexdigit()), "{next}");
    let same = service.get_json(SEARCH, &[("q", "相談"), ("limit", "5"), ("cursor", &next)]);
    assert_eq!(ids(&same).len(), 1);
    for (path, query) in [
        (SEARCH, &[("q", "料理"), ("cursor", next.as_str())][..]),
        (
            SEARCH,
            &[("q", "相談"), ("district", "北町"), ("cursor", next.as_str())],
        ),
        (
            "/api/v1/opportunities",
            &[("q", "相談"), ("cursor", next.as_str())],
        ),
        (SEARCH, &[("cursor", "o2")]),
        (SEARCH, &[("cursor", "体操")]),
    ] {
        let answer = service.get(path, query);
        assert_eq!(
            (answer.status, answer.json()["errors"][0]["pointer"].clone()),
            (400, "cursor".into()),
            "{query:?}"
        );
    }
}

#[test]
fn whatever_cannot_be_read_is_a_problem_that_names_it() {
    let (_folder, service) = city();
    for (query, pointer) in [
        ("nonsense=", "nonsense"),
        ("nonsense=1", "nonsense"),
        ("q=a&q=b", "q"),
        ("limit=5&limit=5", "limit"),
        ("q=%zz", "q"),
        ("q=%E4%BD", "q"),
        ("q=%00", "q"),
        ("kind=%E5%AE%87", "kind"),
        ("near=141.1,39.1", "near"),
        ("near=39.1", "near"),
        ("near=NaN,NaN", "near"),
        ("radius_m=100", "radius_m"),
        ("near=39.1,141.1&radius_m=-1", "radius_m"),
        ("near=39.1,141.1&radius_m=1e999", "radius_m"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=141.2,39,141.1,40", "bbox"),
        ("sort=distance", "sort"),
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("weekday=x", "weekday"),
        ("time=12:00-10:00", "time"),
        ("transport=maybe", "transport"),
        ("district=nowhere", "district"),
        ("serves=nowhere", "serves"),
        ("area=nowhere", "area"),
        ("facets=kind,colour", "facets"),
        ("modality=x", "modality"),
    ] {
        for path in [SEARCH, "/api/v1/opportunities"] {
            let answer = service.get(&format!("{path}?{query}"), &[]);
            assert_eq!(answer.status, 400, "{query}: {}", answer.text());
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{query}"
            );
            let problem = answer.json();
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}: {problem}");
            assert!(
                !problem["errors"][0]["detail"]
                    .as_str()
                    .unwrap_or_default()
                    .is_empty()
            );
        }
    }
    let long = "体".repeat(201);
    assert_eq!(service.get(SEARCH, &[("q", &long)]).status, 400);
    for path in [
        "/api/v1/resources/r1?x=1",
        "/api/v1/districts?x=1",
        "/api/v1/districts/d1?x=1",
        "/api/v1/suggest?x=1",
    ] {
        assert_eq!(service.get(path, &[]).status, 400, "{path}");
    }
    let both = service.get_json(
        SEARCH,
        &[
            ("weekday", "火曜日"),
            ("kind", "ｻﾛﾝ"),
            ("kind", "よさって くらぶ"),
        ],
    );
    assert_eq!(both["total"], 1);
}

#[test]
fn opportunities_are_found_one_by_one_with_whose_they_are() {
    let (_folder, service) = city();
    let path = "/api/v1/opportunities";
    let all = service.get_json(path, &[]);
    assert_eq!(all["total"], 3);
    let free = service.get_json(path, &[("free", "true"), ("near", "39.15,141.10")]);
    assert_eq!(ids(&free), ["o1", "o4"]);
    let first = &free["items"][0];
    assert_eq!(first["resource"]["id"], "r1");
    assert_eq!(first["resource"]["name"], "ひまわり体操の会");
    assert_eq!(first["district"]["name"], "北町");
    assert_eq!(first["distance_m"], 0);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = service.get_json(path, &[("limit", "1"), ("cursor", &cursor)]);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ids(&all));
    let one = service.get_json("/api/v1/opportunities/o1", &[]);
    assert_eq!(one["resource"]["id"], "r1");
    assert_eq!(service.get("/api/v1/opportunities/o3", &[]).status, 404);
}

#[test]
fn completions_come_by_spelling_and_by_reading_and_never_name_what_is_not_public() {
    let (_folder, service) = city();
    let complete = |q: &str| {
        let answer = service.get_json("/api/v1/suggest", &[("q", q)]);
        let items = answer["items"].as_array().unwrap().clone();
        assert!(items.len() <= 10);
        items
            .iter()
            .map(|i| format!("{}:{}", i["type"].as_str().unwrap(), i["text"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    for (typed, expected) in [
        ("さろ", "kind:サロン"),
        ("サ", "kind:サロン"),
        ("さろn", "kind:サロン"),
        ("みず", "area:水沢"),
        ("水", "area:水沢"),
        ("きたま", "district:北町地区"),
        ("しゅげ", "tag:手芸"),
        ("たいそ", "tag:体操"),
        ("ひまわ", "name:ひまわり体操の会"),
        ("りょうりのひろ", "name:料理の広場"),
        ("料理", "tag:料理"),
        ("ｴﾝｶﾞﾜ", "name:縁側サロン"),
    ] {
        let found = complete(typed);
        assert!(found.contains(&expected.to_owned()), "{typed}: {found:?}");
    }
    for secret in ["ひみつ", "ヒミツ", "ひみつの", "秘密"] {
        assert_eq!(complete(secret), Vec::<String>::new(), "{secret}");
    }
    assert_eq!(complete(""), Vec::<String>::new());
    let counted = service.get_json("/api/v1/suggest", &[("q", "えさし")]);
    assert_eq!(counted["items"][0]["count"], 3, "{counted}");
}

#[test]
fn a_completion_goes_when_its_entry_is_no_longer_public() {
    let (folder, service) = city();
    let found = |q: &str| {
        service.get_json("/api/v1/suggest", &[("q", q)])["total"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(found("縁側"), 1);
    folder.file(
        "hide.csv",
        "資源ID,名称,種別,公開範囲\nr2,縁側サロン,サロン,関係者のみ\n",
    );
    folder.yosatte(&["import", "resources", "hide.csv"]).done();
    let start = std::time::Instant::now();
    while found("縁側") + found("さろん") > 0 {
        assert!(
            start.elapsed().as_secs() < 10,
            "still completed after ten seconds"
        );
    }
}

#[test]
fn districts_are_given_whole_by_level_without_outlines_and_with_counts() {
    let (_folder, service) = city();
    let path = "/api/v1/districts";
    let whole = service.get(path, &[]);
    assert_eq!(whole.header("content-type"), "application/geo+json");
    let feature = whole.json()["features"][0].clone();
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    assert_eq!(
        feature["geometry"]["coordinates"][0][0].as_array().map(Vec::len),
        Some(5)
    );
    assert_eq!(feature["properties"]["name"], "北町");
    let list = service.get_json(path, &[("geometry", "false"), ("level", "地区振興会")]);
    assert_eq!((list["total"].as_u64(), &list["next"]), (Some(2), &Value::Null));
    assert_eq!(list["items"][1]["level_label"], "地区振興会");
    assert!(list["items"][1].get("geometry").is_none());
    let none = service.get_json(path, &[("level", "administrative_ward")]);
    assert_eq!(none["features"].as_array().map(Vec::len), Some(0));
    assert_eq!(service.get(path, &[("level", "x")]).status, 400);
    assert_eq!(service.get(path, &[("geometry", "x")]).status, 400);
    let one = service.get_json("/api/v1/districts/d1", &[]);
    assert_eq!(one["total"], 2, "関係者のみ is not counted: {one}");
    assert_eq!(one["counts"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        service.get_json("/api/v1/districts/%E5%8D%97%E7%94%BA", &[])["id"],
        "d2"
    );
    assert_eq!(service.get("/api/v1/districts/%FF", &[]).status, 400);
}
