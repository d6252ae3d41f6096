//! An office as its rows together tell it, whatever row and file came first.

use std::collections::BTreeMap;

use super::{Office, Register};
use crate::{
    kernel::{geo::LngLat, id::ResourceId, text},
    resources::{
        resource::{Location, NewResource},
        words::*,
    },
};

/// A point this near the city hall is the hall's, metres.
const HALL_M: f64 = 60.0;
/// Rows of one office farther apart than this disagree, metres.
const APART_M: f64 = 300.0;

/// The office as its rows together tell it, in whatever order they came. A point at the city hall (`hall`), or shared
/// with other offices, is not believed: the address is to place the office, see `districts::placing`.
pub fn resource(
    register: Register,
    id: ResourceId,
    rows: &BTreeMap<String, Office>,
    hall: LngLat,
) -> Option<NewResource> {
    let dropped = |o: &Office| {
        o.point
            .is_some_and(|p| o.shared_point || p.distance(hall).get() < HALL_M)
    };
    // The row that is believed speaks for name, address and point together: first those with a point of their own.
    let mut ordered: Vec<&Office> = rows.values().collect();
    ordered.sort_by_key(|o| (o.point.is_none(), dropped(o), &o.service));
    let first = *ordered.first()?;
    let any = |read: &dyn Fn(&Office) -> Option<String>| ordered.iter().find_map(|o| read(o));
    let mut entry = NewResource::new(id, first.name.clone(), register.kind());
    entry.name_kana = any(&|o| o.kana.clone());
    entry.organization = any(&|o| o.organization.clone());
    entry.organization_kind = entry.organization.as_deref().and_then(organization_kind);
    entry.address = first.address.clone().or_else(|| any(&|o| o.address.clone()));
    entry.building_name = first.building.clone();
    entry.phone = any(&|o| o.phone.clone());
    entry.phone_public = true;
    entry.url = any(&|o| o.url.clone());
    entry.fields = fields(register, rows);
    entry.keywords = rows.keys().cloned().collect();
    entry.description = Some(description(rows));
    entry.visibility = Visibility::Public;
    entry.source = Some(register.origin().key.to_owned());
    match first.point {
        Some(point) if dropped(first) => entry.doubted_point = Some(point),
        Some(point) => {
            let apart = ordered
                .iter()
                .filter(|o| !dropped(o))
                .filter_map(|o| o.point)
                .any(|p| p.distance(point).get() > APART_M);
            entry.location = Some(Location {
                point,
                precision: Precision::Exact,
                doubt: apart.then(|| "同じ事業所番号の行に、離れた座標があります".to_owned()),
            });
        }
        None => {}
    }
    Some(entry)
}

fn fields(register: Register, rows: &BTreeMap<String, Office>) -> Vec<Field> {
    let any = |words: &[&str]| rows.keys().any(|s| words.iter().any(|w| s.contains(w)));
    let mut fields = match register {
        Register::Care => vec![Field::Elderly],
        Register::Disability => vec![Field::Disability],
    };
    if register == Register::Disability && any(&["児", "保育所", "放課後"]) {
        fields.push(Field::Children);
    }
    if any(&["認知症"]) {
        fields.push(Field::Dementia);
    }
    fields
}

fn description(rows: &BTreeMap<String, Office>) -> String {
    let services: Vec<String> = rows
        .iter()
        .map(|(service, o)| match o.capacity {
            Some(n) => format!("{service}(定員{n}人)"),
            None => service.clone(),
        })
        .collect();
    let mut lines = vec![format!("サービス: {}", services.join("、"))];
    let mut say = |label: &str, read: &dyn Fn(&Office) -> Option<&String>| {
        let mut said: Vec<&String> = Vec::new();
        for value in rows.values().filter_map(read) {
            if !said.contains(&value) {
                said.push(value);
                lines.push(format!("{label}: {value}"));
            }
        }
    };
    say("利用できる曜日・時間", &|o| o.hours.as_ref());
    say("休み", &|o| o.closed.as_ref());
    say("備考", &|o| o.notes.as_ref());
    say("FAX", &|o| o.fax.as_ref());
    lines.join("\n").chars().take(4000).collect()
}

/// What kind of body runs it, from the name of the corporation.
///
/// ```
/// use yosatte::{exchange::official::offices::organization_kind, resources::words::OrganizationKind};
/// assert_eq!(organization_kind("社会福祉法人奥州市社会福祉協議会"), Some(OrganizationKind::SocialWelfareCouncil));
/// assert_eq!(organization_kind("株式会社 正和"), Some(OrganizationKind::Company));
/// assert_eq!(organization_kind("あっら・いいで"), None);
/// ```
pub fn organization_kind(name: &str) -> Option<OrganizationKind> {
    let key = text::key(name);
    let rules: [(&[&str], OrganizationKind); 7] = [
        (&["社会福祉協議会"], OrganizationKind::SocialWelfareCouncil),
        (&["社会福祉法人"], OrganizationKind::SocialWelfareCorporation),
        (
            &["医療法人", "医療生活協同組合"],
            OrganizationKind::MedicalCorporation,
        ),
        (&["特定非営利活動法人", "npo法人"], OrganizationKind::Npo),
        (
            &["株式会社", "有限会社", "合同会社", "合資会社", "(株)", "(有)"],
            OrganizationKind::Company,
        ),
        (&["学校法人"], OrganizationKind::School),
        (
            &["一般社団法人", "公益社団法人", "一般財団法人", "公益財団法人"],
            OrganizationKind::Other,
        ),
    ];
    let found = rules
        .iter()
        .find(|(words, _)| words.iter().any(|w| key.contains(w)));
    let municipality = || ["市", "町", "村"].iter().any(|end| key.ends_with(end));
    found
        .map(|(_, kind)| *kind)
        .or_else(|| municipality().then_some(OrganizationKind::Municipality))
}
