//! What comes with a call: a body of JSON, the version it changes, and districts by id or name.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{json, told, version};
use crate::{
    app::App,
    error::{ApiError, Fault},
    kernel::fields::Problem,
};

/// A body of JSON. Not debugged: it holds what people said.
pub struct Body(pub Value);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(…)")
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        json(&headers, &body)
            .map(Self)
            .map_err(IntoResponse::into_response)
    }
}

impl Body {
    /// Reads it, every problem with its place.
    pub fn read<T>(&self, reader: impl FnOnce(&Value) -> Result<T, Vec<Problem>>) -> Result<T, ApiError> {
        reader(&self.0).map_err(|problems| told(problems.into()))
    }

    /// Turns the district at this pointer, by id or name, into its id.
    pub fn district(&mut self, app: &App, pointer: &str) -> Result<(), ApiError> {
        let Some(Value::String(text)) = self.0.pointer_mut(pointer) else {
            return Ok(());
        };
        let ground = app.ground();
        let Some(found) = ground.areas.find(text) else {
            return Err(ApiError::Invalid(vec![Fault::new(
                pointer,
                "その地区はありません。地区のIDか名前を書いてください",
            )]));
        };
        *text = found.id.to_string();
        Ok(())
    }

    /// Lays this body over what there is (RFC 7396): `null` empties a field, what is left out stays.
    pub fn over(self, mut there: Value) -> Self {
        lay(&mut there, self.0);
        Self(there)
    }
}

fn lay(there: &mut Value, over: Value) {
    match (there, over) {
        (Value::Object(there), Value::Object(over)) => {
            for (name, value) in over {
                match value {
                    Value::Null => {
                        there.remove(&name);
                    }
                    value => lay(there.entry(name).or_insert(Value::Null), value),
                }
            }
        }
        (there, over) => *there = over,
    }
}

/// The version named in `If-Match`.
#[derive(Debug, Clone, Copy)]
pub struct Version(pub i64);

impl<S: Sync> FromRequestParts<S> for Version {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        version(&parts.headers).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Body;

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        let there =
            json!({"identity": {"name": "花子", "telephone": "0197"}, "household": [1], "district": "n1"});
        let over = Body(json!({"identity": {"telephone": null, "kana": "ハナコ"}, "household": []}));
        let told = json!({"identity": {"name": "花子", "kana": "ハナコ"}, "household": [], "district": "n1"});
        assert_eq!(over.over(there).0, told);
    }
}
