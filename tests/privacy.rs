//! What is not public never leaves: two cities that differ in nothing else answer alike to every question.
//!
//! One city holds secrets in every field and row that has any; the other holds none, or other ones. Whatever the public can
//! ask of both must give the same bytes: results, counts, facets, order, tiles, pages, errors. That finds a secret in any
//! form; the marks in the secrets then say by name what left, and are looked for in the index and the logs as well.

mod ask;
mod city;
mod index;
mod walk;

use std::collections::BTreeSet;

use crate::support::{Folder, Service};
use city::{MARK, OPEN, SECRETS};

const NOW: &str = "2026-11-24T09:00:00+09:00";

/// Figures about the running process itself, which no two processes share; still searched for marks.
const OF_THE_PROCESS: &[&str] = &["/metrics"];

fn filled(secrets: bool) -> Folder {
    let folder = Folder::empty();
    for (name, kind, content) in city::files(secrets) {
        folder.file(name, content);
        folder.yosatte(&["--now", NOW, "import", kind, name]).done();
    }
    // Entries that were written over weigh in the scores until their part of the index is merged, at no fixed moment.
    folder.yosatte(&["--now", NOW, "reindex"]).done();
    folder
}

#[test]
fn whoever_asks_cannot_tell_a_city_with_secrets_from_one_without() {
    let (secret, plain) = (filled(true), filled(false));
    let database = std::fs::read(secret.path().join("var/yosatte.db")).expect("the database");
    for mark in SECRETS.iter().chain([&MARK]) {
        let is_in = database.windows(mark.len()).any(|w| w == mark.as_bytes());
        assert!(is_in, "{mark} is not even stored: nothing is tested");
    }
    let questions = walk::questions();
    let ask = |folder: &Folder| {
        let service = Service::start(folder.path(), &["--now", NOW, "serve"]);
        let answers: Vec<Vec<u8>> = questions.iter().map(|q| ask::raw(&service, q)).collect();
        (answers, service.log())
    };
    let (told, log) = ask(&secret);
    let (plain_told, _) = ask(&plain);

    let (mut left, mut open_in, mut routes) = (Vec::new(), 0, BTreeSet::new());
    for ((question, told), plain) in questions.iter().zip(&told).zip(&plain_told) {
        let text = String::from_utf8_lossy(told);
        routes.insert(question.route.as_str());
        open_in += usize::from(text.contains(OPEN));
        if told != plain && !OF_THE_PROCESS.contains(&question.route.as_str()) {
            left.push(format!(
                "{} differs:\n{}",
                question.path,
                ask::difference(told, plain)
            ));
        }
        // What the asker wrote may be told back.
        for mark in SECRETS.iter().chain([&MARK]).filter(|m| !question.asks_for(m)) {
            if text.contains(*mark) {
                left.push(format!("{} tells {mark}", question.path));
            }
        }
    }
    println!(
        "{} questions to {} routes; what is open was told in {open_in} answers",
        questions.len(),
        routes.len()
    );
    assert!(
        left.is_empty(),
        "{} secrets left:\n{}",
        left.len(),
        left.join("\n")
    );
    assert!(open_in > 30, "hardly anything was told at all: nothing is tested");

    // A path is logged as it was asked, an id in it too; nothing else of an entry is.
    let asked: BTreeSet<String> = questions
        .iter()
        .map(|q| format!("GET {} ", q.path.split('?').next().unwrap_or_default()))
        .collect();
    let told = |trace: &str| {
        let mut lines = log.lines().filter(|line| line.contains(trace));
        lines.find(|line| {
            let decoded = line.replace("%F0%AA%9A%A5", MARK);
            !asked
                .iter()
                .any(|path| decoded.contains(path.as_str()) || line.contains(path.as_str()))
        })
    };
    for mark in SECRETS.iter().chain([&MARK]) {
        assert_eq!(told(mark), None, "{mark} is in the log");
    }
    for trace in ["%F0%AA%9A%A5", "q=", "near=", "bbox=", "?"] {
        assert_eq!(told(trace), None, "the log holds what was asked");
    }
}

#[test]
fn the_public_index_holds_public_rows_only() {
    let folder = filled(true);
    let held = index::held(&folder.path().join("var/index/public"));
    let holds = |mark: &[u8]| {
        held.iter()
            .any(|bytes| bytes.windows(mark.len()).any(|w| w == mark))
    };
    assert!(held.len() > 100, "{} words", held.len());
    // One character is enough: the words of an index are pieces of the text.
    assert!(
        holds(OPEN.as_bytes()),
        "what is open is not in the index: nothing is tested"
    );
    assert!(
        holds(&39.129_074_f64.to_le_bytes()),
        "open coordinates are stored in another form: look for that"
    );
    for mark in SECRETS.iter().chain([&MARK]) {
        assert!(!holds(mark.as_bytes()), "{mark} is in the index");
        if let Ok(degrees) = mark.parse::<f64>() {
            assert!(
                !holds(&degrees.to_le_bytes()),
                "{mark} is in the index as a number"
            );
        }
    }
    let mut looked_at = 0;
    for (path, bytes) in index::files(&folder.path().join("var/index/public")) {
        looked_at += 1;
        for mark in SECRETS.iter().chain([&MARK]) {
            let found = bytes.windows(mark.len()).any(|w| w == mark.as_bytes());
            assert!(!found, "{mark} is in {}", path.display());
        }
    }
    assert!(looked_at > 3, "{looked_at} files");
}

#[test]
fn the_other_index_holds_what_staff_may_find_and_no_notes_about_people() {
    let folder = filled(true);
    let held = index::held(&folder.path().join("var/index/rest"));
    let holds = |text: &str| {
        held.iter()
            .any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()))
    };
    assert!(holds(MARK) && holds("himitsu-r1"), "nothing is tested");
    // Where staff see an opportunity or an exact place besides, they find the row by it.
    for id in ["open-1", "coarse", "hidden", "home"] {
        assert!(holds(id), "{id} is not found as staff see it");
    }
    for (what, text) in [
        ("a row that everyone finds alike", "open-2"),
        ("a row that everyone finds alike", "open-3"),
        ("what is over", "himitsu-r3"),
        ("a telephone", "0197-99-1111"),
        ("a note", "覚え"),
        ("a name", "代表"),
        ("an outlook", "successor_wanted"),
    ] {
        assert!(!holds(text), "{what} is in the index: {text}");
    }
}
