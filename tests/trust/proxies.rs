//! From where somebody signs in: what the connection says, and what is said of it only where the settings trust who says it.

use crate::support::{Answer, Browser, House, Service};

fn house() -> House {
    let house = House::new();
    house.user("sato", "coordinator", &["--all-districts"]);
    house
}

fn guess(service: &Service, forwarded: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-for", forwarded),
    ];
    Browser::new(service).send("POST", "/signin", "account=sato&password=guess", &headers)
}

/// Whether the last of so many guesses, each from an address of its own, is still listened to.
#[track_caller]
fn check(trusted: &str, forwarded: &dyn Fn(u8) -> String, heard: bool) {
    let house = house();
    let flags: &[&str] = if trusted.is_empty() {
        &[]
    } else {
        &["--trusted-proxies", trusted]
    };
    let service = house.serve(flags);
    let statuses: Vec<u16> = (1..14).map(|n| guess(&service, &forwarded(n)).status).collect();
    let last = if heard { 422 } else { 429 };
    assert_eq!(statuses.last(), Some(&last), "{trusted}: {statuses:?}");
}

#[test]
fn what_a_stranger_says_of_their_own_address_is_not_believed() {
    check("", &|n| format!("203.0.113.{n}"), false);
    check("10.0.0.0/8", &|n| format!("203.0.113.{n}"), false);
}

#[test]
fn what_a_trusted_proxy_says_of_the_address_before_it_is_believed() {
    check("127.0.0.1", &|n| format!("203.0.113.{n}"), true);
    // Through two of them; ports and IPv6 as proxies write them.
    check(
        "127.0.0.0/8, 10.1.0.0/16",
        &|n| format!("203.0.113.{n}:4711, 10.1.2.3"),
        true,
    );
    check("127.0.0.1, ::1", &|n| format!("[2001:db8:0:{n}::1]:4711"), true);
}

#[test]
fn whoever_has_a_whole_network_of_ipv6_addresses_is_one_asker() {
    check("127.0.0.1", &|n| format!("2001:db8::{n}"), false);
}

#[test]
fn what_stands_before_the_first_address_that_is_not_trusted_is_anybodys_word() {
    check("127.0.0.1", &|n| format!("198.51.100.{n}, 203.0.113.7"), false);
    check("127.0.0.1", &|n| format!("198.51.100.{n}, unknown"), false);
}

#[test]
fn a_trusted_proxy_that_is_no_address_is_told() {
    let house = house();
    let told = house.yosatte(&["check", "--trusted-proxies", "10.0.0.0/33"]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    assert!(
        told.err.contains("trusted_proxies") && told.err.contains("10.0.0.0/33"),
        "{}",
        told.err
    );
    house
        .folder
        .file("yosatte.toml", "trusted_proxies = [\"10.0.0.1\", \"fd00::/8\"]\n");
    let shown = house.yosatte(&["config"]).done().out;
    assert!(shown.contains("10.0.0.1/32, fd00::/8"), "{shown}");
}
