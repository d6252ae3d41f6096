//! Puts one part together: which hours belong to which days, in which season, from when.

use std::mem::discriminant;

use super::clause::{Clause, Clauses, set};
use super::pause::Pause;
use super::rule::{Days, Rule};
use super::token::Token;
use super::{DAY_MINUTES, Hours};
use crate::kernel::calendar_ja::WeekdaySet;

/// A part put together.
#[derive(Default)]
pub(super) struct Built {
    pub anytime: bool,
    pub rules: Vec<Rule>,
    /// What the part takes out; already in its rules.
    pub except: Vec<Pause>,
}

impl Built {
    /// `None` when the tokens do not fit together, or leave open what is meant. `speaks_of_a_season`: a season is set apart by は.
    pub fn from(tokens: Vec<Token>, speaks_of_a_season: bool) -> Option<Self> {
        let mut built = Self::default();
        let mut anytime = false;
        let mut times = Vec::new();
        let mut clauses = Clauses::new(&tokens);
        let mut rest = tokens.into_iter().peekable();
        let mut before = None;
        while let Some(token) = rest.next() {
            let next = rest.peek();
            let days = token.first_days();
            // 月末の金曜, 2026-12-05 土: side by side, one narrows the other.
            if days
                .zip(before)
                .is_some_and(|(one, other)| discriminant(&one) != discriminant(&other))
            {
                return None;
            }
            before = days;
            match token {
                Token::Days(read) => {
                    clauses.days(read.days.into_iter().map(|days| (days, read.working_days)))?;
                }
                Token::Hours(hours) => clauses.hours(hours),
                Token::Season(months) => clauses.modify(next, |clause| set(&mut clause.months, months))?,
                Token::Period(since, until) => clauses.modify(next, |clause| {
                    clause.daily = since.is_some() && until.is_some();
                    clause.period(since, until)
                })?,
                Token::Months(since, until) => clauses.modify(next, |clause| clause.period(since, until))?,
                Token::EveryOtherMonth => {
                    clauses.modify(next, |clause| set(&mut clause.every_other_month, true))?
                }
                Token::Except(pauses) => built.except.extend(pauses),
                Token::TimesAMonth(_) | Token::TimesAWeek(_) => times.push(token),
                Token::Anytime => anytime = true,
                Token::Mark => {}
            }
        }
        let clauses = clauses.finish();
        let bare = clauses.is_empty() && built.except.is_empty();
        if anytime && bare && times.is_empty() {
            built.anytime = true;
        } else if anytime && clauses.is_empty() {
            built.rules = Clause::every_day().rules()?;
        }
        let mut seasonal: Vec<(bool, WeekdaySet)> = Vec::new();
        for mut clause in clauses {
            let whole_day = clause.hours == [Hours::Between(0, DAY_MINUTES)];
            clause.daily |= clause.days.is_empty() && (whole_day || anytime && clause.hours.is_empty());
            let (recurs, limited) = (clause.recurs(), clause.is_limited());
            let rules = clause.rules()?;
            if recurs {
                seasonal.push((
                    limited,
                    rules
                        .iter()
                        .map(Rule::weekdays)
                        .fold(WeekdaySet::default(), WeekdaySet::or),
                ));
            }
            built.rules.extend(rules);
        }
        (!contrasted(&seasonal, speaks_of_a_season)).then_some(())?;
        times
            .iter()
            .all(|times| agrees(times, &built.rules))
            .then_some(())?;
        for rule in &mut built.rules {
            rule.take_out(&built.except);
        }
        Some(built)
    }
}

/// Whether some recurring days have a season or a period and others have none: 第4土(8月は第3土) may mean also, or instead.
/// On other weekdays (毎週火、4-10月 毎週木) it can only mean also, unless は sets the season against the rest.
fn contrasted(clauses: &[(bool, WeekdaySet)], spoken: bool) -> bool {
    let rest = clauses
        .iter()
        .filter(|(limited, _)| !limited)
        .map(|(_, days)| *days)
        .collect::<Vec<_>>();
    let mut limited = clauses.iter().filter(|(limited, _)| *limited);
    limited.any(|(_, days)| rest.iter().any(|rest| spoken || rest.intersects(*days)))
}

/// 月2回 beside 第2・4火 says the same twice; beside 毎週火 it leaves open which.
fn agrees(times: &Token, rules: &[Rule]) -> bool {
    match *times {
        Token::TimesAMonth(n) => {
            let monthly = rules.iter().map(|rule| match rule.days {
                Days::Nth(nth, days) => Some(nth.len() * days.len()),
                Days::MonthDays(days) => Some(days.len()),
                _ => None,
            });
            !rules.is_empty() && monthly.sum::<Option<u32>>() == Some(n)
        }
        Token::TimesAWeek(n) => {
            let weekly = rules.iter().map(|rule| match rule.days {
                Days::Weekly(days) => Some(days.len()),
                _ => None,
            });
            !rules.is_empty() && weekly.sum::<Option<u32>>() == Some(n)
        }
        _ => true,
    }
}
