//! One resource or opportunity as JSON, and the shapes every other answer is built from.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    opportunity::NewOpportunity,
    public::{Audience, VisibleResource, visible},
    resource::{ServiceArea, is_stale},
    store,
    words::*,
};
use crate::{
    app::App,
    error::{ApiError, Problem},
    guard::NoQuery,
    kernel::{id::DistrictId, schedule::Occurrence},
};

/// A coded value with the word people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Coded {
    /// Used in files and parameters.
    pub code: &'static str,
    /// Shown to people.
    pub label: &'static str,
}

/// Turns a coded word of `resources::words` into its code and label.
macro_rules! coded_body {
    ($($word:ty),+) => { $(
        impl From<$word> for Coded {
            fn from(value: $word) -> Self {
                Self { code: value.code(), label: value.label() }
            }
        }
    )+ };
}
coded_body!(
    Field,
    ResourceKind,
    Modality,
    Sex,
    Acceptance,
    Transport,
    Reward,
    Status,
    Availability,
    OrganizationKind
);

impl From<ParticipationRole> for Coded {
    fn from(role: ParticipationRole) -> Self {
        Self {
            code: role.code(),
            label: role.plain(),
        }
    }
}

/// A district by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DistrictRef {
    /// 地区ID.
    #[schema(example = "oshu-02")]
    pub id: String,
    /// Its name; null when the district is not known here.
    #[schema(example = "水沢南")]
    pub name: Option<String>,
}

/// Where an entry stands, as the public may know it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceBody {
    /// Degrees east.
    #[schema(example = 141.1391)]
    pub lng: f64,
    /// Degrees north.
    #[schema(example = 39.1444)]
    pub lat: f64,
    /// `exact`, `town` (a point that stands for the town) or `coarse` (the centre of a 500 m cell).
    pub precision: &'static str,
    /// The same for people.
    pub precision_label: &'static str,
}

/// A resource by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResourceRef {
    /// 資源ID.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// One concrete way to take part. What is not known is null, never 'no'.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpportunityBody {
    /// 機会ID.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 役割.
    pub roles: Vec<Coded>,
    /// 形態: `on_site`, `remote` or `either`.
    pub modality: &'static str,
    /// The same for people.
    pub modality_label: &'static str,
    /// 内容.
    pub description: Option<String>,
    /// 分野・興味.
    pub interests: Vec<String>,
    /// 必要な技能.
    pub skills: Vec<String>,
    /// 日時, as written.
    #[schema(example = "毎週火 10:00-12:00")]
    pub schedule_text: Option<String>,
    /// 休止, as written.
    pub pauses_text: Option<String>,
    /// The next three times: RFC 3339 at +09:00, or the date alone where no clock time is known.
    #[schema(example = json!(["2026-11-24T10:00:00+09:00"]))]
    pub next_dates: Vec<String>,
    /// 定員.
    pub capacity: Option<u32>,
    /// 空き.
    pub vacancy: Option<u32>,
    /// ふだんの人数.
    pub usual_size: Option<u32>,
    /// 対象年齢.
    pub ages: Option<String>,
    /// 性別 it is limited to; null is 問わない.
    pub sex: Option<Coded>,
    /// 車いす.
    pub wheelchair: Option<Coded>,
    /// 送迎.
    pub transport: Option<Coded>,
    /// 送迎範囲, kilometres.
    pub transport_km: Option<f64>,
    /// 費用, yen; 0 is free.
    pub fee_yen: Option<u32>,
    /// 報酬.
    pub reward: Option<Coded>,
    /// 同伴.
    pub companion: Option<Coded>,
    /// 見学・体験.
    pub trial: Option<Coded>,
    /// 配慮.
    pub considerations: Vec<String>,
    /// 制度の対象外の人の受け入れ.
    pub waiver: Option<Coded>,
    /// 状態.
    pub status: &'static str,
    /// The same for people.
    pub status_label: &'static str,
    /// Only in answers to words: whether they stand in this opportunity itself, and not only in its resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<bool>,
}

