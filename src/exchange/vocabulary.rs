//! Which column a heading means: our own headings, and the ones that groups use in their own tables (`data/vocab/headings.csv`).

use std::sync::LazyLock;

use super::{
    opportunities, resources,
    sheet::{Headings, Line, heading_key},
};

/// The name of an opportunity in a table where 名称 is the resource's.
pub const ACTIVITY_NAME: &str = "活動名";
/// 公開範囲 of an opportunity where 公開範囲 is the resource's.
pub const ACTIVITY_VISIBILITY: &str = "機会の公開範囲";
/// 状態 of an opportunity where 状態 is the resource's.
pub const ACTIVITY_STATUS: &str = "機会の状態";
/// The column whose parts may stand in several (曜日, 時間): they are read together, left to right.
pub const JOINED: &str = "日時";

/// Columns of both tables that mean the resource when they stand in one row.
const SHARED: &[&str] = &["資源ID", "名称", "公開範囲", "状態"];

/// The columns of one kind of table.
#[derive(Debug)]
pub struct Vocabulary {
    /// Headings of ours.
    pub columns: Vec<&'static str>,
    /// Other headings in their compared form, with what they may mean, the likeliest first; none for one that is passed over.
    aliases: Vec<(String, Vec<&'static str>)>,
}

/// resources.csv and the combined sheet.
pub static RESOURCES: LazyLock<Vocabulary> = LazyLock::new(|| {
    let activities = opportunities::COLUMNS.iter().filter(|c| !SHARED.contains(c));
    let own = [ACTIVITY_NAME, ACTIVITY_VISIBILITY, ACTIVITY_STATUS];
    Vocabulary::new(
        resources::COLUMNS
            .iter()
            .chain(activities)
            .chain(&own)
            .copied()
            .collect(),
    )
});

/// opportunities.csv.
pub static OPPORTUNITIES: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::new(opportunities::COLUMNS.to_vec()));

impl Vocabulary {
    fn new(columns: Vec<&'static str>) -> Self {
        let aliases = include_str!("../../data/vocab/headings.csv")
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with("# "))
            .filter_map(|line| line.split_once(','))
            .filter_map(|(heading, meant)| {
                let known: Vec<_> = meant
                    .split(';')
                    .filter_map(|m| columns.iter().find(|c| **c == m.trim()).copied())
                    .collect();
                // A heading that means columns of other tables alone is unknown here.
                (meant.trim().is_empty() || !known.is_empty()).then(|| (heading_key(heading), known))
            })
            .collect();
        Self { columns, aliases }
    }

    /// The headings of a row, understood.
    pub fn headings(&self, line: &Line) -> Headings {
        let mut head = Headings::unread(line);
        // Our own headings come first, so that another word never takes the place of the real one.
        for exact in [true, false] {
            for at in head.open() {
                let key = heading_key(&head.headings[at]);
                let key = if exact { key } else { bare(&key) };
                if let Some(column) = self.columns.iter().find(|c| heading_key(c) == key) {
                    head.take(at, column, exact);
                }
            }
        }
        for at in head.open() {
            let key = heading_key(&head.headings[at]);
            let Some((_, meant)) = self
                .aliases
                .iter()
                .find(|(alias, _)| *alias == key)
                .or_else(|| self.aliases.iter().find(|(alias, _)| *alias == bare(&key)))
            else {
                continue;
            };
            if meant.is_empty() {
                head.pass_over(at);
            } else if meant.contains(&JOINED) && head.has_alias(JOINED) {
                head.join(at, JOINED);
            } else if let Some(column) = meant.iter().find(|c| !head.has(c)) {
                head.take(at, column, false);
            }
        }
        head
    }

    /// The columns of ours that a heading row has.
    pub fn found<'a>(&'a self, head: &'a Headings) -> impl Iterator<Item = &'static str> + 'a {
        self.columns.iter().copied().filter(|column| head.has(column))
    }
}

/// A heading without its note: 「定員(人)」, 「名称※」, 「【必須】名称」, 「電話番号*」.
fn bare(key: &str) -> String {
    let mut kept = String::with_capacity(key.len());
    let mut depth = 0_usize;
    for c in key.chars() {
        match c {
            '(' | '【' | '[' | '〔' => depth += 1,
            ')' | '】' | ']' | '〕' => depth = depth.saturating_sub(1),
            '※' | '*' | '★' | '●' | '○' | ':' => {}
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(vocabulary: &Vocabulary, headings: &str, expected: &[(&str, &str)], unknown: &[&str]) {
        let head = vocabulary.headings(&Line::of(1, headings.split(',')));
        let row: Vec<String> = (0..head.headings.len()).map(|i| i.to_string()).collect();
        let row = Line::of(2, row.iter().map(String::as_str));
        for (column, at) in expected {
            assert_eq!(
                head.text(&row, column).as_deref(),
                Some(*at),
                "{column} in {headings}"
            );
        }
        assert_eq!(
            vocabulary.found(&head).count(),
            expected.len(),
            "{headings}: {head:?}"
        );
        let named: Vec<&str> = head
            .unknown_columns()
            .map(|at| head.headings[at].as_str())
            .collect();
        assert_eq!(named, unknown, "{headings}");
    }

    #[test]
    fn headings_mean_what_people_mean_by_them() {
        check(
            &RESOURCES,
            "No.,団体名,住所,ＴＥＬ,曜日,時間,参加費(円),会場,備考欄",
            &[
                ("名称", "1"),
                ("所在地", "2"),
                ("電話番号", "3"),
                ("日時", "4 5"),
                ("費用円", "6"),
                ("方書", "7"),
            ],
            &["備考欄"],
        );
        check(
            &RESOURCES,
            "団体名,名称【必須】,名称,活動名,定員（人）",
            &[("運営団体", "0"), ("名称", "2"), ("活動名", "3"), ("定員", "4")],
            &["名称【必須】"],
        );
        check(
            &OPPORTUNITIES,
            "資源ID,名称,役割,電話",
            &[("資源ID", "0"), ("名称", "1"), ("役割", "2")],
            &["電話"],
        );
    }

    #[test]
    fn every_line_of_the_table_means_a_column_that_there_is() {
        for line in include_str!("../../data/vocab/headings.csv").lines().skip(1) {
            let Some((heading, meant)) = line.split_once(',').filter(|_| !line.starts_with("# ")) else {
                continue;
            };
            for column in meant.split(';').filter(|m| !m.is_empty()) {
                assert!(RESOURCES.columns.contains(&column), "{heading}: {column}");
            }
            let own = RESOURCES
                .columns
                .iter()
                .any(|c| heading_key(c) == heading_key(heading));
            assert!(!own || meant == heading, "{heading} is a heading of ours");
        }
    }
}
