//! What a search answers: the entries with their reasons, what was understood, counts, and what else could be asked.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Page, ask,
    cursor::{self, Listing},
    office,
    parameters::{FacetName, Question, WEEKDAYS},
};
use crate::{
    app::App,
    error::ApiError,
    kernel::text,
    resources::{
        api::{self, DistrictRef, OpportunityBody, OpportunityOfResource, PlaceBody, ResourceRef},
        opportunity::NewOpportunity,
        public::{Audience, VisibleResource, visible},
        resource::is_stale,
        store,
    },
    search::{
        engine::{Found, Hit},
        highlight::{Highlight, Words},
        query::SearchQuery,
    },
};

/// With so few hits or fewer, the answer says what else could be asked, and whom.
const FEW: usize = 2;

/// One resource found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ResourceItem {
    /// 資源ID.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// 地区; null outside of all.
    pub district: Option<DistrictRef>,
    /// Where it stands; null when that is not known or not public.
    pub location: Option<PlaceBody>,
    /// From `near`, in a straight line, metres.
    pub distance_m: Option<u64>,
    /// How well the words fit; 0 when none were asked. Comparable within one answer only.
    pub score: f32,
    /// Where the words stand.
    pub highlights: Vec<Highlight>,
    /// 最終確認日.
    pub assured_on: Option<NaiveDate>,
    /// Whether the last confirmation is older than a year, or there is none.
    pub stale: bool,
    /// 状態: `active`, `preparing` or `paused`.
    pub status: &'static str,
    /// The same for people.
    pub status_label: &'static str,
    /// `staff` for what is 関係者のみ; what is public goes without saying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<&'static str>,
    /// The opportunities that satisfy the conditions; all of them when none concerns opportunities.
    pub opportunities: Vec<OpportunityBody>,
}

/// One opportunity found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpportunityItem {
    /// The opportunity, and whose it is.
    #[serde(flatten)]
    pub opportunity: OpportunityOfResource,
    /// 種別 of the resource.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// 地区 of the resource.
    pub district: Option<DistrictRef>,
    /// Where the resource stands.
    pub location: Option<PlaceBody>,
    /// From `near`, in a straight line, metres.
    pub distance_m: Option<u64>,
    /// Of the resource.
    pub score: f32,
}

/// A place that words of the question were understood as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceMeant {
    /// As people say it.
    #[schema(example = "水沢南地区")]
    pub text: String,
    /// `former_municipality`, `promotion_council` or `town`.
    pub level: &'static str,
    /// 地区ID, or the name of the former municipality.
    pub id: String,
}

/// The question as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueryBody {
    /// The words with width, case and spaces folded.
    pub normalized: String,
    /// The words looked for.
    pub terms: Vec<String>,
    /// Words looked for beside them.
    pub expanded: Vec<String>,
    /// The place among the words.
    pub place: Option<PlaceMeant>,
    /// Nothing was found as written: what is shown is one letter away.
    pub fuzzy: bool,
    /// What was typed and says nothing by itself (「の」, 「です」): it was not looked for.
    pub ignored: Vec<String>,
}

/// How many of the hits have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    /// What to send as the parameter of the same name.
    pub value: String,
    /// What to show.
    pub label: String,
    /// Hits.
    pub count: usize,
}

/// A change to the question that finds more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelaxedBody {
    /// What to let go of.
    #[schema(example = "ほかの地区も")]
    pub change: String,
    /// Hits then.
    pub total: usize,
}

/// The consultation office that serves the district.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Office {
    /// 資源ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// 電話番号, when it is public.
    pub phone: Option<String>,
    /// 所在地.
    pub address: Option<String>,
    /// URL.
    pub url: Option<String>,
    /// From `near`, in a straight line, metres.
    pub distance_m: Option<u64>,
}

/// What both searches say beside their items.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Aside {
    /// The question as it was understood.
    pub query: QueryBody,
    /// Counts by name: `kind`, `field`, `district`, `area` and so on. The resources are counted.
    pub facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// With few or no hits: changes that find more.
    pub relaxed: Vec<RelaxedBody>,
    /// With few or no hits: whom to ask.
    pub office: Option<Office>,
}

/// What a search for resources answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ResourceAnswer {
    /// All hits, on whatever page.
    pub total: usize,
    /// This page.
    pub items: Vec<ResourceItem>,
    /// The cursor of the next page; null when there is none.
    pub next: Option<String>,
    /// Beside the items.
    #[serde(flatten)]
    pub aside: Aside,
}

/// What a search for opportunities answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpportunityAnswer {
    /// All opportunities, on whatever page.
    pub total: usize,
    /// This page.
    pub items: Vec<OpportunityItem>,
    /// The cursor of the next page; null when there is none.
    pub next: Option<String>,
    /// Beside the items.
    #[serde(flatten)]
    pub aside: Aside,
}

