//! Copies while the service runs, and back into an empty folder.

use crate::support::{Browser, House, PASSWORD};

fn house() -> House {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    house
}

#[test]
fn a_copy_of_a_running_service_comes_back_whole_in_an_empty_folder() {
    let house = house();
    let service = house.serve(&[]);
    let browser = Browser::signed_in(&service, "kanri");
    house.yosatte(&["backup", "copy.db"]).done();
    // What happens later is not in it.
    browser.post(
        "/accounts",
        &[("id", "kato"), ("name", "加藤"), ("role", "planner")],
    );
    let again = house.yosatte(&["backup", "copy.db"]);
    assert_eq!(again.code, Some(1), "a copy is written over");
    let back = house.yosatte(&["--data", "back", "restore", "copy.db"]).done();
    assert!(back.out.contains("戻しました"), "{}", back.out);
    let users = house.yosatte(&["--data", "back", "user", "list"]).done().out;
    assert!(users.contains("kanri") && !users.contains("kato"), "{users}");
    let sound = house.yosatte(&["--data", "back", "check"]).done();
    assert!(sound.out.contains("おかしいもの: 0件"), "{}", sound.out);
    house.yosatte(&["check"]).done();
    drop(service);
    let service = house.serve(&["--data", "back"]);
    assert_eq!(Browser::new(&service).sign_in("kanri", PASSWORD).status, 303);
    // Only an empty folder is filled.
    let twice = house.yosatte(&["--data", "back", "restore", "copy.db"]);
    assert_eq!(twice.code, Some(1));
    assert!(twice.err.contains("空ではありません"), "{}", twice.err);
}

#[test]
fn a_damaged_copy_is_refused_and_nothing_is_written() {
    let house = house();
    house.yosatte(&["backup", "copy.db"]).done();
    let path = house.folder.path().join("copy.db");
    let whole = std::fs::read(&path).unwrap();
    let text = "kanri".as_bytes();
    let at = whole.windows(text.len()).position(|w| w == text).unwrap();
    let mut edited = whole.clone();
    edited[at] = b'x';
    for (what, bytes) in [
        ("edited", edited),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("other", b"id,name\n".to_vec()),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let told = house.yosatte(&["--data", "back", "restore", "copy.db"]);
        assert_eq!(told.code, Some(1), "{what}: {}", told.out);
        assert!(told.err.contains("壊れている"), "{what}: {}", told.err);
        assert!(!house.folder.path().join("back").exists(), "{what}");
    }
}

