//! A resource (社会資源): what a person entered about a place, group or organisation, and what the service keeps beside it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::words::*;
use crate::kernel::{
    geo::LngLat,
    id::{DistrictId, ResourceId},
};

/// Where it stands, and how far that can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// The point, longitude first.
    pub point: LngLat,
    /// [`Precision::Exact`] when entered, [`Precision::Town`] when the gazetteer placed the address.
    pub precision: Precision,
    /// 位置要確認: why the point wants a look, in words for staff; empty when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// 対象地区: whom it serves by where they live.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceArea {
    /// Nothing said: anyone may come.
    #[default]
    Anyone,
    /// 全域: the whole city.
    WholeCity,
    /// Only these districts.
    Districts(Vec<DistrictId>),
}

impl ServiceArea {
    /// Whether someone who lives in `home` is served.
    pub fn serves(&self, home: &DistrictId) -> bool {
        match self {
            Self::Anyone | Self::WholeCity => true,
            Self::Districts(ids) => ids.contains(home),
        }
    }
}

/// 最終確認: the last time somebody made sure that the entry is still true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// The day.
    pub date: NaiveDate,
    /// Who made sure; staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What a building offers to the body: 段差, 洋式トイレ, 駐車場, 除雪. `None` is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Building {
    /// 段差 (steps).
    pub steps: Option<Availability>,
    /// 洋式トイレ.
    pub western_toilet: Option<Availability>,
    /// 駐車場.
    pub parking: Option<Availability>,
    /// 除雪.
    pub snow_clearing: Option<Availability>,
}

/// What helps someone to come: shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visiting {
    /// 持ち物.
    pub bring: Option<String>,
    /// 申込方法.
    pub apply: Option<String>,
    /// 初めての人.
    pub first_time: Option<String>,
    /// 大雪の日.
    pub heavy_snow: Option<String>,
}

/// What only staff may see. Nothing in here is indexed, published or exported to the public.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffOnly {
    /// 代表・世話人.
    pub representative: Option<String>,
    /// 継続の見通し.
    pub continuity: Option<Continuity>,
    /// 掲載の了承.
    pub consent: Option<String>,
    /// 備考, and unknown columns of a combined sheet.
    pub notes: Option<String>,
}

/// Everything a person enters about a resource; valid by construction through `RawResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewResource {
    /// 資源ID.
    pub id: ResourceId,
    /// 名称, 1 to 200 characters.
    pub name: String,
    /// 名称_カナ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// 種別.
    pub kind: ResourceKind,
    /// 運営団体.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// 運営団体種別.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_kind: Option<OrganizationKind>,
    /// 所在地, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 方書.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building_name: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The point a source gave that is not believed (a city hall's, say): the address places the entry instead, and
    /// `location` says so. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubted_point: Option<LngLat>,
    /// 位置の公開.
    pub disclosure: Disclosure,
    /// 会場が個人宅; makes `disclosure` at most おおよそ.
    #[serde(default)]
    pub private_home: bool,
    /// 地区 as a person entered it; stands above the polygon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_district: Option<DistrictId>,
    /// 行政区, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ward: Option<String>,
    /// 対象地区.
    #[serde(default)]
    pub service_area: ServiceArea,
    /// 電話番号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// 電話の公開.
    #[serde(default)]
    pub phone_public: bool,
    /// メールアドレス.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// 説明, up to 4,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 対象分野.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// キーワード.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// 公開範囲.
    pub visibility: Visibility,
    /// 状態.
    pub status: Status,
    /// 段差, 洋式トイレ, 駐車場, 除雪.
    #[serde(default)]
    pub building: Building,
    /// 持ち物, 申込方法, 初めての人, 大雪の日.
    #[serde(default)]
    pub visiting: Visiting,
    /// 最終確認.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// Staff only.
    #[serde(default)]
    pub staff: StaffOnly,
    /// The open-data source a row came from (a key of the `source` table); empty for the city's own lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl NewResource {
    /// An entry of which nothing else is known yet: not public, 活動中, open to anyone.
    pub fn new(id: ResourceId, name: impl Into<String>, kind: ResourceKind) -> Self {
        Self {
            id,
            name: name.into(),
            name_kana: None,
            kind,
            organization: None,
            organization_kind: None,
            address: None,
            building_name: None,
            location: None,
            doubted_point: None,
            disclosure: Disclosure::Exact,
            private_home: false,
            entered_district: None,
            ward: None,
            service_area: ServiceArea::Anyone,
            phone: None,
            phone_public: false,
            email: None,
            url: None,
            description: None,
            fields: Vec::new(),
            keywords: Vec::new(),
            visibility: Visibility::Staff,
            status: Status::Active,
            building: Building::default(),
            visiting: Visiting::default(),
            assurance: None,
            staff: StaffOnly::default(),
            source: None,
        }
    }
}

/// A stored resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What a person entered.
    pub entered: NewResource,
    /// Rises by one with every change.
    pub version: i64,
    /// The 地区振興会 it belongs to: entered, else by polygon; `None` is outside of all.
    pub district: Option<DistrictId>,
    /// The last change.
    pub updated_at: DateTime<FixedOffset>,
    /// Archived rows are kept, and shown nowhere.
    pub archived: bool,
}

/// An entry is stale when its last confirmation is older than a year, or there is none.
///
/// ```
/// use chrono::NaiveDate;
/// use yosatte::resources::resource::is_stale;
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// assert!(!is_stale(Some(day(2025, 11, 24)), day(2026, 11, 24)));
/// assert!(is_stale(Some(day(2025, 11, 23)), day(2026, 11, 24)));
/// assert!(is_stale(None, day(2026, 11, 24)));
/// ```
pub fn is_stale(assured_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    let Some(date) = assured_on else { return true };
    date.checked_add_months(chrono::Months::new(12))
        .is_none_or(|until| until < today)
}
