//! Puts what was understood together: which hours belong to which days, in which season, from when.

use chrono::{Datelike, NaiveDate};

use super::pause::Pause;
use super::rule::{Days, Rule};
use super::token::{Token, tokens};
use super::{Hours, MAX_CHARS, shortened};
use crate::kernel::calendar_ja::scan::Scan;
use crate::kernel::calendar_ja::{Months, WeekdaySet};

/// More rules than this in one text are no meeting times.
const MAX_RULES: usize = 64;

/// What a text says.
#[derive(Default)]
pub(super) struct Read {
    pub anytime: bool,
    pub rules: Vec<Rule>,
    pub unread: Vec<String>,
}

/// A part between `;` or line breaks.
struct Part {
    text: String,
    tokens: Vec<Token>,
    unread: Vec<String>,
}

pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    if text.chars().count() > MAX_CHARS {
        read.unread.push(shortened(text));
        return read;
    }
    let mut except = Vec::new();
    let mut doubtful = false;
    for part in parts(text) {
        let built = if part.unread.is_empty() {
            Built::from(part.tokens)
        } else {
            None
        };
        match built {
            Some(built) => {
                read.anytime |= built.anytime;
                if built.rules.is_empty() {
                    except.extend(built.except);
                }
                read.rules.extend(built.rules);
            }
            None => {
                doubtful |= speaks_of_the_rest(&part.text);
                let words = if part.unread.is_empty() {
                    vec![part.text]
                } else {
                    part.unread
                };
                read.unread
                    .extend(words.into_iter().filter(|word| !word.is_empty()));
            }
        }
    }
    read.rules.dedup();
    if doubtful || read.rules.len() > MAX_RULES {
        read.rules.clear();
        read.anytime = false;
    }
    for rule in &mut read.rules {
        rule.except.extend_from_slice(&except);
    }
    if !read.anytime && read.rules.is_empty() && read.unread.is_empty() && !text.trim().is_empty() {
        read.unread.push(text.trim().to_owned());
    }
    read
}

/// The parts of a text; one that holds only the hours of its neighbour's days is joined to it.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for text in text
        .split([';', '；', '\n', '\r'])
        .filter(|text| !text.trim().is_empty())
    {
        let mut scan = Scan::new(text);
        let (tokens, unread) = tokens(&mut scan);
        let part = Part {
            text: text.trim().to_owned(),
            tokens,
            unread,
        };
        match parts.last_mut() {
            Some(last)
                if (last.has_days(), last.has_hours()) == (part.has_hours(), part.has_days())
                    && last.has_days() != last.has_hours() =>
            {
                last.tokens.push(Token::Mark);
                last.tokens.extend(part.tokens);
                last.unread.extend(part.unread);
                last.text = format!("{} {}", last.text, part.text);
            }
            _ => parts.push(part),
        }
    }
    parts
}

impl Part {
    fn has_days(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Days(_)))
    }

    fn has_hours(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Hours(_)))
    }
}

/// Whether a part that was not understood changes the others (ただし祝日は翌週), so that none of them is certain.
fn speaks_of_the_rest(text: &str) -> bool {
    [
        "ただし",
        "但し",
        "翌",
        "振替",
        "振り替え",
        "変更",
        "中止",
        "休",
        "除",
        "以外",
        "場合",
        "祝日",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// A part put together.
#[derive(Default)]
struct Built {
    anytime: bool,
    rules: Vec<Rule>,
    except: Vec<Pause>,
}

impl Built {
    /// `None` when the tokens do not fit together, or leave open what is meant.
    fn from(tokens: Vec<Token>) -> Option<Self> {
        let mut built = Self::default();
        let mut anytime = false;
        let mut times = Vec::new();
        let mut clauses = Clauses::new(&tokens);
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            let next = rest.peek();
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
            built.rules = Clause {
                days: vec![(Days::Weekly(WeekdaySet::ALL), false)],
                ..Clause::default()
            }
            .rules()?;
        }
        for mut clause in clauses {
            if anytime && clause.days.is_empty() && clause.hours.is_empty() {
                clause.daily = true;
            }
            built.rules.extend(clause.rules()?);
        }
        times
            .iter()
            .all(|times| agrees(times, &built.rules))
            .then_some(())?;
        for rule in &mut built.rules {
            rule.except.extend_from_slice(&built.except);
        }
        Some(built)
    }
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

/// Days with their hours, season and period.
#[derive(Debug, Clone, Default)]
struct Clause {
    /// Days, and whether holidays among them do not count.
    days: Vec<(Days, bool)>,
    hours: Vec<Hours>,
    months: Option<Months>,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    every_other_month: Option<bool>,
    /// A period of dates: without other days every day of it is meant.
    daily: bool,
    /// The season or period stood behind the days, so it is not the next clause's.
    suffixed: bool,
}

/// Gives each token to the clause it belongs to.
struct Clauses {
    done: Vec<Clause>,
    now: Clause,
    hours_come_first: bool,
}

impl Clauses {
    fn new(tokens: &[Token]) -> Self {
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
    fn days(&mut self, days: impl Iterator<Item = (Days, bool)>) -> Option<()> {
        if self.now.suffixed && self.now.hours.is_empty() {
            return None;
        }
        if self.now.suffixed || (self.now.is_complete() && !self.hours_come_first) {
            self.begin_like(false);
        }
        self.now.days.extend(days);
        Some(())
    }

    fn hours(&mut self, hours: Hours) {
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
    fn modify(&mut self, next: Option<&Token>, change: impl FnOnce(&mut Clause) -> Option<()>) -> Option<()> {
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

    fn finish(mut self) -> Vec<Clause> {
        if !self.now.is_empty() {
            self.done.push(self.now);
        }
        self.done
    }
}

impl Clause {
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

    fn period(&mut self, since: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<()> {
        if let Some(since) = since {
            set(&mut self.since, since)?;
        }
        if let Some(until) = until {
            set(&mut self.until, until)?;
        }
        Some(())
    }

    /// Every day with every hour; `None` when no day is known, or 隔週 and 隔月 do not say from when.
    fn rules(self) -> Option<Vec<Rule>> {
        let days = match self.days {
            days if days.is_empty() && self.daily => vec![(Days::Weekly(WeekdaySet::ALL), false)],
            days => days,
        };
        (!days.is_empty()).then_some(())?;
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
fn set<T: PartialEq>(slot: &mut Option<T>, value: T) -> Option<()> {
    if slot.as_ref().is_some_and(|before| *before != value) {
        return None;
    }
    *slot = Some(value);
    Some(())
}
