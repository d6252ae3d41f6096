//! Settings from the front door: flags before the environment before the file, told with where they came from.

use crate::support::{Folder, Service, program};

const FILE: &str = "# よさって\ndata = \"./kept\"\n\n[city]\ncode = \"04100\"\nname = \"仙台市\"\ncentre = [140.8694, 38.2682]\n";

fn check(folder: &Folder, variables: &[(&str, &str)], args: &[&str], code: i32, parts: &[impl AsRef<str>]) {
    let output = program(folder.path())
        .args(args)
        .envs(variables.iter().copied())
        .output()
        .expect("yosatte starts");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for part in parts.iter().map(AsRef::as_ref) {
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
fn a_data_folder_that_cannot_be_used_is_named_with_what_to_do() {
    let folder = Folder::empty();
    folder.file("list.csv", "名称,種別\nひまわり,サロン\n");
    for data in ["list.csv", "list.csv/var", "/proc/nowhere"] {
        let parts = [
            format!("データを置くフォルダ「{data}」を使えません"),
            "--data".into(),
            "書き込める".into(),
        ];
        check(&folder, &[], &["check", "--data", data], 1, &parts);
        let args = ["import", "resources", "list.csv", "--data", data];
        check(&folder, &[], &args, 1, &parts);
    }
    std::fs::create_dir_all(folder.path().join("var")).expect("a folder");
    folder.file("var/yosatte.db", "これは手紙です。".repeat(100));
    let parts = ["yosatte.db", "よさってのデータベースではないか、壊れています"];
    check(&folder, &[], &["check"], 1, &parts);
    let kept = std::fs::read_to_string(folder.path().join("var/yosatte.db")).expect("the file");
    assert!(kept.starts_with("これは手紙です。"), "the file was written over");
}

#[test]
fn an_address_that_is_in_use_is_told_with_what_to_do() {
    let folder = Folder::empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let parts = [
        format!("{address} で待ち受けられません"),
        "ほかのプログラム".into(),
        "--listen".into(),
    ];
    check(&folder, &[], &["serve", "--listen", &address], 1, &parts);
}

#[test]
fn a_search_refuses_what_it_would_pass_over() {
    let folder = Folder::empty();
    let radius = "--radius";
    for (args, parts) in [
        (&["search", "x", radius, "500"][..], [radius, "--near と一緒に"]),
        (
            &["search", "x", "--near", "39.1,141.1", radius, "NaN"],
            [radius, "0以上の数字"],
        ),
        (
            &["search", "x", "--near", "39.1,141.1", "--radius=-5"],
            [radius, "0以上の数字"],
        ),
    ] {
        check(&folder, &[], args, 2, &parts);
    }
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
