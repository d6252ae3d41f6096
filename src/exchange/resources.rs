//! resources.csv (社会資源): the city's own list, as `csv.md` defines it.

use super::{
    report::{Parsed, Problem},
    sheet::{Headings, Line, SheetError, Table},
};
use crate::{
    kernel::{
        calendar_ja,
        geo::{LngLat, PlaceError},
        id::{DistrictId, ResourceId, derived},
        text,
    },
    resources::{
        resource::{Assurance, Building, Location, NewResource, ServiceArea, StaffOnly, Visiting},
        words::*,
    },
};

/// The columns, in the order they are written.
pub const COLUMNS: &[&str] = &[
    "資源ID",
    "名称",
    "名称_カナ",
    "種別",
    "運営団体",
    "運営団体種別",
    "所在地",
    "方書",
    "緯度",
    "経度",
    "位置の公開",
    "地区",
    "対象地区",
    "電話番号",
    "メールアドレス",
    "URL",
    "説明",
    "対象分野",
    "キーワード",
    "公開範囲",
    "電話の公開",
    "会場が個人宅",
    "掲載の了承",
    "行政区",
    "代表・世話人",
    "継続の見通し",
    "段差",
    "洋式トイレ",
    "駐車場",
    "除雪",
    "持ち物",
    "申込方法",
    "初めての人",
    "大雪の日",
    "状態",
    "最終確認日",
    "確認者",
    "備考",
];

/// What an import asks about the ground: districts by name, an address by its words.
pub struct Ground<'a> {
    /// A district by name or code.
    pub district: &'a dyn Fn(&str) -> Option<DistrictId>,
    /// A point at town level for an address.
    pub geocode: &'a dyn Fn(&str) -> Option<LngLat>,
}

/// Reads the cells of one row, gathering problems instead of stopping at the first.
pub struct Cells<'a> {
    table: &'a Headings,
    row: &'a Line,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

impl<'a> Cells<'a> {
    /// A reader of one row.
    pub fn new(table: &'a Headings, row: &'a Line) -> Self {
        Self {
            table,
            row,
            problems: Vec::new(),
        }
    }

    /// The text of a cell, cleaned; `None` when empty.
    pub fn text(&self, column: &str) -> Option<String> {
        self.table.cell(self.row, column).and_then(text::cell)
    }

    /// Notes an error about a column.
    pub fn error(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::error(self.row.number, column, value, message));
    }

    /// Notes something to look at.
    pub fn warning(&mut self, column: &str, value: &str, message: impl Into<String>) {
        self.problems
            .push(Problem::warning(self.row.number, column, value, message));
    }

    /// The text of a cell with an upper limit in characters.
    pub fn limited(&mut self, column: &str, limit: usize) -> Option<String> {
        let value = self.text(column)?;
        if value.chars().count() > limit {
            self.error(column, &value, format!("{limit}文字までにしてください"));
            return None;
        }
        Some(value)
    }

    /// A coded value.
    pub fn coded<T>(
        &mut self,
        column: &str,
        parse: fn(&str) -> Option<T>,
        accepted: fn() -> String,
    ) -> Option<T> {
        let value = self.text(column)?;
        let read = parse(&value);
        if read.is_none() {
            self.error(
                column,
                &value,
                format!("次のどれかにしてください: {}", accepted()),
            );
        }
        read
    }

    /// Several coded values.
    pub fn coded_list<T>(
        &mut self,
        column: &str,
        parse: fn(&str) -> Option<T>,
        accepted: fn() -> String,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for value in self.list(column) {
            match parse(&value) {
                Some(v) => values.push(v),
                None => self.error(column, &value, format!("次から選んでください: {}", accepted())),
            }
        }
        values
    }

    /// Several values of free text.
    pub fn list(&self, column: &str) -> Vec<String> {
        self.table
            .cell(self.row, column)
            .map(text::list)
            .unwrap_or_default()
    }

    /// A number.
    pub fn number<T: std::str::FromStr>(&mut self, column: &str, accepted: &str) -> Option<T> {
        let value = self.text(column)?;
        let plain = text::key(&value).replace(',', "");
        let plain = plain.trim_end_matches(['円', '人', '名']).trim_end_matches("km");
        let read = plain.parse().ok();
        if read.is_none() {
            self.error(column, &value, format!("{accepted}で書いてください"));
        }
        read
    }
}

