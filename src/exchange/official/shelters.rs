//! 国土地理院 指定避難所 and 指定緊急避難場所: GeoJSON or CSV; a place on both lists is one entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    address::Keep,
    record::{Column, Record, column, table},
};
use crate::{
    districts::geojson_in::stream,
    exchange::{
        report::{Parsed, Problem},
        sheet::{Line, SheetError},
    },
    kernel::{
        geo::LngLat,
        id::{ResourceId, derived},
        text,
    },
    resources::{
        resource::{Location, NewResource},
        words::*,
    },
};

/// The disasters a place is meant for, as the columns are headed.
const HAZARDS: [&str; 8] = [
    "洪水",
    "崖崩れ、土石流及び地滑り",
    "高潮",
    "地震",
    "津波",
    "大規模な火事",
    "内水氾濫",
    "火山現象",
];

/// The columns of both lists, and of the municipal data sets of the same name.
const COLUMNS: &[Column] = &[
    column("共通ID", &[]),
    column("都道府県名及び市町村名", &["市区町村名", "地方公共団体名"]),
    column("名称", &["施設・場所名", "施設・場所等名称"]),
    column("住所", &["所在地_連結表記"]),
    column("洪水", &["災害種別_洪水"]),
    column(
        "崖崩れ、土石流及び地滑り",
        &[
            "災害種別_崖崩れ、土石流及び地滑り",
            "災害種別_崖崩れ・土石流及び地滑り",
        ],
    ),
    column("高潮", &["災害種別_高潮"]),
    column("地震", &["災害種別_地震"]),
    column("津波", &["災害種別_津波"]),
    column("大規模な火事", &["災害種別_大規模な火事"]),
    column("内水氾濫", &["災害種別_内水氾濫"]),
    column("火山現象", &["災害種別_火山現象"]),
    column("受入対象者", &[]),
    column("その他", &["その他市町村長が必要と認める事項"]),
    column("電話番号", &[]),
    column("緯度", &[]),
    column("経度", &[]),
    column("備考", &[]),
];

/// What one list says of a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shelter {
    /// Its name.
    pub name: String,
    address: Option<String>,
    point: LngLat,
    hazards: Vec<String>,
    accepts: Option<String>,
    notes: Option<String>,
}

/// A row with the key of its place and the list it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct ShelterRow {
    /// Key of the place.
    pub id: ResourceId,
    /// 指定避難所 or 指定緊急避難場所.
    pub list: &'static str,
    /// The row.
    pub shelter: Shelter,
}

const EVACUATION: &str = "指定避難所";
const EMERGENCY: &str = "指定緊急避難場所";

/// The rows of a CSV or workbook, and how many of other municipalities were left.
pub fn parse_table(lines: Vec<Line>, keep: &Keep) -> Result<(Parsed<ShelterRow>, usize), SheetError> {
    let mut problems = Vec::new();
    let table = table(lines, COLUMNS, &["名称", "緯度", "経度"], &mut problems)?;
    let list = list_of(&|heading| table.has(heading));
    let (mut entries, mut elsewhere) = (Vec::new(), 0);
    for row in &table.rows {
        let mut record = Record::new(&table, row);
        let common = record.text("共通ID");
        if !belongs(keep, common.as_deref(), record.text("都道府県名及び市町村名")) {
            elsewhere += 1;
            continue;
        }
        let point = record.point("緯度", "経度");
        let hazards = HAZARDS
            .iter()
            .filter(|h| record.text(h).is_some_and(|v| marked(&v)));
        let hazards = hazards.map(|h| (*h).to_owned()).collect();
        if let Some(broken) = common.as_deref().filter(|c| super::record::exponent(c)) {
            record.warning(
                "共通ID",
                broken,
                "Excelで桁がこわれています。名称と住所で見分けます",
            );
        }
        let read = row_of(&mut record, list, common, point, hazards);
        if let Some(read) = read.filter(|_| !record.failed()) {
            entries.push((row.number, read));
        }
        problems.append(&mut record.problems);
    }
    Ok((Parsed { entries, problems }, elsewhere))
}

/// Whether the row is the municipality's, by its name or by the code inside 共通ID (`E03215…`); a list that says neither is.
fn belongs(keep: &Keep, common: Option<&str>, named: Option<String>) -> bool {
    let common = common
        .map(text::key)
        .filter(|c| c.len() == 14 && c.starts_with('e'));
    let code = common.as_deref().map_or("", |c| &c[1..6]);
    (named.is_none() && code.is_empty()) || keep.has(code, &named.unwrap_or_default())
}

fn row_of(
    record: &mut Record,
    list: &'static str,
    common: Option<String>,
    point: Option<LngLat>,
    hazards: Vec<String>,
) -> Option<ShelterRow> {
    let name = record.name("名称");
    if point.is_none() && !record.failed() {
        record.error("緯度", "", "緯度と経度がありません");
    }
    let address = record.short("住所", 300);
    let (name, point) = (name?, point?);
    Some(ShelterRow {
        id: id(common.as_deref(), &name, address.as_deref())?,
        list,
        shelter: Shelter {
            address,
            point,
            hazards,
            accepts: record.short("受入対象者", 300),
            notes: record.short("備考", 500),
            name,
        },
    })
}

