//! resources.csv (社会資源): the city's own list, as `csv.md` defines it; one row as one entry.

use super::cells::Cells;
use crate::{
    kernel::{
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

/// Characters that notes may have; what a table holds beside our columns goes there too.
const NOTES: usize = 4_000;

/// What an import asks about the ground: districts by name, an address by its words.
pub struct Ground<'a> {
    /// A district by name or code.
    pub district: &'a dyn Fn(&str) -> Option<DistrictId>,
    /// A point at town level for an address.
    pub geocode: &'a dyn Fn(&str) -> Option<LngLat>,
}

/// Reads one row. `kind` is what the sheet as a whole is about, for tables without a column 種別. `None` when an error keeps it out; what
/// could not be read is in [`Cells::kept`] and not in the entry yet (see [`note`]).
pub fn resource(cells: &mut Cells, ground: &Ground, kind: Option<ResourceKind>) -> Option<NewResource> {
    let name = cells.limited("名称", 200);
    if name.is_none() && cells.text("名称").is_none() {
        cells.error("名称", "", "名称がありません。1〜200文字で書いてください");
    }
    let kind = match cells.text("種別") {
        Some(written) => {
            let read = ResourceKind::parse(&written);
            if read.is_none() {
                cells.error(
                    "種別",
                    &written,
                    format!("次のどれかにしてください: {}", ResourceKind::accepted()),
                );
            }
            read
        }
        None => {
            if kind.is_none() {
                let accepted = ResourceKind::accepted();
                cells.error(
                    "種別",
                    "",
                    format!("種別がありません。次のどれかにしてください: {accepted}"),
                );
            }
            kind
        }
    };
    let address = cells.limited("所在地", 300);
    let id = match cells.id("資源ID", ResourceId::new) {
        Some(written) => written.ok(),
        // A row without an ID gets one from what it is, so that the same file gives the same rows again.
        None => {
            let parts = [name.as_deref().unwrap_or(""), address.as_deref().unwrap_or("")];
            ResourceId::new(derived("r", &parts)).ok()
        }
    };
    let entered_district = district(cells, "地区", ground).or_else(|| {
        // 行政区 decides only when it is known by name; otherwise it stays a word.
        cells.text("行政区").and_then(|w| (ground.district)(&w))
    });
    let private_home = flag(cells, "会場が個人宅").unwrap_or(false);
    let disclosure = cells
        .coded("位置の公開", Disclosure::parse, Disclosure::accepted)
        .unwrap_or(Disclosure::Exact);
    let representative = cells.limited("代表・世話人", 200);
    let phone_public = cells
        .coded("電話の公開", Visibility::parse_phone, || {
            "公開・非公開".into()
        })
        .unwrap_or(!(private_home || representative.is_some()));
    let assurance = assurance(cells);
    let location = location(cells, address.as_deref(), ground);
    let availability = [Availability::Yes, Availability::No, Availability::Partial];
    let mut building =
        |column| cells.marked(column, Availability::parse, Availability::accepted, availability);
    let building = Building {
        steps: building("段差"),
        western_toilet: building("洋式トイレ"),
        parking: building("駐車場"),
        snow_clearing: building("除雪"),
    };
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
        disclosure: if private_home && disclosure == Disclosure::Exact {
            Disclosure::Coarse
        } else {
            disclosure
        },
        private_home,
        entered_district,
        ward: cells.limited("行政区", 100),
        service_area: service_area(cells, ground),
        phone: cells.phone("電話番号"),
        phone_public,
        email: checked(
            cells,
            "メールアドレス",
            200,
            is_email,
            "name@example.jp のように書いてください",
        ),
        url: checked(cells, "URL", 500, is_url, "http:// か https:// で始めてください"),
        description: cells.limited("説明", 4000),
        fields: cells.coded_list("対象分野", Field::parse, Field::accepted),
        keywords: cells.list("キーワード"),
        visibility: cells
            .coded("公開範囲", Visibility::parse, Visibility::accepted)
            .unwrap_or(Visibility::Staff),
        status: cells
            .coded("状態", Status::parse, Status::accepted)
            .unwrap_or(Status::Active),
        building,
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
            notes: cells.limited("備考", NOTES),
        },
        ..NewResource::new(id?, name?, kind?)
    };
    (!cells.has_errors()).then_some(entry)
}

