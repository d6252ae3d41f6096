//! Settings from the front door: flags before the environment before the file, told with where they came from.

use crate::support::{Folder, Service, program};

const FILE: &str = "# よさって\ndata = \"./kept\"\n\n[city]\ncode = \"04100\"\nname = \"仙台市\"\ncentre = [140.8694, 38.2682]\n";

fn check(folder: &Folder, variables: &[(&str, &str)], args: &[&str], code: i32, parts: &[&str]) {
    let output = program(folder.path())
        .args(args)
        .envs(variables.iter().copied())
        .output()
        .expect("yosatte starts");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{part} is not said: {said}");
    }
    assert!(!said.contains("himitsu"), "a password was said: {said}");
}

#[test]
fn config_tells_every_value_and_where_it_came_from() {
    let folder = Folder::empty();
    check(
        &folder,
        &[],
        &["config"],
        0,
        &["奥州市  # 初期値", "設定ファイル: なし", "./var  # 初期値"],
    );
    folder.file("yosatte.toml", FILE);
    let variables = [
        ("YOSATTE_CITY_NAME", "せんだい市"),
        ("YOSATTE_LISTEN", "0.0.0.0:80"),
    ];
    check(
        &folder,
        &variables,
        &["config", "--city-name", "杜の都"],
        0,
        &[
            "杜の都  # --city-name",
            "0.0.0.0:80  # 環境変数 YOSATTE_LISTEN",
            "04100  # yosatte.toml 5行目",
            "38.2682, 140.8694",
        ],
    );
    check(
        &folder,
        &variables,
        &["config"],
        0,
        &["せんだい市  # 環境変数 YOSATTE_CITY_NAME"],
    );
}

#[test]
fn a_wrong_setting_stops_every_command_and_is_told_by_file_and_line() {
    let folder = Folder::empty();
    folder.file("other.toml", "listen = \"nowhere\"\n[city]\ncolour = \"red\"\n");
    let parts = [
        "other.toml 1行目 listen: 「nowhere」",
        "other.toml 3行目: 知らない設定「city.colour」",
    ];
    check(&folder, &[], &["check", "--config", "other.toml"], 2, &parts);
    check(&folder, &[], &["config", "--config", "other.toml"], 1, &parts);
    check(
        &folder,
        &[],
        &["check", "--config", "missing.toml"],
        2,
        &["missing.toml: 設定ファイルを読めません"],
    );
    let url = [("YOSATTE_PUBLIC_BASE_URL", "https://a:himitsu@example.jp")];
    check(&folder, &url, &["config"], 1, &["***@example.jp"]);
    assert!(!folder.path().join("var").exists(), "nothing was opened");
}

#[test]
fn pages_bear_the_name_and_the_address_that_are_set() {
    let folder = Folder::empty();
    folder.file("yosatte.toml", FILE);
    let service = Service::start(
        folder.path(),
        &["serve", "--public-base-url", "https://yosatte.example.jp"],
    );
    let home = service.get("/", &[]).text();
    assert!(home.contains("仙台市") && !home.contains("奥州市"), "{home}");
    assert!(folder.path().join("kept/yosatte.db").exists());
}
