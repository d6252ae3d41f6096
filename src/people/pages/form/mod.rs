//! A form as a table of fields: one reading of what was posted into the JSON that `people::*::read` takes, one way back, and every
//! problem beside the field it belongs to. A field's name is its place in that JSON (`identity/name`).

mod drawn;
mod field;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Map, Value};

pub(super) use field::coded_choices;
pub use field::{Choice, Kind, Spec, choice, field};

use crate::{
    error::ApiError,
    kernel::fields::Problem,
    kernel::text,
    people::{api::told, error::PeopleError},
};

/// Rows without content that a form offers beside those that are filled in.
const SPARE: usize = 1;

/// A form: its fields, what stands in them and what is wrong. Shows nothing of it when debugged.
pub struct Form {
    specs: &'static [Spec],
    values: Vec<(String, String)>,
    offered: BTreeMap<&'static str, Vec<Choice>>,
    problems: Vec<Problem>,
    told: Option<String>,
    spare: usize,
}

impl Form {
    /// An empty one.
    pub fn new(specs: &'static [Spec]) -> Self {
        Self {
            specs,
            values: Vec::new(),
            offered: BTreeMap::new(),
            problems: Vec::new(),
            told: None,
            spare: SPARE,
        }
    }

    /// What was posted. Rows in which nothing stands are left out, so that the places of problems are those on the page.
    pub fn read(specs: &'static [Spec], body: &[u8]) -> Self {
        let mut form = Self::new(specs);
        form.values = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")))
            .collect();
        for prefix in form.prefixes() {
            form.close_up(prefix);
        }
        form
    }

    /// What is kept, to be changed.
    pub fn of(specs: &'static [Spec], kept: &Value) -> Self {
        let mut form = Self::new(specs);
        for spec in specs {
            match spec.path.split_once("/*/") {
                Some((prefix, rest)) => {
                    let rows = kept.get(prefix).and_then(Value::as_array);
                    for (i, row) in rows.into_iter().flatten().enumerate() {
                        form.fill(spec.kind, &format!("{prefix}/{i}/{rest}"), at(row, rest));
                    }
                }
                None => form.fill(spec.kind, spec.path, at(kept, spec.path)),
            }
        }
        form
    }

    fn fill(&mut self, kind: Kind, name: &str, value: Option<&Value>) {
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned);
        match value {
            None | Some(Value::Null | Value::Bool(false)) if kind != Kind::YesNo => {}
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if kind == Kind::Checks => {
                for item in items {
                    self.add(name, &text(item));
                }
            }
            Some(Value::Array(items)) => {
                let between = if kind == Kind::Words { "、" } else { "\n" };
                let all: Vec<String> = items.iter().map(text).collect();
                self.add(name, &all.join(between));
            }
            Some(Value::Bool(yes)) => self.add(name, if *yes { "yes" } else { "no" }),
            Some(other) => self.add(name, &text(other)),
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.values.push((name.to_owned(), value.to_owned()));
    }

