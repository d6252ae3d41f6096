//! Finding entries from the front door: a file in an empty folder, the built program, the HTTP API.

use crate::support::{Folder, Outcome, Service};

const RESOURCES: &str = "資源ID,名称,種別,説明,緯度,経度,公開範囲,電話番号,代表・世話人,会場が個人宅,備考\n\
    r1,こども食堂まえさわ,子ども食堂,月に一度みんなで夕ご飯を食べます,39.0519,141.1261,公開,0197-00-0001,,,\n\
    r2,ひまわり体操の会,よさってくらぶ,椅子に座ってする体操です,39.1291,141.1372,公開,,,,\n\
    r3,福祉講演会の集い,その他,介護の話をききます,39.1301,141.1382,公開,,,,\n\
    r4,だれにも言わない相談会,その他,ひみつの体操,39.1302,141.1383,関係者のみ,,,,\n\
    r5,縁側サロン,サロン,手しごとの体操,39.13,141.13,公開,0197-00-0005,よさく,はい,ないしょの覚え書き\n";
const OPPORTUNITIES: &str = "機会ID,資源ID,名称,役割,日時,送迎,車いす,費用円,公開範囲\n\
    o1,r2,体操,参加者,毎週火 10:00-12:00,あり,可,0,公開\n\
    o2,r1,調理のスタッフ,スタッフ,第2土 15:00-18:00,なし,,,公開\n";

fn ok(outcome: &Outcome) -> bool {
    outcome.code == Some(0)
}

fn said(outcome: &Outcome) -> String {
    format!("{}{}", outcome.out, outcome.err)
}

fn started() -> (Folder, Service) {
    let folder = Folder::empty();
    folder.file("resources.csv", RESOURCES);
    folder.file("opportunities.csv", OPPORTUNITIES);
    for (kind, file) in [
        ("resources", "resources.csv"),
        ("opportunities", "opportunities.csv"),
    ] {
        let done = folder.yosatte(&["import", kind, file]);
        assert!(ok(&done), "{}", said(&done));
    }
    let service = Service::start(folder.path(), &["--now", "2026-11-24T09:00:00+09:00", "serve"]);
    (folder, service)
}

/// The ids that a question finds, sorted.
fn ids(service: &Service, query: &[(&str, &str)]) -> Vec<String> {
    let answer = service.get_json("/api/v1/resources", query);
    let mut ids: Vec<String> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(answer["total"].as_u64(), Some(ids.len() as u64));
    ids.sort();
    ids
}

#[test]
fn a_question_finds_what_is_meant_and_nothing_else() {
    let (_folder, service) = started();
    for (query, expected) in [
        (&[("q", "体操")][..], &["r2", "r5"][..]),
        (&[("q", "たいそう")], &["r2", "r5"]),
        (&[("q", "子供食堂")], &["r1"]),
        (&[("q", "コドモショクドウ")], &["r1"]),
        (&[("q", "公園")], &[]),
        (&[("q", "こうえんかい")], &["r3"]),
        (&[("kind", "子ども食堂")], &["r1"]),
        (&[("transport", "true")], &["r2"]),
        (&[("weekday", "tue"), ("free", "true")], &["r2"]),
        (&[("weekday", "mon")], &[]),
        (&[("near", "39.1291,141.1372"), ("radius_m", "50")], &["r2"]),
        (&[("q", "ひみつ")], &[]),
        (&[("q", "ないしょ")], &[]),
        (&[("q", "よさく")], &[]),
    ] {
        assert_eq!(ids(&service, query), expected, "{query:?}");
    }
}

