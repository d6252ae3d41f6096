//! The index may be lost, damaged or outdated at any time: the service starts, answers right, and mends it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::support::{Folder, Service};

const RESOURCES: &str = "資源ID,名称,種別,説明,緯度,経度,公開範囲\n\
    r1,こども食堂まえさわ,子ども食堂,月に一度みんなで夕ご飯を食べます,39.0519,141.1261,公開\n\
    r2,ひまわり体操の会,よさってくらぶ,椅子に座ってする体操です,39.1291,141.1372,公開\n\
    r3,福祉講演会の集い,その他,介護の話をききます,39.1301,141.1382,公開\n\
    r4,だれにも言わない相談会,その他,ひみつの体操,39.1302,141.1383,関係者のみ\n";

fn filled() -> Folder {
    let folder = Folder::empty();
    folder.file("resources.csv", RESOURCES);
    folder.yosatte(&["import", "resources", "resources.csv"]).done();
    folder
}

/// Where the public index is.
fn index(folder: &Folder) -> PathBuf {
    folder.path().join("var/index/public")
}

/// Where the index of what staff find besides is.
fn rest(folder: &Folder) -> PathBuf {
    folder.path().join("var/index/rest")
}

fn current_in(index: &Path) -> PathBuf {
    let name = fs::read_to_string(index.join("CURRENT")).expect("a current generation");
    index.join(name)
}

fn current(folder: &Folder) -> PathBuf {
    current_in(&index(folder))
}

/// The file of a segment of the public index with this ending.
fn segment_file(folder: &Folder, ending: &str) -> PathBuf {
    segment_file_in(&index(folder), ending)
}

fn segment_file_in(index: &Path, ending: &str) -> PathBuf {
    fs::read_dir(current_in(index))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == ending))
        .unwrap_or_else(|| panic!("no file .{ending}"))
}

fn garble(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs::write(path, bytes).unwrap();
}

fn truncate(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

/// How many damaged generations were set aside.
fn set_aside(folder: &Folder) -> usize {
    let names = fs::read_dir(index(folder))
        .unwrap()
        .map(|e| e.unwrap().file_name());
    names
        .filter(|n| n.to_string_lossy().starts_with("damaged-"))
        .count()
}

#[track_caller]
fn finds(service: &Service, query: &[(&str, &str)], expected: &[&str], what: &str) {
    let answer = service.get_json("/api/v1/resources", query);
    let mut ids: Vec<&str> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, expected, "{what}: {query:?}");
    assert_eq!(answer["total"], expected.len(), "{what}: {query:?}");
}

/// After `harm` the service starts, answers right, and index and database agree.
#[track_caller]
fn check(what: &str, harm: impl FnOnce(&Folder)) -> Folder {
    let folder = filled();
    harm(&folder);
    let service = Service::start(folder.path(), &["serve"]);
    finds(&service, &[("q", "体操")], &["r2"], what);
    finds(&service, &[("q", "こうえんかい")], &["r3"], what);
    finds(
        &service,
        &[("near", "39.1291,141.1372"), ("radius_m", "500")],
        &["r2", "r3"],
        what,
    );
    let staff = folder.yosatte(&["search", "--staff", "体操"]).done();
    for expected in ["2件見つかりました", "r2  ", "r4  "] {
        assert!(staff.out.contains(expected), "{what}: {}", staff.out);
    }
    let said = folder.yosatte(&["check"]);
    assert!(
        said.out.contains("合っています"),
        "{what}: {}{}",
        said.out,
        said.err
    );
    assert!(service.terminate().success(), "{what}");
    folder
}

#[test]
fn a_damaged_file_of_a_segment_is_noticed_and_mended() {
    for ending in ["store", "idx", "pos", "term", "fieldnorm"] {
        check(&format!("truncated .{ending}"), |f| {
            truncate(&segment_file(f, ending));
        });
        check(&format!("garbled .{ending}"), |f| {
            garble(&segment_file(f, ending))
        });
        check(&format!("no .{ending}"), |f| {
            fs::remove_file(segment_file(f, ending)).unwrap();
        });
    }
}

#[test]
fn a_lost_or_garbled_folder_is_made_again_from_the_rows() {
    check("untouched", |_| {});
    check("no meta.json", |f| {
        fs::remove_file(current(f).join("meta.json")).unwrap()
    });
    check("garbled meta.json", |f| {
        fs::write(current(f).join("meta.json"), "{").unwrap();
    });
    check("no generation", |f| {
        fs::remove_dir_all(current(f)).unwrap();
    });
    check("no index", |f| {
        fs::remove_dir_all(f.path().join("var/index")).unwrap();
    });
    for text in ["", "nothing-7", "../../..", "\u{0}"] {
        check("a CURRENT that leads nowhere", |f| {
            fs::write(index(f).join("CURRENT"), text).unwrap();
        });
    }
}

