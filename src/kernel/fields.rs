//! Reads JSON strictly: every problem with its place, unknown fields by name, and no value ever in a message.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::text;

/// One thing that is wrong with what came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901), as `/slots/0/from`.
    pub pointer: String,
    /// What is wrong, and what is accepted; never quotes a value.
    pub detail: String,
}

/// The result of reading.
pub type Read<T> = Result<T, Vec<Problem>>;

/// One JSON object being read. `null` is the same as not given.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    at: String,
    known: BTreeSet<&'static str>,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// Begins with an object that stands at `at` (empty for the whole).
    pub fn of(value: &'a Value, at: &str) -> Read<Self> {
        match value.as_object() {
            Some(object) => Ok(Self {
                object,
                at: at.to_owned(),
                known: BTreeSet::new(),
                problems: Vec::new(),
            }),
            None => Err(vec![problem(at, "項目と値の組({ … })にしてください")]),
        }
    }

    fn given(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.insert(name);
        self.object.get(name).filter(|v| !v.is_null())
    }

    fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    /// Notes a problem with a field.
    pub fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        let pointer = self.place(name);
        self.problems.push(problem(&pointer, detail));
    }

    fn kept<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|p| self.problems.push(p)).ok()
    }

    /// A text of 1 to `max` characters; white space alone is none.
    pub fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let value = self.given(name)?;
        let read = one_text(value, &self.place(name), max);
        self.kept(read)?
    }

    /// The same, which must be given.
    pub fn required_text(&mut self, name: &'static str, max: usize) -> String {
        let before = self.problems.len();
        let read = self.text(name, max);
        if read.is_none() && self.problems.len() == before {
            self.wrong(name, "書いてください");
        }
        read.unwrap_or_default()
    }

    /// Up to `count` texts, each of up to `max` characters; empty ones are left out.
    pub fn texts(&mut self, name: &'static str, count: usize, max: usize) -> Vec<String> {
        let read = self.list(name, count, |value, at| {
            one_text(value, at, max).map_err(|p| vec![p])
        });
        read.into_iter().flatten().collect()
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.given(name)?;
        if value.as_bool().is_none() {
            self.wrong(name, "trueかfalseで書いてください");
        }
        value.as_bool()
    }

    /// A whole number inside a range.
    pub fn whole(&mut self, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.given(name)?;
        // 5.0 is the whole number that some programs write for 5.
        let number = value.as_u64().or_else(|| {
            let number = value.as_f64()?;
            (number.fract() == 0.0 && (0.0..=4e9).contains(&number)).then_some(number as u64)
        });
        let number = number
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n));
        if number.is_none() {
            let (from, to) = (range.start(), range.end());
            self.wrong(name, format!("{from}〜{to}の整数で書いてください"));
        }
        number
    }

    /// A number inside a range.
    pub fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.given(name)?;
        let number = value.as_f64().filter(|n| range.contains(n));
        if number.is_none() {
            let (from, to) = (range.start(), range.end());
            self.wrong(name, format!("{from}〜{to}の数で書いてください"));
        }
        number
    }

    /// A day, `2026-11-24`.
    pub fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let value = self.given(name)?;
        let day = value.as_str().and_then(|t| t.trim().parse::<NaiveDate>().ok());
        let day = day.filter(|d| (1900..=2199).contains(&chrono::Datelike::year(d)));
        if day.is_none() {
            self.wrong(name, "「2026-11-24」のように日付で書いてください");
        }
        day
    }

    /// The same, which must be given.
    pub fn required_day(&mut self, name: &'static str) -> NaiveDate {
        let before = self.problems.len();
        let read = self.day(name);
        if read.is_none() && self.problems.len() == before {
            self.wrong(name, "日付を書いてください");
        }
        read.unwrap_or_default()
    }

    /// A coded word.
    pub fn word<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        accepted: &str,
    ) -> Option<T> {
        let value = self.given(name)?;
        let word = value.as_str().and_then(parse);
        if word.is_none() {
            self.wrong(name, format!("使えるのは {accepted} です"));
        }
        word
    }

    /// The same, which must be given; `None` only with a problem noted.
    pub fn required_word<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        accepted: &str,
    ) -> Option<T> {
        if self.given(name).is_none() {
            self.wrong(name, format!("{accepted} のどれかを書いてください"));
            return None;
        }
        self.word(name, parse, accepted)
    }

    /// Coded words, each once.
    pub fn words<T: PartialEq>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        accepted: &str,
    ) -> Vec<T> {
        let read = self.list(name, 100, |value, at| {
            let word = value.as_str().and_then(&parse);
            word.ok_or_else(|| vec![problem(at, format!("使えるのは {accepted} です"))])
        });
        let mut once: Vec<T> = Vec::with_capacity(read.len());
        for word in read {
            if !once.contains(&word) {
                once.push(word);
            }
        }
        once
    }

    /// Something with a reader of its own.
    pub fn inner<T>(&mut self, name: &'static str, read: impl FnOnce(&Value, &str) -> Read<T>) -> Option<T> {
        let value = self.given(name)?;
        let place = self.place(name);
        read(value, &place)
            .map_err(|found| self.problems.extend(found))
            .ok()
    }

    /// Up to `count` of something with a reader of its own.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        count: usize,
        read: impl Fn(&Value, &str) -> Read<T>,
    ) -> Vec<T> {
        let Some(value) = self.given(name) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            self.wrong(name, "並び([ … ])にしてください");
            return Vec::new();
        };
        if items.len() > count {
            self.wrong(name, format!("{count}個までにしてください"));
            return Vec::new();
        }
        let mut all = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            match read(item, &format!("{}/{i}", self.place(name))) {
                Ok(one) => all.push(one),
                Err(found) => self.problems.extend(found),
            }
        }
        all
    }

    /// What was read, unless there was a problem or a field nobody knows.
    pub fn finish<T>(mut self, read: T) -> Read<T> {
        for name in self.object.keys() {
            if !self.known.contains(name.as_str()) {
                // A name may be any text somebody sent: enough of it to be found again.
                let short: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
                let known: Vec<&str> = self.known.iter().copied().collect();
                self.problems.push(problem(
                    &self.at,
                    format!(
                        "「{short}」という項目はありません。使えるのは {} です",
                        known.join("、")
                    ),
                ));
            }
        }
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(self.problems)
        }
    }
}

/// A problem at a place.
pub fn problem(at: &str, detail: impl Into<String>) -> Problem {
    Problem {
        pointer: at.to_owned(),
        detail: detail.into(),
    }
}

fn one_text(value: &Value, at: &str, max: usize) -> Result<Option<String>, Problem> {
    let Some(given) = value.as_str() else {
        return Err(problem(at, "文字で書いてください"));
    };
    let kept = text::cell(given);
    if kept.as_ref().is_some_and(|t| t.chars().count() > max) {
        return Err(problem(at, format!("{max}字までにしてください")));
    }
    Ok(kept)
}
