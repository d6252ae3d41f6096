//! What is 関係者のみ is found by staff, beside everything public and in one order with it, and by nobody else.

use std::time::{Duration, Instant};

use crate::support::{Folder, Service};

const NOW: &str = "2026-11-24T09:00:00+09:00";

/// id, name, description, whether it is public
type Row = (&'static str, &'static str, &'static str, bool);

const ROWS: &[Row] = &[
    ("a1", "ひまわり体操の会", "椅子に座ってする体操です", true),
    ("a2", "わかば体操クラブ", "広い部屋で体操をします", false),
    ("a3", "お茶のサロン", "お茶と少しの体操", true),
    ("a4", "家族のつどい", "家族が話します。体操はしません", false),
    ("a5", "けん玉ひろば", "けん玉と将棋", true),
    ("a6", "将棋の夕べ", "将棋を指します", false),
    ("a7", "福祉講演会", "介護の話をききます", false),
    ("a8", "こども食堂まえさわ", "みんなで夕ご飯", true),
];

fn csv(rows: &[Row], is_public: impl Fn(bool) -> bool) -> String {
    let mut text = "資源ID,名称,種別,説明,緯度,経度,公開範囲\n".to_owned();
    for (n, (id, name, description, public)) in rows.iter().enumerate() {
        let (lat, audience) = (
            39.10 + 0.004 * n as f64,
            if is_public(*public) {
                "公開"
            } else {
                "関係者のみ"
            },
        );
        text += &format!("{id},{name},その他,{description},{lat:.4},141.13,{audience}\n");
    }
    text
}

fn city(rows: &[Row], is_public: impl Fn(bool) -> bool) -> Folder {
    let folder = Folder::empty();
    import(&folder, &csv(rows, is_public));
    // Entries written over weigh in the scores until they are merged: both cities are made at one stroke.
    folder.yosatte(&["--now", NOW, "reindex"]).done();
    folder
}

fn import(folder: &Folder, rows: &str) {
    folder.file("resources.csv", rows);
    folder
        .yosatte(&["--now", NOW, "import", "resources", "resources.csv"])
        .done();
}

/// What a search on the command line says, without the mark of what is 関係者のみ.
fn said(folder: &Folder, words: &[&str]) -> String {
    let args = [&["--now", NOW, "search"], words].concat();
    folder.yosatte(&args).done().out.replace("  (関係者のみ)", "")
}

fn ids(said: &str) -> Vec<&str> {
    said.lines()
        .filter_map(|line| line.split_once("  ").map(|(id, _)| id))
        .collect()
}

#[test]
fn staff_are_answered_as_if_both_indexes_were_one() {
    let (mixed, open) = (city(ROWS, |public| public), city(ROWS, |_| true));
    for (words, least) in [
        // By the words, where a word's weight depends on all entries.
        (&["体操"][..], 4),
        (&["将棋"], 2),
        (&["体操", "お茶"], 1),
        // By ear, by a synonym, in a sentence, one letter away, and not at all.
        (&["こうえんかい"], 1),
        (&["子供食堂"], 1),
        (&["体操がしたい"], 3),
        (&["ひまわリ体操"], 1),
        (&["ひまわい"], 0),
        (&["そこにないことば"], 0),
        // By place, all of them, and a page of them.
        (&["--near", "39.1120,141.13"], 8),
        (&["--near", "39.1120,141.13", "--radius", "1000", "体操"], 3),
        (&[], 8),
        (&["--limit", "3"], 3),
    ] {
        let staff = said(&mixed, &[&["--staff"], words].concat());
        assert_eq!(staff, said(&open, words), "{words:?}");
        assert!(ids(&staff).len() >= least, "{words:?}: {staff}");
    }
}

#[test]
fn for_staff_a_word_is_as_rare_as_it_is_in_both_indexes_together() {
    const ROWS: &[Row] = &[
        ("more-shogi", "一の会", "将棋 将棋 将棋 将棋 体操", true),
        ("more-gym", "二の会", "体操 体操 体操 体操 将棋", true),
        ("gym-1", "三の会", "体操", true),
        ("gym-2", "四の会", "体操", true),
        ("shogi-1", "五の会", "将棋", false),
        ("shogi-2", "六の会", "将棋", false),
        ("shogi-3", "七の会", "将棋", false),
        ("shogi-4", "八の会", "将棋", false),
    ];
    let folder = city(ROWS, |public| public);
    let asked = ["将棋", "体操"];
    // Among what is public 将棋 is the rarer word, among everything 体操 is.
    assert_eq!(ids(&said(&folder, &asked)), ["more-shogi", "more-gym"]);
    let staff = said(&folder, &["--staff", "将棋", "体操"]);
    assert_eq!(ids(&staff), ["more-gym", "more-shogi"]);
}

#[test]
fn nobody_else_finds_what_staff_find() {
    let folder = city(ROWS, |public| public);
    assert_eq!(ids(&said(&folder, &["--staff", "将棋"])), ["a6", "a5"]);
    let marked = folder.yosatte(&["search", "--staff", "将棋"]).done().out;
    assert!(
        marked.contains("将棋の夕べ  [その他]   (関係者のみ)") && marked.matches("関係者のみ").count() == 1,
        "{marked}"
    );
    let public = said(&folder, &["将棋"]);
    assert_eq!(ids(&public), ["a5"], "{public}");
    assert!(public.starts_with("1件見つかりました"), "{public}");

    let service = Service::start(folder.path(), &["--now", NOW, "serve"]);
    for (path, query, told) in [
        ("/api/v1/resources", &[("q", "将棋")][..], "けん玉ひろば"),
        ("/api/v1/resources", &[("facets", "kind")], "\"total\":4"),
        ("/api/v1/resources", &[("near", "39.12,141.13")], "けん玉ひろば"),
        ("/api/v1/opportunities", &[("q", "将棋")], "\"total\":0"),
        ("/api/v1/suggest", &[("q", "わか")], ""),
        ("/api/v1/suggest", &[("q", "けん")], "けん玉ひろば"),
        ("/", &[("q", "将棋")], "けん玉ひろば"),
    ] {
        let answer = service.get(path, query).text();
        assert!(answer.contains(told), "{path} {query:?}: {answer}");
        for (id, name, ..) in ROWS.iter().filter(|row| !row.3) {
            let leaves = answer.contains(name) || answer.contains(&format!("\"{id}\""));
            assert!(!leaves, "{path} {query:?} tells {name}");
        }
    }
}

/// Waits until the service finds this for 体操.
#[track_caller]
fn soon_finds(service: &Service, expected: &[&str]) {
    let start = Instant::now();
    loop {
        let answer = service.get_json("/api/v1/resources", &[("q", "体操"), ("sort", "name")]);
        let items = answer["items"].as_array().expect("a list");
        let found: Vec<_> = items.iter().filter_map(|item| item["id"].as_str()).collect();
        if found == expected && answer["total"] == expected.len() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{found:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_row_that_is_no_longer_public_moves_over_and_back() {
    let folder = city(ROWS, |public| public);
    let service = Service::start(folder.path(), &["--now", NOW, "serve"]);
    soon_finds(&service, &["a3", "a1"]);
    let all = ["a1", "a2", "a3", "a4"];
    for (audience, public) in [
        ("関係者のみ", &["a3"][..]),
        ("公開", &["a3", "a1"]),
        ("関係者のみ", &["a3"]),
    ] {
        let row = format!(
            "資源ID,名称,種別,説明,公開範囲\na1,ひまわり体操の会,その他,椅子に座ってする体操です,{audience}\n"
        );
        import(&folder, &row);
        soon_finds(&service, public);
        let staff = said(&folder, &["--staff", "体操"]);
        let mut found = ids(&staff);
        found.sort_unstable();
        assert_eq!(found, all, "{audience}: {staff}");
        assert!(staff.starts_with("4件見つかりました"), "{audience}: {staff}");
        let check = folder.yosatte(&["check"]).done();
        let counted = format!("公開している社会資源: {}件、索引: {0}件", 2 + public.len());
        assert!(check.out.contains(&counted), "{}", check.out);
    }
    let over = "資源ID,名称,種別,説明,状態,公開範囲\na1,ひまわり体操の会,その他,体操,終了,関係者のみ\n";
    import(&folder, over);
    assert!(!ids(&said(&folder, &["--staff", "体操"])).contains(&"a1"));
    folder.yosatte(&["check"]).done();
}

/// Three places that anyone may know: one with an opportunity that staff tell of themselves, one that the public is told
/// of only by and large, and one that everyone sees alike.
fn half_open() -> Folder {
    let folder = Folder::empty();
    import(
        &folder,
        "資源ID,名称,種別,説明,所在地,緯度,経度,位置の公開,電話番号,公開範囲\n\
        n1,まえさわ農園,農家,野菜をつくります,,39.1000,141.1300,正確,,公開\n\
        n2,縁側の集まり,居場所,野菜を持ち寄ります,奥州市水沢佐倉河字慶徳12-3,39.1200,141.1300,おおよそ,,公開\n\
        n3,野菜の直売,その他,野菜を売ります,,39.1400,141.1300,正確,0197-00-0001,公開\n",
    );
    offers(&folder, "関係者のみ");
    folder
}

fn offers(folder: &Folder, audience: &str) {
    folder.file(
        "offers.csv",
        format!(
            "機会ID,資源ID,名称,役割,日時,公開範囲\n\
            o1,n1,畑を見る,参加者,随時,公開\n\
            o2,n1,いちごを摘む,就労体験,毎週火 10:00-12:00,{audience}\n"
        ),
    );
    let import = ["--now", NOW, "import", "opportunities", "offers.csv"];
    folder.yosatte(&import).done();
}

#[test]
fn staff_find_a_public_row_by_what_only_they_see_of_it_and_find_it_once() {
    let folder = half_open();
    let service = Service::start(folder.path(), &["--now", NOW, "serve"]);
    for (words, staff, public) in [
        // By an opportunity, by the address, and by both ways at once.
        (&["いちご"][..], &["n1"][..], &[][..]),
        (&["慶徳"], &["n2"], &[]),
        (&["農園", "いちご"], &["n1"], &[]),
        // What everyone sees is found by everyone, and counted once.
        (&["畑"], &["n1"], &["n1"]),
        (&["野菜"], &["n1", "n2", "n3"], &["n1", "n2", "n3"]),
        (&[], &["n1", "n2", "n3"], &["n1", "n2", "n3"]),
        (
            &["--near", "39.1000,141.1300"],
            &["n1", "n2", "n3"],
            &["n1", "n2", "n3"],
        ),
        // Exactly there, where the centre of the cell is farther away.
        (&["--near", "39.1200,141.1300", "--radius", "20"], &["n2"], &[]),
    ] {
        for (who, args, expected) in [("staff", &["--staff"][..], staff), ("public", &[], public)] {
            let said = said(&folder, &[args, words].concat());
            let mut found = ids(&said);
            found.sort_unstable();
            assert_eq!(found, expected, "{who} {words:?}: {said}");
            let total = format!("{}件見つかりました", expected.len());
            assert!(said.starts_with(&total), "{who} {words:?}: {said}");
        }
    }
    for word in ["いちご", "慶徳"] {
        let answer = service.get_json("/api/v1/resources", &[("q", word)]);
        assert_eq!(answer["total"], 0, "{word}");
    }
    let checks = |rest: usize| {
        let out = folder.yosatte(&["check"]).done().out;
        for expected in [
            "公開している社会資源: 3件、索引: 3件".to_owned(),
            format!("関係者だけに見える内容のある社会資源: {rest}件、索引: {rest}件"),
        ] {
            assert!(out.contains(&expected), "{out}");
        }
    };
    checks(2);
    // Nothing is left that only staff see of it.
    offers(&folder, "公開");
    assert_eq!(ids(&said(&folder, &["いちご"])), ["n1"]);
    assert_eq!(ids(&said(&folder, &["--staff", "いちご"])), ["n1"]);
    checks(1);
}
