//! A row that updates an entry: what the file does not speak of stays as it is.

use std::collections::HashSet;

use crate::resources::{
    opportunity::NewOpportunity,
    resource::{Location, NewResource},
    words::{Disclosure, Precision},
};

/// Keeps of a stored resource what the file has no column for, and what no column can say (where it came from, doubts about its place).
/// An empty cell of a column that is there means 'not known' and does change the entry.
pub fn keep(entry: &mut NewResource, stored: &NewResource, columns: &HashSet<&'static str>) {
    macro_rules! keep {
        ($($column:literal => $($field:ident).+),+ $(,)?) => {
            $(if !columns.contains($column) { entry.$($field).+.clone_from(&stored.$($field).+); })+
        };
    }
    let same_address = entry.address == stored.address || !columns.contains("所在地");
    keep! {
        "名称_カナ" => name_kana, "運営団体" => organization, "運営団体種別" => organization_kind,
        "所在地" => address, "方書" => building_name, "会場が個人宅" => private_home,
        "位置の公開" => disclosure, "行政区" => ward, "対象地区" => service_area,
        "電話番号" => phone, "メールアドレス" => email, "URL" => url,
        "説明" => description, "対象分野" => fields, "キーワード" => keywords,
        "公開範囲" => visibility, "状態" => status,
        "段差" => building.steps, "洋式トイレ" => building.western_toilet,
        "駐車場" => building.parking, "除雪" => building.snow_clearing,
        "持ち物" => visiting.bring, "申込方法" => visiting.apply,
        "初めての人" => visiting.first_time, "大雪の日" => visiting.heavy_snow,
        "最終確認日" => assurance, "代表・世話人" => staff.representative,
        "継続の見通し" => staff.continuity, "掲載の了承" => staff.consent, "備考" => staff.notes,
    }
    if !columns.contains("地区") && !columns.contains("行政区") {
        entry.entered_district.clone_from(&stored.entered_district);
    }
    entry.source.clone_from(&stored.source);
    entry.doubted_point = stored.doubted_point;
    // A point nobody wrote stands as long as the address does; one that was written again is the one with its history.
    let entered = |location: &Option<Location>| location.as_ref().is_some_and(is_entered);
    let unwritten =
        !entered(&entry.location) && same_address && !(columns.contains("緯度") && entered(&stored.location));
    let same_point = entry.location.as_ref().map(|l| l.point) == stored.location.as_ref().map(|l| l.point);
    if unwritten || same_point {
        entry.location.clone_from(&stored.location);
    }
    if entry.private_home && entry.disclosure == Disclosure::Exact {
        entry.disclosure = Disclosure::Coarse;
    }
    if !columns.contains("電話の公開") {
        // Nothing is published by accident: a number that may have become a person's has to be made public again.
        let of = |r: &NewResource| (r.phone.clone(), r.staff.representative.clone(), r.private_home);
        let personal = entry.private_home || entry.staff.representative.is_some();
        entry.phone_public = stored.phone_public && (of(entry) == of(stored) || !personal);
    }
}

fn is_entered(location: &Location) -> bool {
    location.precision == Precision::Exact
}

/// Keeps of a stored opportunity what the file has no column for.
pub fn keep_opportunity(
    entry: &mut NewOpportunity,
    stored: &NewOpportunity,
    columns: &HashSet<&'static str>,
) {
    macro_rules! keep {
        ($($column:literal => $field:ident),+ $(,)?) => {
            $(if !columns.contains($column) { entry.$field.clone_from(&stored.$field); })+
        };
    }
    keep! {
        "役割" => roles, "形態" => modality, "内容" => description, "分野・興味" => interests,
        "必要な技能" => skills, "日時" => schedule, "休止" => pauses, "定員" => capacity, "空き" => vacancy,
        "ふだんの人数" => usual_size, "対象年齢" => ages, "性別" => sex, "車いす" => wheelchair,
        "送迎" => transport, "送迎範囲km" => transport_km, "費用円" => fee_yen, "報酬" => reward,
        "同伴" => companion, "見学・体験" => trial, "配慮" => considerations, "制度外受入" => waiver,
    }
    if !columns.contains("公開範囲") && !columns.contains(super::vocabulary::ACTIVITY_VISIBILITY) {
        entry.visibility = stored.visibility;
    }
    if !columns.contains("状態") && !columns.contains(super::vocabulary::ACTIVITY_STATUS) {
        entry.status = stored.status;
    }
}
