//! The part of `yosatte check` that looks at districts: what does not agree, and what a person should look at.

use super::say::say;
use crate::{districts::areas::Areas, resources::resource::Resource};

/// So many entries are named; of more only the number is told.
const NAMED: usize = 20;

/// What was seen so far, entry by entry.
pub struct Districts<'a> {
    areas: &'a Areas,
    stale: Vec<String>,
    unknown: Vec<String>,
    outside: Vec<String>,
    disagreeing: Vec<String>,
}

impl<'a> Districts<'a> {
    /// Nothing seen yet.
    pub fn new(areas: &'a Areas) -> Self {
        Self {
            areas,
            stale: Vec::new(),
            unknown: Vec::new(),
            outside: Vec::new(),
            disagreeing: Vec::new(),
        }
    }

    /// Looks at one entry.
    pub fn look(&mut self, resource: &Resource) {
        let entry = &resource.entered;
        let who = format!("{} {}", entry.id, entry.name);
        if self.areas.decide(entry) != resource.district {
            self.stale.push(who.clone());
        }
        let by_outline = entry.location.as_ref().and_then(|l| self.areas.locate(l.point));
        match &entry.entered_district {
            Some(entered) => match self.areas.find(entered.as_str()) {
                None => self.unknown.push(format!("{who}: {entered}")),
                Some(entered) => {
                    if let Some(drawn) = by_outline.filter(|d| d.id != entered.id) {
                        self.disagreeing.push(format!(
                            "{who}: 書かれているのは{}、位置は{}",
                            entered.name, drawn.name
                        ));
                    }
                }
            },
            None if entry.location.is_some() && by_outline.is_none() => self.outside.push(who),
            None => {}
        }
    }

    /// Tells it; whether nothing has to be done.
    pub fn tell(&self) -> bool {
        tell("地区の割り当てが古いもの", &self.stale);
        tell(
            "登録されていない地区が書かれているもの(確かめてください)",
            &self.unknown,
        );
        tell("どの地区にも入らないもの(確かめてください)", &self.outside);
        let drawn = if self.areas.illustrative() {
            "。地区の形は模式図です"
        } else {
            ""
        };
        tell(
            &format!("書かれた地区と位置が食い違うもの(書かれた地区に入れています{drawn})"),
            &self.disagreeing,
        );
        self.stale.is_empty()
    }
}

fn tell(what: &str, entries: &[String]) {
    say!("{what}: {}件", entries.len());
    for entry in entries.iter().take(NAMED) {
        say!("  {entry}");
    }
    if let Some(more) = entries.len().checked_sub(NAMED).filter(|more| *more > 0) {
        say!("  ほか{more}件");
    }
}