/// The ids that words find, the best first.
fn in_order(service: &Service, words: &str) -> Vec<String> {
    let answer = service.get_json("/api/v1/resources", &[("q", words)]);
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|i| i["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_sentence_also_finds_what_says_it_in_other_words_and_a_word_finds_itself_alone() {
    let folder = Folder::empty();
    folder.file(
        "resources.csv",
        "資源ID,名称,種別,説明,公開範囲\n\
         other,模型の会,その他,列車の模型を走らせます,公開\n\
         said,駅前の会,その他,古い電車の話をします,公開\n\
         far,俳句の会,その他,季節の句をよみます,公開\n\
         hidden,線路の会,その他,列車の線路を歩きます,関係者のみ\n",
    );
    let done = folder.yosatte(&["import", "resources", "resources.csv"]);
    assert!(ok(&done), "{}", said(&done));
    let service = Service::start(folder.path(), &["serve"]);
    for (words, expected) in [
        ("電車に乗りたいと思います", &["said", "other"][..]),
        ("列車に乗りたいと思います", &["other", "said"]),
        ("電車", &["said"]),
        ("列車", &["other"]),
        ("電車の会", &["said"]),
        ("線路", &[]),
        ("鉄道", &[]),
        ("でんしゃ", &["said"]),
    ] {
        assert_eq!(in_order(&service, words), expected, "{words}");
    }
}

#[test]
fn next_dates_are_told_in_japanese_time() {
    let (_folder, service) = started();
    let one = service.get_json("/api/v1/resources/r2", &[]);
    assert_eq!(
        one["opportunities"][0]["next_dates"][0],
        "2026-11-24T10:00:00+09:00"
    );
}

#[test]
fn what_is_not_public_does_not_leave() {
    let (_folder, service) = started();
    assert_eq!(service.get("/api/v1/resources/r4", &[]).status, 404);
    let home = service.get("/api/v1/resources/r5", &[]).text();
    for secret in ["0197-00-0005", "よさく", "ないしょ", "39.13,", "141.13,"] {
        assert!(!home.contains(secret), "{secret} left: {home}");
    }
}

#[test]
fn a_parameter_that_cannot_be_read_is_named() {
    let (_folder, service) = started();
    for (name, value) in [
        ("kind", "宇宙"),
        ("near", "141.1,39.1"),
        ("limit", "0"),
        ("nonsense", "1"),
        ("weekday", "x"),
    ] {
        let answer = service.get("/api/v1/resources", &[(name, value)]);
        assert_eq!(answer.status, 400, "{name}={value}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["errors"][0]["pointer"], name);
    }
}

#[test]
fn an_entry_imported_beside_a_running_service_is_found() {
    let (folder, service) = started();
    folder.file(
        "more.csv",
        "資源ID,名称,種別,公開範囲\nr9,けん玉クラブ,その他,公開\n",
    );
    assert!(ok(&folder.yosatte(&["import", "resources", "more.csv"])));
    let start = std::time::Instant::now();
    while ids(&service, &[("q", "けん玉")]) != ["r9"] {
        assert!(start.elapsed().as_secs() < 10, "not found after ten seconds");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_second_import_of_the_same_file_changes_nothing_and_the_check_agrees() {
    let folder = Folder::empty();
    folder.file("resources.csv", RESOURCES);
    let first = folder.yosatte(&["import", "resources", "resources.csv"]);
    assert!(said(&first).contains("追加5件"), "{}", said(&first));
    let second = folder.yosatte(&["import", "resources", "resources.csv"]);
    assert!(
        said(&second).contains("追加0件、変更0件、変わらず5件"),
        "{}",
        said(&second)
    );
    let check = folder.yosatte(&["check"]);
    assert!(
        ok(&check) && said(&check).contains("合っています"),
        "{}",
        said(&check)
    );
}

#[test]
fn a_row_that_cannot_be_read_is_told_by_number_and_keeps_the_file_out() {
    let folder = Folder::empty();
    folder.file(
        "bad.csv",
        "名称,種別,緯度,経度,公開範囲\nよい,サロン,,,公開\n,サロン,,,\n逆,サロン,141.1,39.1,\n謎,宇宙,,,\n",
    );
    let done = folder.yosatte(&["import", "resources", "bad.csv"]);
    let report = said(&done);
    assert_eq!(done.code, Some(1));
    for part in [
        "3行目",
        "名称がありません",
        "4行目",
        "入れ替わっています",
        "5行目",
        "宇宙",
    ] {
        assert!(report.contains(part), "{part} is not said: {report}");
    }
    let found = folder.yosatte(&["search", "よい"]);
    assert!(said(&found).contains("0件"), "{}", said(&found));
    assert!(ok(&folder.yosatte(&[
        "import",
        "resources",
        "bad.csv",
        "--skip-invalid"
    ])));
    assert!(said(&folder.yosatte(&["search", "よい"])).contains("1件"));
}

const NAMES: &str = "資源ID,名称,名称_カナ,種別,説明,公開範囲\n\
    n1,ももの会,モモノカイ,サロン,お茶を飲みます,公開\n\
    n2,花と野の家,ハナトノノイエ,サロン,町のみんなで土にさわるところです,公開\n\
    n3,馬とくらす会,ウマトクラスカイ,その他,牧場の手伝いをします,公開\n\
    n4,うたごえサロン,ウタゴエサロン,サロン,昔の歌を歌うところです,公開\n";

#[test]
fn words_that_only_join_others_find_nothing_and_the_asker_is_told() {
    let folder = Folder::empty();
    folder.file("names.csv", NAMES);
    folder.yosatte(&["import", "resources", "names.csv"]).done();
    let service = Service::start(folder.path(), &["serve"]);
    for (q, ignored) in [
        ("の", &["の"][..]),
        ("ノ", &["ノ"]),
        ("は", &["は"]),
        ("です", &["です"]),
        ("には", &["には"]),
        ("の に", &["の", "に"]),
        ("。", &["。"]),
        ("の、", &["の"]),
    ] {
        let answer = service.get_json("/api/v1/resources", &[("q", q)]);
        assert_eq!(answer["total"], 0, "「{q}」: {answer}");
        assert_eq!(answer["query"]["ignored"], serde_json::json!(ignored), "「{q}」");
        let page = service.get("/", &[("q", q)]).text();
        assert!(page.contains("だけでは、さがせません"), "「{q}」: {page}");
        let said = said(&folder.yosatte(&["search", q]).done());
        assert!(
            said.contains("0件") && said.contains("だけでは、さがせません"),
            "「{q}」: {said}"
        );
    }
    for (q, expected) in [
        ("歌 の", &["n4"][..]),
        ("の 馬", &["n3"]),
        ("もも", &["n1"]),
        ("モモ", &["n1"]),
        ("花", &["n2"]),
        ("野", &["n2"]),
        ("馬", &["n3"]),
        ("うま", &["n3"]),
        ("歌", &["n4"]),
        ("うた", &["n4"]),
        ("ももの", &["n1"]),
        ("とくらす", &["n3"]),
    ] {
        assert_eq!(ids(&service, &[("q", q)]), expected, "「{q}」");
        let page = service.get("/", &[("q", q)]).text();
        assert!(!page.contains("だけでは、さがせません"), "「{q}」: {page}");
    }
    let everything = ids(&service, &[("q", " ")]);
    assert_eq!(everything, ["n1", "n2", "n3", "n4"]);
}

#[test]
fn a_name_is_found_in_the_old_and_the_new_form_of_its_characters() {
    let folder = Folder::empty();
    let list = "資源ID,名称,種別,説明,公開範囲\n\
        n1,髙橋さんの家,サロン,﨑山のお茶,公開\n\
        n2,高橋文庫,その他,澤田の本,公開\n\
        n3,渡邉クラブ,その他,嶋の歌,公開\n";
    let (cp932, _, lost) = encoding_rs::SHIFT_JIS.encode(list);
    assert!(!lost, "these characters are of CP932");
    folder.file("names.csv", cp932);
    folder.yosatte(&["import", "resources", "names.csv"]).done();
    let service = Service::start(folder.path(), &["serve"]);
    for (q, expected) in [
        ("高橋", &["n1", "n2"][..]),
        ("髙橋", &["n1", "n2"]),
        ("崎山", &["n1"]),
        ("﨑山", &["n1"]),
        ("沢田", &["n2"]),
        ("渡辺", &["n3"]),
        ("渡邊", &["n3"]),
        ("島の歌", &["n3"]),
    ] {
        assert_eq!(ids(&service, &[("q", q)]), expected, "「{q}」");
    }
    let answer = service.get_json("/api/v1/resources/n1", &[]);
    assert_eq!(answer["name"], "髙橋さんの家", "the name stays as it is written");
}
