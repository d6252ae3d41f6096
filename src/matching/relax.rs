//! Single changes to a need that admit more: farther, without being fetched, another weekday, another role, a fee.
//!
//! What is promised is counted by asking the gates again with the changed need.

use serde_json::{Value, json};

use super::{
    asker::Asker,
    gates::{Bench, Gate, Way, limit_km},
    need::{DayOfWeek, Need, Slot, WishedModality},
};
use crate::{districts::areas::Areas, kernel::private::private, resources::words::ParticipationRole};

/// Changes of one kind that are told.
const OF_A_KIND: usize = 3;

/// One change, and how many candidates it adds.
#[derive(Clone, PartialEq)]
pub struct Relaxation {
    /// Which part of the need, as `reach.max_km`.
    pub change: &'static str,
    /// As it is.
    pub from: Value,
    /// As it would be.
    pub to: Value,
    /// How many more would pass every gate.
    pub adds: usize,
    /// In words.
    pub text: String,
}

private!(Relaxation);

struct Change {
    name: &'static str,
    from: Value,
    to: Value,
    words: String,
    need: Need,
}

/// The changes that admit more, those that admit most first. `missing`: offers that fail at one gate.
pub fn ways(bench: &Bench, areas: &Areas, need: &Need, missing: &[(Gate, usize)]) -> Vec<Relaxation> {
    let at = |gate: Gate| -> Vec<usize> {
        let of_it = missing.iter().filter(|(g, _)| *g == gate);
        of_it.map(|(_, offer)| *offer).collect()
    };
    let kinds = [
        (Gate::Reach, farther(bench, need, &at(Gate::Reach))),
        (Gate::Reach, unfetched(need)),
        (Gate::Slot, other_days(need)),
        (Gate::Role, other_roles(need)),
        (Gate::Modality, either_way(need)),
        (Gate::Fee, dearer(bench, need, &at(Gate::Fee))),
        (Gate::GroupSize, larger(bench, need, &at(Gate::GroupSize))),
    ];
    let mut all = Vec::new();
    for (gate, changes) in kinds {
        let offers = at(gate);
        if offers.is_empty() {
            continue;
        }
        let mut found: Vec<Relaxation> = Vec::new();
        for change in changes {
            let adds = admitted(bench, areas, &change.need, &offers);
            // A larger change that brings no more is no offer.
            let more = found
                .iter()
                .filter(|f| f.change == change.name && is_amount(&change.to))
                .all(|f| f.adds < adds);
            if adds > 0 && more {
                found.push(Relaxation {
                    change: change.name,
                    from: change.from,
                    to: change.to,
                    adds,
                    text: format!("{}と、{adds}件増えます", change.words),
                });
            }
        }
        found.sort_by_key(|f| std::cmp::Reverse(f.adds));
        found.truncate(OF_A_KIND);
        all.extend(found);
    }
    all.sort_by_key(|f| std::cmp::Reverse(f.adds));
    all
}

fn is_amount(to: &Value) -> bool {
    to.is_number()
}

/// How many of the offers pass every gate of the changed need.
fn admitted(bench: &Bench, areas: &Areas, need: &Need, offers: &[usize]) -> usize {
    let asker = Asker::new(need, areas);
    let changed = Bench {
        asker: &asker,
        ..*bench
    };
    offers
        .iter()
        .filter(|offer| changed.seat(**offer).failed.is_empty())
        .count()
}

/// Kilometres in halves: the first that brings something, and up to twice as far.
fn farther(bench: &Bench, need: &Need, offers: &[usize]) -> Vec<Change> {
    let Some(reach) = &need.wants.reach else {
        return Vec::new();
    };
    let limit = limit_km(reach);
    let far = offers.iter().filter_map(|o| Way::of(&bench.facing(0, *o, 1)));
    let mut steps: Vec<u32> = far
        .filter(|way| way.km > limit)
        .map(|way| (way.km * 2.0).ceil() as u32)
        .filter(|halves| f64::from(*halves) / 2.0 <= (limit * 2.0).max(limit + 5.0).min(100.0))
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let (first, last) = (steps.first().copied(), steps.last().copied());
    let middle = steps.get(steps.len() / 2).copied();
    let mut chosen: Vec<u32> = [first, middle, last].into_iter().flatten().collect();
    chosen.dedup();
    let changes = chosen.into_iter().map(|halves| {
        let km = f64::from(halves) / 2.0;
        let mut need = need.clone();
        if let Some(reach) = &mut need.wants.reach {
            reach.max_km = Some(km);
        }
        Change {
            name: "reach.max_km",
            from: json!(limit),
            to: json!(km),
            words: format!("{km}kmまで広げる"),
            need,
        }
    });
    changes.collect()
}

