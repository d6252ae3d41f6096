//! `yosatte check`: says what does not agree, names it, tells what to do, and fails only where something must be done.

use crate::support::{Folder, Outcome};

const RESOURCES: &str = "資源ID,名称,種別,緯度,経度,地区,公開範囲\n\
    fits,水沢南のサロン,サロン,39.129074,141.137199,水沢南,公開\n\
    drawn,位置だけのサロン,サロン,39.129074,141.137199,,公開\n\
    apart,食い違うサロン,サロン,39.129074,141.137199,衣里,公開\n\
    far,盛岡のサロン,サロン,39.7036,141.1527,,公開\n\
    nowhere,位置のないサロン,サロン,,,,関係者のみ\n";
const OPPORTUNITIES: &str = "機会ID,資源ID,名称,役割,公開範囲\no1,fits,お茶,参加者,公開\n";

fn city() -> Folder {
    let folder = Folder::empty();
    folder.file("districts.csv", include_str!("../data/oshu/districts.csv"));
    folder.file("resources.csv", RESOURCES);
    folder.file("opportunities.csv", OPPORTUNITIES);
    for kind in ["districts", "resources", "opportunities"] {
        folder.yosatte(&["import", kind, &format!("{kind}.csv")]).done();
    }
    folder
}

/// What no command of the program does: changes a row behind its back.
fn damage(folder: &Folder, sql: &'static str) {
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}", folder.path().join("var/yosatte.db").display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        use sqlx::Connection;
        let mut conn = sqlx::AnyConnection::connect(&address)
            .await
            .expect("the database");
        for statement in ["PRAGMA foreign_keys = OFF", sql] {
            sqlx::query(statement)
                .execute(&mut conn)
                .await
                .expect("a statement");
        }
        conn.close().await.expect("it closes");
    });
}

#[track_caller]
fn says(outcome: &Outcome, parts: &[&str]) {
    for part in parts {
        assert!(
            outcome.out.contains(part),
            "“{part}” is not said:\n{}{}",
            outcome.out,
            outcome.err
        );
    }
}

#[test]
fn a_sound_city_agrees_and_what_a_person_should_look_at_is_named() {
    let check = city().yosatte(&["check"]).done();
    says(
        &check,
        &[
            "合っています",
            "どの地区にも入らないもの(確かめてください): 1件",
            "  far 盛岡のサロン",
            "食い違うもの(書かれた地区に入れています。地区の形は模式図です): 1件",
            "  apart 食い違うサロン: 書かれているのは衣里、位置は水沢南",
            "社会資源のない参加の機会: 0件",
        ],
    );
}

#[test]
fn what_does_not_agree_fails_the_check_with_what_to_do() {
    for (sql, parts) in [
        (
            "UPDATE resource SET district = 'oshu-30' WHERE id = 'drawn'",
            &[
                "地区の割り当てが古いもの: 1件",
                "  drawn 位置だけのサロン",
                "import districts",
            ][..],
        ),
        (
            "DELETE FROM resource WHERE id = 'fits'",
            &[
                "社会資源のない参加の機会: 1件",
                "索引にだけあるもの: 1件",
                "import resources",
                "yosatte reindex",
            ],
        ),
        (
            "UPDATE resource SET version = version + 1 WHERE id = 'far'",
            &["索引が古いもの: 1件", "yosatte reindex"],
        ),
    ] {
        let folder = city();
        damage(&folder, sql);
        let check = folder.yosatte(&["check"]);
        assert_eq!(check.code, Some(1), "{sql}\n{}", check.out);
        says(&check, parts);
        assert!(!check.out.contains("合っています"), "{}", check.out);
    }
}

#[test]
fn what_the_check_tells_to_do_mends_it() {
    let folder = city();
    damage(
        &folder,
        "UPDATE resource SET district = 'oshu-30', version = version + 1 WHERE id = 'drawn'",
    );
    assert_eq!(folder.yosatte(&["check"]).code, Some(1));
    folder.yosatte(&["import", "districts", "districts.csv"]).done();
    folder.yosatte(&["reindex"]).done();
    says(&folder.yosatte(&["check"]).done(), &["合っています"]);
}
