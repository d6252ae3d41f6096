//! A new, empty PostgreSQL database for a store test, in a cluster that ends with the tests.
//!
//! Uses the standard library alone, so that unit tests can include this file by `#[path]`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The cluster of this process, unless `scripts/with-postgres` started one for all of them.
struct Cluster {
    address: String,
    /// Its standard input stays open as long as this process lives; when it closes, the cluster stops and is removed.
    _keeper: Option<Child>,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The address (`postgres://…/name`) of a database that nobody else uses.
#[track_caller]
pub fn empty_database() -> String {
    let cluster = CLUSTER.get_or_init(find_or_start);
    let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new("/usr/lib/postgresql/15/bin/createdb")
        .arg(format!("--maintenance-db={}/postgres", cluster.address))
        // As a city would make it, not as a test would like it: sorted as Japanese, not by bytes.
        .args([
            "--template=template0",
            "--locale-provider=icu",
            "--icu-locale=ja-JP",
        ])
        .arg(&name)
        .output()
        .expect("createdb runs");
    assert!(
        made.status.success(),
        "createdb: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    format!("{}/{name}", cluster.address)
}

fn find_or_start() -> Cluster {
    if let Ok(address) = std::env::var("YOSATTE_TEST_POSTGRES") {
        return Cluster {
            address,
            _keeper: None,
        };
    }
    let mut keeper = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/throwaway-postgres"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/throwaway-postgres runs");
    let mut address = String::new();
    let out = keeper.stdout.take().expect("it has an output");
    BufReader::new(out)
        .read_line(&mut address)
        .expect("it says where it listens");
    assert!(
        !address.is_empty(),
        "scripts/throwaway-postgres did not start a cluster (see above)"
    );
    Cluster {
        address: address.trim().to_owned(),
        _keeper: Some(keeper),
    }
}

#[cfg(test)]
mod tests {
    use super::empty_database;
    use std::process::Command;

    #[test]
    fn two_tests_never_share_a_database() {
        let (one, other) = (empty_database(), empty_database());
        assert_ne!(one, other);
        let made = Command::new("/usr/lib/postgresql/15/bin/psql")
            .args([&one, "--command", "CREATE TABLE seen (id TEXT)"])
            .output()
            .expect("psql runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let tables = Command::new("/usr/lib/postgresql/15/bin/psql")
            .args([
                &other,
                "--tuples-only",
                "--command",
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
            ])
            .output()
            .expect("psql runs");
        assert_eq!(String::from_utf8_lossy(&tables.stdout).trim(), "0");
    }
}
