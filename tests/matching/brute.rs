//! A second matcher that goes through everything, written from the table of the domain and knowing nothing of the first one.

use chrono::{Datelike, Days, Timelike};
use proptest::prelude::*;
use serde_json::Value;
use yosatte::{
    kernel::schedule::{Hours, Pauses},
    resources::{
        opportunity::NewOpportunity,
        resource::Resource,
        words::{Acceptance, Modality, Status, Transport},
    },
};

use super::city::{Rows, answer, any_city, any_parts, need, today};

/// Pass, fail, or to be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Yes,
    No,
    Ask,
}

fn yes_no(fits: bool) -> Says {
    if fits { Says::Yes } else { Says::No }
}

fn accepted(a: Option<Acceptance>) -> Says {
    match a {
        Some(Acceptance::Yes) => Says::Yes,
        Some(Acceptance::No) => Says::No,
        _ => Says::Ask,
    }
}

/// Great-circle kilometres.
fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (p, q) = (a.1.to_radians(), b.1.to_radians());
    let (dp, dl) = ((q - p) / 2.0, (b.0 - a.0).to_radians() / 2.0);
    let h = dp.sin().powi(2) + p.cos() * q.cos() * dl.sin().powi(2);
    2.0 * 6_371.008_8 * h.sqrt().asin()
}

fn minute(text: &Value) -> u32 {
    let (h, m) = text.as_str().and_then(|t| t.split_once(':')).expect("a time");
    h.parse::<u32>().expect("hours") * 60 + m.parse::<u32>().expect("minutes")
}

fn slot(need: &Value, o: &NewOpportunity) -> Option<Says> {
    let slots = need["slots"].as_array()?;
    let Some(schedule) = &o.schedule else {
        return Some(Says::Ask);
    };
    if schedule.is_anytime() {
        return Some(Says::Yes);
    }
    let start = today()
        .and_hms_opt(0, 0, 0)
        .expect("midnight")
        .and_utc()
        .fixed_offset();
    let start = start - chrono::TimeDelta::hours(9);
    let never = Pauses::default();
    let pauses = o.pauses.as_ref().unwrap_or(&never);
    let mut unsure = !schedule.is_readable() || !schedule.unread().is_empty();
    for date in schedule.occurrences(pauses, start, start + Days::new(56)) {
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            [date.start.weekday().num_days_from_monday() as usize];
        let first = date.start.hour() * 60 + date.start.minute();
        let length = (date.end - date.start).num_minutes() as u32;
        for slot in slots.iter().filter(|s| s["weekday"] == day) {
            let shared =
                (minute(&slot["from"])..minute(&slot["to"])).any(|m| m >= first && m < first + length);
            match (shared, date.hours) {
                (true, Hours::Unknown) => unsure = true,
                (true, _) => return Some(Says::Yes),
                _ => {}
            }
        }
    }
    Some(if unsure { Says::Ask } else { Says::No })
}

fn reach(need: &Value, r: &Resource, o: &NewOpportunity) -> Option<Says> {
    let reach = need.get("reach")?;
    let limit = reach["max_km"].as_f64().unwrap_or(match reach["mode"].as_str() {
        Some("walk") => 1.0,
        Some("car") => 15.0,
        _ => 5.0,
    });
    let home = (need["home"]["lng"].as_f64()?, need["home"]["lat"].as_f64()?);
    let far = r
        .entered
        .location
        .as_ref()
        .map(|l| km(home, (l.point.lng(), l.point.lat())));
    let near = far.map_or(Says::Ask, |far| yes_no(far <= limit));
    if reach["needs_pickup"] != true {
        return Some(near);
    }
    let fetched = match o.transport {
        Some(Transport::NotOffered) => Says::No,
        Some(Transport::Offered) => match (o.transport_km, far) {
            (None, _) => Says::Yes,
            (Some(range), Some(far)) => yes_no(far <= range),
            (Some(_), None) => Says::Ask,
        },
        _ => Says::Ask,
    };
    Some(if near == Says::No || fetched == Says::No {
        Says::No
    } else if near == Says::Ask || fetched == Says::Ask {
        Says::Ask
    } else {
        Says::Yes
    })
}