/// Adds what a table says beside our columns to the staff notes: 「見出し: 言葉」, a line each, none twice. `false` when they grew too long and
/// the rest is left off.
pub fn note(entry: &mut NewResource, more: impl IntoIterator<Item = (String, String)>) -> bool {
    let mut notes = entry.staff.notes.take().unwrap_or_default();
    let mut whole = true;
    for (heading, words) in more {
        let heading: String = heading.split_whitespace().collect();
        let line = format!("{heading}: {words}");
        if notes.contains(&line) {
            continue;
        }
        if notes.chars().count() + line.chars().count() + 1 > NOTES {
            whole = false;
            break;
        }
        if !notes.is_empty() {
            notes.push('\n');
        }
        notes.push_str(&line);
    }
    entry.staff.notes = (!notes.is_empty()).then_some(notes);
    whole
}

fn district(cells: &mut Cells, column: &str, ground: &Ground) -> Option<DistrictId> {
    let value = cells.text(column)?;
    let found = (ground.district)(&value);
    if found.is_none() {
        cells.keep(
            column,
            &value,
            "登録されていない地区です。位置から決め、書かれた名前は備考に残します",
        );
    }
    found
}

fn service_area(cells: &mut Cells, ground: &Ground) -> ServiceArea {
    let values = cells.list("対象地区");
    if values.is_empty() {
        return ServiceArea::Anyone;
    }
    if values
        .iter()
        .any(|v| ["全域", "市内全域", "奥州市全域", "市全域"].contains(&text::key(v).as_str()))
    {
        return ServiceArea::WholeCity;
    }
    let mut ids = Vec::new();
    for value in &values {
        match (ground.district)(value) {
            Some(id) => ids.push(id),
            None => cells.keep(
                "対象地区",
                value,
                "登録されていない地区です。書かれた名前は備考に残します",
            ),
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
    match (Acceptance::parse(&value), value.as_str()) {
        (Some(Acceptance::Yes), _) | (_, "○" | "〇" | "◯") => Some(true),
        (Some(Acceptance::No), _) | (_, "×") => Some(false),
        _ => {
            // Read as no, a private home would be shown to everyone.
            cells.error(column, &value, "「はい」か「いいえ」にしてください");
            None
        }
    }
}

fn assurance(cells: &mut Cells) -> Option<Assurance> {
    let by = cells.limited("確認者", 100);
    match (cells.date("最終確認日"), by) {
        (Some(date), by) => Some(Assurance { date, by }),
        (None, Some(by)) => {
            cells.keep("確認者", &by, "最終確認日がわからないので、備考に残します");
            None
        }
        (None, None) => None,
    }
}

fn checked(
    cells: &mut Cells,
    column: &str,
    limit: usize,
    fits: fn(&str) -> bool,
    accepted: &str,
) -> Option<String> {
    let value = cells.limited(column, limit)?;
    if fits(&value) {
        return Some(value);
    }
    cells.unread(column, &value, accepted);
    None
}

fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !value.contains(char::is_whitespace)
    })
}

fn is_url(value: &str) -> bool {
    (value.starts_with("https://") || value.starts_with("http://")) && !value.contains(char::is_whitespace)
}

fn location(cells: &mut Cells, address: Option<&str>, ground: &Ground) -> Option<Location> {
    let placed = |point, precision| {
        Some(Location {
            point,
            precision,
            doubt: None,
        })
    };
    match (cells.text("緯度"), cells.text("経度")) {
        (None, None) => {
            let address = address?;
            let Some(point) = (ground.geocode)(address) else {
                cells.warning(
                    "所在地",
                    address,
                    "住所から位置を決められませんでした。地図には出ません",
                );
                return None;
            };
            placed(point, Precision::Town)
        }
        (Some(_), Some(_)) => {
            let lat = cells.degrees("緯度", "39.1444");
            let lng = cells.degrees("経度", "141.1391");
            let (lat, lng) = (lat?, lng?);
            match LngLat::new(lng, lat) {
                Ok(point) => placed(point, Precision::Exact),
                Err(e) => {
                    let value = if e == PlaceError::Swapped {
                        lat.to_string()
                    } else {
                        format!("{lat},{lng}")
                    };
                    cells.error("緯度", &value, e.to_string());
                    None
                }
            }
        }
        (written, _) => {
            let missing = if written.is_none() { "緯度" } else { "経度" };
            cells.error(missing, "", "緯度と経度は両方書いてください");
            None
        }
    }
}