#[test]
fn the_index_of_the_rest_is_mended_in_the_same_way_while_the_public_one_stays() {
    let mends = |what: &str, harm: &dyn Fn(&Folder)| {
        let folder = check(what, |f| {
            harm(f);
            fs::write(current(f).join("mark"), "").unwrap();
        });
        assert!(
            current(&folder).join("mark").exists(),
            "{what}: the public index was made anew"
        );
    };
    mends("garbled store of the rest", &|f| {
        garble(&segment_file_in(&rest(f), "store"))
    });
    mends("no words of the rest", &|f| {
        fs::remove_file(segment_file_in(&rest(f), "term")).unwrap();
    });
    mends("no rest", &|f| fs::remove_dir_all(rest(f)).unwrap());
    mends("another recipe of the rest", &|f| {
        fs::rename(current_in(&rest(f)), rest(f).join("000000000000-1")).unwrap();
        fs::write(rest(f).join("CURRENT"), "000000000000-1").unwrap();
    });
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|e| (e.path(), e.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn an_index_that_stayed_behind_the_other_catches_up() {
    for which in [index, rest] {
        check("put back from before", |f| {
            let aside = f.path().join("aside");
            copy(&which(f), &aside);
            // Both move over, and back again for the other index.
            for (audience, other) in [("関係者のみ", "公開"), ("公開", "関係者のみ")] {
                f.file(
                    "moved.csv",
                    format!(
                        "資源ID,名称,種別,説明,緯度,経度,公開範囲\n\
                        r2,ひまわり体操の会,よさってくらぶ,椅子に座ってする体操です,39.1291,141.1372,{audience}\n\
                        r4,だれにも言わない相談会,その他,ひみつの体操,39.1302,141.1383,{other}\n"
                    ),
                );
                f.yosatte(&["import", "resources", "moved.csv"]).done();
            }
            fs::remove_dir_all(which(f)).unwrap();
            fs::rename(&aside, which(f)).unwrap();
        });
    }
}

#[test]
fn a_generation_of_another_recipe_is_replaced_and_the_last_one_kept() {
    let folder = check("another recipe", |f| {
        fs::rename(current(f), index(f).join("000000000000-1")).unwrap();
        fs::create_dir(index(f).join("000000000000-9")).unwrap();
        fs::write(index(f).join("CURRENT"), "000000000000-1").unwrap();
    });
    let mut names: Vec<String> = fs::read_dir(index(&folder))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(names[0], "000000000000-1");
}

#[test]
fn of_several_damaged_generations_only_the_last_is_set_aside() {
    let folder = check("garbled once", |f| garble(&segment_file(f, "store")));
    garble(&segment_file(&folder, "store"));
    let said = folder.yosatte(&["check"]).done();
    assert!(said.out.contains("合っています"), "{}", said.out);
    assert_eq!(set_aside(&folder), 1);
}

#[test]
fn an_index_that_is_ahead_of_its_database_is_made_anew() {
    check("a database put back from before", |f| {
        let files = ["yosatte.db", "yosatte.db-wal", "yosatte.db-shm"].map(|n| f.path().join("var").join(n));
        let before = files.each_ref().map(|file| fs::read(file).ok());
        f.file(
            "more.csv",
            "資源ID,名称,種別,公開範囲\nx1,体操のよそ,その他,公開\n",
        );
        f.yosatte(&["import", "resources", "more.csv"]).done();
        for (file, content) in files.iter().zip(before) {
            let _ = fs::remove_file(file);
            if let Some(content) = content {
                fs::write(file, content).unwrap();
            }
        }
    });
}

/// Imports one more entry and waits until the service finds it.
#[track_caller]
fn learns(folder: &Folder, service: &Service, name: &str) {
    folder.file(
        "more.csv",
        format!("資源ID,名称,種別,公開範囲\n{name},けん玉{name},その他,公開\n"),
    );
    folder.yosatte(&["import", "resources", "more.csv"]).done();
    let start = Instant::now();
    while service.get_json("/api/v1/resources", &[("q", &format!("けん玉{name}"))])["total"] != 1 {
        assert!(start.elapsed() < Duration::from_secs(20), "{name} is not found");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn when_the_keeper_of_the_index_is_killed_the_next_process_takes_over() {
    let folder = filled();
    let keeper = Service::start(folder.path(), &["serve"]);
    let other = Service::start(folder.path(), &["serve"]);
    learns(&folder, &other, "a1");
    keeper.kill_9();
    learns(&folder, &other, "a2");
    let said = folder.yosatte(&["check"]).done();
    assert!(said.out.contains("合っています"), "{}", said.out);
    other.kill_9();
    let after = Service::start(folder.path(), &["serve"]);
    learns(&folder, &after, "a3");
}

#[test]
fn a_new_generation_is_built_beside_a_running_service() {
    let folder = filled();
    let service = Service::start(folder.path(), &["serve"]);
    let before = current(&folder);
    let said = folder.yosatte(&["reindex"]).done();
    assert!(
        said.out.contains("公開3件、関係者だけに見える内容のあるもの1件"),
        "{}",
        said.out
    );
    assert_ne!(current(&folder), before);
    finds(&service, &[("q", "体操")], &["r2"], "after reindex");
    learns(&folder, &service, "b1");
}

#[test]
fn while_there_is_no_index_the_rows_answer() {
    let folder = filled();
    fs::remove_dir_all(folder.path().join("var/index")).unwrap();
    fs::create_dir_all(index(&folder)).unwrap();
    // Somebody else is the keeper, and does nothing.
    let lock = File::create(folder.path().join("var/index/keeper.lock")).unwrap();
    lock.lock().unwrap();
    let service = Service::start_unready(folder.path(), &["serve"]);
    assert_eq!(service.get("/readyz", &[]).status, 503);
    finds(&service, &[("q", "体操")], &["r2"], "from the rows");
    finds(&service, &[("q", "ひまわり 体操")], &["r2"], "from the rows");
    finds(&service, &[("q", "ひみつ")], &[], "from the rows");
    finds(&service, &[("kind", "子ども食堂")], &["r1"], "from the rows");
    finds(
        &service,
        &[("near", "39.1291,141.1372"), ("radius_m", "50")],
        &["r2"],
        "from the rows",
    );
    drop(lock);
    let start = Instant::now();
    while service.get("/readyz", &[]).status != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "the index is not made");
        std::thread::sleep(Duration::from_millis(20));
    }
    finds(&service, &[("q", "こうえんかい")], &["r3"], "from the index");
}
