//! Whether an answer is what the OpenAPI document says it is: the few words of JSON Schema that the document uses.

use std::collections::BTreeSet;

use serde_json::Value;

/// Everything in which `value` differs from `schema`; `root` is the document that `$ref` points into.
pub fn differences(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, schema, value, "$", &mut found);
    // What no part of the schema names would be an answer nobody was told of.
    unknown(root, schema, value, "$", &mut found);
    found
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(to) => {
            let at = root
                .pointer(to.trim_start_matches('#'))
                .unwrap_or_else(|| panic!("{to} is not there"));
            resolved(root, at)
        }
        None => schema,
    }
}

fn list<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema[key].as_array().into_iter().flatten()
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type {other} is not known here"),
    }
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolved(root, schema);
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|t| is_of(value, t)) {
        found.push(format!("{at}: {value} is none of {types:?}"));
        return;
    }
    for part in list(schema, "allOf") {
        check(root, part, value, at, found);
    }
    for key in ["oneOf", "anyOf"] {
        let fits = |part: &&Value| {
            let mut wrong = Vec::new();
            check(root, part, value, at, &mut wrong);
            wrong.is_empty()
        };
        if schema[key].is_array() && !list(schema, key).any(|part| fits(&part)) {
            found.push(format!("{at}: {value} fits no part of {key}"));
        }
    }
    if let Some(values) = value.as_array() {
        for (i, item) in values.iter().enumerate() {
            check(root, &schema["items"], item, &format!("{at}[{i}]"), found);
        }
        for (bound, wrong) in [
            (
                "minItems",
                values.len() < schema["minItems"].as_u64().unwrap_or(0) as usize,
            ),
            (
                "maxItems",
                values.len() > schema["maxItems"].as_u64().unwrap_or(u64::MAX) as usize,
            ),
        ] {
            if wrong {
                found.push(format!("{at}: {bound}"));
            }
        }
    }
    if let Some(object) = value.as_object() {
        for name in list(schema, "required").filter_map(Value::as_str) {
            if !object.contains_key(name) {
                found.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, part) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(inner) = object.get(name) {
                check(root, part, inner, &format!("{at}.{name}"), found);
            }
        }
        if schema["additionalProperties"].is_object() {
            for (name, inner) in object {
                check(
                    root,
                    &schema["additionalProperties"],
                    inner,
                    &format!("{at}.{name}"),
                    found,
                );
            }
        }
    }
}

/// The names a schema knows; `None` when it leaves them open.
fn names(root: &Value, schema: &Value) -> Option<BTreeSet<String>> {
    let schema = resolved(root, schema);
    let own = schema["properties"].as_object();
    let parts: Vec<_> = ["allOf", "oneOf", "anyOf"]
        .iter()
        .flat_map(|key| list(schema, key))
        .collect();
    if own.is_none() && parts.is_empty() {
        return None;
    }
    let mut all: BTreeSet<String> = own.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for part in parts {
        all.extend(names(root, part).unwrap_or_default());
    }
    (!all.is_empty()).then_some(all)
}

fn unknown(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolved(root, schema);
    if let (Some(known), Some(object)) = (names(root, schema), value.as_object()) {
        found.extend(
            object
                .keys()
                .filter(|k| !known.contains(*k))
                .map(|k| format!("{at}: {k} is not described")),
        );
    }
    for part in ["allOf", "oneOf", "anyOf"]
        .iter()
        .flat_map(|key| list(schema, key))
    {
        for (name, inner) in resolved(root, part)["properties"]
            .as_object()
            .into_iter()
            .flatten()
        {
            if let Some(value) = value.get(name) {
                unknown(root, inner, value, &format!("{at}.{name}"), found);
            }
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            unknown(root, inner, value, &format!("{at}.{name}"), found);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        if schema["items"].is_object() {
            unknown(root, &schema["items"], item, &format!("{at}[]"), found);
        }
    }
}
