//! `POST /api/v1/match`: a match without storing anything, and the shapes in which every match is answered.

use axum::{Json, extract::State};
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    board::Board,
    find::{self, Answer, Candidate, FactorTold, GateTold, NearMiss},
    menu::MenuDraft,
    question::Question,
    relax::Relaxation,
};
use crate::{
    app::App,
    error::{ApiError, Fault},
    guard::NoQuery,
    kernel::{fields::Problem, geo::Meters, schedule::Occurrence},
    people::api::Body,
    resources::{
        api::{Coded, DistrictRef, OpportunityBody, PlaceBody, confined, district, location},
        resource::is_stale,
    },
};

/// The place of an offer, as staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchResource {
    /// 資源ID.
    pub id: String,
    /// `staff` for what is 関係者のみ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<&'static str>,
    /// 名称.
    pub name: String,
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// 地区.
    pub district: Option<DistrictRef>,
    /// Where it stands.
    pub location: Option<PlaceBody>,
    /// 所在地.
    pub address: Option<String>,
    /// 電話番号.
    pub phone: Option<String>,
    /// Whether nobody made sure of it within a year.
    pub stale: bool,
}

/// What a gate said.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateBody {
    /// Code.
    pub gate: &'static str,
    /// The same for people.
    pub label: &'static str,
    /// 続柄; left out for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// `pass`, `fail` or `unknown`.
    #[schema(value_type = String)]
    pub verdict: super::gates::Verdict,
    /// Why, or what to ask.
    pub text: String,
}

/// What a factor counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorBody {
    /// Code.
    pub factor: &'static str,
    /// The same for people.
    pub label: &'static str,
    /// 0 to 1.
    pub score: f64,
    /// Its share of the whole when every factor is asked for.
    pub weight: f64,
    /// Why.
    pub text: String,
}

/// Where one of the household would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatBody {
    /// 続柄.
    pub relation: String,
    /// 機会ID.
    pub opportunity_id: String,
    /// Its name.
    pub opportunity_name: String,
}

/// An offer that would have them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateBody {
    /// The offer.
    pub opportunity: OpportunityBody,
    /// Its place.
    pub resource: MatchResource,
    /// 0 to 1.
    pub score: f64,
    /// Straight line from home, metres; null for work at home or where it is not known.
    pub distance_m: Option<u32>,
    /// Every gate that was asked.
    pub gates: Vec<GateBody>,
    /// The factors, the one that counts most first.
    pub factors: Vec<FactorBody>,
    /// What to ask before proposing it.
    pub questions: Vec<String>,
    /// The next three times.
    pub next_dates: Vec<String>,
    /// Where the others of the household would be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub household: Vec<SeatBody>,
}

impl CandidateBody {
    /// The three factors that count most and have something to say.
    pub fn why(&self) -> Vec<&FactorBody> {
        self.factors
            .iter()
            .filter(|f| !f.text.is_empty())
            .take(3)
            .collect()
    }
}

/// Where a near miss fails.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedBody {
    /// Code.
    pub gate: &'static str,
    /// The same for people.
    pub label: &'static str,
    /// Why.
    pub text: String,
}

/// An offer that fails at just one gate.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearMissBody {
    /// The offer.
    pub opportunity: OpportunityBody,
    /// Its place.
    pub resource: MatchResource,
    /// How well it would fit otherwise.
    pub score: f64,
    /// Straight line from home, metres.
    pub distance_m: Option<u32>,
    /// Where it fails.
    pub failed: FailedBody,
    /// What would admit it.
    pub change: String,
}

/// A single change that admits more.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelaxationBody {
    /// Which part of the need.
    #[schema(example = "reach.max_km")]
    pub change: &'static str,
    /// As it is.
    pub from: Value,
    /// As it would be.
    pub to: Value,
    /// How many more.
    pub adds: usize,
    /// In words.
    pub text: String,
}

