//! What every acceptance test needs: the built program in an empty folder, a running service, files that may be missing.

#![allow(dead_code, unused_imports, reason = "no single capability uses all of it")]

pub mod browser;
pub mod postgres;
pub mod schema;
pub mod service;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use browser::{Browser, House, PASSWORD};
pub use service::{Answer, Service};

/// What a run of the program said and how it ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code: 0 done, 1 failed, 2 wrong use; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Everything printed for people and pipes.
    pub out: String,
    /// Everything said beside it.
    pub err: String,
}

impl Outcome {
    /// The same, after making sure that it ended well.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(
            self.code,
            Some(0),
            "the program failed\n{}\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// An empty folder with the program in it, so to say: what it keeps goes to `var` inside, and all of it goes away.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A new one.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it and says where.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).expect("a file in the temporary folder");
        path
    }

    /// Runs `yosatte ARGS…` here to its end.
    pub fn yosatte<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Outcome {
        let output = program(self.path())
            .args(args)
            .stdin(Stdio::null())
            .output()
            .expect("yosatte starts");
        Outcome {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The built program, in a folder, without the settings of whoever runs the tests.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yosatte"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("YOSATTE_") {
            command.env_remove(name);
        }
    }
    command
}

/// A file of `../shared/data`, or `None` after saying by name which test is skipped for want of it.
pub fn shared_data(path: &str) -> Option<PathBuf> {
    shared(&format!("data/{path}"))
}

/// The same for anything in `../shared`.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    let thread = std::thread::current();
    println!(
        "skipped: {} needs ../shared/{path}",
        thread.name().unwrap_or("a test")
    );
    None
}
