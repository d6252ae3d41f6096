//! Small made-up cities and needs, of every kind that the gates tell apart.

use chrono::{DateTime, FixedOffset, NaiveDate};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};
use yosatte::{
    districts::areas::Areas,
    kernel::{
        age::AgeRange,
        geo::LngLat,
        id::{OpportunityId, ResourceId},
        schedule::{Pauses, Schedule},
    },
    matching::{
        board::Board,
        find::{Answer, find},
        question::Question,
    },
    resources::{
        opportunity::{NewOpportunity, Opportunity},
        resource::{Location, NewResource, Resource, ServiceArea},
        words::*,
    },
};

/// A Tuesday.
pub const TODAY: &str = "2026-11-24";

/// A city as its rows.
pub type Rows = Vec<(Resource, Vec<Opportunity>)>;

pub fn now() -> DateTime<FixedOffset> {
    "2026-11-24T09:00:00+09:00".parse().expect("a moment")
}

pub fn today() -> NaiveDate {
    TODAY.parse().expect("a day")
}

/// The answer for a need (JSON) in a city without districts.
#[track_caller]
pub fn answer(rows: &Rows, need: &Value) -> (Board, Answer) {
    let board = Board::new(rows).expect("a board");
    let question = Question::read(need).unwrap_or_else(|p| panic!("{p:?}\n{need}"));
    let answer = find(&board, &Areas::default(), &question, now()).expect("an answer");
    (board, answer)
}

/// The ids of the candidates, in order.
pub fn candidates(rows: &Rows, need: &Value) -> Vec<String> {
    let (board, answer) = answer(rows, need);
    let id = |offer: usize| board.offers()[offer].entered.id.to_string();
    answer.candidates.iter().map(|c| id(c.offer)).collect()
}

/// A resource at a point, with opportunities.
pub fn row(id: &str, at: Option<(f64, f64)>, offers: Vec<NewOpportunity>) -> (Resource, Vec<Opportunity>) {
    let mut entered = NewResource::new(
        ResourceId::new(id).expect("an id"),
        format!("会{id}"),
        ResourceKind::Salon,
    );
    entered.location = at.map(|(lng, lat)| Location {
        point: LngLat::new(lng, lat).expect("in Japan"),
        precision: Precision::Exact,
        doubt: None,
    });
    let kept = |entered| Opportunity {
        entered,
        version: 1,
        updated_at: now(),
        archived: false,
    };
    let resource = Resource {
        entered,
        version: 1,
        district: None,
        updated_at: now(),
        archived: false,
    };
    (resource, offers.into_iter().map(kept).collect())
}

/// An opportunity of which nothing is known but its name.
pub fn offer(id: &str, of: &str, name: &str) -> NewOpportunity {
    NewOpportunity {
        id: OpportunityId::new(id).expect("an id"),
        resource_id: ResourceId::new(of).expect("an id"),
        name: name.to_owned(),
        roles: vec![ParticipationRole::Participant],
        modality: Modality::OnSite,
        description: None,
        interests: Vec::new(),
        skills: Vec::new(),
        schedule: None,
        pauses: None,
        capacity: None,
        vacancy: None,
        usual_size: None,
        ages: None,
        sex: None,
        wheelchair: None,
        transport: None,
        transport_km: None,
        fee_yen: None,
        reward: None,
        companion: None,
        trial: None,
        considerations: Vec::new(),
        waiver: None,
        visibility: Visibility::Public,
        status: Status::Active,
    }
}

const NAMES: &[&str] = &[
    "料理教室",
    "体操の会",
    "手芸サロン",
    "畑の手伝い",
    "絵を描く会",
    "子ども食堂の配膳",
];
const SCHEDULES: &[&str] = &[
    "毎週火 10:00-12:00",
    "第2・4水 13:30-15:00",
    "毎週土",
    "随時",
    "雨なら翌週",
    "2026-12-06 9:00-12:00",
    "毎週月・木 18:00-20:00",
    "毎月15日 10:00-11:00",
];
const PAUSES: &[&str] = &["12-3月", "年末年始", "2026-11-20..2026-12-10"];
const SKILLS: &[&str] = &["料理", "運転", "手芸"];

fn accepted() -> impl Strategy<Value = Option<Acceptance>> {
    option::of(select(Acceptance::ALL))
}

