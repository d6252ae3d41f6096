//! Whom to ask when a search finds little: the consultation office that serves the district.

use super::load_ids;
use crate::{
    app::App,
    error::ApiError,
    kernel::{
        geo::{LngLat, Meters},
        id::DistrictId,
    },
    resources::{
        public::{Audience, VisibleResource},
        words::{ResourceKind, Status},
    },
    search::facts::Facts,
};

/// How well an office answers for a district: by name, by standing there, by serving everyone.
fn rank(office: Facts, district: Option<&DistrictId>) -> u8 {
    match (office.serves_some(), district) {
        (true, Some(d)) if office.serves(d) => 0,
        (true, _) => 3,
        (false, Some(d)) if office.district() == Some(d) => 1,
        (false, _) => 2,
    }
}

/// The 地域包括支援センター that serves the district, else the one nearest to it; `None` when there is none at all.
pub async fn office(
    app: &App,
    district: Option<&DistrictId>,
    near: Option<LngLat>,
) -> Result<Option<VisibleResource>, ApiError> {
    let ground = app.ground();
    let centre = district
        .and_then(|d| ground.areas.find(d.as_str()))
        .and_then(|d| d.centre);
    let from = near.or(centre);
    let far = |f: &Facts| match (from, f.point()) {
        (Some(from), Some(point)) => from.distance(point).get(),
        _ => f64::INFINITY,
    };
    let snapshot = app.searcher().snapshot();
    let chosen = snapshot
        .iter()
        .filter(|f| f.kind() == ResourceKind::ComprehensiveSupportCenter && f.status() == Status::Active)
        .min_by(|a, b| {
            rank(*a, district)
                .cmp(&rank(*b, district))
                .then_with(|| far(a).total_cmp(&far(b)))
                .then_with(|| a.id().cmp(b.id()))
        })
        .map(|f| f.id().to_owned());
    match chosen {
        Some(id) => Ok(load_ids(app, &[&id], Audience::Public).await?.pop()),
        None => Ok(None),
    }
}

/// How far an office is from where somebody asks.
pub fn distance(office: &VisibleResource, near: Option<LngLat>) -> Option<Meters> {
    Some(near?.distance(office.point?))
}