/// Every gate that is asked, by its code.
fn gates(need: &Value, r: &Resource, o: &NewOpportunity) -> Vec<(&'static str, Says)> {
    let mut all: Vec<(&'static str, Option<Says>)> = Vec::new();
    let remote =
        o.modality == Modality::Remote || (o.modality == Modality::Either && need["modality"] == "remote");
    let here = |says: Option<Says>| says.filter(|_| !remote);
    let offered: Vec<&str> = o.roles.iter().map(|r| r.code()).collect();
    let roles = need["roles"].as_array();
    all.push((
        "role",
        roles.map(|wished| {
            yes_no(
                wished
                    .iter()
                    .any(|w| offered.contains(&w.as_str().expect("a code"))),
            )
        }),
    ));
    all.push((
        "modality",
        need["modality"].as_str().map(|wished| {
            yes_no(wished == "any" || o.modality == Modality::Either || o.modality.code() == wished)
        }),
    ));
    all.push(("slot", slot(need, o)));
    all.push(("reach", here(reach(need, r, o))));
    let age = need["age"].as_u64().map(|a| a as u8);
    all.push((
        "age",
        match (o.ages, age) {
            (Some(limit), Some(age)) => Some(yes_no(limit.contains(age))),
            (Some(_), None) => Some(Says::Ask),
            _ => None,
        },
    ));
    let sex = need["sex"].as_str();
    all.push((
        "sex",
        match (o.sex, sex) {
            (Some(limit), Some(sex)) => Some(yes_no(limit.code() == sex)),
            (Some(_), None) => Some(Says::Ask),
            _ => None,
        },
    ));
    let asked = |name: &str| need[name] == true;
    all.push((
        "wheelchair",
        here(asked("wheelchair").then(|| accepted(o.wheelchair))),
    ));
    all.push((
        "companion",
        here(asked("needs_companion").then(|| accepted(o.companion))),
    ));
    all.push((
        "eligibility",
        asked("out_of_eligibility").then(|| accepted(o.waiver)),
    ));
    let most = |name: &str| need[name].as_u64();
    let at_most = |most: Option<u64>, is: Option<u32>| {
        most.map(|most| is.map_or(Says::Ask, |is| yes_no(u64::from(is) <= most)))
    };
    all.push(("fee", at_most(most("max_fee_yen"), o.fee_yen)));
    all.push(("group_size", here(at_most(most("max_group_size"), o.usual_size))));
    all.push((
        "capacity",
        Some(match (o.capacity, o.vacancy) {
            (_, Some(free)) => yes_no(free >= 1),
            (Some(_), None) => Says::Ask,
            (None, None) => Says::Yes,
        }),
    ));
    if r.entered.status == Status::Paused || o.status == Status::Paused {
        let resting = o.pauses.as_ref().is_some_and(|p| p.covers(today()));
        let start = today()
            .and_hms_opt(0, 0, 0)
            .expect("midnight")
            .and_utc()
            .fixed_offset()
            - chrono::TimeDelta::hours(9);
        let again = o.schedule.as_ref().is_some_and(|s| {
            let never = Pauses::default();
            let dates = s.occurrences(o.pauses.as_ref().unwrap_or(&never), start, start + Days::new(56));
            !dates.is_empty()
        });
        all.push(("open", Some(if resting { yes_no(again) } else { Says::Ask })));
    }
    let avoided = need["avoid"]["places"][0].as_str();
    all.push((
        "avoid",
        avoided.map(|a| yes_no(a != r.entered.id.as_str() && !r.entered.name.contains(a))),
    ));
    all.into_iter()
        .filter_map(|(gate, says)| Some((gate, says?)))
        .collect()
}

/// The ids that pass, sorted; and the ids that fail at one gate but for `avoid`, with that gate.
fn brute(rows: &Rows, need: &Value) -> (Vec<String>, Vec<(String, &'static str)>) {
    let (mut pass, mut near) = (Vec::new(), Vec::new());
    for (r, offers) in rows {
        for o in offers {
            let failed: Vec<&str> = gates(need, r, &o.entered)
                .into_iter()
                .filter_map(|(gate, says)| (says == Says::No).then_some(gate))
                .collect();
            match failed[..] {
                [] => pass.push(o.entered.id.to_string()),
                [gate] if gate != "avoid" => near.push((o.entered.id.to_string(), gate)),
                _ => {}
            }
        }
    }
    pass.sort();
    near.sort();
    (pass, near)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_gates_are_those_of_the_table(rows in any_city(), parts in any_parts()) {
        let need = need(&parts);
        let (pass, near) = brute(&rows, &need);
        let (board, answer) = answer(&rows, &need);
        let id = |offer: usize| board.offers()[offer].entered.id.to_string();
        let mut found: Vec<String> = answer.candidates.iter().map(|c| id(c.offer)).collect();
        found.sort();
        prop_assert_eq!(found, pass, "candidates of {}", need);
        let mut missed: Vec<(String, &str)> = answer.near_misses.iter().map(|n| (id(n.offer), n.gate.code())).collect();
        missed.sort();
        if near.len() <= 10 {
            prop_assert_eq!(missed, near, "near misses of {}", need);
        }
    }

    #[test]
    fn every_unknown_is_a_question(rows in any_city(), parts in any_parts()) {
        let need = need(&parts);
        let (board, answer) = answer(&rows, &need);
        for candidate in &answer.candidates {
            let offer = &board.offers()[candidate.offer].entered;
            let (r, _) = rows.iter().find(|(r, _)| r.entered.id == offer.resource_id).expect("its place");
            for (gate, says) in gates(&need, r, offer) {
                let told = candidate.gates.iter().find(|g| g.gate.code() == gate);
                let unknown = told.is_some_and(|g| g.verdict == yosatte::matching::gates::Verdict::Unknown);
                prop_assert_eq!(says == Says::Ask, unknown, "{} of {}", gate, offer.id);
                if let Some(told) = told.filter(|_| unknown) {
                    prop_assert!(candidate.questions.contains(&told.text), "{}: {:?}", gate, candidate.questions);
                }
            }
        }
    }
}
