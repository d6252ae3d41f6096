//! Population by district: `地区, 年, 総人口, 65歳以上, 75歳以上, 世帯数`, or 推奨データセット・自治体標準 地域・年齢別人口.

use super::record::{Column, Record, column, table};
use crate::{
    districts::district::Population,
    exchange::{
        report::Parsed,
        sheet::{Line, SheetError, table::Table},
    },
    kernel::{calendar_ja, id::DistrictId, text},
};

const COLUMNS: &[Column] = &[
    column("地区", &["地域名", "地区名", "name", "district"]),
    column("地区コード", &["地域コード", "id", "code"]),
    column("年", &["year"]),
    column("調査年月日", &[]),
    column("総人口", &["人口", "population", "total"]),
    column("65歳以上", &["65歳以上人口", "age65"]),
    column("75歳以上", &["75歳以上人口", "age75"]),
    column("世帯数", &["世帯総数", "households"]),
    column("出典", &["source"]),
];

/// Reads the figures. `district` finds a 地区 by name or code.
pub fn parse(
    lines: Vec<Line>,
    district: &dyn Fn(&str) -> Option<DistrictId>,
) -> Result<Parsed<Population>, SheetError> {
    let mut problems = Vec::new();
    let table = table(lines, COLUMNS, &["地区", "総人口"], &mut problems)?;
    let mut entries: Vec<(usize, Population)> = Vec::new();
    for row in &table.rows {
        let mut record = Record::new(&table, row);
        if let Some(figure) = figure(&table, &mut record, district).filter(|_| !record.failed()) {
            let twin = entries
                .iter()
                .find(|(_, f)| (&f.district, f.year) == (&figure.district, figure.year));
            match twin.map(|(first, _)| *first) {
                Some(first) => record.error(
                    "地区",
                    figure.district.as_str(),
                    format!("{first}行目と同じ地区と年です"),
                ),
                None => entries.push((row.number, figure)),
            }
        }
        problems.append(&mut record.problems);
    }
    Ok(Parsed { entries, problems })
}

fn figure(
    table: &Table,
    record: &mut Record,
    district: &dyn Fn(&str) -> Option<DistrictId>,
) -> Option<Population> {
    let name = record.text("地区");
    let code = record.text("地区コード");
    let found = code
        .as_deref()
        .and_then(district)
        .or_else(|| district(name.as_deref()?));
    if found.is_none() {
        let value = name.or(code).unwrap_or_default();
        record.error(
            "地区",
            &value,
            "登録されていない地区です。先に「yosatte import districts」で地区を取り込んでください",
        );
    }
    let year = year(record);
    let total = count(record, "総人口");
    if total.is_none() && !record.failed() {
        record.error("総人口", "", "総人口がありません");
    }
    let (age65, age75) = (count(record, "65歳以上"), count(record, "75歳以上"));
    let figure = Population {
        district: found?,
        year: year?,
        total: total?,
        age65: age65.or_else(|| from_age(table, record, 65)),
        age75: age75.or_else(|| from_age(table, record, 75)),
        households: count(record, "世帯数"),
        source: record.short("出典", 200),
    };
    let parts = [figure.age65, figure.age75];
    if parts.iter().flatten().any(|part| *part > figure.total) || figure.age75 > figure.age65.or(figure.age75)
    {
        record.error(
            "総人口",
            &figure.total.to_string(),
            "65歳以上や75歳以上の人数の方が多くなっています",
        );
        return None;
    }
    Some(figure)
}

/// 年 as `2020`, `2020年`, `令和2年`, or the year of 調査年月日.
fn year(record: &mut Record) -> Option<i64> {
    let column = if record.text("年").is_some() {
        "年"
    } else {
        "調査年月日"
    };
    let Some(value) = record.text(column) else {
        record.error("年", "", "何年の人口か、年か調査年月日を書いてください");
        return None;
    };
    let key = text::key(&value);
    let plain = key.trim_end_matches(['年', '度']).parse::<i64>().ok();
    let read = plain.or_else(|| {
        let date = calendar_ja::parse_date(&value)
            .or_else(|| calendar_ja::parse_date(&format!("{}1月1日", value.trim())))?;
        Some(i64::from(chrono::Datelike::year(&date)))
    });
    let read = read.filter(|y| (1900..=2100).contains(y));
    if read.is_none() {
        record.error(column, &value, "2020 か 令和2年 のように書いてください");
    }
    read
}