/// Somebody who could be asked to open something.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerBody {
    /// Who.
    pub resource: MatchResource,
    /// Straight line from home, metres.
    pub distance_m: Option<u32>,
}

/// The start of 支援メニューづくり.
#[derive(Debug, Serialize, ToSchema)]
pub struct MenuDraftBody {
    /// Where.
    pub district: Option<DistrictRef>,
    /// The gate that is missing; null when nothing does what was wished.
    pub missing: Option<Coded>,
    /// In words.
    pub text: String,
    /// Who could be asked, the likeliest first.
    pub partners: Vec<PartnerBody>,
}

/// The answer of a match.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchAnswer {
    /// The best, in order.
    pub candidates: Vec<CandidateBody>,
    /// How many pass every gate.
    pub total: usize,
    /// The best of those that fail at one gate.
    pub near_misses: Vec<NearMissBody>,
    /// Single changes that admit more, those that admit most first.
    pub relaxations: Vec<RelaxationBody>,
    /// When nothing passes, or nothing is what was wished.
    pub menu_draft: Option<MenuDraftBody>,
    /// Opportunities that were looked at.
    pub evaluated: usize,
}

/// Turns an answer into its shape.
struct Shaping<'a> {
    app: &'a App,
    board: &'a Board,
    now: DateTime<FixedOffset>,
}

impl Shaping<'_> {
    fn opportunity(&self, offer: usize) -> OpportunityBody {
        OpportunityBody::of(&self.board.offers()[offer].entered, self.now)
    }

    fn resource(&self, place: usize) -> MatchResource {
        let shown = &self.board.places()[place].shown;
        MatchResource {
            id: shown.id.to_string(),
            visibility: confined(shown.visibility),
            name: shown.name.clone(),
            kind: shown.kind.code(),
            kind_label: shown.kind.label(),
            district: district(self.app, shown.district.as_ref()),
            location: location(shown),
            address: shown.address.clone(),
            phone: shown.phone.clone(),
            stale: is_stale(shown.assured_on, self.now.date_naive()),
        }
    }

    fn place_of(&self, offer: usize) -> MatchResource {
        self.resource(self.board.offers()[offer].place)
    }

    fn candidate(&self, c: Candidate) -> CandidateBody {
        let household = c.seats.iter().zip(&c.relations).skip(1);
        CandidateBody {
            opportunity: self.opportunity(c.offer),
            resource: self.place_of(c.offer),
            score: rounded(c.score),
            distance_m: metres(c.distance),
            household: household
                .map(|(offer, relation)| {
                    let entered = &self.board.offers()[*offer].entered;
                    SeatBody {
                        relation: relation.clone().unwrap_or_default(),
                        opportunity_id: entered.id.to_string(),
                        opportunity_name: entered.name.clone(),
                    }
                })
                .collect(),
            gates: c.gates.into_iter().map(gate).collect(),
            factors: c.factors.into_iter().map(factor).collect(),
            questions: c.questions,
            next_dates: c.next_dates.iter().map(Occurrence::iso).collect(),
        }
    }

    fn near_miss(&self, n: NearMiss) -> NearMissBody {
        NearMissBody {
            opportunity: self.opportunity(n.offer),
            resource: self.place_of(n.offer),
            score: rounded(n.score),
            distance_m: metres(n.distance),
            failed: FailedBody {
                gate: n.gate.code(),
                label: n.gate.label(),
                text: n.text,
            },
            change: n.change,
        }
    }

    fn draft(&self, d: MenuDraft) -> MenuDraftBody {
        MenuDraftBody {
            district: district(self.app, d.district.as_ref()),
            missing: d.missing.map(|gate| Coded {
                code: gate.code(),
                label: gate.label(),
            }),
            text: d.text,
            partners: d
                .partners
                .iter()
                .map(|p| PartnerBody {
                    resource: self.resource(p.place),
                    distance_m: metres(p.distance),
                })
                .collect(),
        }
    }
}

/// Scores are told to a thousandth: more would be more exact than they are.
fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