/// Reads a table of resources. Rows with an error are left out of `entries` and told in `problems`.
pub fn parse(lines: Vec<Line>, ground: &Ground) -> Result<Parsed<NewResource>, SheetError> {
    let table = Table::new(lines, &["名称", "種別"])?;
    let mut parsed = Parsed {
        entries: Vec::new(),
        problems: Vec::new(),
    };
    for heading in table.unknown(COLUMNS) {
        parsed
            .problems
            .push(Problem::warning(0, heading, "", "知らない列です。読みとばします"));
    }
    let mut seen = std::collections::HashMap::new();
    for row in &table.rows {
        let mut cells = Cells::new(&table, row);
        let entry = resource(&mut cells, ground);
        if let Some(entry) = entry {
            match seen.insert(entry.id.clone(), row.number) {
                Some(first) => {
                    cells.error(
                        "資源ID",
                        entry.id.as_str(),
                        format!("{first}行目と同じです。IDは1件に1つです"),
                    );
                }
                None => parsed.entries.push((row.number, entry)),
            }
        }
        parsed.problems.append(&mut cells.problems);
    }
    Ok(parsed)
}

fn resource(cells: &mut Cells, ground: &Ground) -> Option<NewResource> {
    let name = cells.limited("名称", 200);
    if name.is_none() && cells.problems.is_empty() {
        cells.error("名称", "", "名称がありません。1〜200文字で書いてください");
    }
    let kind = cells.coded("種別", ResourceKind::parse, ResourceKind::accepted);
    if kind.is_none() && cells.text("種別").is_none() {
        cells.error(
            "種別",
            "",
            format!(
                "種別がありません。次のどれかにしてください: {}",
                ResourceKind::accepted()
            ),
        );
    }
    let address = cells.limited("所在地", 300);
    let id = match cells.text("資源ID") {
        Some(written) => ResourceId::new(written.clone())
            .map_err(|e| cells.error("資源ID", &written, e.to_string()))
            .ok(),
        // A row without an ID gets one from what it is, so that the same file gives the same rows again.
        None => ResourceId::new(derived(
            "r",
            &[name.as_deref().unwrap_or(""), address.as_deref().unwrap_or("")],
        ))
        .ok(),
    };
    let entered_district = district(cells, "地区", ground).or_else(|| {
        // 行政区 decides only when it is known by name; otherwise it stays a word.
        cells.text("行政区").and_then(|w| (ground.district)(&w))
    });
    let private_home = flag(cells, "会場が個人宅").unwrap_or(false);
    let disclosure = cells
        .coded("位置の公開", Disclosure::parse, Disclosure::accepted)
        .unwrap_or(Disclosure::Exact);
    let representative = cells.text("代表・世話人");
    let phone_public = cells
        .coded("電話の公開", Visibility::parse_phone, || {
            "公開・非公開".into()
        })
        .unwrap_or(!(private_home || representative.is_some()));
    let assurance = date(cells, "最終確認日").map(|date| Assurance {
        date,
        by: cells.text("確認者"),
    });
    let location = location(cells, address.as_deref(), ground);
    let entry = NewResource {
        name_kana: cells.limited("名称_カナ", 200),
        organization: cells.limited("運営団体", 200),
        organization_kind: cells.coded(
            "運営団体種別",
            OrganizationKind::parse,
            OrganizationKind::accepted,
        ),
        address,
        building_name: cells.limited("方書", 200),
        location,
        doubted_point: None,
        disclosure: if private_home && disclosure == Disclosure::Exact {
            Disclosure::Coarse
        } else {
            disclosure
        },
        private_home,
        entered_district,
        ward: cells.text("行政区"),
        service_area: service_area(cells, ground),
        phone: cells.limited("電話番号", 50),
        phone_public,
        email: cells.limited("メールアドレス", 200),
        url: url(cells),
        description: cells.limited("説明", 4000),
        fields: cells.coded_list("対象分野", Field::parse, Field::accepted),
        keywords: cells.list("キーワード"),
        visibility: cells
            .coded("公開範囲", Visibility::parse, Visibility::accepted)
            .unwrap_or(Visibility::Staff),
        status: cells
            .coded("状態", Status::parse, Status::accepted)
            .unwrap_or(Status::Active),
        building: Building {
            steps: cells.coded("段差", Availability::parse, Availability::accepted),
            western_toilet: cells.coded("洋式トイレ", Availability::parse, Availability::accepted),
            parking: cells.coded("駐車場", Availability::parse, Availability::accepted),
            snow_clearing: cells.coded("除雪", Availability::parse, Availability::accepted),
        },
        visiting: Visiting {
            bring: cells.limited("持ち物", 500),
            apply: cells.limited("申込方法", 500),
            first_time: cells.limited("初めての人", 500),
            heavy_snow: cells.limited("大雪の日", 500),
        },
        assurance,
        staff: StaffOnly {
            representative,
            continuity: cells.coded("継続の見通し", Continuity::parse, Continuity::accepted),
            consent: cells.limited("掲載の了承", 500),
            notes: cells.limited("備考", 4000),
        },
        source: None,
        id: id?,
        name: name?,
        kind: kind?,
    };
    let bad = cells
        .problems
        .iter()
        .any(|p| p.severity == super::report::Severity::Error);
    (!bad).then_some(entry)
}

