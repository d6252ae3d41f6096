//! An import that tells what it is doing, and is killed at a moment chosen by chance.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support;

/// xorshift64*: the same seed gives the same choices (what they hit still depends on the machine).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit.max(1)
    }
}

/// What the program says of a transaction (YOSATTE_LOG), and of a file when it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    Began,
    Committing,
    Committed,
    Acknowledged,
}

/// What is read in a line of either output.
fn event(line: &str) -> Option<Event> {
    [
        ("transaction begins", Event::Began),
        ("transaction commits", Event::Committing),
        ("transaction is on disk", Event::Committed),
        ("追加", Event::Acknowledged),
    ]
    .into_iter()
    .find_map(|(words, event)| line.contains(words).then_some(event))
}

/// When to kill: so long after the n-th event (0 is the start).
#[derive(Debug)]
pub struct Moment {
    after: usize,
    delay: Duration,
}

/// How long after each event the next came, in a run without a kill; the first is from the start, the last to the end.
pub struct Pace(Vec<Duration>);

impl Pace {
    /// How long the index took.
    pub fn last(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }
}

impl Moment {
    /// Any stage is as likely as any other, however short it is; within it any moment is.
    pub fn choose(pace: &Pace, random: &mut Random) -> Self {
        let after = random.below(pace.0.len() as u64) as usize;
        let most = pace.0[after].as_micros() as u64;
        Self {
            after,
            delay: Duration::from_micros(random.below(most + most / 10)),
        }
    }

    /// As soon as all files are in and that was said.
    pub fn last_event(pace: &Pace) -> Self {
        Self {
            after: pace.0.len() - 1,
            delay: Duration::ZERO,
        }
    }
}

/// A running import.
pub struct Importer {
    child: Child,
    events: Receiver<(Event, Instant)>,
    texts: Vec<thread::JoinHandle<String>>,
    started: Instant,
    seen: Vec<(Event, Instant)>,
}

/// What an import did until it ended.
#[derive(Debug)]
pub struct Outcome {
    /// It ended by itself, and said that all went well.
    pub finished: bool,
    /// Files of which it said that they are in.
    pub acknowledged: usize,
    seen: Vec<(Event, Instant)>,
    started: Instant,
    ended: Instant,
    #[expect(dead_code, reason = "read when a test fails")]
    said: Vec<String>,
}

impl Importer {
    /// `yosatte import resources 1.csv 2.csv …` in that folder.
    pub fn start(folder: &Path, files: &[u32]) -> Self {
        let mut child = support::program(folder)
            .env("YOSATTE_LOG", "warn,yosatte::db=debug")
            .args(["import", "resources"])
            .args(files.iter().map(|n| format!("{n}.csv")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("yosatte starts");
        let (send, events) = channel();
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("an output")),
            Box::new(child.stderr.take().expect("an output")),
        ];
        let texts = outputs.map(|output| {
            let send = send.clone();
            thread::spawn(move || {
                let mut text = String::new();
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if let Some(event) = event(&line) {
                        // Nobody listens any more when the test has failed.
                        let _ = send.send((event, Instant::now()));
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                text
            })
        });
        Self {
            child,
            events,
            texts: texts.into(),
            started: Instant::now(),
            seen: Vec::new(),
        }
    }

    /// Lets it end.
    pub fn finish(mut self) -> Outcome {
        let status = self.child.wait().expect("it ends");
        self.outcome(status.success())
    }

    /// Kills it at that moment, unless it has ended before.
    pub fn kill_at(mut self, moment: Moment) -> Outcome {
        while self.seen.len() < moment.after {
            match self.events.recv_timeout(Duration::from_secs(60)) {
                Ok(event) => self.seen.push(event),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the import stands still after {:?}", self.seen),
            }
        }
        let from = self.seen.last().map_or(self.started, |(_, at)| *at);
        thread::sleep((from + moment.delay).saturating_duration_since(Instant::now()));
        let ended = self.child.try_wait().expect("it can be asked");
        if ended.is_none() {
            self.child.kill().expect("it can be killed");
        }
        let status = self.child.wait().expect("it ends");
        self.outcome(status.success())
    }

    fn outcome(mut self, finished: bool) -> Outcome {
        let ended = Instant::now();
        let said = self
            .texts
            .drain(..)
            .map(|t| t.join().expect("it is read"))
            .collect();
        self.seen.extend(self.events.try_iter());
        Outcome {
            finished,
            acknowledged: self
                .seen
                .iter()
                .filter(|(e, _)| *e == Event::Acknowledged)
                .count(),
            seen: self.seen,
            started: self.started,
            ended,
            said,
        }
    }
}

impl Outcome {
    /// The time each stage took.
    pub fn pace(&self) -> Pace {
        let mut times = vec![self.started];
        times.extend(self.seen.iter().map(|(_, at)| *at));
        times.push(self.ended);
        times.sort();
        Pace(times.windows(2).map(|w| w[1] - w[0]).collect())
    }

    /// What it was doing when it ended; `None` when it had ended by itself.
    pub fn phase(&self) -> Option<String> {
        if self.finished {
            return Some("after its end".to_owned());
        }
        let mut counts: BTreeMap<Event, usize> = BTreeMap::new();
        for (event, _) in &self.seen {
            *counts.entry(*event).or_default() += 1;
        }
        let of = |event| counts.get(&event).copied().unwrap_or_default();
        let (began, committing, committed) = (of(Event::Began), of(Event::Committing), of(Event::Committed));
        Some(
            if began == 0 {
                "before its first transaction"
            } else if began > committing {
                "inside a transaction"
            } else if committing > committed {
                "in the commit of a transaction"
            } else if committed < super::FILES as usize {
                "between two files"
            } else {
                "all files in"
            }
            .to_owned(),
        )
    }
}
