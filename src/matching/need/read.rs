//! Reads a need: ranges, codes or labels, and where each problem stands.

use serde_json::Value;

use super::{Avoid, Home, Locality, Need, NeedMember, Reach, ReachMode, Slot, Wants, WishedModality};
use crate::{
    kernel::{
        fields::{Fields, Read, problem},
        geo::LngLat,
        id::DistrictId,
    },
    resources::words::{Field, ParticipationRole, Sex},
};

pub(super) fn need(value: &Value) -> Read<Need> {
    let mut f = Fields::of(value, "")?;
    let read = Need {
        home: f.inner("home", home),
        wants: wants(&mut f),
        locality: f.word("locality", Locality::parse, &Locality::accepted()),
        household: f.list("household", 20, member),
        avoid: f.inner("avoid", avoid).unwrap_or_default(),
    };
    f.finish(read)
}

fn member(value: &Value, at: &str) -> Read<NeedMember> {
    let mut f = Fields::of(value, at)?;
    let read = NeedMember {
        relation: f.required_text("relation", 50),
        wants: wants(&mut f),
    };
    f.finish(read)
}

fn wants(f: &mut Fields<'_>) -> Wants {
    Wants {
        wishes: f.text("wishes", 2000),
        strengths: f.texts("strengths", 50, 100),
        roles: f.words("roles", ParticipationRole::parse, &ParticipationRole::accepted()),
        modality: f.word("modality", WishedModality::parse, &WishedModality::accepted()),
        reach: f.inner("reach", reach),
        age: f.whole("age", 0..=120).and_then(|n| u8::try_from(n).ok()),
        sex: f.word("sex", Sex::parse, &Sex::accepted()),
        wheelchair: f.flag("wheelchair"),
        max_fee_yen: f.whole("max_fee_yen", 0..=1_000_000),
        max_group_size: f.whole("max_group_size", 1..=10_000),
        needs_companion: f.flag("needs_companion"),
        slots: f.list("slots", 50, Slot::read),
        fields: f.words("fields", Field::parse, &Field::accepted()),
        out_of_eligibility: f.flag("out_of_eligibility"),
    }
}

fn home(value: &Value, at: &str) -> Read<Home> {
    let mut f = Fields::of(value, at)?;
    let (lat, lng) = (f.number("lat", -90.0..=90.0), f.number("lng", -180.0..=180.0));
    let district = f.word("district", |t| DistrictId::new(t.trim()).ok(), "地区のID");
    let read = f.finish((lat, lng, district))?;
    match read {
        (Some(lat), Some(lng), None) => {
            let inside = LngLat::new(lng, lat).map_err(|e| vec![problem(at, e.to_string())]);
            inside.map(|_| Home::Point { lat, lng })
        }
        (None, None, Some(district)) => Ok(Home::District { district }),
        _ => Err(vec![problem(
            at,
            "緯度(lat)と経度(lng)の組か、地区(district)のどちらかを書いてください",
        )]),
    }
}

fn reach(value: &Value, at: &str) -> Read<Reach> {
    let mut f = Fields::of(value, at)?;
    let mode = f.required_word("mode", ReachMode::parse, &ReachMode::accepted());
    let read = Reach {
        mode: mode.unwrap_or(ReachMode::Walk),
        max_km: f.number("max_km", 0.1..=100.0),
        needs_pickup: f.flag("needs_pickup").unwrap_or(false),
    };
    f.finish(read)
}

fn avoid(value: &Value, at: &str) -> Read<Avoid> {
    let mut f = Fields::of(value, at)?;
    let read = Avoid {
        places: f.texts("places", 50, 200),
        people: f.texts("people", 50, 200),
    };
    f.finish(read)
}
