//! Reads the table of districts of which only the centre is known: names, centres and population, no outlines.

use super::district::{District, DistrictLevel, Population};
use crate::kernel::{
    geo::LngLat,
    id::DistrictId,
    text::{cell, key},
};

/// Reads the CSV (UTF-8; 地区コード, 地区, 緯度 and 経度 are required). The districts have no outline yet:
/// [`super::outlines::fill`] draws them. Otherwise every problem, with the number of its line.
pub fn parse(text: &str) -> Result<(Vec<District>, Vec<Population>), Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers: Vec<String> = match reader.headers() {
        Ok(found) => found.iter().map(key).collect(),
        Err(e) => return Err(vec![format!("1行目: 見出しを読めません({e})")]),
    };
    let missing: Vec<String> = ["地区コード", "地区", "緯度", "経度"]
        .iter()
        .filter(|name| !headers.iter().any(|h| h == *name))
        .map(|name| format!("1行目: 列「{name}」がありません"))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut districts, mut figures, mut problems) = (Vec::<District>::new(), Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                problems.push(format!("読めない行があります({e})"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row {
            headers: &headers,
            record: &record,
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
    if problems.is_empty() {
        Ok((districts, figures))
    } else {
        Err(problems)
    }
}

struct Row<'a> {
    headers: &'a [String],
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Option<String> {
        let at = self.headers.iter().position(|h| h == &key(column))?;
        cell(self.record.get(at)?)
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
        let mut problems = Vec::new();
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
        let year = self.count("年", &mut problems);
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
            illustrative: true,
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
    }
}
