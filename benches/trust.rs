//! The built program with 64 people at it: what signing in costs, and how long a note takes to be on disk, audited, while all
//! of them write.
//!
//! `cargo bench --bench trust`.

mod support;

use std::{
    fs,
    io::Write,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::Times;
use yosatte::kernel::clock::Clock;

/// People at once.
const PEOPLE: usize = 64;
/// Notes each of them writes.
const NOTES: usize = 20;
const PASSWORD: &str = "ferry cactus monday brick";

fn main() {
    let folder = support::folder("trust");
    let _ = fs::remove_dir_all(&folder);
    let folder = support::folder("trust");
    let key = support::folder("trust-key").join("master.key");
    let _ = fs::remove_file(&key);
    program(&folder, &key, &["key", "new", key.to_str().expect("a path")], "");
    for n in 0..PEOPLE {
        program(
            &folder,
            &key,
            &[
                "user",
                "add",
                &name(n),
                "--role",
                "coordinator",
                "--all-districts",
            ],
            PASSWORD,
        );
    }
    let service = Service::start(&folder, &key);

    let (cpu, start) = (service.cpu(), Instant::now());
    let people: Vec<Person> = (0..PEOPLE).map(|n| Person::sign_in(&service, n)).collect();
    let each = (service.cpu() - cpu).as_secs_f64() * 1000.0 / PEOPLE as f64;
    tell("signing in, processor time", each, "ms", 150.0);
    println!(
        "  one after the other: {:.0} ms each",
        start.elapsed().as_secs_f64() * 1000.0 / PEOPLE as f64
    );

    write_notes("notes, all without a pause", &people, Duration::ZERO);
    write_notes(
        "notes, one every two seconds each",
        &people,
        Duration::from_secs(2),
    );
    drop(people);
    drop(service);
    println!("{}", program(&folder, &key, &["check"], ""));
}

/// All write their notes; every one must be taken.
fn write_notes(what: &str, people: &[Person], pause: Duration) {
    let ready = Barrier::new(people.len());
    let start = Instant::now();
    let times: Vec<Duration> = thread::scope(|scope| {
        let writing: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(n, person)| {
                let ready = &ready;
                scope.spawn(move || {
                    ready.wait();
                    // People do not press in step.
                    thread::sleep(pause.mul_f64(n as f64 / PEOPLE as f64));
                    let note = |i: usize| {
                        let began = Instant::now();
                        person.write(i);
                        let took = began.elapsed();
                        thread::sleep(pause.saturating_sub(took));
                        took
                    };
                    (0..NOTES).map(note).collect::<Vec<_>>()
                })
            })
            .collect();
        writing
            .into_iter()
            .flat_map(|w| w.join().expect("every note is taken"))
            .collect()
    });
    let count = times.len();
    let per_second = count as f64 / start.elapsed().as_secs_f64();
    let times = Times::of(times);
    println!("{what}: {count} notes, {per_second:.0} a second, {times}");
    tell("  p99", times.p99.as_secs_f64() * 1000.0, "ms", 100.0);
}

fn tell(what: &str, value: f64, unit: &str, at_most: f64) {
    let kept = if value <= at_most { "kept" } else { "NOT KEPT" };
    println!("{what:<36} {value:8.2} {unit}   promised ≤ {at_most} {unit}   {kept}");
}

fn name(n: usize) -> String {
    format!("hito{n}")
}

fn program(folder: &Path, key: &Path, args: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_yosatte"))
        .current_dir(folder)
        .env("YOSATTE_MASTER_KEY_FILE", key)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("yosatte starts");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes())
        .expect("it reads");
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{args:?}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(folder: &Path, key: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_yosatte"))
            .current_dir(folder)
            .env("YOSATTE_MASTER_KEY_FILE", key)
            .args(["serve", "--listen", &address])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("yosatte starts");
        while ureq::get(format!("http://{address}/readyz")).call().is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, address }
    }

    /// What the process has used of the processors so far: the 14th and 15th field of its `stat`, in hundredths of a second.
    fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("a running process");
        let after_name = stat.rsplit_once(") ").expect("a name in brackets").1;
        let ticks: u64 = after_name
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|n| n.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Person {
    agent: ureq::Agent,
    address: String,
    csrf: String,
    case: String,
}

impl Person {
    fn sign_in(service: &Service, n: usize) -> Self {
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let mut person = Self {
            agent,
            address: service.address.clone(),
            csrf: String::new(),
            case: String::new(),
        };
        person.send(
            "/api/v1/session",
            &json!({"account": name(n), "password": PASSWORD}),
        );
        let who = format!("http://{}/api/v1/session", person.address);
        let who: Value = person
            .agent
            .get(who)
            .call()
            .expect("signed in")
            .body_mut()
            .read_json()
            .expect("JSON");
        person.csrf = who["csrf"].as_str().expect("a token").to_owned();
        let day = Clock::System.now().date_naive() + chrono::Days::new(30);
        let begun = person.send(
            "/api/v1/cases",
            &json!({"review_on": day, "identity": {"name": "見本"}}),
        );
        person.case = begun["id"].as_str().expect("an id").to_owned();
        person
    }

    fn write(&self, i: usize) {
        let day = Clock::System.now().date_naive();
        let gist = format!(
            "{i}回めの訪問。体の調子はよいとのこと。{}",
            "お茶を飲みながら話をうかがう。".repeat(10)
        );
        self.send(
            &format!("/api/v1/cases/{}/notes", self.case),
            &json!({"on": day, "kind": "visit", "gist": gist}),
        );
    }

    fn send(&self, path: &str, body: &Value) -> Value {
        let mut answer = self
            .agent
            .post(format!("http://{}{path}", self.address))
            .header("x-csrf-token", &self.csrf)
            .send_json(body)
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        answer.body_mut().read_json().unwrap_or(Value::Null)
    }
}