/// What an opportunity says of itself besides its name, in two parts: proptest takes a dozen values at once.
pub fn any_offer() -> impl Strategy<Value = NewOpportunity> {
    let who = (
        select(NAMES),
        vec(select(ParticipationRole::ALL), 1..3),
        select(Modality::ALL),
        vec(select(SKILLS), 0..2),
        option::of(select(SCHEDULES)),
        option::of(select(PAUSES)),
        option::of(select(&["65-", "-18", "18-39"][..])),
        option::of(select(Sex::ALL)),
        select(&[Status::Active, Status::Preparing, Status::Paused][..]),
    );
    let how = (
        option::of(0_u32..4),
        option::of(0_u32..4),
        option::of(2_u32..20),
        accepted(),
        option::of(select(Transport::ALL)),
        option::of(1.0_f64..8.0),
        option::of(select(&[0_u32, 100, 300, 500][..])),
        accepted(),
        accepted(),
    );
    (who, how).prop_map(
        |((name, mut roles, modality, skills, schedule, pauses, ages, sex, status), how)| {
            roles.dedup();
            let (
                capacity,
                vacancy,
                usual_size,
                wheelchair,
                transport,
                transport_km,
                fee_yen,
                companion,
                waiver,
            ) = how;
            NewOpportunity {
                roles,
                modality,
                skills: skills.into_iter().map(str::to_owned).collect(),
                schedule: schedule.map(Schedule::parse),
                pauses: pauses.map(Pauses::parse),
                ages: ages.and_then(AgeRange::parse),
                sex,
                status,
                capacity,
                vacancy,
                usual_size,
                wheelchair,
                transport,
                transport_km,
                fee_yen,
                companion,
                waiver,
                ..offer("x", "x", name)
            }
        },
    )
}

/// One to four places within about ten kilometres, with one to three offers each.
pub fn any_city() -> impl Strategy<Value = Rows> {
    let place = (
        option::weighted(0.9, (141.05_f64..141.25, 39.05_f64..39.25)),
        vec(any_offer(), 1..4),
        prop::bool::weighted(0.1),
    );
    vec(place, 1..5).prop_map(|places| {
        let rows = places.into_iter().enumerate().map(|(p, (at, offers, paused))| {
            let id = format!("r{p}");
            let offers = offers.into_iter().enumerate().map(|(o, mut offer)| {
                offer.id = OpportunityId::new(format!("r{p}-{o}")).expect("an id");
                offer.resource_id = ResourceId::new(&id).expect("an id");
                offer
            });
            let mut row = row(&id, at, offers.collect());
            if paused {
                row.0.entered.status = Status::Paused;
            }
            row.0.entered.service_area = ServiceArea::Anyone;
            row
        });
        rows.collect()
    })
}

/// The parts a need may have: name and value. One part is one gate, or part of one.
pub fn any_parts() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let slot = (
        select(&["mon", "tue", "wed", "sat", "sun"][..]),
        6_u32..20,
        1_u32..5,
    )
        .prop_map(|(day, from, hours)| {
            let to = (from + hours).min(24);
            json!({"weekday": day, "from": format!("{from:02}:00"), "to": format!("{to:02}:00")})
        });
    let reach = (
        select(&["walk", "transport", "car"][..]),
        option::of(1_u32..16),
        any::<bool>(),
    )
        .prop_map(|(mode, km, fetched)| match km {
            Some(km) => json!({"mode": mode, "max_km": km, "needs_pickup": fetched}),
            None => json!({"mode": mode, "needs_pickup": fetched}),
        });
    let role = select(&["participant", "helper", "staff", "instructor", "work_trial"][..]);
    (
        (
            option::of(vec(role, 1..3)),
            option::of(select(&["any", "on_site", "remote"][..])),
            option::of(vec(slot, 1..3)),
            option::of(reach),
            option::of(5_u32..90),
            option::of(select(&["female", "male"][..])),
        ),
        (
            option::of(any::<bool>()),
            option::of(any::<bool>()),
            option::of(select(&[0_u32, 100, 400][..])),
            option::of(3_u32..15),
            option::of(any::<bool>()),
            option::of(select(&["会r0", "r1", "どこにもない店"][..])),
        ),
    )
        .prop_map(
            |(
                (roles, modality, slots, reach, age, sex),
                (wheelchair, companion, fee, size, outside, avoid),
            )| {
                let mut parts: Vec<(&'static str, Value)> = Vec::new();
                parts.extend(roles.map(|v| ("roles", json!(v))));
                parts.extend(modality.map(|v| ("modality", json!(v))));
                parts.extend(slots.map(|v| ("slots", json!(v))));
                parts.extend(reach.map(|v| ("reach", v)));
                parts.extend(age.map(|v| ("age", json!(v))));
                parts.extend(sex.map(|v| ("sex", json!(v))));
                parts.extend(wheelchair.map(|v| ("wheelchair", json!(v))));
                parts.extend(companion.map(|v| ("needs_companion", json!(v))));
                parts.extend(fee.map(|v| ("max_fee_yen", json!(v))));
                parts.extend(size.map(|v| ("max_group_size", json!(v))));
                parts.extend(outside.map(|v| ("out_of_eligibility", json!(v))));
                parts.extend(avoid.map(|v| ("avoid", json!({"places": [v]}))));
                parts
            },
        )
}

/// A need of these parts, at a home in the middle of the cities.
pub fn need(parts: &[(&'static str, Value)]) -> Value {
    let mut need = json!({"home": {"lat": 39.15, "lng": 141.15}, "wishes": "料理がしたい", "as_of": TODAY, "limit": 100});
    for (name, value) in parts {
        need[*name] = value.clone();
    }
    need
}