fn district(cells: &mut Cells, column: &str, ground: &Ground) -> Option<DistrictId> {
    let value = cells.text(column)?;
    let found = (ground.district)(&value);
    if found.is_none() {
        cells.warning(column, &value, "登録されていない地区です。位置から決めます");
    }
    found
}

fn service_area(cells: &mut Cells, ground: &Ground) -> ServiceArea {
    let values = cells.list("対象地区");
    if values.is_empty() {
        return ServiceArea::Anyone;
    }
    if values.iter().any(|v| text::key(v) == "全域") {
        return ServiceArea::WholeCity;
    }
    let mut ids = Vec::new();
    for value in &values {
        match (ground.district)(value) {
            Some(id) => ids.push(id),
            None => cells.warning("対象地区", value, "登録されていない地区です"),
        }
    }
    // Naming only unknown districts must not turn into 'anyone may come'.
    if ids.is_empty() {
        ServiceArea::WholeCity
    } else {
        ServiceArea::Districts(ids)
    }
}

fn flag(cells: &mut Cells, column: &str) -> Option<bool> {
    let value = cells.text(column)?;
    match Acceptance::parse(&value) {
        Some(Acceptance::Yes) => Some(true),
        Some(Acceptance::No) => Some(false),
        _ => {
            cells.error(column, &value, "「はい」か「いいえ」にしてください");
            None
        }
    }
}

/// A date as people write it; an unreadable one is an error.
pub fn date(cells: &mut Cells, column: &str) -> Option<chrono::NaiveDate> {
    let value = cells.text(column)?;
    let read = calendar_ja::parse_date(&value);
    if read.is_none() {
        cells.error(
            column,
            &value,
            "日付は 2026-04-01、令和8年4月1日、R8.4.1 のように書いてください",
        );
    }
    read
}

fn url(cells: &mut Cells) -> Option<String> {
    let value = cells.limited("URL", 500)?;
    if value.starts_with("https://") || value.starts_with("http://") {
        return Some(value);
    }
    cells.error("URL", &value, "http:// か https:// で始めてください");
    None
}

fn location(cells: &mut Cells, address: Option<&str>, ground: &Ground) -> Option<Location> {
    let (lat, lng) = (cells.text("緯度"), cells.text("経度"));
    if lat.is_none() && lng.is_none() {
        let address = address?;
        let Some(point) = (ground.geocode)(address) else {
            cells.warning(
                "所在地",
                address,
                "住所から位置を決められませんでした。地図には出ません",
            );
            return None;
        };
        return Some(Location {
            point,
            precision: Precision::Town,
            doubt: None,
        });
    }
    let lat: Option<f64> = cells.number("緯度", "39.1444 のような度の数字");
    let lng: Option<f64> = cells.number("経度", "141.1391 のような度の数字");
    match (lng, lat) {
        (Some(lng), Some(lat)) => match LngLat::new(lng, lat) {
            Ok(point) => Some(Location {
                point,
                precision: Precision::Exact,
                doubt: None,
            }),
            Err(e @ PlaceError::Swapped) => {
                cells.error("緯度", &lat.to_string(), e.to_string());
                None
            }
            Err(e) => {
                cells.error("緯度", &format!("{lat},{lng}"), e.to_string());
                None
            }
        },
        _ => {
            if cells
                .problems
                .iter()
                .all(|p| p.column != "緯度" && p.column != "経度")
            {
                cells.error("緯度", "", "緯度と経度は両方書いてください");
            }
            None
        }
    }
}