#[test]
fn nobody_else_on_the_machine_can_read_what_is_kept_or_copied() {
    use std::os::unix::fs::PermissionsExt;
    let house = house();
    house.yosatte(&["backup", "copy.db"]).done();
    house.yosatte(&["backup", "--keys", "keys"]).done();
    let keys = std::fs::read_dir(house.folder.path().join("keys"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    house
        .yosatte(&[
            "--data",
            "back",
            "restore",
            "copy.db",
            "--keys",
            keys.to_str().unwrap(),
        ])
        .done();
    let service = house.serve(&[]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let root = house.folder.path();
    for folder in ["var", "back", "keys"] {
        assert_eq!(mode(&root.join(folder)), 0o700, "{folder}");
    }
    let mut files = vec![root.join("copy.db"), keys];
    for folder in ["var", "back"] {
        for name in ["yosatte.db", "keys.db", "audit-heads.log"] {
            files.push(root.join(folder).join(name));
        }
    }
    files.push(root.join("var/yosatte.db-wal"));
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(service);
}

#[test]
fn lost_keys_are_told_and_the_last_copy_of_them_is_kept() {
    let house = house();
    house.user("sato", "coordinator", &["--all-districts"]);
    let begin = |at: &str| ["--now".to_owned(), at.to_owned()];
    let now = begin("2026-11-24T09:00:00+09:00");
    let service = house.serve(&[&now[0], &now[1]]);
    let sato = Browser::signed_in(&service, "sato");
    let case = serde_json::json!({"review_on": "2027-01-10", "identity": {"name": "水沢 花子"}});
    let begun = sato.call("POST", "/api/v1/cases", Some(&case));
    assert_eq!(begun.status, 201, "{}", begun.text());
    drop(service);
    house
        .yosatte(&["--now", &now[1], "backup", "--keys", "keys"])
        .done();
    std::fs::remove_file(house.folder.path().join("var/keys.db")).unwrap();
    let checked = house.yosatte(&["check"]);
    assert!(
        checked.out.contains("keys.db が失われています): 1件"),
        "{}",
        checked.out
    );
    let later = house.yosatte(&["--now", "2027-03-01T09:00:00+09:00", "backup", "--keys", "keys"]);
    assert_eq!(later.code, Some(1));
    assert!(later.err.contains("古い控えは消しません"), "{}", later.err);
    let copies = std::fs::read_dir(house.folder.path().join("keys"))
        .unwrap()
        .count();
    assert_eq!(copies, 2, "the copy that holds the keys is gone");
}

#[test]
fn keys_that_are_none_or_of_another_key_are_told_before_anything_is_put_in_place() {
    let (house, other) = (house(), house());
    house.yosatte(&["backup", "copy.db"]).done();
    for one in [&house, &other] {
        one.yosatte(&["backup", "--keys", "keys"]).done();
    }
    let copy_of = |house: &House| {
        let mut found = std::fs::read_dir(house.folder.path().join("keys")).unwrap();
        found.next().unwrap().unwrap().path().display().to_string()
    };
    let text = house.folder.file("text.db", "id,name\n").display().to_string();
    let check = |keys: &str, words: &str| {
        let began = std::time::Instant::now();
        let told = house.yosatte(&["--data", "back", "restore", "copy.db", "--keys", keys]);
        assert_eq!(told.code, Some(1), "{keys}: {}", told.out);
        assert!(told.err.contains(words), "{keys}: {}", told.err);
        assert!(!house.folder.path().join("back").exists(), "{keys}");
        assert!(began.elapsed().as_secs() < 10, "{keys}: said late");
    };
    check(&copy_of(&other), "別の鍵で作られています");
    check(&text, "記録の鍵の控えではありません");
    check("nai.db", "nai.db");
    house
        .yosatte(&["--data", "back", "restore", "copy.db", "--keys", &copy_of(&house)])
        .done();
}

#[test]
fn a_backup_that_is_killed_leaves_no_copy_and_the_next_one_works() {
    let house = house();
    // Enough rows that there is a middle to be killed in.
    let rows: String = (0..4000).map(|n| format!("r{n},会{n},サロン,公開\n")).collect();
    let sheet = house
        .folder
        .file("many.csv", format!("資源ID,名称,種別,公開範囲\n{rows}"));
    house
        .yosatte(&["import", "resources", sheet.to_str().expect("a path")])
        .done();
    let service = house.serve(&[]);
    let browser = Browser::signed_in(&service, "kanri");
    let copy = house.folder.path().join("copy.db");
    let mut killed = 0;
    for wait in (0..40).map(|n| n * 15) {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_yosatte"))
            .current_dir(house.folder.path())
            .env("YOSATTE_MASTER_KEY_FILE", &house.key)
            .args(["backup", "copy.db"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("yosatte starts");
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let _ = child.kill();
        let ended = child.wait().expect("it ends");
        if copy.exists() {
            // What has the name is whole, even when the run was killed after that.
            house.yosatte(&["--data", "back", "restore", "copy.db"]).done();
            std::fs::remove_dir_all(house.folder.path().join("back")).expect("the folder");
            std::fs::remove_file(&copy).expect("the copy");
        } else {
            killed += 1;
            assert!(!ended.success(), "a copy that was acknowledged is gone");
        }
        assert_eq!(browser.get("/staff").status, 200, "the service goes on");
    }
    assert!(killed > 3, "only {killed} were killed in time");
    house.yosatte(&["backup", "copy.db"]).done();
    house.yosatte(&["--data", "back", "restore", "copy.db"]).done();
    house.yosatte(&["check"]).done();
}
