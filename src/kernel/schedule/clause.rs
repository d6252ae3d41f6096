//! Gives each thing understood to the days it belongs to: `4-10月 毎週水 9:00-12:00、11-3月 10:00-12:00` is two clauses.

use chrono::{Datelike, NaiveDate};

use super::Hours;
use super::pause::Pause;
use super::rule::{Days, Rule};
use super::token::Token;
use crate::kernel::calendar_ja::{Months, WeekdaySet};

/// Days with their hours, season and period.
#[derive(Debug, Clone, Default)]
pub(super) struct Clause {
    /// Days, and whether holidays among them do not count.
    pub days: Vec<(Days, bool)>,
    pub hours: Vec<Hours>,
    pub months: Option<Months>,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    pub every_other_month: Option<bool>,
    /// A period of dates: without other days every day of it is meant.
    pub daily: bool,
    /// The season or period stood behind the days, so it is not the next clause's.
    suffixed: bool,
}

/// Gives each token to the clause it belongs to.
pub(super) struct Clauses {
    done: Vec<Clause>,
    now: Clause,
    hours_come_first: bool,
}

impl Clauses {
    pub fn new(tokens: &[Token]) -> Self {
        let first = tokens
            .iter()
            .find(|token| matches!(token, Token::Days(_) | Token::Hours(_)));
        Self {
            done: Vec::new(),
            now: Clause::default(),
            hours_come_first: matches!(first, Some(Token::Hours(_))),
        }
    }

    /// `None` when a season before it could belong to either side.
    pub fn days(&mut self, days: impl Iterator<Item = (Days, bool)>) -> Option<()> {
        if self.now.suffixed && self.now.hours.is_empty() {
            return None;
        }
        if self.now.suffixed || (self.now.is_complete() && !self.hours_come_first) {
            self.begin_like(false);
        }
        self.now.days.extend(days);
        Some(())
    }

    pub fn hours(&mut self, hours: Hours) {
        if self.now.suffixed && self.now.is_complete() {
            // 毎週水 9:00-12:00(4-10月)、10:00-12:00(11-3月): other hours of the same days.
            let days = self.now.days.clone();
            self.begin_like(false);
            self.now.days = days;
        } else if self.hours_come_first && self.now.is_complete() {
            self.begin_like(false);
        }
        self.now.hours.push(hours);
    }

    /// A season or a period: the next clause's when days or hours follow at once, otherwise this one's.
    pub fn modify(
        &mut self,
        next: Option<&Token>,
        change: impl FnOnce(&mut Clause) -> Option<()>,
    ) -> Option<()> {
        let complete = self.now.is_complete();
        match next {
            Some(Token::Days(_) | Token::EveryOtherMonth) if complete => self.begin_like(true),
            Some(Token::Hours(_)) if complete => {
                let days = self.now.days.clone();
                self.begin_like(true);
                self.now.days = days;
            }
            _ => self.now.suffixed |= !self.now.days.is_empty() && !matches!(next, Some(Token::Hours(_))),
        }
        change(&mut self.now)
    }

    /// Closes the clause; the next one keeps a season that stood before the days, unless a new one follows.
    fn begin_like(&mut self, new_season: bool) {
        let mut next = Clause::default();
        if !self.now.suffixed && !new_season {
            next.months = self.now.months;
            next.since = self.now.since;
            next.until = self.now.until;
            next.every_other_month = self.now.every_other_month;
        }
        self.done.push(std::mem::replace(&mut self.now, next));
    }

    pub fn finish(mut self) -> Vec<Clause> {
        if !self.now.is_empty() {
            self.done.push(self.now);
        }
        self.done
    }
}

impl Clause {
    /// Every day at an unknown time.
    pub fn every_day() -> Self {
        Self {
            days: vec![(Days::Weekly(WeekdaySet::ALL), false)],
            ..Self::default()
        }
    }

    /// Whether it goes on week by week: not dates, nor what counts its weeks from a date.
    pub fn recurs(&self) -> bool {
        self.days
            .iter()
            .any(|(days, _)| !matches!(days, Days::On(_) | Days::Fortnightly(_)))
    }

    /// Whether it holds in a part of the time only.
    pub fn is_limited(&self) -> bool {
        self.months.is_some() || self.since.is_some() || self.until.is_some()
    }

    fn is_complete(&self) -> bool {
        !self.days.is_empty() && !self.hours.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.days.is_empty()
            && self.hours.is_empty()
            && self.months.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && self.every_other_month.is_none()
    }

    pub fn period(&mut self, since: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<()> {
        if let Some(since) = since {
            set(&mut self.since, since)?;
        }
        if let Some(until) = until {
            set(&mut self.until, until)?;
        }
        Some(())
    }

    /// Every day with every hour; `None` when no day is known, or 隔週 and 隔月 do not say from when.
    pub fn rules(self) -> Option<Vec<Rule>> {
        let days = match self.days {
            days if days.is_empty() && self.daily => vec![(Days::Weekly(WeekdaySet::ALL), false)],
            days => days,
        };
        (!days.is_empty()).then_some(())?;
        // 2026-12-05、土曜: the weekday of that date, or every Saturday?
        let dates = days
            .iter()
            .filter(|(days, _)| matches!(days, Days::On(_)))
            .count();
        (dates == 0 || dates == days.len()).then_some(())?;
        let ordered = self
            .since
            .zip(self.until)
            .is_none_or(|(since, until)| since <= until);
        ordered.then_some(())?;
        let mut months = self.months.unwrap_or(Months::ALL);
        if self.every_other_month.is_some() {
            months = months.and(if self.since?.month() % 2 == 1 {
                Months::ODD
            } else {
                Months::EVEN
            });
        }
        let hours = if self.hours.is_empty() {
            vec![Hours::Unknown]
        } else {
            self.hours
        };
        let mut rules = Vec::new();
        for (days, working_days) in days {
            if matches!(days, Days::Fortnightly(_)) {
                self.since?;
            }
            for &hours in &hours {
                let except = if working_days {
                    vec![Pause::Holidays]
                } else {
                    Vec::new()
                };
                rules.push(Rule {
                    days,
                    hours,
                    months,
                    since: self.since,
                    until: self.until,
                    except,
                });
            }
        }
        Some(rules)
    }
}

/// Sets what was not set; `None` when something else was said before.
pub(super) fn set<T: PartialEq>(slot: &mut Option<T>, value: T) -> Option<()> {
    if slot.as_ref().is_some_and(|before| *before != value) {
        return None;
    }
    *slot = Some(value);
    Some(())
}
