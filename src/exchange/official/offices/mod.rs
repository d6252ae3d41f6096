//! Offices: 厚労省 介護サービス情報公表システム (24 columns) and WAM NET 障害福祉サービス等情報公表システム (29 columns).

mod entry;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

pub use self::entry::{organization_kind, resource};
use super::{
    Origin,
    address::{Keep, joined},
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
    resources::{public::coarse_address, words::ResourceKind},
};

/// Which of the two publishes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// 厚生労働省.
    Care,
    /// WAM NET.
    Disability,
}

impl Register {
    /// The body of data it belongs to.
    pub const fn origin(self) -> &'static Origin {
        match self {
            Self::Care => &super::CARE,
            Self::Disability => &super::DISABILITY,
        }
    }

    const fn kind(self) -> ResourceKind {
        match self {
            Self::Care => ResourceKind::CareOffice,
            Self::Disability => ResourceKind::DisabilityOffice,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Disability => "disability",
        }
    }
}

/// In the order of the file as published; the names of 推奨データセット and 自治体標準 beside them.
const CARE: &[Column] = &[
    column(
        "コード",
        &[
            "都道府県コード又は市町村コード",
            "都道府県コード又は市区町村コード",
            "全国地方公共団体コード",
        ],
    ),
    column("NO", &["No", "ID"]),
    column("都道府県名", &["所在地_都道府県"]),
    column("市区町村名", &["所在地_市区町村", "地方公共団体名"]),
    column("名称", &["事業所名", "介護サービス事業所名称"]),
    column("名称_カナ", &["事業所名カナ", "介護サービス事業所名称_カナ"]),
    column("サービス", &["サービスの種類", "実施サービス"]),
    column("住所", &["所在地_連結表記", "所在地_連結標記"]),
    column("方書", &["方書（ビル名等）", "建物名等(方書)"]),
    column("緯度", &[]),
    column("経度", &[]),
    column("電話番号", &[]),
    column("FAX番号", &["ファックス番号"]),
    column("法人番号", &[]),
    column("法人の名称", &[]),
    column("事業所番号", &[]),
    column("利用可能曜日", &[]),
    column("特記事項", &["利用可能曜日特記事項"]),
    column("定員", &[]),
    column("URL", &[]),
    column(
        "共生型",
        &["高齢者の方と障害者の方が同時一体的に利用できるサービス"],
    ),
    column("介護基準", &["介護保険の通常の指定基準を満たしている"]),
    column("障害基準", &["障害福祉の通常の指定基準を満たしている"]),
    column("備考", &[]),
];

const DISABILITY: &[Column] = &[
    column(
        "コード",
        &[
            "都道府県コード又は市区町村コード",
            "都道府県コード又は市町村コード",
        ],
    ),
    column("NO", &["NO（※システム内の固有の番号、連番）"]),
    column("指定機関名", &[]),
    column("法人の名称", &[]),
    column("法人の名称_かな", &[]),
    column("法人番号", &[]),
    column("法人住所", &["法人住所（市区町村）"]),
    column("法人番地", &["法人住所（番地以降）"]),
    column("法人電話番号", &[]),
    column("法人FAX番号", &[]),
    column("法人URL", &[]),
    column("サービス", &["サービス種別", "サービスの種類"]),
    column("名称", &["事業所の名称"]),
    column("名称_カナ", &["事業所の名称_かな"]),
    column("事業所番号", &[]),
    column("市区町村名", &["事業所住所（市区町村）"]),
    column("住所", &["事業所住所（番地以降）"]),
    column("電話番号", &["事業所電話番号"]),
    column("FAX番号", &["事業所FAX番号"]),
    column("URL", &["事業所URL"]),
    column("緯度", &["事業所緯度"]),
    column("経度", &["事業所経度"]),
    column("平日", &["利用可能な時間帯（平日）"]),
    column("土曜", &["利用可能な時間帯（土曜）"]),
    column("日曜", &["利用可能な時間帯（日曜）"]),
    column("祝日", &["利用可能な時間帯（祝日）"]),
    column("定休日", &[]),
    column(
        "特記事項",
        &["利用可能曜日特記事項（留意事項）", "利用可能曜日特記事項"],
    ),
    column("定員", &[]),
];

/// What one row says of an office: one service of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// The office's name in this row.
    pub name: String,
    kana: Option<String>,
    service: String,
    organization: Option<String>,
    address: Option<String>,
    building: Option<String>,
    point: Option<LngLat>,
    /// Offices with other addresses stand on the same point in the same file.
    shared_point: bool,
    phone: Option<String>,
    fax: Option<String>,
    url: Option<String>,
    hours: Option<String>,
    closed: Option<String>,
    notes: Option<String>,
    capacity: Option<u32>,
}

/// A row with the key of its office.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeRow {
    /// 事業所番号 under the register's name: one office on many rows is one resource.
    pub id: ResourceId,
    /// The row.
    pub office: Office,
}

impl OfficeRow {
    /// Which of the office's rows this is: its service.
    pub fn part(&self) -> &str {
        &self.office.service
    }
}

/// What a file holds: the rows of the municipality, and how many of others were left.
#[derive(Debug)]
pub struct Read {
    /// Rows and what was wrong.
    pub parsed: Parsed<OfficeRow>,
    /// Rows of other municipalities.
    pub elsewhere: usize,
}

