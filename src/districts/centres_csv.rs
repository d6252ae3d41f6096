//! Reads the table of districts of which only the centre is known: names, centres and population, no outlines.

use super::district::{District, DistrictLevel, Population};
use crate::kernel::{
    geo::LngLat,
    id::DistrictId,
    text::{cell, key, unseen},
};

/// Columns by the name used here, and the others they have been seen with.
const NAMES: [(&str, &[&str]); 11] = [
    ("地区コード", &["id", "code"]),
    ("地区", &["name", "地区名", "名称"]),
    ("旧市町村", &["former_municipality", "parent", "区"]),
    ("緯度", &["centre_lat", "lat", "拠点緯度"]),
    ("経度", &["centre_lng", "lng", "lon", "拠点経度"]),
    ("総人口", &["pop2020_est", "population"]),
    ("65歳以上", &["pop65_2020_est", "age65"]),
    ("75歳以上", &["pop75_2020_est", "age75"]),
    ("世帯数", &["households2020_est", "households"]),
    ("年", &["year"]),
    ("出典", &["source"]),
];

/// How many rows are searched for the headings.
const SEARCHED: usize = 5;

/// Reads a CSV in UTF-8, see [`rows`].
pub fn parse(text: &str) -> Result<(Vec<District>, Vec<Population>), Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let read: Result<Vec<(usize, Vec<String>)>, csv::Error> = reader
        .records()
        .enumerate()
        .map(|(at, record)| Ok((at + 1, record?.iter().map(str::to_owned).collect())))
        .collect();
    rows(
        read.map_err(|e| vec![format!("読めない行があります({e})")])?
            .into_iter(),
    )
}

/// Reads numbered rows (地区コード, 地区, 緯度 and 経度 are required; title rows may stand above the headings). The
/// districts have no outline yet: [`super::outlines::fill`] draws them. Otherwise every problem, with the number of its
/// row.
pub fn rows(
    mut rows: impl Iterator<Item = (usize, Vec<String>)>,
) -> Result<(Vec<District>, Vec<Population>), Vec<String>> {
    let needed = ["地区コード", "地区", "緯度", "経度"];
    let missing = |headers: &[String]| -> Vec<&str> {
        needed
            .into_iter()
            .filter(|n| find(headers, n).is_none())
            .collect()
    };
    let mut nearest: Option<Vec<&str>> = None;
    let headers = rows.by_ref().take(SEARCHED).find_map(|(_, cells)| {
        let headers: Vec<String> = cells
            .iter()
            .map(|c| key(c.trim_start_matches('\u{feff}')))
            .collect();
        let lacks = missing(&headers);
        if lacks.is_empty() {
            return Some(headers);
        }
        if nearest.as_ref().is_none_or(|n| lacks.len() < n.len()) {
            nearest = Some(lacks);
        }
        None
    });
    let Some(headers) = headers else {
        let lacks = nearest.unwrap_or(needed.to_vec()).join("」「");
        return Err(vec![format!(
            "見出しの行に列「{lacks}」がありません。はじめの{SEARCHED}行のどこかに必要です"
        )]);
    };
    let (mut districts, mut figures, mut problems) = (Vec::<District>::new(), Vec::new(), Vec::new());
    for (line, cells) in rows.filter(|(_, cells)| cells.iter().any(|c| !c.trim().is_empty())) {
        let row = Row {
            headers: &headers,
            cells: &cells,
        };
        match row.read() {
            Ok((district, _)) if districts.iter().any(|d| d.id == district.id) => {
                problems.push(format!("{line}行目: 地区コード「{}」が二度あります", district.id));
            }
            Ok((district, figure)) => {
                districts.push(district);
                figures.extend(figure);
            }
            Err(found) => problems.extend(found.into_iter().map(|p| format!("{line}行目: {p}"))),
        }
    }
    if districts.is_empty() && problems.is_empty() {
        problems.push("見出しの下に行がありません".to_owned());
    }
    if problems.is_empty() {
        Ok((districts, figures))
    } else {
        Err(problems)
    }
}

/// Where a column stands, by any of its names.
fn find(headers: &[String], column: &str) -> Option<usize> {
    let others = NAMES
        .iter()
        .find(|(name, _)| *name == column)
        .map_or(&[][..], |(_, also)| also);
    [column]
        .iter()
        .chain(others)
        .find_map(|name| headers.iter().position(|h| *h == key(name)))
}

struct Row<'a> {
    headers: &'a [String],
    cells: &'a [String],
}

