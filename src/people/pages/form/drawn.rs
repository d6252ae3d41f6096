//! A form as a template draws it: fields, rows, and what is said of what is wrong.

use super::{
    Form,
    field::{Field, Kind, Row, Spec, choice, field},
    row_of,
};
use crate::kernel::fields::Problem;

impl Form {
    /// Whether something is wrong.
    pub fn has_faults(&self) -> bool {
        self.told.is_some() || !self.problems.is_empty()
    }

    /// What is said on top.
    pub fn headline(&self) -> String {
        self.told.clone().unwrap_or_else(|| {
            format!(
                "まだ保存していません。{}か所を直してください。書いたものは下に残っています。",
                self.problems.len()
            )
        })
    }

    /// Every problem: the id of its field, its name, and what is wrong.
    pub fn listed(&self) -> Vec<(String, String, String)> {
        let one = |p: &Problem| {
            let place = p.pointer.trim_start_matches('/');
            let (spec, row) = self.spec_of(place);
            let label = spec.map_or("この画面", |s| s.label);
            let label = row.map_or_else(|| label.to_owned(), |n| format!("{label}({}行目)", n + 1));
            let id = match (spec, row) {
                (Some(spec), Some(n)) => id_of(&spec.path.replace('*', &n.to_string())),
                (Some(spec), None) => id_of(spec.path),
                _ => "content".to_owned(),
            };
            (id, label, p.detail.clone())
        };
        self.problems.iter().map(one).collect()
    }

    fn spec_of(&self, place: &str) -> (Option<&Spec>, Option<usize>) {
        let row = self
            .prefixes()
            .into_iter()
            .find_map(|p| Some((p, row_of(place, p)?)));
        let pattern = row.map_or_else(
            || place.to_owned(),
            |(p, n)| place.replacen(&format!("{p}/{n}"), &format!("{p}/*"), 1),
        );
        // The whole path before what stands above it.
        let above = |s: &&Spec| pattern.starts_with(&format!("{}/", s.path));
        let exact = self.specs.iter().find(|s| s.path == pattern);
        let found = exact.or_else(|| self.specs.iter().filter(above).max_by_key(|s| s.path.len()));
        (found, row.map(|(_, n)| n))
    }

    /// One field, to be drawn.
    pub fn field(&self, name: &str) -> Field {
        let pattern = self.spec_of(name).0;
        let spec = pattern.copied().unwrap_or(field("", "", Kind::Text));
        let (chosen, yes_no) = (
            self.all(name),
            [
                choice("yes", "はい"),
                choice("no", "いいえ"),
                choice("", "わからない"),
            ],
        );
        let choices = match spec.kind {
            Kind::YesNo => yes_no.to_vec(),
            _ => self.offered.get(spec.path).cloned().unwrap_or_default(),
        };
        let under = format!("/{name}/");
        let own = |p: &&Problem| p.pointer.get(1..) == Some(name) || p.pointer.starts_with(&under);
        Field {
            id: id_of(name),
            name: name.to_owned(),
            label: spec.label,
            kind: spec.kind,
            value: self
                .values
                .iter()
                .find(|(n, _)| n == name)
                .map_or_else(String::new, |(_, v)| v.clone()),
            choices: choices
                .into_iter()
                .map(|c| {
                    let is = chosen.contains(&c.value.as_str()) || (c.value.is_empty() && chosen.is_empty());
                    (c, is)
                })
                .collect(),
            hint: spec.hint,
            faults: self
                .problems
                .iter()
                .filter(own)
                .map(|p| p.detail.clone())
                .collect(),
            max: spec.max,
            needed: spec.needed,
        }
    }

    /// What is wrong with a field.
    pub fn faults_of(&self, name: &str) -> Vec<String> {
        self.field(name).faults
    }

    /// Fields by name, to be drawn one after another.
    pub fn fields<'n>(&self, names: impl AsRef<[&'n str]>) -> Vec<Field> {
        names.as_ref().iter().map(|name| self.field(name)).collect()
    }

    /// The rows of a list, with some empty ones at the end.
    pub fn rows(&self, prefix: &str) -> Vec<Row> {
        let count = self.filled(prefix).last().map_or(0, |n| n + 1) + self.spare;
        let inner = |i: usize| {
            let own = self
                .specs
                .iter()
                .filter_map(|s| s.path.split_once("/*/"))
                .filter(|(p, _)| *p == prefix);
            own.map(|(_, rest)| self.field(&format!("{prefix}/{i}/{rest}")))
                .collect()
        };
        (0..count)
            .map(|i| Row {
                number: i + 1,
                fields: inner(i),
            })
            .collect()
    }
}

fn id_of(name: &str) -> String {
    format!("f-{}", name.replace('/', "-"))
}