impl OpportunityBody {
    /// An opportunity with its next three dates after `now`.
    pub fn of(o: &NewOpportunity, now: DateTime<FixedOffset>) -> Self {
        Self {
            id: o.id.to_string(),
            name: o.name.clone(),
            roles: o.roles.iter().copied().map(Coded::from).collect(),
            modality: o.modality.code(),
            modality_label: o.modality.label(),
            description: o.description.clone(),
            interests: o.interests.clone(),
            skills: o.skills.clone(),
            schedule_text: o.schedule.as_ref().map(|s| s.text().to_owned()),
            pauses_text: o.pauses.as_ref().map(|p| p.text().to_owned()),
            next_dates: o.next_dates(now, 3).iter().map(Occurrence::iso).collect(),
            capacity: o.capacity,
            vacancy: o.vacancy,
            usual_size: o.usual_size,
            ages: o.ages.map(|a| a.code()),
            sex: o.sex.map(Coded::from),
            wheelchair: o.wheelchair.map(Coded::from),
            transport: o.transport.map(Coded::from),
            transport_km: o.transport_km,
            fee_yen: o.fee_yen,
            reward: o.reward.map(Coded::from),
            companion: o.companion.map(Coded::from),
            trial: o.trial.map(Coded::from),
            considerations: o.considerations.clone(),
            waiver: o.waiver.map(Coded::from),
            status: o.status.code(),
            status_label: o.status.label(),
            matched: None,
        }
    }
}

/// Whom a resource serves by where they live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceAreaBody {
    /// `anyone`, `whole_city` or `districts`.
    pub code: &'static str,
    /// The same for people.
    pub label: &'static str,
    /// The districts, where it is limited to some.
    pub districts: Vec<DistrictRef>,
}

/// What a building offers to the body; null is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildingBody {
    /// 段差.
    pub steps: Option<Coded>,
    /// 洋式トイレ.
    pub western_toilet: Option<Coded>,
    /// 駐車場.
    pub parking: Option<Coded>,
    /// 除雪.
    pub snow_clearing: Option<Coded>,
}

/// What helps someone to come, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitingBody {
    /// 持ち物.
    pub bring: Option<String>,
    /// 申込方法.
    pub apply: Option<String>,
    /// 初めての人.
    pub first_time: Option<String>,
    /// 大雪の日.
    pub heavy_snow: Option<String>,
}

/// One resource with everything the public may know of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ResourceBody {
    /// 資源ID.
    pub id: String,
    /// `staff` for what is 関係者のみ; what is public goes without saying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<&'static str>,
    /// 名称.
    pub name: String,
    /// 名称_カナ.
    pub name_kana: Option<String>,
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// 運営団体.
    pub organization: Option<String>,
    /// 運営団体種別.
    pub organization_kind: Option<Coded>,
    /// 地区; null outside of all.
    pub district: Option<DistrictRef>,
    /// Where it stands; null when that is not known or not public.
    pub location: Option<PlaceBody>,
    /// 所在地, as exact as the location.
    pub address: Option<String>,
    /// 方書.
    pub building_name: Option<String>,
    /// 対象地区.
    pub service_area: ServiceAreaBody,
    /// 電話番号, when it is public.
    pub phone: Option<String>,
    /// メールアドレス, when it is public.
    pub email: Option<String>,
    /// URL.
    pub url: Option<String>,
    /// 説明.
    pub description: Option<String>,
    /// 対象分野.
    pub fields: Vec<Coded>,
    /// キーワード.
    pub keywords: Vec<String>,
    /// The building.
    pub building: BuildingBody,
    /// What helps someone to come.
    pub visiting: VisitingBody,
    /// 状態.
    pub status: &'static str,
    /// The same for people.
    pub status_label: &'static str,
    /// 最終確認日.
    pub assured_on: Option<NaiveDate>,
    /// Whether the last confirmation is older than a year, or there is none.
    pub stale: bool,
    /// The last change, RFC 3339 at +09:00.
    pub updated_at: String,
    /// All its opportunities.
    pub opportunities: Vec<OpportunityBody>,
}

/// An opportunity that says whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpportunityOfResource {
    /// The opportunity.
    #[serde(flatten)]
    pub opportunity: OpportunityBody,
    /// Whose it is.
    pub resource: ResourceRef,
}

/// The code of what is not for everyone.
pub fn confined(visibility: Visibility) -> Option<&'static str> {
    (visibility != Visibility::Public).then(|| visibility.code())
}

/// The resource as that audience may see it; `NotFound` when it may not know of it.
pub async fn load(app: &App, id: &str, audience: Audience) -> Result<VisibleResource, ApiError> {
    let mut conn = app.db().read().await?;
    let rows = store::find_many(&mut conn, &[id]).await?;
    rows.first()
        .and_then(|(r, o)| visible(r, o, audience))
        .ok_or(ApiError::NotFound)
}

