//! What calls on records may answer instead, for the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

use crate::error::PROBLEM_JSON;

type Responses = BTreeMap<String, RefOr<Response>>;

const PARAMETERS: (u16, &str) = (400, "読めないパラメーターか、JSONではない内容");
const SIGN_IN: (u16, &str) = (401, "サインインしていない");
const ROLE: (u16, &str) = (403, "この役割ではできない、またはパスワードの再確認が要る");
const NONE: (u16, &str) = (404, "ない、または見せられない(区別しない)");
const STATE: (u16, &str) = (409, "いまの状態や記録の根拠ではできない");
const CHANGED: (u16, &str) = (412, "ほかの人が先に変えた");
const LARGE: (u16, &str) = (413, "大きすぎる");
const INVALID: (u16, &str) = (422, "内容の誤り");
const UNNAMED: (u16, &str) = (428, "If-Match がない");
const CLOSED: (u16, &str) = (503, "鍵が設定されていない");

fn problems(of: &[(u16, &str)]) -> Responses {
    let of = of.iter().map(|(status, words)| {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let response = ResponseBuilder::new()
            .description(*words)
            .content(PROBLEM_JSON, content)
            .build();
        (status.to_string(), RefOr::T(response))
    });
    of.collect()
}

/// Of a list that is everybody's own.
#[derive(Debug)]
pub struct Listing;
/// Of reading one record.
#[derive(Debug)]
pub struct Reading;
/// Of writing something new.
#[derive(Debug)]
pub struct Writing;
/// Of changing what has a version.
#[derive(Debug)]
pub struct Changing;

impl IntoResponses for Listing {
    fn responses() -> Responses {
        problems(&[PARAMETERS, SIGN_IN, ROLE, CLOSED])
    }
}

impl IntoResponses for Reading {
    fn responses() -> Responses {
        problems(&[PARAMETERS, SIGN_IN, ROLE, NONE, STATE, CLOSED])
    }
}

impl IntoResponses for Writing {
    fn responses() -> Responses {
        problems(&[PARAMETERS, SIGN_IN, ROLE, NONE, STATE, LARGE, INVALID, CLOSED])
    }
}

impl IntoResponses for Changing {
    fn responses() -> Responses {
        problems(&[
            PARAMETERS, SIGN_IN, ROLE, NONE, STATE, CHANGED, LARGE, INVALID, UNNAMED, CLOSED,
        ])
    }
}
