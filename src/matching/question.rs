//! What is asked: a need, the day it is asked for, and how many answers are wanted.

use chrono::NaiveDate;
use serde_json::Value;

use super::need::Need;
use crate::kernel::{
    fields::{Fields, Problem},
    private::private,
};

/// Candidates that are answered unless told otherwise.
pub const LIMIT: usize = 10;

/// The body of `POST /api/v1/match`.
#[derive(Clone, PartialEq)]
pub struct Question {
    /// What is wished and brought.
    pub need: Need,
    /// The first of the days looked at; today unless given.
    pub as_of: Option<NaiveDate>,
    /// How many candidates, 1 to 100.
    pub limit: usize,
}

private!(Question);

impl Question {
    /// Reads it, with every problem at once.
    ///
    /// ```
    /// use yosatte::matching::question::Question;
    /// let asked = Question::read(&serde_json::json!({"wishes": "料理を教えたい", "as_of": "2026-11-23", "limit": 5})).unwrap();
    /// assert_eq!(asked.limit, 5);
    /// let wrong = Question::read(&serde_json::json!({"limit": 0, "wishs": "…"})).unwrap_err();
    /// assert_eq!(wrong.len(), 2);
    /// ```
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut need = value.clone();
        let mut asked = serde_json::Map::new();
        if let Some(object) = need.as_object_mut() {
            for name in ["as_of", "limit"] {
                asked.extend(object.remove(name).map(|given| (name.to_owned(), given)));
            }
        }
        let asked = Value::Object(asked);
        let mut f = Fields::of(&asked, "")?;
        let as_of = f.day("as_of");
        let limit = f.whole("limit", 1..=100).map_or(LIMIT, |n| n as usize);
        match (f.finish((as_of, limit)), Need::read(&need)) {
            (Ok((as_of, limit)), Ok(need)) => Ok(Self { need, as_of, limit }),
            (first, second) => Err([first.err(), second.err()]
                .into_iter()
                .flatten()
                .flatten()
                .collect()),
        }
    }
}
