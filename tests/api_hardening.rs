//! The front door under bad callers: slow, huge, broken and many, and what every answer carries.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{
    api_search::city,
    support::{Answer, Service},
};

fn connect(service: &Service) -> TcpStream {
    let address = service.url("").trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Everything that comes back until the service closes the connection; nothing when it only closes.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn say(service: &Service, bytes: &[u8]) -> String {
    let mut stream = connect(service);
    let _ = stream.write_all(bytes);
    rest(stream)
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn a_caller_that_never_ends_its_headers_is_let_go_and_others_are_answered() {
    let (_folder, service) = city();
    let start = Instant::now();
    let slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect(&service);
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                .unwrap();
            stream
        })
        .collect();
    assert_eq!(service.get("/healthz", &[]).status, 200);
    for stream in slow {
        rest(stream);
    }
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
    assert_eq!(service.get("/healthz", &[]).status, 200);
}

#[test]
fn a_thousand_idle_connections_keep_nobody_out() {
    let (_folder, service) = city();
    let idle: Vec<TcpStream> = (0..1000).map(|_| connect(&service)).collect();
    let start = Instant::now();
    assert_eq!(service.get("/api/v1/resources", &[("q", "体操")]).status, 200);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    drop(idle);
}

#[test]
fn what_is_broken_or_too_large_is_refused_and_the_service_goes_on() {
    let (_folder, service) = city();
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Huge: {}\r\n\r\n",
        "a".repeat(1_000_000)
    );
    assert!(["431", "400", ""].contains(&status(&say(&service, huge.as_bytes()))));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Many: 1\r\n".repeat(500));
    assert!(["431", "400", ""].contains(&status(&say(&service, many.as_bytes()))));
    for broken in [
        &b"\x00\x01\x02\xff\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
    ] {
        let answer = say(&service, broken);
        assert!(
            ["400", "505", ""].contains(&status(&answer)),
            "{broken:?}: {answer}"
        );
    }
    let pipelined = say(
        &service,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\x00\xff\r\n\r\n",
    );
    assert_eq!(
        (status(&pipelined), pipelined.contains("HTTP/1.1 400")),
        ("200", true),
        "{pipelined}"
    );
    let utf8 = say(
        &service,
        b"GET /api/v1/resources?q=\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(["400", ""].contains(&status(&utf8)), "{utf8}");
    let address = format!(
        "GET /api/v1/resources?q={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "a".repeat(9000)
    );
    let long = say(&service, address.as_bytes());
    assert!(
        status(&long) == "414" && long.contains("application/problem+json"),
        "{long}"
    );
    let body = b"POST /api/v1/resources HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&say(&service, body)), "413");
    assert_eq!(service.get("/readyz", &[]).status, 200);
}

