//! Holds the rules that the compiler does not know: who may import whom, and how a file opens.

use std::fs;
use std::path::{Path, PathBuf};

/// Every core file of these modules may import the ones beside it, and itself; `kernel` imports nothing of ours.
const DOWNWARD: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("db", &["kernel"]),
    ("resources", &["db", "kernel"]),
    ("accounts", &["db", "kernel"]),
    ("search", &["resources", "db", "kernel"]),
    ("districts", &["resources", "db", "kernel"]),
    ("matching", &["resources", "districts", "search", "kernel"]),
    ("exchange", &["resources", "districts", "db", "kernel"]),
    ("map", &["resources", "districts", "kernel"]),
    (
        "people",
        &["matching", "resources", "districts", "accounts", "db", "kernel"],
    ),
];

/// What a person's record is behind: these never import it, whatever the file.
const NEVER_PEOPLE: &[&str] = &[
    "search",
    "map",
    "exchange",
    "districts",
    "resources",
    "kernel",
    "db",
];

#[test]
fn core_files_import_downward_only() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let (module, file) = place(&path);
        let Some((_, allowed)) = DOWNWARD.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for import in imports(&path) {
            let core = !matches!(file.as_str(), "api" | "pages" | "cli");
            if import != module && core && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{}: {module} must not import {import}", path.display()));
            }
            if import == "people" && NEVER_PEOPLE.contains(&module.as_str()) {
                wrong.push(format!(
                    "{}: {module} must never see a person's record",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_why_it_is_there() {
    let silent: Vec<_> = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(rust_files)
        .filter(|path| !read(path).starts_with("//! "))
        .map(|path| path.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "without a first line //!: {}",
        silent.join(", ")
    );
}

#[test]
fn nothing_committed_names_a_registry_host_or_this_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = read(&root.join("web/package-lock.json"));
    assert!(
        !lock.contains("\"resolved\""),
        "package-lock.json must not say where a package was fetched"
    );
    let sources = read(&root.join("Cargo.lock"));
    let strange: Vec<_> = sources
        .lines()
        .filter(|line| line.starts_with("source = "))
        .filter(|line| !line.contains("github.com/rust-lang/crates.io-index"))
        .collect();
    assert!(strange.is_empty(), "Cargo.lock: {strange:?}");
}

/// Module and file of a source path: `src/search/sync.rs` is (`search`, `sync`), `src/search.rs` is (`search`, `mod`).
fn place(path: &Path) -> (String, String) {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("under src");
    let parts: Vec<_> = inside
        .iter()
        .map(|part| part.to_string_lossy().replace(".rs", ""))
        .collect();
    match parts.as_slice() {
        [module] => (module.clone(), "mod".to_owned()),
        // `resources/api/list.rs` is part of `api`.
        [module, file, ..] => (module.clone(), file.clone()),
        [] => unreachable!("a file has a name"),
    }
}

/// The modules of this crate that a file names, tests inside it left out (they may build on anything).
fn imports(path: &Path) -> Vec<String> {
    let text = read(path);
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines: Vec<_> = code
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .collect();
    let code = lines.join(" ");
    code.split("crate::")
        .skip(1)
        .flat_map(first_names)
        .filter(|name| is_module(name))
        .collect()
}

/// What stands directly behind `crate::`: one name, or those at the top of a list in braces.
fn first_names(rest: &str) -> Vec<String> {
    let name = |path: &str| {
        path.trim()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(list) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let (mut depth, mut names, mut part) = (0, Vec::new(), String::new());
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => names.push(name(&std::mem::take(&mut part))),
            '{' => depth += 1,
            '}' => depth -= 1,
            other if depth == 0 => part.push(other),
            _ => {}
        }
    }
    names.push(name(&part));
    names
}

/// Types and macros of the root are no modules.
fn is_module(name: &str) -> bool {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    !name.is_empty() && (source.join(name).is_dir() || source.join(format!("{name}.rs")).is_file())
}

#[test]
fn a_list_in_braces_names_every_module_in_it() {
    assert_eq!(
        first_names("{db::{self, Pool}, kernel::id::Id, AppError};"),
        ["db", "kernel", "AppError"]
    );
    assert_eq!(first_names("kernel::id;"), ["kernel"]);
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.expect("a readable folder").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}