/// The entries of these ids as that audience may see them, in the same order.
pub async fn load_ids(app: &App, ids: &[&str], audience: Audience) -> Result<Vec<VisibleResource>, ApiError> {
    let mut conn = app.db().read().await?;
    let rows = store::find_many(&mut conn, ids).await?;
    let mut entries: HashMap<String, VisibleResource> = rows
        .iter()
        .filter_map(|(r, o)| visible(r, o, audience))
        .map(|v| (v.id.to_string(), v))
        .collect();
    Ok(ids.iter().filter_map(|id| entries.remove(*id)).collect())
}

/// The entries of a page of hits, in order.
pub async fn load(app: &App, found: &Found, audience: Audience) -> Result<Vec<VisibleResource>, ApiError> {
    let ids: Vec<&str> = found.hits.iter().map(|h| h.id.as_str()).collect();
    load_ids(app, &ids, audience).await
}

fn metres(hit: &Hit) -> Option<u64> {
    hit.distance.map(|d| d.get().round() as u64)
}

/// An opportunity with whether the words stand in it.
fn offer_body(o: &NewOpportunity, words: &Words, now: DateTime<FixedOffset>) -> OpportunityBody {
    let said = || {
        std::iter::once(&o.name)
            .chain(&o.description)
            .chain(&o.interests)
            .chain(&o.skills)
            .any(|text| words.stand_in(text))
    };
    OpportunityBody {
        matched: (!words.is_empty()).then(said),
        ..OpportunityBody::of(o, now)
    }
}

/// The answer to a search for resources.
pub async fn resources(app: &App, question: &Question, page: Page) -> Result<ResourceAnswer, ApiError> {
    let entries = load(app, &page.found, question.audience).await?;
    let now = app.clock().now();
    let words = Words::of(page.found.terms.iter().map(String::as_str));
    let hits: HashMap<&str, &Hit> = page.found.hits.iter().map(|h| (h.id.as_str(), h)).collect();
    let items = entries
        .iter()
        .filter_map(|e| Some((e, *hits.get(e.id.as_str())?)))
        .map(|(entry, hit)| ResourceItem {
            id: entry.id.to_string(),
            name: entry.name.clone(),
            kind: entry.kind.code(),
            kind_label: entry.kind.label(),
            district: api::district(app, entry.district.as_ref()),
            location: api::location(entry),
            distance_m: metres(hit),
            score: hit.score,
            highlights: words.in_entry(entry),
            assured_on: entry.assured_on,
            stale: is_stale(entry.assured_on, now.date_naive()),
            status: entry.status.code(),
            status_label: entry.status.label(),
            visibility: api::confined(entry.visibility),
            opportunities: hit
                .offers
                .iter()
                .filter_map(|i| Some(offer_body(entry.opportunities.get(*i)?, &words, now)))
                .collect(),
        })
        .collect();
    Ok(ResourceAnswer {
        total: page.found.total,
        items,
        next: cursor::next_cursor(&question.query, &page.found, page.offset),
        aside: aside(app, question, &page.found).await?,
    })
}

/// What an opportunity is called inside a cursor.
fn cursor_name(hit: &Hit, offer: usize) -> String {
    format!("{}/{offer}", hit.id)
}

/// The answer to a search for opportunities: those of all resources found, one by one.
pub async fn opportunities(app: &App, question: Question) -> Result<OpportunityAnswer, ApiError> {
    // Every hit is counted, so every hit is asked for; only the entries of this page are read.
    let everything = Question {
        query: SearchQuery {
            limit: super::snapshot(app, question.audience).len().max(1),
            ..question.query.clone()
        },
        after: None,
        ..question.clone()
    };
    let found = ask(app, &everything).await?.found;
    let all: Vec<(&Hit, usize)> = found
        .hits
        .iter()
        .flat_map(|hit| hit.offers.iter().map(move |offer| (hit, *offer)))
        .collect();
    let total = all.len();
    let start = question.after.map_or(0, |cursor| {
        let from = (cursor.offset - cursor.back()).min(total);
        from + cursor.skip(all[from..].iter().map(|(hit, offer)| cursor_name(hit, *offer)))
    });
    let page = &all[start.min(total)..(start + question.query.limit).min(total)];
    let ids: Vec<&str> = page.iter().map(|(hit, _)| hit.id.as_str()).collect();
    let entries: HashMap<String, VisibleResource> = load_ids(app, &ids, question.audience)
        .await?
        .into_iter()
        .map(|e| (e.id.to_string(), e))
        .collect();
    let words = Words::of(found.terms.iter().map(String::as_str));
    let now = app.clock().now();
    let items = page
        .iter()
        .filter_map(|(hit, offer)| {
            let entry = entries.get(hit.id.as_str())?;
            Some(OpportunityItem {
                opportunity: OpportunityOfResource {
                    opportunity: offer_body(entry.opportunities.get(*offer)?, &words, now),
                    resource: ResourceRef {
                        id: entry.id.to_string(),
                        name: entry.name.clone(),
                    },
                },
                kind: entry.kind.code(),
                kind_label: entry.kind.label(),
                district: api::district(app, entry.district.as_ref()),
                location: api::location(entry),
                distance_m: metres(hit),
                score: hit.score,
            })
        })
        .collect();
    let end = start + page.len();
    let next = page.last().filter(|_| end < total).map(|(hit, offer)| {
        cursor::after(
            Listing::Opportunities,
            &question.query,
            end,
            &cursor_name(hit, *offer),
        )
    });
    Ok(OpportunityAnswer {
        total,
        items,
        next,
        aside: aside(app, &question, &found).await?,
    })
}

