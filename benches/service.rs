//! The built program with a hundred thousand resources: how long an import takes and how much memory, how much the idle
//! service holds, how soon it answers after a restart, and how soon a save of another process is found.
//!
//! `cargo bench --bench service`; needs Debian's `time`.

mod support;

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use support::{Times, corpus};
use yosatte::{db::Db, resources::store};

fn main() {
    let size = support::size();
    let folder = support::folder("service");
    let _ = fs::remove_dir_all(&folder);
    let folder = support::folder("service");
    fs::write(
        folder.join("resources.csv"),
        corpus::csv(&corpus::resources(size)),
    )
    .expect("a file");

    let (took, peak) = timed(&folder, &["import", "resources", "resources.csv"]);
    tell("import", took.as_secs_f64(), "s", 30.0);
    tell("import, peak memory", peak, "MB", 400.0);

    // Twice: the first start may find segments to merge.
    drop(Service::start(&folder));
    let service = Service::start(&folder);
    tell(
        "restart to first right answer",
        service.first_answer.as_secs_f64(),
        "s",
        1.0,
    );
    std::thread::sleep(Duration::from_secs(5));
    tell(
        "idle service, resident",
        resident(service.child.id()),
        "MB",
        200.0,
    );

    let saves: Vec<_> = (0..20).map(|i| service.found_after_save(&folder, i)).collect();
    let found = Times::of(saves.iter().map(|(found, _)| *found).collect());
    let whole = Times::of(saves.iter().map(|(_, whole)| *whole).collect());
    println!("a save of another process is found, after it is in the database: {found}");
    println!("  with the whole import of one row, from its start: {whole}");
    tell("  slowest save", found.p99.as_secs_f64() * 1000.0, "ms", 500.0);

    // Questions asked while another process imports everything again, changed.
    let changed: Vec<_> = corpus::resources(size)
        .into_iter()
        .map(|mut made| {
            made.description.push('。');
            made
        })
        .collect();
    fs::write(folder.join("changed.csv"), corpus::csv(&changed)).expect("a file");
    let mut import = Command::new(env!("CARGO_BIN_EXE_yosatte"))
        .current_dir(&folder)
        .args(["import", "resources", "changed.csv"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("yosatte starts");
    let start = Instant::now();
    let mut waits = Vec::new();
    while import.try_wait().expect("it can be asked").is_none() {
        let asked = Instant::now();
        service.total("体操");
        waits.push(asked.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
    let slowest = waits.iter().max().copied().unwrap_or_default();
    println!(
        "while {size} changed rows are imported and indexed ({:.1} s): {} answers, {}",
        start.elapsed().as_secs_f64(),
        waits.len(),
        Times::of(waits)
    );
    tell("  slowest answer", slowest.as_secs_f64() * 1000.0, "ms", 1000.0);
    tell(
        "  service afterwards, resident",
        resident(service.child.id()),
        "MB",
        400.0,
    );
    println!("{}", support::run(&folder, &["check"]));
}

fn tell(what: &str, value: f64, unit: &str, at_most: f64) {
    let kept = if value <= at_most { "kept" } else { "NOT KEPT" };
    println!("{what:<36} {value:8.2} {unit}   promised ≤ {at_most} {unit}   {kept}");
}

/// Time and peak memory of a run.
fn timed(folder: &Path, args: &[&str]) -> (Duration, f64) {
    let start = Instant::now();
    let done = Command::new("/usr/bin/time")
        .arg("-v")
        .arg(env!("CARGO_BIN_EXE_yosatte"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("/usr/bin/time runs: apt-get install time");
    let took = start.elapsed();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let kilobytes: f64 = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("Maximum resident set size (kbytes): "))
        .and_then(|n| n.parse().ok())
        .expect("/usr/bin/time tells the memory");
    (took, kilobytes / 1024.0)
}

fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
    let kilobytes: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|n| n.parse().ok())
        .expect("VmRSS");
    kilobytes / 1024.0
}

struct Service {
    child: Child,
    agent: ureq::Agent,
    address: String,
    first_answer: Duration,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let address = format!("127.0.0.1:{port}");
        let start = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_yosatte"))
            .current_dir(folder)
            .args(["serve", "--listen", &address])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("yosatte starts");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut service = Self {
            child,
            agent,
            address,
            first_answer: Duration::ZERO,
        };
        while service.total("体操").is_none_or(|n| n == 0) {
            assert!(start.elapsed() < Duration::from_secs(120), "no answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        service.first_answer = start.elapsed();
        service
    }

    fn total(&self, words: &str) -> Option<u64> {
        let mut answer = self
            .agent
            .get(format!("http://{}/api/v1/resources", self.address))
            .query("q", words)
            .call()
            .ok()?;
        let body: serde_json::Value = answer.body_mut().read_json().ok()?;
        body["total"].as_u64()
    }

    /// How long what another process imported is not found: after it is in the database, and after that process started.
    fn found_after_save(&self, folder: &Path, i: usize) -> (Duration, Duration) {
        let (id, word) = (format!("save{i}"), format!("保存の試し{i}"));
        fs::write(
            folder.join("one.csv"),
            format!("資源ID,名称,種別,公開範囲\n{id},{word},その他,公開\n"),
        )
        .expect("a file");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let db = runtime
            .block_on(Db::open_folder(&folder.join("var")))
            .expect("the database");
        let stored = || async {
            let mut conn = db.read().await.expect("a connection");
            store::find(&mut conn, &id).await.expect("an answer").is_some()
        };
        let start = Instant::now();
        let mut import = Command::new(env!("CARGO_BIN_EXE_yosatte"))
            .current_dir(folder)
            .args(["import", "resources", "one.csv"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("yosatte starts");
        while !runtime.block_on(stored()) {
            assert!(start.elapsed() < Duration::from_secs(60), "{word} is not saved");
            std::thread::sleep(Duration::from_millis(1));
        }
        let saved = Instant::now();
        while self.total(&word) != Some(1) {
            assert!(start.elapsed() < Duration::from_secs(60), "{word} is not found");
            std::thread::sleep(Duration::from_millis(2));
        }
        let took = (saved.elapsed(), start.elapsed());
        import.wait().expect("it ends");
        took
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}