/// A district by id and name.
pub fn district(app: &App, id: Option<&DistrictId>) -> Option<DistrictRef> {
    id.map(|id| DistrictRef {
        id: id.to_string(),
        name: app.district_name(id.as_str()),
    })
}

/// Where it stands.
pub fn location(entry: &VisibleResource) -> Option<PlaceBody> {
    entry.point.map(|p| PlaceBody {
        lng: p.lng(),
        lat: p.lat(),
        precision: entry.precision.code(),
        precision_label: entry.precision.label(),
    })
}

fn service_area(app: &App, area: &ServiceArea) -> ServiceAreaBody {
    let (code, label, ids) = match area {
        ServiceArea::Anyone => ("anyone", "どこからでも", [].as_slice()),
        ServiceArea::WholeCity => ("whole_city", "全域", [].as_slice()),
        ServiceArea::Districts(ids) => ("districts", "決まった地区", ids.as_slice()),
    };
    ServiceAreaBody {
        code,
        label,
        districts: ids.iter().filter_map(|id| district(app, Some(id))).collect(),
    }
}

fn body(app: &App, entry: VisibleResource) -> ResourceBody {
    let now = app.clock().now();
    ResourceBody {
        visibility: confined(entry.visibility),
        id: entry.id.to_string(),
        kind: entry.kind.code(),
        kind_label: entry.kind.label(),
        organization_kind: entry.organization_kind.map(Coded::from),
        district: district(app, entry.district.as_ref()),
        location: location(&entry),
        service_area: service_area(app, &entry.service_area),
        fields: entry.fields.iter().copied().map(Coded::from).collect(),
        building: BuildingBody {
            steps: entry.building.steps.map(Coded::from),
            western_toilet: entry.building.western_toilet.map(Coded::from),
            parking: entry.building.parking.map(Coded::from),
            snow_clearing: entry.building.snow_clearing.map(Coded::from),
        },
        visiting: VisitingBody {
            bring: entry.visiting.bring,
            apply: entry.visiting.apply,
            first_time: entry.visiting.first_time,
            heavy_snow: entry.visiting.heavy_snow,
        },
        status: entry.status.code(),
        status_label: entry.status.label(),
        assured_on: entry.assured_on,
        stale: is_stale(entry.assured_on, now.date_naive()),
        updated_at: entry.updated_at.with_timezone(now.offset()).to_rfc3339(),
        opportunities: entry
            .opportunities
            .iter()
            .map(|o| OpportunityBody::of(o, now))
            .collect(),
        name: entry.name,
        name_kana: entry.name_kana,
        organization: entry.organization,
        address: entry.address,
        building_name: entry.building_name,
        phone: entry.phone,
        email: entry.email,
        url: entry.url,
        description: entry.description,
        keywords: entry.keywords,
    }
}

/// One resource.
#[utoipa::path(get, path = "/api/v1/resources/{id}", tag = "さがす", summary = "社会資源ひとつ",
    description = "参加の機会と、それぞれの次の3回の日時も。",
    params(("id" = String, Path, description = "資源ID")),
    responses((status = 200, description = "資源", body = ResourceBody),
              (status = 404, description = "ない、または公開されていない", body = Problem, content_type = "application/problem+json")))]
pub async fn resource(
    State(app): State<App>,
    audience: Audience,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<ResourceBody>, ApiError> {
    let entry = load(&app, &id, audience).await?;
    Ok(Json(body(&app, entry)))
}

/// One opportunity.
#[utoipa::path(get, path = "/api/v1/opportunities/{id}", tag = "さがす", summary = "参加の機会ひとつ",
    params(("id" = String, Path, description = "機会ID")),
    responses((status = 200, description = "機会と、その資源の名前", body = OpportunityOfResource),
              (status = 404, description = "ない、または公開されていない", body = Problem, content_type = "application/problem+json")))]
pub async fn opportunity(
    State(app): State<App>,
    audience: Audience,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<OpportunityOfResource>, ApiError> {
    let owner = {
        let mut conn = app.db().read().await?;
        store::find_opportunity(&mut conn, &id)
            .await?
            .ok_or(ApiError::NotFound)?
            .entered
            .resource_id
    };
    let entry = load(&app, owner.as_str(), audience).await?;
    let offer = entry
        .opportunities
        .iter()
        .find(|o| o.id.as_str() == id)
        .ok_or(ApiError::NotFound)?;
    Ok(Json(OpportunityOfResource {
        opportunity: OpportunityBody::of(offer, app.clock().now()),
        resource: ResourceRef {
            id: entry.id.to_string(),
            name: entry.name.clone(),
        },
    }))
}