/// Reads one service's file.
pub fn parse(register: Register, lines: Vec<Line>, keep: &Keep) -> Result<Read, SheetError> {
    let mut problems = Vec::new();
    let columns = if register == Register::Care {
        CARE
    } else {
        DISABILITY
    };
    let needed: &[&str] = &["名称", "サービス", "事業所番号"];
    let table = table(lines, columns, needed, &mut problems)?;
    let (mut entries, mut elsewhere) = (Vec::new(), 0);
    for row in &table.rows {
        let mut record = Record::new(&table, row);
        let place = match (record.text("市区町村名"), record.text("都道府県名")) {
            (Some(city), Some(prefecture)) if !city.starts_with(&prefecture) => format!("{prefecture}{city}"),
            (Some(city), _) => city,
            _ => record.text("住所").unwrap_or_default(),
        };
        if !keep.has(&record.text("コード").unwrap_or_default(), &place) {
            elsewhere += 1;
            continue;
        }
        let read = office(register, &mut record, &place);
        if let Some(read) = read.filter(|_| !record.failed()) {
            entries.push((row.number, read));
        }
        problems.append(&mut record.problems);
    }
    mark_shared_points(&mut entries);
    Ok(Read {
        parsed: Parsed { entries, problems },
        elsewhere,
    })
}

fn office(register: Register, record: &mut Record, place: &str) -> Option<OfficeRow> {
    let name = record.name("名称");
    let service = record.text("サービス").map(|s| text::nfkc(&s));
    if service.is_none() {
        record.error("サービス", "", "サービスの種類がありません");
    }
    let municipality = if register == Register::Disability {
        place
    } else {
        ""
    };
    let address = record.short("住所", 300).map(|rest| match municipality {
        "" => joined(place, &rest),
        _ => joined(municipality, &rest),
    });
    let id = number(register, record, name.as_deref(), address.as_deref());
    let point = record.point("緯度", "経度");
    let hours = match register {
        Register::Care => record.text("利用可能曜日").map(|d| d.replace(',', "、")),
        Register::Disability => hours(record),
    };
    let office = Office {
        kana: record
            .short("名称_カナ", 200)
            .map(|k| text::to_katakana(&text::nfkc(&k))),
        organization: record.short("法人の名称", 200),
        address,
        building: record.short("方書", 200),
        point,
        shared_point: false,
        phone: record.phone("電話番号"),
        fax: record.phone("FAX番号"),
        url: record.url("URL"),
        hours,
        closed: record.short("定休日", 200),
        notes: joined_notes(record.short("特記事項", 500), record.short("備考", 500)),
        capacity: record.capacity("定員"),
        name: name?,
        service: service?,
    };
    Some(OfficeRow { id: id?, office })
}

/// The resource's key from 事業所番号 (ten digits; Excel drops the zero in front), from NO where that is the same number.
fn number(
    register: Register,
    record: &mut Record,
    name: Option<&str>,
    address: Option<&str>,
) -> Option<ResourceId> {
    let written = record.text("事業所番号").map(|n| text::key(&n));
    let spare = record
        .text("NO")
        .map(|n| text::key(&n))
        .filter(|n| register == Register::Care && n.len() == 10);
    let number = match written {
        Some(broken) if exponent(&broken) => match spare {
            Some(spare) => spare,
            None => {
                record.error(
                    "事業所番号",
                    &broken,
                    "Excelで桁がこわれています。もとのファイルから取り込むか、列を文字にして10けたで書いてください",
                );
                return None;
            }
        },
        Some(number) if number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()) => {
            format!("0{number}")
        }
        Some(number) => number,
        // An office without a number is told apart by what it is.
        None => derived("x", &[name.unwrap_or_default(), address.unwrap_or_default()]),
    };
    let id = ResourceId::new(format!("{}-{number}", register.prefix()));
    if id.is_err() {
        record.error("事業所番号", &number, "英数字10けたで書いてください");
    }
    id.ok()
}

fn hours(record: &Record) -> Option<String> {
    let said: Vec<String> = ["平日", "土曜", "日曜", "祝日"]
        .iter()
        .filter_map(|day| Some(format!("{day} {}", record.text(day)?)))
        .collect();
    (!said.is_empty()).then(|| said.join("、"))
}

fn joined_notes(a: Option<String>, b: Option<String>) -> Option<String> {
    let said: Vec<String> = a
        .into_iter()
        .chain(b)
        .filter(|n| n != "特記事項なし" && n != "なし")
        .collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

/// Three or more offices of different neighbourhoods on exactly one point: whoever made the file dropped there what
/// could not be placed (a hall, a prefecture's office).
fn mark_shared_points(entries: &mut [(usize, OfficeRow)]) {
    let cell = |p: LngLat| p.microdegrees();
    let mut neighbourhoods: HashMap<(i64, i64), BTreeSet<String>> = HashMap::new();
    for (_, row) in entries.iter() {
        if let (Some(point), Some(address)) = (row.office.point, &row.office.address) {
            neighbourhoods
                .entry(cell(point))
                .or_default()
                .insert(text::key(&coarse_address(address)));
        }
    }
    for (_, row) in entries {
        row.office.shared_point = row
            .office
            .point
            .is_some_and(|p| neighbourhoods.get(&cell(p)).is_some_and(|n| n.len() >= 3));
    }
}
