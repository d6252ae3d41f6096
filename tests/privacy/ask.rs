//! A GET down to the bytes: head and body as they come over the wire, under a host name that no port gets into.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::walk::Question;
use crate::support::Service;

/// Everything that came, but for the moment at which it came.
pub fn raw(service: &Service, question: &Question) -> Vec<u8> {
    let address = service.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("the service listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a timeout");
    let path = encoded(&question.path);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: yosatte.example\r\nConnection: close\r\n\r\n"
    )
    .expect("it is asked");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head") + 4;
    let lines: Vec<&str> = std::str::from_utf8(&answer[..head])
        .expect("a head is text")
        .split("\r\n")
        .filter(|line| !line.to_lowercase().starts_with("date:"))
        .collect();
    let mut kept = lines.join("\r\n").into_bytes();
    kept.extend_from_slice(&answer[head..]);
    kept
}

/// Percent-encodes what is not ASCII, and spaces; everything else is written as meant.
fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            text.push(byte as char);
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// The first place where two answers part, in words.
pub fn difference(one: &[u8], other: &[u8]) -> String {
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let around = |bytes: &[u8]| {
        let from = at.saturating_sub(80);
        String::from_utf8_lossy(&bytes[from..bytes.len().min(at + 160)]).into_owned()
    };
    format!(
        "  with secrets: …{}…\n  without:      …{}…",
        around(one),
        around(other)
    )
}
