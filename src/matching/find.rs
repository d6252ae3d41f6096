//! The whole of a match: gates over every offer, candidates in order with their reasons, near misses, and what then.

use chrono::{DateTime, FixedOffset, NaiveTime};

use super::{
    asker::Asker,
    board::Board,
    factors::{Factors, Spoken},
    gates::{Bench, Gate, Seated, Verdict, Way},
    menu::{self, MenuDraft},
    need::Need,
    question::Question,
    relax::{self, Relaxation},
    weights::Factor,
    words,
};
use crate::{
    districts::areas::Areas,
    kernel::{clock::tokyo, geo::Meters, private::private, schedule::Occurrence},
    search::index::IndexError,
};

/// Near misses that are told.
const NEAR_MISSES: usize = 10;
/// Below this no candidate is what was wished, and something new may be wanted.
pub const WEAK: f64 = 0.25;

/// What a gate said, in words.
#[derive(Clone, PartialEq, Eq)]
pub struct GateTold {
    /// Which.
    pub gate: Gate,
    /// For whom of the household; `None` for the person.
    pub who: Option<String>,
    /// What it said.
    pub verdict: Verdict,
    /// Why, or what to ask.
    pub text: String,
}

/// What a factor counted, in words.
#[derive(Clone, PartialEq)]
pub struct FactorTold {
    /// Which.
    pub factor: Factor,
    /// 0 to 1.
    pub score: f64,
    /// Why; empty when there is nothing to say for it.
    pub text: String,
}

/// An offer that would have them.
#[derive(Clone, PartialEq)]
pub struct Candidate {
    /// Which.
    pub offer: usize,
    /// Where each of the household would be; the person first.
    pub seats: Vec<usize>,
    /// Who that is; `None` for the person.
    pub relations: Vec<Option<String>>,
    /// 0 to 1.
    pub score: f64,
    /// Straight line from home.
    pub distance: Option<Meters>,
    /// Every gate that was asked, of everyone.
    pub gates: Vec<GateTold>,
    /// The factors, the one that counts most first.
    pub factors: Vec<FactorTold>,
    /// What to ask before proposing it.
    pub questions: Vec<String>,
    /// The next three.
    pub next_dates: Vec<Occurrence>,
}

/// An offer that fails at just one gate.
#[derive(Clone, PartialEq)]
pub struct NearMiss {
    /// Which.
    pub offer: usize,
    /// How well it would fit otherwise.
    pub score: f64,
    /// Straight line from home.
    pub distance: Option<Meters>,
    /// Where it fails.
    pub gate: Gate,
    /// Why.
    pub text: String,
    /// What would admit it.
    pub change: String,
}

/// The answer.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The best, in order.
    pub candidates: Vec<Candidate>,
    /// How many offers pass every gate.
    pub total: usize,
    /// The best of those that fail at one gate.
    pub near_misses: Vec<NearMiss>,
    /// Single changes that admit more.
    pub relaxations: Vec<Relaxation>,
    /// The start of something new, when nothing passes or nothing is what was wished.
    pub menu_draft: Option<MenuDraft>,
    /// Offers that were looked at.
    pub evaluated: usize,
}

private!(GateTold, Candidate, NearMiss, Answer, FactorTold);

/// An offer with its place in the order.
struct Ranked {
    seated: Seated,
    factors: Factors,
    score: f64,
    distance: Option<Meters>,
}

/// Finds the offers that would have them.
///
/// # Errors
/// None in practice: the texts lie in memory.
pub fn find(
    board: &Board,
    areas: &Areas,
    question: &Question,
    now: DateTime<FixedOffset>,
) -> Result<Answer, IndexError> {
    let from = question.as_of.unwrap_or_else(|| now.date_naive());
    let calendar = board.calendar(from);
    let asker = Asker::new(&question.need, areas);
    let bench = Bench {
        asker: &asker,
        board,
        calendar: &calendar,
        from,
    };
    let spoken = Spoken::of(&bench)?;
    let (mut passing, mut missing) = (Vec::new(), Vec::new());
    for offer in 0..board.offers().len() {
        let seated = bench.seat(offer);
        match seated.failed.single() {
            _ if seated.failed.is_empty() => passing.push(ranked(&bench, &spoken, seated)),
            // What somebody wants to keep away from is not brought up again.
            Some(gate) if gate != Gate::Avoid => missing.push((gate, ranked(&bench, &spoken, seated))),
            _ => {}
        }
    }
    let total = passing.len();
    passing.sort_by(|a, b| order(board, a, b));
    missing.sort_by(|(_, a), (_, b)| order(board, a, b));
    let moment = match question.as_of {
        Some(day) if day != now.date_naive() => day
            .and_time(NaiveTime::MIN)
            .and_local_timezone(tokyo())
            .single()
            .unwrap_or(now),
        _ => now,
    };
    let relaxations = relax::ways(&bench, areas, &question.need, &missing_by_gate(&missing));
    let best_interest = passing
        .iter()
        .filter_map(|r| r.factors.get(Factor::Interest))
        .fold(f64::NAN, f64::max);
    let unmet =
        passing.is_empty() || best_interest < WEAK || named_nowhere(board, &spoken, question.limit, &passing);
    let menu_draft = unmet
        .then(|| menu::draft(&bench, &spoken, missing.first().map(|(gate, _)| *gate)))
        .transpose()?;
    Ok(Answer {
        candidates: passing
            .iter()
            .take(question.limit)
            .map(|r| candidate(&bench, &spoken, r, moment))
            .collect(),
        total,
        near_misses: missing
            .iter()
            .take(NEAR_MISSES)
            .map(|(gate, r)| near_miss(&bench, *gate, r))
            .collect(),
        relaxations,
        menu_draft,
        evaluated: board.offers().len(),
    })
}

