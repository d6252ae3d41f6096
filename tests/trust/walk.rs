//! The walk over every route: each role gets exactly what the table says, and a route that is not in the table fails.

use std::collections::BTreeMap;

use yosatte::routes;

use crate::support::{Browser, House};

/// Roles, in the order of the columns below.
const ROLES: [&str; 6] = [
    "",
    "coordinator",
    "planner",
    "multi_agency",
    "admin",
    "conference_member",
];

/// Everything there is besides what is public: method, path, and who may, a letter a role in the order above.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/api/v1/session", "-cpamm"),
    ("DELETE", "/api/v1/session", "-cpamm"),
    ("GET", "/api/v1/audit", "----a-"),
    ("POST", "/api/v1/match", "-c-m--"),
    // Persons' records. Whose record it is, the walk in `ownership.rs` asks.
    ("GET", "/api/v1/cases", "-c-m--"),
    ("POST", "/api/v1/cases", "-c----"),
    ("POST", "/api/v1/cases/search", "-c-m--"),
    ("GET", "/api/v1/cases/{id}", "-c-m--"),
    ("PATCH", "/api/v1/cases/{id}", "-c----"),
    ("POST", "/api/v1/cases/{id}/basis", "-c----"),
    ("POST", "/api/v1/cases/{id}/close", "-c----"),
    ("POST", "/api/v1/cases/{id}/reopen", "-c----"),
    ("PUT", "/api/v1/cases/{id}/deputies", "-c----"),
    ("GET", "/api/v1/cases/{id}/notes", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/notes", "-c----"),
    ("GET", "/api/v1/cases/{id}/needs", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/needs", "-c----"),
    ("GET", "/api/v1/cases/{id}/consents", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/consents", "-c----"),
    ("GET", "/api/v1/cases/{id}/shares", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/shares", "-c----"),
    ("GET", "/api/v1/cases/{id}/referrals", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/referrals", "-c----"),
    ("GET", "/api/v1/cases/{id}/handover", "-c-m--"),
    ("POST", "/api/v1/cases/{id}/handover", "-c----"),
    ("PUT", "/api/v1/cases/{id}/notes/{note}", "-c----"),
    ("POST", "/api/v1/cases/{id}/notes/{note}/settle", "-c----"),
    ("GET", "/api/v1/needs/{id}", "-c-m--"),
    ("PUT", "/api/v1/needs/{id}", "-c----"),
    (
        "POST",
        "/api/v1/cases/{id}/consents/{consent}/withdrawal",
        "-c----",
    ),
    ("DELETE", "/api/v1/cases/{id}/shares/{share}", "-c----"),
    ("DELETE", "/api/v1/cases/{id}/referrals/{referral}", "-c----"),
    ("GET", "/api/v1/cases/{id}/export", "-c----"),
    ("GET", "/api/v1/conferences", "-c-m-m"),
    ("POST", "/api/v1/conferences", "-c-m--"),
    ("GET", "/api/v1/conferences/{id}", "-c-m-m"),
    ("PATCH", "/api/v1/conferences/{id}", "-c-m--"),
    ("PUT", "/api/v1/conferences/{id}/members", "-c-m--"),
    ("GET", "/api/v1/conferences/{id}/cases", "-c-m-m"),
    ("GET", "/api/v1/shredding", "-c--a-"),
    ("POST", "/api/v1/cases/{id}/shredding", "-c--a-"),
    ("POST", "/api/v1/cases/{id}/shredding/approval", "-c--a-"),
    ("GET", "/api/v1/disposals", "-c--a-"),
    ("GET", "/signin/code", "-cpamm"),
    ("POST", "/signin/code", "-cpamm"),
    ("POST", "/signout", "-cpamm"),
    ("GET", "/staff", "-cpamm"),
    ("GET", "/account", "-cpamm"),
    ("POST", "/account/sessions", "-cpamm"),
    ("POST", "/account/notices", "-cpamm"),
    ("GET", "/account/password", "-cpamm"),
    ("POST", "/account/password", "-cpamm"),
    ("GET", "/account/factor", "-cpamm"),
    ("POST", "/account/factor", "-cpamm"),
    ("GET", "/account/confirm", "-cpamm"),
    ("POST", "/account/confirm", "-cpamm"),
    ("GET", "/accounts", "----a-"),
    ("POST", "/accounts", "----a-"),
    ("GET", "/accounts/{id}", "----a-"),
    ("POST", "/accounts/{id}", "----a-"),
    ("GET", "/audit", "----a-"),
    ("GET", "/api/v1/needs/{id}/candidates", "-c----"),
    ("GET", "/api/v1/matches", "-c-m--"),
    ("POST", "/api/v1/matches", "-c----"),
    ("GET", "/api/v1/matches/{id}", "-c----"),
    ("GET", "/api/v1/matches/{id}/profile", "-c----"),
    ("POST", "/api/v1/matches/{id}/steps", "-c----"),
    ("POST", "/api/v1/matches/{id}/follow-ups", "-c----"),
    ("POST", "/cases/{id}/needs/{need}/matches", "-c----"),
    ("GET", "/matches", "-c----"),
    ("GET", "/matches/{id}", "-c----"),
    ("GET", "/matches/{id}/handout", "-c----"),
    ("POST", "/matches/{id}", "-c----"),
    ("GET", "/match", "-c-m--"),
    ("POST", "/match", "-c-m--"),
    ("GET", "/cases/{id}/needs/{need}/match", "-c----"),
    ("POST", "/cases/{id}/needs/{need}/match", "-c----"),
    ("GET", "/cases", "-c-m--"),
    ("GET", "/cases/search", "-c-m--"),
    ("POST", "/cases/search", "-c-m--"),
    ("GET", "/cases/new", "-c----"),
    ("POST", "/cases/new", "-c----"),
    ("GET", "/cases/{id}", "-c-m--"),
    ("POST", "/cases/{id}/notes", "-c----"),
    ("GET", "/cases/{id}/notes/{note}", "-c----"),
    ("POST", "/cases/{id}/notes/{note}", "-c----"),
    ("POST", "/cases/{id}/notes/{note}/settle", "-c----"),
    ("GET", "/cases/{id}/edit", "-c----"),
    ("POST", "/cases/{id}/edit", "-c----"),
    ("GET", "/cases/{id}/need", "-c----"),
    ("POST", "/cases/{id}/need", "-c----"),
    ("GET", "/cases/{id}/needs/{need}", "-c----"),
    ("POST", "/cases/{id}/needs/{need}", "-c----"),
    ("GET", "/cases/{id}/consent", "-c----"),
    ("POST", "/cases/{id}/consent", "-c----"),
    ("GET", "/cases/{id}/consents/{consent}", "-c----"),
    ("POST", "/cases/{id}/consents/{consent}", "-c----"),
    ("GET", "/cases/{id}/share", "-c----"),
    ("POST", "/cases/{id}/share", "-c----"),
    ("POST", "/cases/{id}/shares/{share}/end", "-c----"),
    ("GET", "/cases/{id}/refer", "-c----"),
    ("POST", "/cases/{id}/refer", "-c----"),
    ("POST", "/cases/{id}/referrals/{referral}/end", "-c----"),
    ("GET", "/cases/{id}/handover", "-c----"),
    ("POST", "/cases/{id}/handover", "-c----"),
    ("POST", "/cases/{id}/deputies", "-c----"),
    ("GET", "/cases/{id}/basis", "-c----"),
    ("POST", "/cases/{id}/basis", "-c----"),
    ("GET", "/cases/{id}/close", "-c----"),
    ("POST", "/cases/{id}/close", "-c----"),
    ("GET", "/cases/{id}/export", "-c----"),
    ("POST", "/cases/{id}/export", "-c----"),
    ("GET", "/conferences", "-c-m-m"),
    ("POST", "/conferences", "-c-m--"),
    ("GET", "/conferences/{id}", "-c-m-m"),
    ("POST", "/conferences/{id}", "-c-m--"),
    ("GET", "/shredding", "-c--a-"),
    ("POST", "/shredding/{id}", "-c--a-"),
];

/// What anyone may call: method and path.
const PUBLIC: &[(&str, &str)] = &[
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/resources"),
    ("GET", "/api/v1/resources/{id}"),
    ("GET", "/api/v1/opportunities"),
    ("GET", "/api/v1/opportunities/{id}"),
    ("GET", "/api/v1/suggest"),
    ("GET", "/api/v1/districts"),
    ("GET", "/api/v1/districts/{id}"),
    ("GET", "/api/openapi.json"),
    ("GET", "/tiles/{layer}.json"),
    ("GET", "/tiles/{layer}/{z}/{x}/{y}.mvt"),
    ("POST", "/api/v1/session"),
    ("GET", "/"),
    ("GET", "/points.geojson"),
    ("GET", "/resources/{id}"),
    ("GET", "/districts"),
    ("GET", "/districts/{id}"),
    ("GET", "/about"),
    ("GET", "/about/data"),
    ("GET", "/about/licenses"),
    ("GET", "/api/docs"),
    ("GET", "/assets/{*path}"),
    ("GET", "/signin"),
    ("POST", "/signin"),
];

fn everything() -> Vec<(String, String)> {
    let all = routes::for_programs().into_iter().chain(routes::for_people());
    all.flat_map(|route| {
        route
            .acts
            .iter()
            .map(|(m, _)| (m.to_string(), route.path.to_owned()))
            .collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn every_route_stands_in_the_table_and_no_other() {
    let mut told: Vec<(String, String)> = TABLE.iter().map(|(m, p, _)| ((*m).into(), (*p).into())).collect();
    told.extend(PUBLIC.iter().map(|(m, p)| ((*m).into(), (*p).into())));
    told.sort();
    let mut there = everything();
    there.sort();
    assert_eq!(told, there);
}

/// Whether an answer means that the caller was let through to the handler.
fn let_in(answer: &crate::support::Answer) -> bool {
    let to_sign_in = answer.status == 303 && answer.header("location").starts_with("/signin?next=");
    !(matches!(answer.status, 401 | 403) || to_sign_in)
}

/// A path with an id that is not there in each of its places.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') {
            "sonzai-shinai"
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn each_role_gets_through_where_the_table_says_so_and_nowhere_else() {
    let house = House::new();
    for role in &ROLES[1..] {
        house.user(
            role,
            role,
            if *role == "coordinator" {
                &["--district", "n1"]
            } else {
                &[]
            },
        );
    }
    let service = house.serve(&[]);
    let mut browsers: BTreeMap<&str, Browser> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (method, path, may) in TABLE {
        for (role, letter) in ROLES.iter().zip(may.chars()) {
            // Some calls end the session; each is tried by somebody who is signed in.
            let browser = browsers.entry(role).or_insert_with(|| Browser::new(&service));
            if !role.is_empty() && browser.get("/api/v1/session").status != 200 {
                *browser = Browser::signed_in(&service, role);
            }
            let there = filled(path);
            let answer = match *method {
                "GET" => browser.get(&there),
                "POST" if !path.starts_with("/api") => browser.post(&there, &[]),
                other => browser.call(other, &there, None),
            };
            if let_in(&answer) != (letter != '-') {
                wrong.push(format!("{method} {path} as {role:?}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_stranger_is_answered_the_same_whether_a_record_is_there_or_not() {
    let house = House::new();
    house.user("kanri", "admin", &[]);
    let service = house.serve(&[]);
    let stranger = Browser::new(&service);
    let told = |id: &str| {
        let answer = stranger.get(&format!("/accounts/{id}"));
        (answer.status, answer.header("location").replace(id, "…"))
    };
    assert_eq!(told("kanri"), told("sonzai-shinai"));
}