fn unfetched(need: &Need) -> Vec<Change> {
    let fetched = need.wants.reach.as_ref().filter(|r| r.needs_pickup);
    let change = fetched.map(|_| {
        let mut need = need.clone();
        if let Some(reach) = &mut need.wants.reach {
            reach.needs_pickup = false;
        }
        Change {
            name: "reach.needs_pickup",
            from: json!(true),
            to: json!(false),
            words: "送迎をほかに頼める".to_owned(),
            need,
        }
    });
    change.into_iter().collect()
}

fn other_days(need: &Need) -> Vec<Change> {
    if need.wants.slots.is_empty() {
        return Vec::new();
    }
    let days = DayOfWeek::ALL.iter().filter_map(|day| {
        let whole_day = Slot::new(*day, 0, 24 * 60)?;
        let already = need.wants.slots.iter().any(|s| s.weekday() == *day);
        let mut need = need.clone();
        need.wants.slots.push(whole_day);
        let name = day.label();
        Some(Change {
            name: "slots",
            from: Value::Null,
            to: json!(whole_day),
            words: if already {
                format!("{name}曜のほかの時間も選べる")
            } else {
                format!("{name}曜も選べる")
            },
            need,
        })
    });
    days.collect()
}

fn other_roles(need: &Need) -> Vec<Change> {
    let wished = &need.wants.roles;
    if wished.is_empty() {
        return Vec::new();
    }
    let others = ParticipationRole::ALL.iter().filter(|r| !wished.contains(r));
    let changes = others.map(|role| {
        let mut need = need.clone();
        need.wants.roles.push(*role);
        Change {
            name: "roles",
            from: json!(wished),
            to: json!(role.code()),
            words: format!("「{}」でもよい", role.plain()),
            need,
        }
    });
    changes.collect()
}

fn either_way(need: &Need) -> Vec<Change> {
    let from = need.wants.modality.filter(|m| *m != WishedModality::Any);
    let change = from.map(|from| {
        let mut need = need.clone();
        need.wants.modality = Some(WishedModality::Any);
        Change {
            name: "modality",
            from: json!(from),
            to: json!(WishedModality::Any),
            words: "対面でも在宅でもよい".to_owned(),
            need,
        }
    });
    change.into_iter().collect()
}

fn dearer(bench: &Bench, need: &Need, offers: &[usize]) -> Vec<Change> {
    let Some(most) = need.wants.max_fee_yen else {
        return Vec::new();
    };
    let fees = offers
        .iter()
        .filter_map(|o| bench.board.offers()[*o].entered.fee_yen);
    let changes = first_and_last(fees.filter(|yen| *yen > most))
        .into_iter()
        .map(|yen| {
            let mut need = need.clone();
            need.wants.max_fee_yen = Some(yen);
            Change {
                name: "max_fee_yen",
                from: json!(most),
                to: json!(yen),
                words: format!("費用が{yen}円まで出せる"),
                need,
            }
        });
    changes.collect()
}

fn larger(bench: &Bench, need: &Need, offers: &[usize]) -> Vec<Change> {
    let Some(most) = need.wants.max_group_size else {
        return Vec::new();
    };
    let sizes = offers
        .iter()
        .filter_map(|o| bench.board.offers()[*o].entered.usual_size);
    let changes = first_and_last(sizes.filter(|size| *size > most))
        .into_iter()
        .map(|size| {
            let mut need = need.clone();
            need.wants.max_group_size = Some(size);
            Change {
                name: "max_group_size",
                from: json!(most),
                to: json!(size),
                words: format!("{size}人くらいまでよい"),
                need,
            }
        });
    changes.collect()
}

fn first_and_last(amounts: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut all: Vec<u32> = amounts.collect();
    all.sort_unstable();
    let mut ends: Vec<u32> = all.first().into_iter().chain(all.last()).copied().collect();
    ends.dedup();
    ends
}
