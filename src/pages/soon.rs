//! What takes place next, for who opens the front page without a question.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Days, FixedOffset};

use super::dates::next_three;
use crate::{
    app::App,
    error::ApiError,
    kernel::id::ResourceId,
    resources::{
        public::{Audience, VisibleResource},
        words::Status,
    },
    search::{
        self,
        engine::{Found, Hit},
        facts::Facts,
    },
};

/// Entries read to look at their dates; what a week holds beyond them is left to the search.
const READ: usize = 80;
/// Entries shown.
const SHOWN: usize = 20;
/// How far ahead 「もうすぐ」 reaches, in days.
const AHEAD: u64 = 7;

/// Days from `today` (0 is Monday) to the first weekday of its slots; `None` when it has none or does not run.
fn days_until(facts: Facts, today: u32) -> Option<u32> {
    if facts.status() != Status::Active {
        return None;
    }
    let weekdays = facts
        .offers()
        .iter()
        .flat_map(|o| facts.slots(o))
        .fold(0, |all, slot| all | slot.weekdays);
    (0..7).find(|ahead| weekdays >> ((today + ahead) % 7) & 1 == 1)
}

/// Up to 20 entries with a date within a week, the earliest first; of as many on one day, the freshest.
pub async fn entries(app: &App, now: DateTime<FixedOffset>) -> Result<Vec<VisibleResource>, ApiError> {
    let today = now.weekday().num_days_from_monday();
    let snapshot = app.searcher().snapshot();
    let mut likely: Vec<_> = snapshot
        .iter()
        .filter_map(|f| Some((days_until(f, today)?, Reverse(f.assured_on()), f.id())))
        .collect();
    likely.sort_unstable();
    let hits = likely.into_iter().take(READ).filter_map(|(_, _, id)| {
        Some(Hit {
            id: ResourceId::new(id).ok()?,
            score: 0.0,
            distance: None,
            offers: Vec::new(),
        })
    });
    let found = Found {
        hits: hits.collect(),
        ..Found::default()
    };
    drop(snapshot);
    let until = now.checked_add_days(Days::new(AHEAD)).unwrap_or(now);
    let mut dated: Vec<_> = search::api::load(app, &found, Audience::Public)
        .await?
        .into_iter()
        .filter_map(|entry| {
            let first = next_three(&entry.opportunities, now).into_iter().next()?;
            (first.start <= until).then_some((first.start, entry))
        })
        .collect();
    dated.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.id.cmp(&y.id)));
    dated.truncate(SHOWN);
    Ok(dated.into_iter().map(|(_, entry)| entry).collect())
}