fn count(record: &mut Record, column: &str) -> Option<i64> {
    let value = record.text(column)?;
    let key = text::key(&value).replace(',', "");
    if matches!(key.as_str(), "-" | "*" | "x" | "…") {
        return None;
    }
    let read = key
        .trim_end_matches(['人', '世', '帯'])
        .parse()
        .ok()
        .filter(|n: &i64| *n >= 0);
    if read.is_none() {
        record.error(column, &value, "0以上の整数にしてください");
    }
    read
}

/// The sum of the five-year columns from this age on (`65-69歳の男性`, `85歳以上の女性`); `None` when there are none.
fn from_age(table: &Table, record: &mut Record, from: u32) -> Option<i64> {
    let columns: Vec<String> = table
        .headings
        .iter()
        .filter(|h| first_age(h).is_some_and(|age| age >= from))
        .cloned()
        .collect();
    let mut sum = None;
    for column in columns {
        if let Some(n) = count(record, &column) {
            sum = Some(sum.unwrap_or(0) + n);
        }
    }
    sum
}

/// The lower age of a column of one sex: 65 for `65-69歳の男性`.
fn first_age(heading: &str) -> Option<u32> {
    let key = text::key(heading);
    let ages = key
        .strip_suffix("の男性")
        .or_else(|| key.strip_suffix("の女性"))?;
    let digits: String = ages.chars().take_while(char::is_ascii_digit).collect();
    (ages.contains('歳')).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::sheet;

    fn check(text: &str, expected: Result<&str, &str>) {
        let lines = sheet::read_bytes(text.as_bytes()).unwrap().remove(0);
        let known =
            |name: &str| (name == "水沢" || name == "oshu-01").then(|| DistrictId::new("oshu-01").unwrap());
        let parsed = parse(lines, &known).unwrap();
        let told: Vec<String> = parsed
            .entries
            .iter()
            .map(|(_, f)| {
                format!(
                    "{} {} {} {:?} {:?} {:?}",
                    f.district, f.year, f.total, f.age65, f.age75, f.households
                )
            })
            .collect();
        match expected {
            Ok(figures) => assert_eq!(
                (told.join("; ").as_str(), parsed.problems.len()),
                (figures, 0),
                "{:?}",
                parsed.problems
            ),
            Err(part) => assert!(
                parsed.problems.iter().any(|p| p.to_string().contains(part)),
                "{part}: {:?}",
                parsed.problems
            ),
        }
    }

    #[test]
    fn both_kinds_of_table_give_the_same_figures() {
        let plain = "地区,年,総人口,65歳以上,75歳以上,世帯数\n水沢,令和2年,\"1,000\",300,100,400\n";
        check(plain, Ok("oshu-01 2020 1000 Some(300) Some(100) Some(400)"));
        let standard = "全国地方公共団体コード,地域コード,調査年月日,地域名,総人口,60-64歳の男性,65-69歳の男性,70-74歳の女性,75-79歳の女性,85歳以上の男性,世帯数\n\
                        032158,oshu-01,2020-10-01,みずさわ,1000,50,150,50,60,40,400\n";
        check(standard, Ok("oshu-01 2020 1000 Some(300) Some(100) Some(400)"));
    }

    #[test]
    fn a_row_that_cannot_be_right_is_told() {
        check(
            "地区,年,総人口\n宇宙,2020,5\n",
            Err("2行目 「地区」 値「宇宙」 登録されていない地区"),
        );
        check("地区,年,総人口\n水沢,いつか,5\n", Err("2020 か 令和2年"));
        check("地区,年,総人口,65歳以上\n水沢,2020,5,6\n", Err("の方が多く"));
        check("地区,年,総人口\n水沢,2020,-5\n", Err("0以上の整数"));
        check("地区,年,総人口\n水沢,2020,5\n水沢,2020,6\n", Err("2行目と同じ"));
    }
}
