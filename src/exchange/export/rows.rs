//! One entry as the cells of `csv.md`, in the order of its columns: what is read again gives the same entry.

use std::fmt::Display;

use crate::{
    kernel::id::DistrictId,
    resources::{
        opportunity::NewOpportunity,
        public::VisibleResource,
        resource::{NewResource, ServiceArea},
        words::*,
    },
};

/// How a district is called in a file.
pub type DistrictName<'a> = &'a dyn Fn(&DistrictId) -> String;

/// Values of one cell.
fn list<T: Display>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join(";")
}

fn text<T: Display>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

fn service_area(area: &ServiceArea, name: DistrictName) -> String {
    match area {
        ServiceArea::Anyone => String::new(),
        ServiceArea::WholeCity => "全域".to_owned(),
        ServiceArea::Districts(ids) => list(&ids.iter().map(name).collect::<Vec<_>>()),
    }
}

/// Seven decimals are a centimetre; what a cell's centre has beyond them is arithmetic.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

fn published(yes: bool) -> String {
    if yes { "公開" } else { "非公開" }.to_owned()
}

/// A resource as its operator entered it, with everything that only staff may see.
///
/// A point that the gazetteer found is left out: it is found again from the address, and would come back as if somebody had measured it.
pub fn staff(r: &NewResource, name: DistrictName) -> Vec<String> {
    let at = r.location.as_ref().filter(|l| l.precision == Precision::Exact);
    vec![
        r.id.to_string(),
        r.name.clone(),
        text(&r.name_kana),
        r.kind.to_string(),
        text(&r.organization),
        text(&r.organization_kind),
        text(&r.address),
        text(&r.building_name),
        text(&at.map(|l| l.point.lat())),
        text(&at.map(|l| l.point.lng())),
        r.disclosure.to_string(),
        text(&r.entered_district.as_ref().map(name)),
        service_area(&r.service_area, name),
        text(&r.phone),
        text(&r.email),
        text(&r.url),
        text(&r.description),
        list(&r.fields),
        list(&r.keywords),
        r.visibility.to_string(),
        published(r.phone_public),
        if r.private_home {
            "はい".to_owned()
        } else {
            String::new()
        },
        text(&r.staff.consent),
        text(&r.ward),
        text(&r.staff.representative),
        text(&r.staff.continuity),
        text(&r.building.steps),
        text(&r.building.western_toilet),
        text(&r.building.parking),
        text(&r.building.snow_clearing),
        text(&r.visiting.bring),
        text(&r.visiting.apply),
        text(&r.visiting.first_time),
        text(&r.visiting.heavy_snow),
        r.status.to_string(),
        text(&r.assurance.as_ref().map(|a| a.date)),
        text(&r.assurance.as_ref().and_then(|a| a.by.as_ref())),
        text(&r.staff.notes),
    ]
}

/// A resource as the public may see it; the columns of staff are empty. The district is the one it belongs to.
pub fn public(r: &VisibleResource, name: DistrictName) -> Vec<String> {
    let at = r
        .point
        .filter(|_| matches!(r.precision, Precision::Exact | Precision::Coarse));
    let disclosure = match r.precision {
        Precision::Exact | Precision::Town => Disclosure::Exact.to_string(),
        Precision::Coarse => Disclosure::Coarse.to_string(),
        Precision::None => String::new(),
    };
    let nothing = String::new;
    vec![
        r.id.to_string(),
        r.name.clone(),
        text(&r.name_kana),
        r.kind.to_string(),
        text(&r.organization),
        text(&r.organization_kind),
        text(&r.address),
        text(&r.building_name),
        text(&at.map(|p| rounded(p.lat()))),
        text(&at.map(|p| rounded(p.lng()))),
        disclosure,
        text(&r.district.as_ref().map(name)),
        service_area(&r.service_area, name),
        text(&r.phone),
        text(&r.email),
        text(&r.url),
        text(&r.description),
        list(&r.fields),
        list(&r.keywords),
        r.visibility.to_string(),
        text(&r.phone.as_ref().map(|_| published(true))),
        nothing(),
        nothing(),
        text(&r.ward),
        nothing(),
        nothing(),
        text(&r.building.steps),
        text(&r.building.western_toilet),
        text(&r.building.parking),
        text(&r.building.snow_clearing),
        text(&r.visiting.bring),
        text(&r.visiting.apply),
        text(&r.visiting.first_time),
        text(&r.visiting.heavy_snow),
        r.status.to_string(),
        text(&r.assured_on),
        nothing(),
        nothing(),
    ]
}

/// An opportunity.
pub fn offer(o: &NewOpportunity) -> Vec<String> {
    vec![
        o.id.to_string(),
        o.resource_id.to_string(),
        o.name.clone(),
        list(&o.roles),
        o.modality.to_string(),
        text(&o.description),
        list(&o.interests),
        list(&o.skills),
        text(&o.schedule.as_ref().map(|s| s.text())),
        text(&o.pauses.as_ref().map(|p| p.text())),
        text(&o.capacity),
        text(&o.vacancy),
        text(&o.usual_size),
        text(&o.ages.map(|a| a.code())),
        text(&o.sex),
        text(&o.wheelchair),
        text(&o.transport),
        text(&o.transport_km),
        text(&o.fee_yen),
        text(&o.reward),
        text(&o.companion),
        text(&o.trial),
        list(&o.considerations),
        text(&o.waiver),
        o.visibility.to_string(),
        o.status.to_string(),
    ]
}