    /// Writes a value over what stands there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(n, _)| n != name);
        self.add(name, value);
    }

    /// Writes a value where nothing was sent.
    pub fn default(&mut self, name: &str, value: &str) {
        if !self.values.iter().any(|(n, _)| n == name) {
            self.add(name, value);
        }
    }

    /// Chooses one more of a few.
    pub fn choose(&mut self, name: &str, value: &str) {
        if !self.all(name).contains(&value) {
            self.add(name, value);
        }
    }

    /// Writes a row behind those that are filled in.
    pub fn add_row(&mut self, prefix: &str, values: &[(&str, &str)]) {
        let row = self.filled(prefix).last().map_or(0, |n| n + 1);
        for (field, value) in values {
            self.set(&format!("{prefix}/{row}/{field}"), value);
        }
    }

    /// What can be chosen in a field.
    pub fn offer(&mut self, path: &'static str, choices: Vec<Choice>) {
        self.offered.insert(path, choices);
    }

    /// More empty rows.
    pub fn more_rows(&mut self) {
        self.spare = SPARE + 2;
    }

    /// What stands in a field, without white space around it.
    pub fn get(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.trim())
    }

    /// Everything chosen in a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let found = self
            .values
            .iter()
            .filter(|(n, v)| n == name && !v.trim().is_empty());
        found.map(|(_, v)| v.trim()).collect()
    }

    /// The version that the page showed.
    pub fn version(&self) -> i64 {
        self.get("version").parse().unwrap_or_default()
    }

    fn prefixes(&self) -> BTreeSet<&'static str> {
        self.specs.iter().filter_map(Spec::row_prefix).collect()
    }

    /// Numbers of the rows in which something stands.
    fn filled(&self, prefix: &str) -> BTreeSet<usize> {
        let there = self.values.iter().filter(|(_, v)| !v.trim().is_empty());
        there.filter_map(|(name, _)| row_of(name, prefix)).collect()
    }

    fn close_up(&mut self, prefix: &str) {
        let filled: Vec<usize> = self.filled(prefix).into_iter().collect();
        self.values.retain_mut(|(name, _)| {
            let Some(row) = row_of(name, prefix) else {
                return true;
            };
            let Ok(new) = filled.binary_search(&row) else {
                return false;
            };
            let rest = name.rsplit('/').next().unwrap_or_default().to_owned();
            *name = format!("{prefix}/{new}/{rest}");
            true
        });
    }

    /// As the readers of `people` take it: what is empty is left out.
    pub fn json(&self) -> Value {
        let mut whole = Value::Object(Map::new());
        for spec in self.specs {
            match spec.path.split_once("/*/") {
                None => put(&mut whole, spec.path, self.value_of(spec.kind, spec.path)),
                Some((prefix, rest)) => {
                    for i in self.filled(prefix) {
                        let name = format!("{prefix}/{i}/{rest}");
                        let value = self.value_of(spec.kind, &name);
                        let rows = whole[prefix].take();
                        let mut rows = match rows {
                            Value::Array(rows) => rows,
                            _ => Vec::new(),
                        };
                        while rows.len() <= i {
                            rows.push(Value::Object(Map::new()));
                        }
                        put(&mut rows[i], rest, value);
                        whole[prefix] = Value::Array(rows);
                    }
                }
            }
        }
        whole
    }

    fn value_of(&self, kind: Kind, name: &str) -> Option<Value> {
        let given = Some(self.get(name)).filter(|t| !t.is_empty());
        let texts = |marks: &[char]| {
            let parts = given?.split(marks).map(str::trim).filter(|t| !t.is_empty());
            Some(Value::from(parts.map(ToOwned::to_owned).collect::<Vec<_>>()))
        };
        match kind {
            Kind::Group => None,
            Kind::Flag => given.map(|_| Value::Bool(true)),
            Kind::YesNo => given.map(|t| Value::Bool(t == "yes")),
            Kind::Lines => texts(&['\n']),
            Kind::Words => texts(&['\n', '、', ',', ',']),
            Kind::Checks => {
                let all = self.all(name);
                (!all.is_empty()).then(|| Value::from(all))
            }
            Kind::Number => given.map(|t| {
                let t = text::normalize(t);
                let whole = t.parse::<u64>().map(Value::from);
                // What is no number goes on as it is: the reader says what it takes.
                whole
                    .or_else(|_| t.parse::<f64>().map(Value::from))
                    .unwrap_or_else(|_| Value::from(t))
            }),
            _ => given.map(Value::from),
        }
    }

    /// Keeps what is wrong.
    pub fn wrong(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
    }

    /// Says something of the whole form.
    pub fn tell(&mut self, what: impl Into<String>) {
        self.told = Some(what.into());
    }

    /// Takes in why something was not done; what is no matter of this form goes on.
    pub fn take(&mut self, error: PeopleError) -> Result<StatusCode, ApiError> {
        match error {
            PeopleError::Invalid(problems) => {
                self.wrong(problems);
                Ok(StatusCode::UNPROCESSABLE_ENTITY)
            }
            PeopleError::Refused(why) => {
                self.tell(format!("{why}。書いたものは下に残っています。"));
                Ok(StatusCode::CONFLICT)
            }
            PeopleError::Stale => {
                self.tell(
                    "ほかの人が先に変えました。書いたものは下に残っています。今の内容を見てから、もう一度保存してください。",
                );
                Ok(StatusCode::CONFLICT)
            }
            other => Err(told(other)),
        }
    }
}

/// The number of the row that a name belongs to.
fn row_of(name: &str, prefix: &str) -> Option<usize> {
    let rest = name.strip_prefix(prefix)?.strip_prefix('/')?;
    let number: usize = rest.split_once('/').map_or(rest, |(n, _)| n).parse().ok()?;
    (number < 100).then_some(number)
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(value, |value, part| value.get(part))
}

/// Writes a value at a path of names, making what stands above it.
fn put(whole: &mut Value, path: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    let mut place = whole;
    for part in path.split('/') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[part];
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SPECS: &[Spec] = &[
        field("identity/name", "お名前", Kind::Text),
        field("age", "年齢", Kind::Number),
        field("ok", "よいか", Kind::YesNo),
        field("words", "ことば", Kind::Words),
        field("house/*/relation", "続柄", Kind::Text),
        field("house/*/age", "年齢", Kind::Number),
    ];

    #[test]
    fn what_is_posted_becomes_json_and_json_becomes_the_same_form() {
        let body = "identity%2Fname=+%E8%8A%B1+&age=%EF%BC%94%EF%BC%92&ok=no&words=a%E3%80%81b&house%2F0%2Frelation=&house%2F1%2Frelation=%E6%AF%8D&house%2F1%2Fage=80";
        let form = Form::read(SPECS, body.as_bytes());
        let wanted = json!({"identity": {"name": "花"}, "age": 42, "ok": false, "words": ["a", "b"],
            "house": [{"relation": "母", "age": 80}]});
        assert_eq!(form.json(), wanted);
        assert_eq!(Form::of(SPECS, &wanted).json(), wanted);
        assert_eq!(form.rows("house").len(), 1 + SPARE);
    }

    #[test]
    fn a_problem_stands_beside_its_field_and_on_top_with_its_name() {
        let mut form = Form::read(SPECS, b"house%2F3%2Fage=x");
        form.wrong(vec![Problem {
            pointer: "/house/0/relation".into(),
            detail: "書いてください".into(),
        }]);
        assert_eq!(form.field("house/0/relation").faults, ["書いてください"]);
        assert_eq!(
            form.listed(),
            [("f-house-0-relation", "続柄(1行目)", "書いてください")].map(|(id, label, detail)| (
                id.to_owned(),
                label.to_owned(),
                detail.to_owned()
            ))
        );
        assert_eq!(form.field("house/0/age").value, "x");
    }
}