/// Whether something was named that none of the best candidates speaks of: 馬 among those who look for a cooking teacher.
fn named_nowhere(board: &Board, spoken: &Spoken, limit: usize, passing: &[Ranked]) -> bool {
    let Some(heard) = spoken.wishes.as_ref().filter(|h| !h.things.is_empty()) else {
        return false;
    };
    let speaks_of = |r: &&Ranked| board.texts().names_any(r.seated.at[0], &heard.things);
    !passing.iter().take(limit).any(|r| speaks_of(&r))
}

/// One offer for a need, whatever its gates say: as a candidate, with the gates that fail.
///
/// # Errors
/// None in practice: the texts lie in memory.
pub fn judge(
    board: &Board,
    areas: &Areas,
    need: &Need,
    offer: usize,
    now: DateTime<FixedOffset>,
) -> Result<(Candidate, Vec<Gate>), IndexError> {
    let from = now.date_naive();
    let calendar = board.calendar(from);
    let asker = Asker::new(need, areas);
    let bench = Bench {
        asker: &asker,
        board,
        calendar: &calendar,
        from,
    };
    let spoken = Spoken::of(&bench)?;
    let seated = bench.seat(offer);
    let ranked = ranked(&bench, &spoken, seated);
    let candidate = candidate(&bench, &spoken, &ranked, now);
    let mut failed: Vec<Gate> = Vec::new();
    for told in candidate.gates.iter().filter(|g| g.verdict == Verdict::Fail) {
        if !failed.contains(&told.gate) {
            failed.push(told.gate);
        }
    }
    Ok((candidate, failed))
}

fn missing_by_gate(missing: &[(Gate, Ranked)]) -> Vec<(Gate, usize)> {
    missing.iter().map(|(gate, r)| (*gate, r.seated.at[0])).collect()
}

fn ranked(bench: &Bench, spoken: &Spoken, seated: Seated) -> Ranked {
    let offer = seated.at[0];
    let factors = Factors::of(bench, spoken, offer);
    let facing = bench.facing(0, offer, 1);
    let way = Way::of(&facing).filter(|_| !facing.is_remote());
    Ranked {
        seated,
        factors,
        score: factors.total(),
        distance: way.and_then(|w| Meters::new(w.km * 1000.0)),
    }
}

/// The better first; of two alike the nearer, then the lower id.
fn order(board: &Board, a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let far = |r: &Ranked| r.distance.map_or(f64::INFINITY, Meters::get);
    let id = |r: &Ranked| &board.offers()[r.seated.at[0]].entered.id;
    b.score
        .total_cmp(&a.score)
        .then_with(|| far(a).total_cmp(&far(b)))
        .then_with(|| id(a).cmp(id(b)))
}

fn candidate(bench: &Bench, spoken: &Spoken, r: &Ranked, moment: DateTime<FixedOffset>) -> Candidate {
    let offer = r.seated.at[0];
    let gates = told(bench, &r.seated);
    let facing = bench.facing(0, offer, 1);
    let mut questions: Vec<String> = Vec::new();
    let unknown = gates.iter().filter(|g| g.verdict == Verdict::Unknown);
    for question in unknown.map(|g| g.text.clone()).chain(words::also_ask(&facing)) {
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    let mut factors: Vec<FactorTold> = Factor::ALL
        .iter()
        .filter_map(|factor| {
            let score = r.factors.get(*factor)?;
            Some(FactorTold {
                factor: *factor,
                score,
                text: words::factor(bench, spoken, offer, *factor, score),
            })
        })
        .collect();
    let counts = |f: &FactorTold| f.score * f.factor.weight();
    factors.sort_by(|a, b| counts(b).total_cmp(&counts(a)));
    Candidate {
        offer,
        seats: r.seated.at.clone(),
        relations: bench.asker.persons.iter().map(|p| p.relation.clone()).collect(),
        score: r.score,
        distance: r.distance,
        gates,
        factors,
        questions,
        next_dates: facing.offer.entered.next_dates(moment, 3),
    }
}

/// What every gate says of everyone, where they would be.
fn told(bench: &Bench, seated: &Seated) -> Vec<GateTold> {
    let mut all = Vec::new();
    for (person, offer) in seated.at.iter().enumerate() {
        let group = seated.at.iter().filter(|o| *o == offer).count() as u32;
        let facing = bench.facing(person, *offer, group);
        for gate in Gate::ALL {
            // Of the place itself it is said once.
            let once = matches!(
                gate,
                Gate::Open | Gate::Capacity | Gate::ServiceArea | Gate::Avoid
            );
            if once && person > 0 && *offer == seated.at[0] {
                continue;
            }
            if let Some(verdict) = facing.verdict(*gate) {
                all.push(GateTold {
                    gate: *gate,
                    who: facing.person.relation.clone(),
                    verdict,
                    text: words::gate(&facing, *gate, verdict),
                });
            }
        }
    }
    all
}

fn near_miss(bench: &Bench, gate: Gate, r: &Ranked) -> NearMiss {
    let offer = r.seated.at[0];
    let failing = r.seated.at.iter().enumerate().map(|(person, at)| {
        let group = r.seated.at.iter().filter(|o| *o == at).count() as u32;
        bench.facing(person, *at, group)
    });
    let facing = failing
        .into_iter()
        .find(|f| f.verdict(gate) == Some(Verdict::Fail))
        .unwrap_or_else(|| bench.facing(0, offer, 1));
    NearMiss {
        offer,
        score: r.score,
        distance: r.distance,
        gate,
        text: words::gate(&facing, gate, Verdict::Fail),
        change: words::change(&facing, gate),
    }
}
