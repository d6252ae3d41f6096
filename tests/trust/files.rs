//! Who else on the machine can look into the data folder.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::support::{House, PASSWORD};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// Every folder below, and every file that the search engine did not make, with its mode.
fn look(folder: &Path, made_by_us: bool, wrong: &mut Vec<String>) {
    if mode(folder) != 0o700 {
        wrong.push(format!("{} {:o}", folder.display(), mode(folder)));
    }
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            let generation = path.join("meta.json").exists();
            look(&path, made_by_us && !generation, wrong);
        } else if made_by_us && mode(&path) != 0o600 {
            wrong.push(format!("{} {:o}", path.display(), mode(&path)));
        }
    }
}

#[test]
fn everything_in_the_data_folder_is_its_owners_alone() {
    let house = House::new();
    house
        .yosatte_told(&["user", "add", "kanri", "--role", "admin"], PASSWORD)
        .done();
    let places = "資源ID,名称,種別\na,みんなのサロン,サロン\n";
    let file = house.folder.file("places.csv", places);
    house
        .yosatte(&["import", "resources", file.to_str().unwrap()])
        .done();
    house.yosatte(&["reindex"]).done();
    let service = house.serve(&[]);
    let mut wrong = Vec::new();
    look(&house.folder.path().join("var"), true, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(service);
}

#[test]
fn a_data_folder_that_others_can_look_into_is_told() {
    let house = House::new();
    let told = "ほかの利用者が見られます";
    assert!(!house.yosatte(&["check"]).done().out.contains(told));
    let folder = house.folder.path().join("var");
    fs::set_permissions(&folder, Permissions::from_mode(0o750)).unwrap();
    let checked = house.yosatte(&["check"]).done().out;
    assert!(
        checked.contains(told) && checked.contains("chmod 700"),
        "{checked}"
    );
    let log = house.serve(&[]).log();
    assert!(log.contains(told), "{log}");
    assert_eq!(mode(&folder), 0o750, "its owner's decision");
}
