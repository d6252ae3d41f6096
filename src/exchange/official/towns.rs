//! The gazetteer: Geolonia 住所データ (API JSON, latest.csv) and 国土交通省 位置参照情報 (大字・町丁目, 街区).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    BLOCKS_ISJ, Origin, TOWNS_GEOLONIA, TOWNS_ISJ,
    address::Keep,
    record::{Column, Record, column, table},
};
use crate::{
    districts::district::Place,
    exchange::{
        report::{Parsed, Problem},
        sheet::{Line, SheetError},
    },
    kernel::{geo::LngLat, id::derived, text},
};

/// What a file holds.
#[derive(Debug)]
pub struct Read {
    /// Whose data it is.
    pub origin: &'static Origin,
    /// The places of the municipality.
    pub parsed: Parsed<Place>,
    /// Rows of other municipalities.
    pub elsewhere: usize,
}

const COLUMNS: &[Column] = &[
    column("都道府県名", &[]),
    column("市区町村コード", &[]),
    column("市区町村名", &[]),
    column("大字", &["大字町丁目名", "大字・丁目名", "town", "町字"]),
    column("小字", &["小字・通称名", "koaza"]),
    column("街区", &["街区符号・地番"]),
    column("緯度", &["lat", "latitude"]),
    column("経度", &["lng", "lon", "longitude"]),
    column("代表フラグ", &[]),
    column("更新前", &["更新前履歴フラグ"]),
    column("更新後", &["更新後履歴フラグ"]),
    column("原典資料コード", &[]),
];

/// The places of a CSV; which of the three it is shows in its columns.
pub fn parse_table(lines: Vec<Line>, keep: &Keep) -> Result<Read, SheetError> {
    let mut problems = Vec::new();
    let table = table(lines, COLUMNS, &["大字", "緯度", "経度"], &mut problems)?;
    let origin = match (table.has("街区"), table.has("原典資料コード")) {
        (true, _) => &BLOCKS_ISJ,
        (_, true) => &TOWNS_ISJ,
        _ => &TOWNS_GEOLONIA,
    };
    let (mut rows, mut elsewhere) = (Vec::new(), 0);
    for row in &table.rows {
        let mut record = Record::new(&table, row);
        let city = format!(
            "{}{}",
            record.text("都道府県名").unwrap_or_default(),
            record.text("市区町村名").unwrap_or_default()
        );
        let code = record.text("市区町村コード").unwrap_or_default();
        let unsaid = city.is_empty() && code.is_empty();
        if !unsaid && !keep.has(&code, &city) {
            elsewhere += 1;
            continue;
        }
        // A block that no longer exists keeps its row with a flag.
        if record.text("更新前").as_deref() == Some("1") && record.text("更新後").as_deref() != Some("1")
        {
            continue;
        }
        let town = record.text("大字");
        let point = record.point("緯度", "経度");
        match (town, point) {
            (Some(town), Some(point)) if !record.failed() => rows.push((
                row.number,
                Named {
                    town,
                    koaza: record.text("小字").unwrap_or_default(),
                    block: record.text("街区").unwrap_or_default(),
                    point,
                },
            )),
            (town, None) if !record.failed() => {
                record.warning("緯度", &town.unwrap_or_default(), "位置がないので取り込みません");
            }
            _ => {}
        }
        problems.append(&mut record.problems);
    }
    Ok(Read {
        origin,
        parsed: Parsed {
            entries: places(origin, rows),
            problems,
        },
        elsewhere,
    })
}

/// One item of Geolonia's API answer for a municipality.
#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default, alias = "大字町丁目名")]
    town: Option<String>,
    #[serde(default, alias = "小字・通称名")]
    koaza: Option<String>,
    lat: Option<f64>,
    #[serde(alias = "lon")]
    lng: Option<f64>,
}

/// The places of Geolonia's API answer: `[{"town","koaza","lat","lng"}]`.
pub fn parse_json(reader: impl std::io::Read) -> Result<Read, String> {
    let items: Vec<Item> = serde_json::from_reader(reader).map_err(|e| {
        format!(
            "Geoloniaの住所データ [{{\"town\", \"koaza\", \"lat\", \"lng\"}} …] として読めません({}行{}文字目)",
            e.line(),
            e.column()
        )
    })?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (at, item) in items.into_iter().enumerate() {
        let number = at + 1;
        let town = item.town.unwrap_or_default();
        let parts = [("town", Some(&town)), ("koaza", item.koaza.as_ref())];
        if let Some((column, why)) = parts
            .into_iter()
            .find_map(|(column, part)| Some((column, text::unseen(part?)?)))
        {
            problems.push(Problem::error(number, column, "", why));
            continue;
        }
        let (Some(lat), Some(lng)) = (item.lat, item.lng) else {
            problems.push(Problem::warning(
                number,
                "lat",
                &town,
                "位置がないので取り込みません",
            ));
            continue;
        };
        match LngLat::new(lng, lat) {
            Ok(point) if !town.is_empty() => rows.push((
                number,
                Named {
                    town,
                    koaza: item.koaza.unwrap_or_default(),
                    block: String::new(),
                    point,
                },
            )),
            Ok(_) => problems.push(Problem::error(number, "town", "", "町字の名前がありません")),
            Err(why) => problems.push(Problem::error(
                number,
                "lat",
                &format!("{lat}, {lng}"),
                why.to_string(),
            )),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        return Err("町字が1つもありません".into());
    }
    Ok(Read {
        origin: &TOWNS_GEOLONIA,
        parsed: Parsed {
            entries: places(&TOWNS_GEOLONIA, rows),
            problems,
        },
        elsewhere: 0,
    })
}

struct Named {
    town: String,
    koaza: String,
    block: String,
    point: LngLat,
}

/// A key that sorts the finer and more official source first: of two places of one name the gazetteer takes the first.
fn key(origin: &Origin, name: &str) -> String {
    let rank = match origin.key {
        "places-isj-block" => 1,
        "places-isj-town" => 2,
        _ => 3,
    };
    derived(&format!("p{rank}"), &[name])
}

/// Rows as places; a file of blocks also gives each town as the middle of its blocks.
fn places(origin: &'static Origin, rows: Vec<(usize, Named)>) -> Vec<(usize, Place)> {
    let place = |name: String, point: LngLat| Place {
        id: key(origin, &name),
        name,
        point,
        source: Some(origin.key.to_owned()),
    };
    let mut named: BTreeMap<String, (usize, LngLat)> = BTreeMap::new();
    let mut towns: BTreeMap<String, (usize, f64, f64, f64)> = BTreeMap::new();
    for (number, row) in rows {
        let town = format!("{}{}", row.town, row.koaza);
        if !row.block.is_empty() {
            let block = text::nfkc(&row.block);
            let sum = towns.entry(town.clone()).or_insert((number, 0.0, 0.0, 0.0));
            (sum.1, sum.2, sum.3) = (sum.1 + row.point.lng(), sum.2 + row.point.lat(), sum.3 + 1.0);
            named
                .entry(format!("{town}{block}"))
                .or_insert((number, row.point));
        } else {
            named.entry(town).or_insert((number, row.point));
        }
    }
    for (town, (number, lng, lat, n)) in towns {
        if let Ok(middle) = LngLat::new(lng / n, lat / n) {
            named.entry(town).or_insert((number, middle));
        }
    }
    named
        .into_iter()
        .map(|(name, (number, point))| (number, place(name, point)))
        .collect()
}
