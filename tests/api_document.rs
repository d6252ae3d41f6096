//! The OpenAPI document: it names every call there is and no other, and answers are what it says they are.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    api_search::city,
    support::{Service, schema},
};

fn document(service: &Service) -> Value {
    service.get_json("/api/openapi.json", &[])
}

#[test]
fn the_document_and_the_routes_name_the_same_calls() {
    let (_folder, service) = city();
    let document = document(&service);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let told: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let routes: BTreeSet<&str> = yosatte::routes::for_programs()
        .iter()
        .map(|route| route.path)
        .collect();
    assert_eq!(told, routes);
    let page = service.get("/api/docs", &[]).text();
    for path in told {
        assert!(page.contains(path), "/api/docs does not show {path}");
    }
}

/// The answer to a call is of the described kind, and fits the schema of its status.
#[track_caller]
fn check(service: &Service, document: &Value, path: &str, call: &str, query: &[(&str, &str)], status: u16) {
    let answer = service.get(call, query);
    assert_eq!(answer.status, status, "{call} {query:?}: {}", answer.text());
    let described = &document["paths"][path]["get"]["responses"][status.to_string()]["content"];
    let kind = answer
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let body = &described[&kind];
    assert!(
        body.is_object(),
        "{path} says nothing of {status} as {kind}: {described}"
    );
    if kind.ends_with("json") {
        let wrong = schema::differences(document, &body["schema"], &answer.json());
        assert!(wrong.is_empty(), "{call} {query:?}: {wrong:#?}");
    }
}

#[test]
fn answers_and_problems_are_what_the_document_says() {
    let (_folder, service) = city();
    let document = document(&service);
    let (search, offers) = ("/api/v1/resources", "/api/v1/opportunities");
    for (path, call, query, status) in [
        (search, search, &[("q", "体操"), ("near", "39.15,141.1")][..], 200),
        (search, search, &[("q", "ない"), ("district", "北町")], 200),
        (search, search, &[("q", "江刺 料理")], 200),
        (search, search, &[("x", "1")], 400),
        ("/api/v1/resources/{id}", "/api/v1/resources/r1", &[], 200),
        ("/api/v1/resources/{id}", "/api/v1/resources/c1", &[], 200),
        ("/api/v1/resources/{id}", "/api/v1/resources/r4", &[], 404),
        (offers, offers, &[("q", "体操")], 200),
        (offers, offers, &[("limit", "x")], 400),
        ("/api/v1/opportunities/{id}", "/api/v1/opportunities/o1", &[], 200),
        ("/api/v1/opportunities/{id}", "/api/v1/opportunities/o3", &[], 404),
        ("/api/v1/suggest", "/api/v1/suggest", &[("q", "さ")], 200),
        ("/api/v1/suggest", "/api/v1/suggest", &[("x", "さ")], 400),
        ("/api/v1/districts", "/api/v1/districts", &[], 200),
        (
            "/api/v1/districts",
            "/api/v1/districts",
            &[("geometry", "false")],
            200,
        ),
        ("/api/v1/districts", "/api/v1/districts", &[("level", "x")], 400),
        ("/api/v1/districts/{id}", "/api/v1/districts/d1", &[], 200),
        ("/api/v1/districts/{id}", "/api/v1/districts/none", &[], 404),
        ("/api/openapi.json", "/api/openapi.json", &[], 200),
        ("/tiles/{layer}.json", "/tiles/districts.json", &[], 200),
        ("/tiles/{layer}.json", "/tiles/resources.json", &[], 200),
        ("/tiles/{layer}.json", "/tiles/mesh.json", &[], 404),
        (
            "/tiles/{layer}/{z}/{x}/{y}.mvt",
            "/tiles/resources/0/0/0.mvt",
            &[],
            200,
        ),
        (
            "/tiles/{layer}/{z}/{x}/{y}.mvt",
            "/tiles/resources/0/1/0.mvt",
            &[],
            404,
        ),
        ("/healthz", "/healthz", &[], 200),
        ("/readyz", "/readyz", &[], 200),
        ("/metrics", "/metrics", &[], 200),
    ] {
        check(&service, &document, path, call, query, status);
    }
}

/// Every method of every route is described, with the errors that a call by an account can meet as problems.
#[test]
fn every_call_on_a_record_names_its_errors_as_problems() {
    let (_folder, service) = city();
    let document = document(&service);
    let mut wrong = Vec::new();
    for route in yosatte::routes::for_programs() {
        for (method, act) in &route.acts {
            let operation = &document["paths"][route.path][method.as_str().to_lowercase()];
            if !operation.is_object() {
                wrong.push(format!("{method} {} is not described", route.path));
            }
            if *act == yosatte::accounts::policy::Act::Open || *act == yosatte::accounts::policy::Act::Begin {
                continue;
            }
            let needed: &[&str] = if route.path.contains('{') {
                &["400", "401", "403", "404"]
            } else {
                &["400", "401", "403"]
            };
            for status in needed {
                let problem = &operation["responses"][status]["content"]["application/problem+json"];
                if !problem.is_object() {
                    wrong.push(format!("{method} {} says nothing of {status}", route.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_parameter_of_the_document_is_accepted_and_every_accepted_one_is_in_it() {
    let (_folder, service) = city();
    let document = document(&service);
    let parameters = document["paths"]["/api/v1/resources"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .clone();
    let told: BTreeSet<&str> = parameters.iter().map(|p| p["name"].as_str().unwrap()).collect();
    let accepted: BTreeSet<&str> = [
        "q",
        "near",
        "radius_m",
        "bbox",
        "district",
        "area",
        "kind",
        "field",
        "role",
        "modality",
        "weekday",
        "time",
        "wheelchair",
        "transport",
        "free",
        "remote",
        "serves",
        "sort",
        "limit",
        "cursor",
        "facets",
    ]
    .into();
    assert_eq!(told, accepted);
    for name in told {
        let answer = service.get("/api/v1/resources", &[(name, "")]);
        assert_eq!(
            answer.status,
            200,
            "an empty {name} asks nothing: {}",
            answer.text()
        );
    }
}