impl Row<'_> {
    fn text(&self, column: &str) -> Option<String> {
        cell(self.cells.get(find(self.headers, column)?)?)
    }

    /// The year of the figures: its own column, or the one in the name of the column (`pop2020_est`).
    fn year(&self, problems: &mut Vec<String>) -> Option<i64> {
        self.count("年", problems).or_else(|| {
            let heading = self.headers.get(find(self.headers, "総人口")?)?;
            let digits: String = heading.chars().filter(char::is_ascii_digit).collect();
            digits.parse().ok().filter(|y| (1900..=2100).contains(y))
        })
    }

    fn count(&self, column: &str, problems: &mut Vec<String>) -> Option<i64> {
        let text = self.text(column)?;
        let number = key(&text).replace(',', "").parse().ok().filter(|n: &i64| *n >= 0);
        if number.is_none() {
            problems.push(format!(
                "{column}「{text}」を読めません。0以上の整数にしてください"
            ));
        }
        number
    }

    fn degrees(&self, column: &str, problems: &mut Vec<String>) -> Option<f64> {
        let text = self.text(column)?;
        let number = key(&text).parse::<f64>().ok();
        if number.is_none() {
            problems.push(format!(
                "{column}「{text}」を読めません。39.1234 のような数にしてください"
            ));
        }
        number
    }

    fn read(&self) -> Result<(District, Option<Population>), Vec<String>> {
        let mut problems: Vec<String> = self.cells.iter().filter_map(|c| unseen(c)).collect();
        let code = self.text("地区コード").unwrap_or_default();
        let id = DistrictId::new(code.as_str())
            .map_err(|e| problems.push(format!("地区コード「{code}」: {e}")))
            .ok();
        let name = self.text("地区");
        if name.is_none() {
            problems.push("地区の名前がありません".to_owned());
        }
        let (lat, lng) = (
            self.degrees("緯度", &mut problems),
            self.degrees("経度", &mut problems),
        );
        let centre = match (lng, lat) {
            (Some(lng), Some(lat)) => LngLat::new(lng, lat)
                .map_err(|e| problems.push(format!("緯度{lat}・経度{lng}: {e}")))
                .ok(),
            (None, None) => None,
            _ => {
                problems.push("緯度と経度は両方を入れてください".to_owned());
                None
            }
        };
        let total = self.count("総人口", &mut problems);
        let year = self.year(&mut problems);
        let (age65, age75) = (
            self.count("65歳以上", &mut problems),
            self.count("75歳以上", &mut problems),
        );
        let households = self.count("世帯数", &mut problems);
        let (Some(id), Some(name), true) = (id, name, problems.is_empty()) else {
            return Err(problems);
        };
        let source = self.text("出典");
        let figure = total.zip(year).map(|(total, year)| Population {
            district: id.clone(),
            year,
            total,
            age65,
            age75,
            households,
            source: source.clone(),
        });
        let parent = self.text("旧市町村");
        let level = DistrictLevel::PromotionCouncil;
        let district = District {
            id,
            name,
            level,
            parent,
            centre,
            outline: None,
            illustrative: false,
            sketched: false,
            population: total,
            source,
        };
        Ok((district, figure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OSHU: &str = include_str!("../../data/oshu/districts.csv");

    #[test]
    fn the_thirty_districts_of_oshu_are_read_with_their_people() {
        let (districts, figures) = parse(OSHU).unwrap();
        assert_eq!((districts.len(), figures.len()), (30, 30));
        assert_eq!(figures.iter().map(|f| f.total).sum::<i64>(), 112_860);
        assert!(
            districts[8].source.as_ref().unwrap().contains("代用"),
            "岩谷堂 says its centre is a stand-in"
        );
    }

    #[test]
    fn titles_above_the_headings_and_english_names_are_read() {
        let text = "奥州市の地区\n令和8年,,\nid,name,former_municipality,centre_lat,centre_lng,pop2020_est\noshu-01,水沢,水沢,39.1,141.1,11339\n";
        let (districts, figures) = parse(text).unwrap();
        assert_eq!(districts[0].parent.as_deref(), Some("水沢"));
        assert_eq!((figures[0].year, figures[0].total), (2020, 11339));
    }

    #[test]
    fn a_wrong_row_is_reported_with_its_line_and_value() {
        let head = "地区コード,地区,緯度,経度,総人口\n";
        for (row, part) in [
            ("だめ,甲,39.1,141.1,5", "地区コード「だめ」"),
            ("a,,39.1,141.1,5", "名前がありません"),
            ("a,甲,141.1,39.1,5", "入れ替わって"),
            ("a,甲,39.1,,5", "両方"),
            ("a,甲,39.1,141.1,-5", "総人口「-5」"),
            ("a,甲,NaN,141.1,5", "範囲"),
        ] {
            let problems = parse(&format!("{head}{row}\n")).unwrap_err();
            assert!(
                problems[0].starts_with("2行目: ") && problems[0].contains(part),
                "{problems:?}"
            );
        }
        assert!(parse("地区\n甲\n").unwrap_err()[0].contains("地区コード"));
        assert!(parse("地区コード,地区,緯度,経度\n").unwrap_err()[0].contains("行がありません"));
    }
}