/// What is said beside the items.
async fn aside(app: &App, question: &Question, found: &Found) -> Result<Aside, ApiError> {
    let query = &question.query;
    let office = if found.total <= FEW {
        let ground = app.ground();
        let asked = found.place.as_ref().and_then(|p| p.districts.first());
        let standing = query.near.and_then(|p| ground.areas.locate(p)).map(|d| &d.id);
        let district = query
            .serves
            .as_ref()
            .or(asked)
            .or(query.districts.first())
            .or(standing);
        office::office(app, district, query.near).await?
    } else {
        None
    };
    Ok(Aside {
        query: QueryBody {
            normalized: text::normalize(&query.q),
            terms: found.terms.clone(),
            expanded: found.expanded.clone(),
            place: found.place.as_ref().map(|p| PlaceMeant {
                text: p.text.clone(),
                level: p.level,
                id: p.id.clone(),
            }),
            fuzzy: found.fuzzy,
            ignored: found.ignored.clone(),
        },
        facets: facets(app, question, found),
        relaxed: found
            .relaxed
            .iter()
            .map(|r| RelaxedBody {
                change: r.change.clone(),
                total: r.total,
            })
            .collect(),
        office: office.map(|o| Office {
            distance_m: office::distance(&o, query.near).map(|d| d.get().round() as u64),
            id: o.id.to_string(),
            name: o.name,
            kind: o.kind.code(),
            kind_label: o.kind.label(),
            phone: o.phone,
            address: o.address,
            url: o.url,
        }),
    })
}

/// Values with a count, most first.
fn counted(values: impl IntoIterator<Item = (String, String, usize)>) -> Vec<FacetValue> {
    let mut values: Vec<FacetValue> = values
        .into_iter()
        .filter(|(.., count)| *count > 0)
        .map(|(value, label, count)| FacetValue { value, label, count })
        .collect();
    // Stable: what is equally frequent stays in the order people are shown it.
    values.sort_by_key(|v| std::cmp::Reverse(v.count));
    values
}

fn facets(app: &App, question: &Question, found: &Found) -> BTreeMap<&'static str, Vec<FacetValue>> {
    let ground = app.ground();
    let owned = |code: &str, label: &str, count: usize| (code.to_owned(), label.to_owned(), count);
    let values = |name: FacetName| match name {
        FacetName::Kind => counted(found.kinds.iter().map(|(k, n)| owned(k.code(), k.label(), *n))),
        FacetName::Field => counted(found.fields.iter().map(|(f, n)| owned(f.code(), f.label(), *n))),
        FacetName::District => counted(found.districts.iter().map(|(d, n)| {
            let name = ground.areas.find(d).map_or(d.as_str(), |d| d.name.as_str());
            owned(d, name, *n)
        })),
        FacetName::Area => counted(ground.areas.formers().into_iter().map(|former| {
            let within = ground.areas.of_former(&former);
            let count = within
                .iter()
                .filter_map(|d| found.districts.get(d.id.as_str()))
                .sum();
            (former.clone(), former, count)
        })),
        FacetName::Role => counted(
            found
                .tally
                .roles
                .iter()
                .map(|(r, n)| owned(r.code(), r.plain(), *n)),
        ),
        FacetName::Weekday => {
            let days = WEEKDAYS.iter().zip(found.tally.weekdays);
            // The week keeps its order.
            days.filter(|(_, count)| *count > 0)
                .map(|((code, label), count)| FacetValue {
                    value: (*code).to_owned(),
                    label: (*label).to_owned(),
                    count,
                })
                .collect()
        }
        FacetName::Wheelchair => counted([owned("true", "車いすOK", found.tally.wheelchair)]),
        FacetName::Transport => counted([owned("true", "送迎あり・要相談", found.tally.transport)]),
        FacetName::Free => counted([owned("true", "無料", found.tally.free)]),
        FacetName::Remote => counted([owned("true", "在宅でできる", found.tally.remote)]),
    };
    let asked = FacetName::ALL
        .iter()
        .copied()
        .filter(|name| question.counts(*name));
    asked.map(|name| (name.code(), values(name))).collect()
}
