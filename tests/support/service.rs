//! A running service for one test: on a free port, ready when the test gets it, gone when the test ends.

use std::fs::File;
use std::io::PipeWriter;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a debug build may take to open its data and answer `/readyz`.
const PATIENCE: Duration = Duration::from_secs(90);

/// A service that runs until this is dropped.
pub struct Service {
    child: Child,
    address: String,
    log: PathBuf,
    agent: ureq::Agent,
}

/// What it answered, whatever the status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: ureq::http::HeaderMap,
    /// The body as bytes.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|why| panic!("no JSON ({why}): {}", self.text()))
    }

    /// One header, or nothing when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Service {
    /// `yosatte ARGS…` (`serve` or `demo` and what belongs to it) in that folder, waited for until it is ready.
    #[track_caller]
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::start_until(folder, args, None, |status| status == 200)
    }

    /// The same, with nobody at the other end of what it prints and logs.
    #[track_caller]
    pub fn start_unheard(folder: &Path, args: &[&str]) -> Self {
        let (closed, pipe) = std::io::pipe().expect("a pipe");
        drop(closed);
        Self::start_until(folder, args, Some(pipe), |status| status == 200)
    }

    /// The same, waited for only until it answers at all.
    #[track_caller]
    pub fn start_unready(folder: &Path, args: &[&str]) -> Self {
        Self::start_until(folder, args, None, |_| true)
    }

    #[track_caller]
    fn start_until(
        folder: &Path,
        args: &[&str],
        pipe: Option<PipeWriter>,
        enough: impl Fn(u16) -> bool,
    ) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let log = folder.join(format!("service-{}.log", address.replace(':', "-")));
        let file = File::create(&log).expect("a log file");
        let (out, err) = match pipe {
            Some(pipe) => (
                Stdio::from(pipe.try_clone().expect("the pipe twice")),
                pipe.into(),
            ),
            None => (
                Stdio::from(file.try_clone().expect("the log file twice")),
                Stdio::from(file),
            ),
        };
        let child = super::program(folder)
            .args(args)
            .args(["--listen", &address])
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .expect("yosatte starts");
        // Every status is an answer here, and a test that waits for ever says nothing.
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut service = Self {
            child,
            address,
            log,
            agent,
        };
        service.wait_until_ready(enough);
        service
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The operating system's number of the process, for looking at its memory.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// GET with query parameters as people write them; they are encoded here.
    #[track_caller]
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let request = self.agent.get(self.url(path)).query_pairs(query.iter().copied());
        Self::answer(path, request.call())
    }

    /// The JSON of a GET that must succeed.
    #[track_caller]
    pub fn get_json(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let answer = self.get(path, query);
        assert_eq!(answer.status, 200, "GET {path} {query:?}: {}", answer.text());
        answer.json()
    }

    /// POST of a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        Self::answer(path, self.agent.post(self.url(path)).send_json(body))
    }

    /// Asks it to stop as an operating system does, and says how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        let asked = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status()
            .expect("kill runs");
        assert!(
            asked.success(),
            "the service was gone before it was asked to stop\n{}",
            self.log()
        );
        self.child.wait().expect("the service ends")
    }

    /// How it ends, when it has been asked to already.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("the service ends")
    }

    /// Ends it without a chance to tidy up.
    pub fn kill_9(mut self) {
        self.child.kill().expect("the service was running");
        self.child.wait().expect("the service ends");
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What came back, whatever the status.
    #[track_caller]
    pub fn answer(path: &str, result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
        let mut response = result.unwrap_or_else(|why| panic!("{path}: {why}"));
        let bytes = response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()
            .expect("the whole body");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes,
        }
    }

    #[track_caller]
    fn wait_until_ready(&mut self, enough: impl Fn(u16) -> bool) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the service can be asked") {
                panic!("the service ended before it was ready ({status})\n{}", self.log());
            }
            if self
                .agent
                .get(self.url("/readyz"))
                .call()
                .is_ok_and(|answer| enough(answer.status().as_u16()))
            {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "not ready after {PATIENCE:?}\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Either may fail when it has ended already, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
