//! What may leave the house: the one door from a stored resource to an index, a tile, a page or a file.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    opportunity::{NewOpportunity, Opportunity},
    resource::{Building, Resource, ServiceArea, Visiting},
    words::*,
};
use crate::kernel::{
    geo::LngLat,
    id::{DistrictId, ResourceId},
    mesh,
};

/// Who is asking: decides which rows and which fields there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Audience {
    /// Anyone.
    #[default]
    Public,
    /// Signed-in staff.
    Staff,
}

/// A resource as an audience may see it, with the opportunities it may see.
///
/// For [`Audience::Public`] a location marked おおよそ is the centre of its 500 m cell, a hidden one is gone,
/// a telephone that is not public is gone, and nothing of `StaffOnly` exists in the type.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct VisibleResource {
    pub id: ResourceId,
    pub name: String,
    pub name_kana: Option<String>,
    pub kind: ResourceKind,
    pub organization: Option<String>,
    pub organization_kind: Option<OrganizationKind>,
    pub address: Option<String>,
    pub building_name: Option<String>,
    pub point: Option<LngLat>,
    pub precision: Precision,
    /// 位置要確認 for staff; for the public only that the place is approximate.
    pub location_doubt: Option<String>,
    pub district: Option<DistrictId>,
    pub ward: Option<String>,
    pub service_area: ServiceArea,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub description: Option<String>,
    pub fields: Vec<Field>,
    pub keywords: Vec<String>,
    pub visibility: Visibility,
    pub status: Status,
    pub building: Building,
    pub visiting: Visiting,
    pub assured_on: Option<NaiveDate>,
    pub source: Option<String>,
    pub updated_at: DateTime<FixedOffset>,
    pub version: i64,
    pub opportunities: Vec<NewOpportunity>,
}

/// The resource as `audience` may see it; `None` when it may not know of it.
///
/// 終了 and archived entries are for nobody's search; they are `None` here.
pub fn visible(
    resource: &Resource,
    opportunities: &[Opportunity],
    audience: Audience,
) -> Option<VisibleResource> {
    let entered = &resource.entered;
    let staff = audience == Audience::Staff;
    let shown = !resource.archived
        && entered.status != Status::Ended
        && (staff || entered.visibility == Visibility::Public);
    if !shown {
        return None;
    }
    // Someone's home is never shown exactly, whatever was entered beside it.
    let disclosure = match entered.disclosure {
        Disclosure::Exact if entered.private_home => Disclosure::Coarse,
        other => other,
    };
    let (point, precision) = match (&entered.location, disclosure, staff) {
        (None, ..) => (None, Precision::None),
        (Some(at), _, true) | (Some(at), Disclosure::Exact, false) => (Some(at.point), at.precision),
        (Some(at), Disclosure::Coarse, false) => (Some(mesh::half_km_centre(at.point)), Precision::Coarse),
        (Some(_), Disclosure::Hidden, false) => (None, Precision::None),
    };
    // The words of an address are as exact as its point: they leave only when the point does.
    let address_leaves = staff || disclosure == Disclosure::Exact;
    let address = match disclosure {
        _ if address_leaves => entered.address.clone(),
        Disclosure::Hidden => None,
        _ => entered
            .address
            .as_deref()
            .map(coarse_address)
            .filter(|town| !town.is_empty()),
    };
    Some(VisibleResource {
        id: entered.id.clone(),
        name: entered.name.clone(),
        name_kana: entered.name_kana.clone(),
        kind: entered.kind,
        organization: entered.organization.clone(),
        organization_kind: entered.organization_kind,
        address,
        building_name: entered.building_name.clone().filter(|_| address_leaves),
        point,
        precision,
        location_doubt: entered
            .location
            .as_ref()
            .and_then(|l| l.doubt.clone())
            .filter(|_| staff),
        district: resource.district.clone(),
        ward: entered.ward.clone().filter(|_| address_leaves),
        service_area: entered.service_area.clone(),
        phone: entered.phone.clone().filter(|_| staff || entered.phone_public),
        email: entered.email.clone().filter(|_| staff || entered.phone_public),
        url: entered.url.clone(),
        description: entered.description.clone(),
        fields: entered.fields.clone(),
        keywords: entered.keywords.clone(),
        visibility: entered.visibility,
        status: entered.status,
        building: entered.building,
        visiting: entered.visiting.clone(),
        assured_on: entered.assurance.as_ref().map(|a| a.date),
        source: entered.source.clone(),
        updated_at: resource.updated_at,
        version: resource.version,
        opportunities: opportunities
            .iter()
            .filter(|o| {
                !o.archived
                    && o.entered.status != Status::Ended
                    && (staff || o.entered.visibility == Visibility::Public)
            })
            .map(|o| o.entered.clone())
            .collect(),
    })
}

/// The part of an address that says no more than the town: before 字, a number, a space or a bracket. Where none of
/// these ends the town's name the rest may be anything, a neighbour's name too: then up to the last 市・区・町・村.
///
/// ```
/// use yosatte::resources::public::coarse_address;
/// assert_eq!(coarse_address("岩手県奥州市水沢佐倉河字慶徳12-3"), "岩手県奥州市水沢佐倉河");
/// assert_eq!(coarse_address("奥州市江刺岩谷堂二百番地"), "奥州市江刺岩谷堂");
/// assert_eq!(coarse_address("奥州市水沢大手町2丁目"), "奥州市水沢大手町");
/// assert_eq!(coarse_address("奥州市水沢佐倉河の佐藤さんの離れ"), "奥州市");
/// ```
pub fn coarse_address(address: &str) -> String {
    let flat = crate::kernel::text::nfkc(address);
    let chars: Vec<char> = flat.trim().chars().collect();
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千".contains(c);
    let ends = |at: usize| {
        let c = chars[at];
        // A kanji numeral counts only as a house number (followed by 番, 号 or 丁目 before anything else).
        let run = chars[at..].iter().take_while(|c| numeral(**c)).count();
        let counted = run > 0 && matches!(chars.get(at + run), Some('番' | '号' | '丁'));
        let small_area = c == '字' && at.checked_sub(1).is_none_or(|before| chars[before] != '大');
        small_area || c.is_ascii_digit() || counted || c.is_whitespace() || "(「,、".contains(c)
    };
    let end = (0..chars.len()).find(|at| ends(*at)).unwrap_or_else(|| {
        let last = chars.iter().rposition(|c| "市区町村".contains(*c));
        last.map_or(0, |at| at + 1)
    });
    let town: String = chars[..end].iter().collect();
    town.trim_end_matches('第').to_owned()
}
