//! Whoever reads what the program prints may stop reading: `yosatte check | head -3`. The work goes on to its end all the same.

use std::process::Stdio;

use crate::support::{Folder, Outcome, Service, program};

const LIST: &str = "資源ID,名称,種別,公開範囲\nr1,ひまわりサロン,サロン,公開\nr2,さくらの会,サロン,公開\n";

/// What nobody reads any more.
#[derive(Debug, Clone, Copy)]
enum Gone {
    /// The answer: `| head`.
    Out,
    /// What is said beside it too: `2>&1 | head`.
    Both,
}

fn run(folder: &Folder, args: &[&str], gone: Gone) -> Outcome {
    let (closed, pipe) = std::io::pipe().expect("a pipe");
    drop(closed);
    let beside = match gone {
        Gone::Out => Stdio::piped(),
        Gone::Both => Stdio::from(pipe.try_clone().expect("the pipe twice")),
    };
    let output = program(folder.path())
        .args(args)
        .stdin(Stdio::null())
        .stdout(pipe)
        .stderr(beside)
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .expect("yosatte runs");
    Outcome {
        code: output.status.code(),
        out: String::new(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs a command of which nobody reads the answer: it must end as if somebody did.
#[track_caller]
fn check(folder: &Folder, args: &[&str], code: i32) {
    for gone in [Gone::Out, Gone::Both] {
        let done = run(folder, args, gone);
        assert_eq!(done.code, Some(code), "{args:?} {gone:?}: {}", done.err);
        assert!(!done.err.contains("panicked"), "{args:?}: {}", done.err);
    }
}

#[test]
fn a_command_of_which_nobody_reads_the_answer_ends_as_if_somebody_did() {
    let folder = Folder::empty();
    folder.file("a.csv", LIST);
    folder.file("bad.csv", "資源ID,名称,種別\nr9,ひまわり,宇宙\n");
    folder.file("b.csv", "資源ID,名称,種別\nr3,ゆりの会,サロン\n");
    check(&folder, &["import", "resources", "a.csv", "bad.csv", "b.csv"], 1);
    let kept = folder.yosatte(&["export", "resources", "--staff"]).done().out;
    assert!(kept.contains("ゆりの会"), "the last file was left: {kept}");
    check(&folder, &["search", "サロン"], 0);
    check(&folder, &["check"], 0);
    check(&folder, &["config"], 0);
    check(&folder, &["reindex"], 0);
    check(&folder, &["export", "resources"], 0);
    check(&folder, &["export", "resources", "--output", "copy.csv"], 0);
    check(&folder, &["search", "サロン", "--near", "x"], 2);
    check(&folder, &["search", "サロン", "--now", "x"], 2);
    check(&folder, &["export", "resources", "--output", "no/copy.csv"], 1);
    check(&folder, &["import", "resources", "none.csv"], 1);
    check(&folder, &["import", "resources", "a.csv", "--data", "a.csv"], 1);
}

#[test]
fn a_service_of_which_nobody_reads_the_log_answers_on() {
    let folder = Folder::empty();
    folder.file("a.csv", LIST);
    folder.yosatte(&["import", "resources", "a.csv"]).done();
    let service = Service::start_unheard(folder.path(), &["serve"]);
    for _ in 0..3 {
        assert_eq!(service.get("/api/v1/resources", &[("q", "サロン")]).status, 200);
    }
    assert!(service.terminate().success());
}

#[test]
fn an_answer_that_could_not_be_written_is_no_success() {
    let folder = Folder::empty();
    folder.file("a.csv", LIST);
    folder.yosatte(&["import", "resources", "a.csv"]).done();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let output = program(folder.path())
        .args(["search", "サロン"])
        .stdin(Stdio::null())
        .stdout(full.expect("a disk that is always full"))
        .output()
        .expect("yosatte runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("結果を書き出せません") && !told.contains("panicked"),
        "{told}"
    );
}
