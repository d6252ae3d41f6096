//! 公共施設一覧: 推奨データセット v1 (24 columns) and 自治体標準オープンデータセット by its headings, Japanese or English.

use serde::{Deserialize, Serialize};

use super::{
    address::Keep,
    offices::organization_kind,
    record::{Column, Record, column, exponent, table},
};
use crate::{
    exchange::{
        report::Parsed,
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

/// In the order of the published files; the misspellings are theirs (`buillding_name_etc`, 連結標記).
const COLUMNS: &[Column] = &[
    column(
        "コード",
        &[
            "都道府県コード又は市区町村コード",
            "都道府県コード又は市町村コード",
            "全国地方公共団体コード",
            "localgov_code",
        ],
    ),
    column("ID", &["id"]),
    column("NO", &[]),
    column("都道府県名", &[]),
    column("市区町村名", &["地方公共団体名", "localgov_name"]),
    column("名称", &["name", "施設名", "施設名称"]),
    column("名称_カナ", &["name_kana"]),
    column("名称_英字", &["名称_英語", "name_english"]),
    column("名称_通称", &["name_common", "popular_name"]),
    column("POIコード", &["poi_code"]),
    column("所在地_全国地方公共団体コード", &["seat_localgov_code"]),
    column("町字ID", &["choaza_id"]),
    column(
        "住所",
        &[
            "所在地_連結表記",
            "所在地_連結標記",
            "seat_copulative_spell",
            "所在地",
        ],
    ),
    column("所在地_都道府県", &["seat_prefecture"]),
    column("所在地_市区町村", &["seat_city"]),
    column("所在地_町字", &["seat_choaza"]),
    column("所在地_番地以下", &["seat_after_address"]),
    column(
        "方書",
        &["建物名等(方書)", "buillding_name_etc", "building_name_etc"],
    ),
    column("緯度", &["latitude"]),
    column("経度", &["longitude"]),
    column("電話番号", &["phone_number", "telephone_number", "tel"]),
    column("法人番号", &["corporate_number"]),
    column("団体名", &["organization_name", "group_name"]),
    column("アクセス方法", &["access"]),
    column("駐車場情報", &["parking", "parking_information"]),
    column("利用可能曜日", &["available_days", "available_day"]),
    column("開始時間", &["start_time"]),
    column("終了時間", &["end_time"]),
    column(
        "特記事項",
        &[
            "利用可能日時特記事項",
            "利用可能時間特記事項",
            "available_time_remarks",
        ],
    ),
    column("説明", &["description"]),
    column("バリアフリー情報", &["barrier_free", "barrier_free_information"]),
    column("URL", &["url"]),
    column("備考", &["note", "remarks"]),
];

/// What a row says of a facility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facility {
    name: String,
    kana: Option<String>,
    common_name: Option<String>,
    organization: Option<String>,
    address: Option<String>,
    building: Option<String>,
    point: Option<LngLat>,
    phone: Option<String>,
    url: Option<String>,
    description: Option<String>,
}

/// The rows of the municipality, and how many of others were left.
pub fn parse(lines: Vec<Line>, keep: &Keep) -> Result<(Parsed<(ResourceId, Facility)>, usize), SheetError> {
    let mut problems = Vec::new();
    let table = table(lines, COLUMNS, &["名称"], &mut problems)?;
    let (mut entries, mut elsewhere) = (Vec::new(), 0);
    let mut seen = std::collections::HashMap::new();
    for row in &table.rows {
        let mut record = Record::new(&table, row);
        let address = address(&mut record);
        let named = record.text("市区町村名").or_else(|| address.clone());
        let code = record.text("コード").unwrap_or_default();
        // A city's own list may leave both out: it is the city's.
        if (named.is_some() || !code.is_empty()) && !keep.has(&code, &named.unwrap_or_default()) {
            elsewhere += 1;
            continue;
        }
        let id = id(&mut record, address.as_deref());
        let read = facility(&mut record, address);
        if let (Some(id), Some(read), false) = (id, read, record.failed()) {
            match seen.insert(id.clone(), row.number) {
                Some(first) => record.error(
                    "ID",
                    id.as_str(),
                    format!("{first}行目と同じです。IDは1件に1つです"),
                ),
                None => entries.push((row.number, (id, read))),
            }
        }
        problems.append(&mut record.problems);
    }
    Ok((Parsed { entries, problems }, elsewhere))
}

/// 住所 as it is, or joined from its parts.
fn address(record: &mut Record) -> Option<String> {
    record.short("住所", 300).or_else(|| {
        let parts = [
            "所在地_都道府県",
            "所在地_市区町村",
            "所在地_町字",
            "所在地_番地以下",
        ];
        let joined: String = parts.iter().filter_map(|p| record.text(p)).collect();
        (!joined.is_empty()).then_some(joined)
    })
}

/// The published ID; a v1 list has only row numbers, which move, so name and address are the key.
fn id(record: &mut Record, address: Option<&str>) -> Option<ResourceId> {
    let name = record.text("名称")?;
    let written = record.text("ID").map(|id| text::nfkc(&id));
    if let Some(broken) = written.as_deref().filter(|id| exponent(id)) {
        record.warning("ID", broken, "Excelで桁がこわれています。名称と住所で見分けます");
    }
    let fine = written.filter(|id| !exponent(id) && crate::kernel::id::is_id(id));
    let made = || {
        derived(
            "facility",
            &[&text::key(&name), &text::key(address.unwrap_or_default())],
        )
    };
    let id = fine.map_or_else(made, |id| format!("facility-{id}"));
    ResourceId::new(id).ok()
}

fn facility(record: &mut Record, address: Option<String>) -> Option<Facility> {
    let name = record.name("名称");
    let hours = match (record.text("開始時間"), record.text("終了時間")) {
        (Some(from), Some(to)) => Some(format!("{from}〜{to}")),
        _ => None,
    };
    let mut lines: Vec<String> = record.short("説明", 2000).into_iter().collect();
    let mut say = |label: &str, value: Option<String>| {
        lines.extend(value.map(|v| format!("{label}: {v}")));
    };
    say("利用できる曜日", record.text("利用可能曜日"));
    say("利用できる時間", hours);
    say("利用のきまり", record.text("特記事項"));
    say("バリアフリー", record.text("バリアフリー情報"));
    say("駐車場", record.text("駐車場情報"));
    say("行き方", record.text("アクセス方法"));
    say("備考", record.text("備考"));
    let description: String = lines.join("\n").chars().take(4000).collect();
    Some(Facility {
        kana: record.short("名称_カナ", 200),
        common_name: record.short("名称_通称", 200),
        organization: record.short("団体名", 200),
        address,
        building: record.short("方書", 200),
        point: record.point("緯度", "経度"),
        phone: record.phone("電話番号"),
        url: record.url("URL"),
        description: (!description.is_empty()).then_some(description),
        name: name?,
    })
}

/// What a facility is, by its name.
///
/// ```
/// use yosatte::{exchange::official::facilities::kind, resources::words::ResourceKind};
/// assert_eq!(kind("奥州市水沢地区センター"), ResourceKind::CommunityCenter);
/// assert_eq!(kind("成岡田自治公民館"), ResourceKind::MeetingHall);
/// assert_eq!(kind("石田北集会所"), ResourceKind::MeetingHall);
/// assert_eq!(kind("奥州市立図書館"), ResourceKind::Other);
/// ```
pub fn kind(name: &str) -> ResourceKind {
    let key = text::key(name);
    let any = |words: &[&str]| words.iter().any(|w| key.contains(w));
    // An autonomous 自治公民館 is a neighbourhood's hall; the other 公民館 are the city's centres.
    if any(&[
        "集会所",
        "集会施設",
        "集会場",
        "自治公民館",
        "自治会館",
        "町内会館",
        "公会堂",
        "集落センター",
        "集落会館",
    ]) {
        ResourceKind::MeetingHall
    } else if any(&[
        "地区センター",
        "公民館",
        "市民センター",
        "コミュニティセンター",
        "コミュニティーセンター",
        "地区会館",
        "振興会館",
        "交流センター",
    ]) {
        ResourceKind::CommunityCenter
    } else {
        ResourceKind::Other
    }
}

/// The facility as a resource.
pub fn resource(id: ResourceId, facility: &Facility) -> NewResource {
    let mut entry = NewResource::new(id, facility.name.clone(), kind(&facility.name));
    entry.name_kana = facility.kana.clone();
    entry.organization = facility.organization.clone();
    entry.organization_kind = facility.organization.as_deref().and_then(organization_kind);
    entry.address = facility.address.clone();
    entry.building_name = facility.building.clone();
    entry.location = facility.point.map(|point| Location {
        point,
        precision: Precision::Exact,
        doubt: None,
    });
    entry.phone = facility.phone.clone();
    entry.phone_public = true;
    entry.url = facility.url.clone();
    entry.description = facility.description.clone();
    entry.keywords = facility
        .common_name
        .iter()
        .filter(|n| **n != facility.name)
        .cloned()
        .collect();
    entry.visibility = Visibility::Public;
    entry.source = Some(super::FACILITIES.key.to_owned());
    entry
}