fn metres(distance: Option<Meters>) -> Option<u32> {
    distance.map(|d| d.get().round() as u32)
}

fn gate(g: GateTold) -> GateBody {
    GateBody {
        gate: g.gate.code(),
        label: g.gate.label(),
        who: g.who,
        verdict: g.verdict,
        text: g.text,
    }
}

fn factor(f: FactorTold) -> FactorBody {
    FactorBody {
        factor: f.factor.code(),
        label: f.factor.label(),
        score: rounded(f.score),
        weight: f.factor.weight(),
        text: f.text,
    }
}

fn relaxation(r: Relaxation) -> RelaxationBody {
    RelaxationBody {
        change: r.change,
        from: r.from,
        to: r.to,
        adds: r.adds,
        text: r.text,
    }
}

impl MatchAnswer {
    /// The shape of an answer.
    pub fn of(app: &App, board: &Board, answer: Answer) -> Self {
        let shaping = Shaping {
            app,
            board,
            now: app.clock().now(),
        };
        Self {
            candidates: answer
                .candidates
                .into_iter()
                .map(|c| shaping.candidate(c))
                .collect(),
            total: answer.total,
            near_misses: answer
                .near_misses
                .into_iter()
                .map(|n| shaping.near_miss(n))
                .collect(),
            relaxations: answer.relaxations.into_iter().map(relaxation).collect(),
            menu_draft: answer.menu_draft.map(|d| shaping.draft(d)),
            evaluated: answer.evaluated,
        }
    }
}

/// Answers a question from the board as it is now.
///
/// # Errors
/// The database.
pub async fn answer(app: &App, question: Question) -> anyhow::Result<MatchAnswer> {
    let board = app.board().await?;
    let (ground, now) = (app.ground(), app.clock().now());
    // Thousands of gates are asked: other requests are not kept waiting by it.
    let asked = std::sync::Arc::clone(&board);
    let answer =
        tokio::task::spawn_blocking(move || find::find(&asked, &ground.areas, &question, now)).await??;
    Ok(MatchAnswer::of(app, &board, answer))
}

/// Reads a question; the home's district by id or name.
///
/// # Errors
/// What is wrong with it, each with its place.
pub fn read(app: &App, body: Body) -> Result<Question, ApiError> {
    let mut body = body;
    body.district(app, "/home/district")?;
    let told = |problems: Vec<Problem>| {
        let faults = problems.into_iter().map(|p| Fault::new(&p.pointer, p.detail));
        ApiError::Invalid(faults.collect())
    };
    Question::read(&body.0).map_err(told)
}

/// Matches a need without storing anything.
#[utoipa::path(post, path = "/api/v1/match", tag = "つなぐ", summary = "候補をさがす(何も保存しない)",
    description = "書いた項目だけが条件になる。わからないことは候補から落とさず、聞くこと(questions)にする。",
    request_body(content = Object, description = "home({lat, lng} か {district})、wishes、strengths、roles、modality、reach {mode, max_km, \
        needs_pickup}、age、sex、wheelchair、max_fee_yen、max_group_size、needs_companion、slots、fields、out_of_eligibility、locality、household、\
        avoid {places, people}、as_of、limit(1〜100)"),
    responses((status = 200, description = "候補、惜しいもの、広げかた", body = MatchAnswer),
              (status = 400, description = "JSONではない", body = crate::error::Problem, content_type = "application/problem+json"),
              (status = 401, description = "サインインしていない", body = crate::error::Problem, content_type = "application/problem+json"),
              (status = 403, description = "この役割ではできない", body = crate::error::Problem, content_type = "application/problem+json"),
              (status = 422, description = "内容の誤り", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn find_candidates(
    State(app): State<App>,
    _: NoQuery,
    body: Body,
) -> Result<Json<MatchAnswer>, ApiError> {
    let question = read(&app, body)?;
    Ok(Json(answer(&app, question).await?))
}