/// A feature of the GeoJSON: its properties under the same headings, its point as the geometry.
///
/// # Errors
/// What is wrong with it. `Ok(None)` is another municipality's.
pub fn parse_feature(
    number: usize,
    properties: &Map<String, Value>,
    point: [f64; 2],
    keep: &Keep,
) -> Result<Option<ShelterRow>, Problem> {
    let wrong = |column: &str, value: &str, message: String| Problem::error(number, column, value, message);
    let said = |names: &[&str]| {
        names.iter().find_map(|name| {
            let wanted = text::key(name);
            let value = properties.iter().find(|(k, _)| text::key(k) == wanted)?.1;
            match value {
                Value::String(text) => text::cell(text),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            }
        })
    };
    let of = |name: &str| {
        let column = COLUMNS.iter().find(|c| c.name == name);
        let names: Vec<&str> = column.map(|c| [&[c.name], c.also].concat()).unwrap_or_default();
        said(&names)
    };
    if !belongs(keep, of("共通ID").as_deref(), of("都道府県名及び市町村名")) {
        return Ok(None);
    }
    if let Some((column, why)) = stream::unseen(properties) {
        return Err(wrong(column, "", why));
    }
    let name = of("名称").ok_or_else(|| wrong("施設・場所名", "", "施設・場所名がありません".into()))?;
    if name.chars().count() > 200 {
        return Err(wrong(
            "施設・場所名",
            &name,
            "名称を1〜200文字で書いてください".into(),
        ));
    }
    let [lng, lat] = point;
    let point =
        LngLat::new(lng, lat).map_err(|e| wrong("座標", &format!("[{lng}, {lat}]"), e.to_string()))?;
    let address = of("住所").map(|a| a.chars().take(300).collect::<String>());
    let list = list_of(&|heading| properties.keys().any(|k| text::key(k) == text::key(heading)));
    let id = id(of("共通ID").as_deref(), &name, address.as_deref());
    Ok(Some(ShelterRow {
        id: id.ok_or_else(|| wrong("共通ID", "", "鍵を作れません".into()))?,
        list,
        shelter: Shelter {
            name,
            address,
            point,
            hazards: HAZARDS
                .iter()
                .filter(|h| of(h).is_some_and(|v| marked(&v)))
                .map(|h| (*h).to_owned())
                .collect(),
            accepts: of("受入対象者"),
            notes: of("備考"),
        },
    }))
}

/// Which list: only that of 緊急避難場所 has a column for each disaster.
fn list_of(has: &dyn Fn(&str) -> bool) -> &'static str {
    if HAZARDS.iter().any(|h| has(h) || has(&format!("災害種別_{h}"))) {
        EMERGENCY
    } else {
        EVACUATION
    }
}

fn marked(value: &str) -> bool {
    matches!(
        text::key(value).as_str(),
        "1" | "○" | "◯" | "〇" | "有" | "可" | "true"
    )
}

/// 共通ID without its last three digits (which tell the lists apart) and the name: the two lists give one number to
/// neighbouring places (a hall and its park) as well.
fn id(common: Option<&str>, name: &str, address: Option<&str>) -> Option<ResourceId> {
    let common = common
        .map(text::key)
        .filter(|c| c.len() == 14 && c.starts_with('e'));
    let place = match &common {
        Some(common) => &common[..11],
        None => address.unwrap_or_default(),
    };
    ResourceId::new(derived("shelter", &[place, &text::key(name)])).ok()
}

/// The place as both lists tell it; where they differ the 指定避難所 list speaks.
pub fn resource(id: ResourceId, rows: &BTreeMap<String, Shelter>) -> Option<NewResource> {
    let first = rows.get(EVACUATION).or_else(|| rows.values().next())?;
    let mut entry = NewResource::new(id, first.name.clone(), ResourceKind::Shelter);
    entry.address = first
        .address
        .clone()
        .or_else(|| rows.values().find_map(|s| s.address.clone()));
    entry.location = Some(Location {
        point: first.point,
        precision: Precision::Exact,
        doubt: None,
    });
    entry.fields = vec![Field::All];
    entry.keywords = rows.keys().cloned().collect();
    let hazards: Vec<&str> = rows
        .values()
        .flat_map(|s| s.hazards.iter().map(String::as_str))
        .collect();
    let mut lines = vec![format!(
        "{}です。",
        rows.keys().cloned().collect::<Vec<_>>().join("・")
    )];
    if !hazards.is_empty() {
        lines.push(format!("使える災害: {}", hazards.join("・")));
    }
    lines.extend(
        rows.values()
            .filter_map(|s| Some(format!("受け入れる人: {}", s.accepts.as_ref()?))),
    );
    lines.extend(
        rows.values()
            .filter_map(|s| Some(format!("備考: {}", s.notes.as_ref()?))),
    );
    entry.description = Some(lines.join("\n"));
    entry.visibility = Visibility::Public;
    entry.source = Some(super::SHELTERS.key.to_owned());
    Some(entry)
}