/// Asks for words of so many bytes: the answer must have the status and say what is accepted, to programs and to people.
#[track_caller]
fn check_long(service: &Service, word: &str, times: usize, expected: &str) {
    let encoded: String = word.bytes().map(|b| format!("%{b:02X}")).collect();
    let words = encoded.repeat(times);
    for (path, kind) in [
        ("/api/v1/resources", "application/problem+json"),
        ("/api/v1/opportunities", "application/problem+json"),
        ("/api/v1/suggest", "application/problem+json"),
        ("/", "text/html"),
    ] {
        let request = format!("GET {path}?q={words} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = say(service, request.as_bytes());
        assert_eq!(status(&answer), expected, "{path} {times}: {answer}");
        for part in [kind, "200文字まで"] {
            assert!(answer.contains(part), "{path} {times}: {part} is not in {answer}");
        }
    }
}

#[test]
fn words_that_are_too_long_are_told_what_is_accepted() {
    let (_folder, service) = city();
    check_long(&service, "あ", 201, "400");
    check_long(&service, "a", 800, "400");
    check_long(&service, "あ", 1_000, "414");
    check_long(&service, "あ", 7_000, "414");
    let plain = "a".repeat(60_000);
    let asked = service.get("/", &[("q", &plain)]);
    assert_eq!(asked.status, 414);
    for part in ["ことばが長すぎました", "200文字まで", r#"href="/""#] {
        assert!(asked.text().contains(part), "{part} is not on {}", asked.text());
    }
}

#[test]
fn nothing_outside_the_assets_is_served() {
    let (_folder, service) = city();
    for path in [
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2fetc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%ff",
        "/assets//etc/passwd",
        "/../../etc/passwd",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = say(&service, request.as_bytes());
        assert!(["400", "404"].contains(&status(&answer)), "{path}: {answer}");
        assert!(
            !answer.contains("root:") && !answer.contains("[package]"),
            "{path}"
        );
    }
}

/// What every answer carries.
#[track_caller]
fn check_headers(path: &str, answer: &Answer) {
    for (name, part) in [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("permissions-policy", "camera=()"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert!(
            answer.header(name).contains(part),
            "{path}: {name} is {:?}",
            answer.header(name)
        );
    }
    assert_eq!(
        answer.header("strict-transport-security"),
        "",
        "not over plain http"
    );
}

#[test]
fn every_answer_carries_the_headers_and_every_error_the_words_of_its_reader() {
    let (_folder, service) = city();
    for (path, status, kind) in [
        ("/", 200, "text/html"),
        ("/?kind=nonsense", 400, "text/html"),
        ("/nowhere", 404, "text/html"),
        ("/resources/r4", 404, "text/html"),
        ("/resources/%FF", 400, "text/html"),
        ("/assets/app.css", 200, "text/css"),
        ("/assets/none.css", 404, "text/plain"),
        ("/api/docs", 200, "text/html"),
        ("/api/nowhere", 404, "application/problem+json"),
        ("/api", 404, "application/problem+json"),
        ("/api/v1/resources/r4", 404, "application/problem+json"),
        ("/api/v1/resources/%FF", 400, "application/problem+json"),
        ("/api/v1/resources?x=1", 400, "application/problem+json"),
        ("/api/v1/resources", 200, "application/json"),
        (
            "/tiles/resources/0/0/0.mvt",
            200,
            "application/vnd.mapbox-vector-tile",
        ),
        ("/metrics", 200, "application/openmetrics-text"),
    ] {
        let answer = service.get(path, &[]);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(
            answer.header("content-type").starts_with(kind),
            "{path}: {}",
            answer.header("content-type")
        );
        check_headers(path, &answer);
    }
    let posted = service.post("/api/v1/resources", &serde_json::json!({}));
    assert_eq!(
        (posted.status, posted.header("content-type")),
        (405, "application/problem+json")
    );
    assert!(posted.header("allow").contains("GET"), "{:?}", posted.headers);
    check_headers("POST", &posted);
    let options = say(
        &service,
        b"OPTIONS /api/v1/resources HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(status(&options), "204");
    assert!(options.to_lowercase().contains("allow: get"), "{options}");
    let head = say(
        &service,
        b"HEAD /api/v1/resources HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(status(&head) == "200" && head.ends_with("\r\n\r\n"), "{head}");
    let zipped = say(
        &service,
        b"GET /api/v1/resources HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
    );
    assert!(
        zipped.to_lowercase().contains("content-encoding: gzip"),
        "{zipped}"
    );
}

#[test]
fn the_log_and_the_figures_never_hold_what_was_asked() {
    let (_folder, service) = city();
    service.get_json("/api/v1/resources", &[("q", "ひみつのことば")]);
    service.get("/api/v1/resources/r1", &[]);
    service.get("/", &[("q", "ひみつのことば")]);
    let figures = service.get("/metrics", &[]).text();
    for part in [
        "yosatte_http_requests_total{method=\"GET\",route=\"/api/v1/resources/{id}\",status=\"200\"} 1",
        "yosatte_http_request_duration_seconds_bucket",
        "yosatte_index_lag_seconds",
        "yosatte_entries 5",
    ] {
        assert!(figures.contains(part), "{part} is not in\n{figures}");
    }
    let log = service.log();
    assert!(log.contains("GET /api/v1/resources 200"), "{log}");
    for secret in ["ひみつ", "%E3%81%B2", "q="] {
        assert!(
            !log.contains(secret) && !figures.contains(secret),
            "{secret} was written down"
        );
    }
    assert!(!figures.contains("r1\""), "an id is among the figures");
}

#[test]
fn a_call_that_is_refused_leaves_its_connection_to_the_next() {
    let (_folder, service) = city();
    let mut stream = connect(&service);
    let body = vec![b'x'; 5000];
    for n in 0..5 {
        let head = format!(
            "POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Clients send head and body apart; an answer to the head alone would come in between.
        std::thread::sleep(Duration::from_millis(50));
        stream
            .write_all(&body)
            .unwrap_or_else(|why| panic!("call {n}: {why}"));
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\r\n\r\n") {
            stream
                .read_exact(&mut byte)
                .unwrap_or_else(|why| panic!("call {n}: {why}"));
            answer.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(head.starts_with("http/1.1 503"), "there are no keys here: {head}");
        let length = head
            .lines()
            .find_map(|l| l.strip_prefix("content-length: "))
            .expect("a length");
        let mut rest = vec![0; length.trim().parse().expect("a number")];
        stream.read_exact(&mut rest).unwrap();
    }
}

#[test]
fn asked_to_stop_it_finishes_what_is_under_way_and_ends() {
    let (_folder, service) = city();
    // Half a request: its head comes to an end after the service was told to stop.
    let mut idle = connect(&service);
    let mut kept = connect(&service);
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut first = [0; 12];
    kept.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let start = Instant::now();
    let pid = service.pid().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let _ = idle.write_all(b"GET /");
    rest(kept);
    let ended = service.ended();
    assert!(ended.success(), "{ended}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
