//! What an operator may know of the running service: counts and times, never what was asked nor about whom.

use std::{
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicU64},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::{app::App, error::ApiError};

/// Older than this, the index is not level enough to call the service ready.
pub const LAG_LIMIT: Duration = Duration::from_secs(5);

/// Upper bounds of the latency histogram, seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Where {
    route: String,
}

/// As what a request is counted. Everyone may read the figures: of staff they tell how many calls there were, and not which.
#[derive(Debug, Clone, Copy)]
pub enum Counted<'a> {
    /// A method, and the pattern that matched (`/resources/{id}`), never the path itself.
    Open(&'static str, &'a str),
    /// A page or call for staff, signing in among them.
    Staff,
    /// No route.
    Nowhere,
}

/// The figures of one running service.
pub struct Telemetry {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Where, Histogram, fn() -> Histogram>,
    refused: Counter,
    lag: Gauge<f64, AtomicU64>,
    entries: Gauge<i64, AtomicI64>,
    /// When the index was last known to be level with the database; `None` since the start.
    level: Mutex<Option<Instant>>,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("lag", &self.lag())
            .finish_non_exhaustive()
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("yosatte");
        let requests = Family::default();
        let seconds =
            Family::<Where, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        let (refused, lag, entries) = (Counter::default(), Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests by route and status", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time to the answer, by route",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register(
            "http_refused",
            "Requests refused because too many ran at once",
            refused.clone(),
        );
        registry.register_with_unit(
            "index_lag",
            "Age of what the index is known to hold",
            Unit::Seconds,
            lag.clone(),
        );
        registry.register("entries", "Public entries that can be found", entries.clone());
        Self {
            registry,
            requests,
            seconds,
            refused,
            lag,
            entries,
            level: Mutex::new(None),
        }
    }
}

impl Telemetry {
    /// Counts one answered request.
    pub fn answered(&self, counted: Counted<'_>, status: StatusCode, took: Duration) {
        let (method, route) = match counted {
            Counted::Open(method, route) => (method, route.to_owned()),
            Counted::Staff => ("any", "staff".to_owned()),
            Counted::Nowhere => ("any", "none".to_owned()),
        };
        self.seconds
            .get_or_create(&Where { route: route.clone() })
            .observe(took.as_secs_f64());
        let asked = Asked {
            method,
            route,
            status: status.as_u16(),
        };
        self.requests.get_or_create(&asked).inc();
    }

    /// Counts a request refused for want of room.
    pub fn refused(&self) {
        self.refused.inc();
    }

    /// Everything committed before `moment` can be found.
    pub fn level_since(&self, moment: Instant) {
        *self.level.lock().expect("a moment") = Some(moment);
    }

    /// How old what can be found may be: without limit until it was level once.
    pub fn lag(&self) -> Duration {
        let level = *self.level.lock().expect("a moment");
        level.map_or(Duration::MAX, |moment| moment.elapsed())
    }
}

/// A method of the caller's own making is neither a label nor a word in the log: there would be no end of them.
pub fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Whether the process runs.
#[utoipa::path(get, path = "/healthz", tag = "運用", summary = "動いているか",
    responses((status = 200, description = "動いている", body = String, content_type = "text/plain")))]
pub async fn healthz() -> &'static str {
    "ok"
}

/// Whether it can answer.
#[utoipa::path(get, path = "/readyz", tag = "運用", summary = "答えられるか",
    description = "データベースと索引が開いていて、索引の遅れが5秒未満なら 200。",
    responses((status = 200, description = "答えられる", body = String, content_type = "text/plain"),
              (status = 503, description = "まだ答えられない", body = crate::error::Problem, content_type = "application/problem+json")))]
pub async fn readyz(State(app): State<App>) -> Result<&'static str, ApiError> {
    if let Err(error) = app.db().ping().await {
        tracing::warn!(%error, "データベースが応えません");
        return Err(ApiError::NotNow("データベースが応えません"));
    }
    if app.telemetry().lag() >= LAG_LIMIT {
        return Err(ApiError::NotNow("索引が追いつくのを待っています"));
    }
    Ok("ready")
}

/// Figures for a monitoring system.
#[utoipa::path(get, path = "/metrics", tag = "運用", summary = "監視のための数字",
    description = "OpenMetrics(Prometheus)の文字列。要求の数と時間は経路の型ごとで、ことばやIDは含まない。職員のページと呼び出しは一つにまとめて数える。",
    responses((status = 200, description = "数字", body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(app): State<App>) -> Result<Response, ApiError> {
    let telemetry = app.telemetry();
    let lag = telemetry.lag();
    telemetry.lag.set(if lag == Duration::MAX {
        f64::INFINITY
    } else {
        lag.as_secs_f64()
    });
    telemetry
        .entries
        .set(i64::try_from(app.searcher().snapshot().len())?);
    let mut text = String::new();
    encode(&mut text, &telemetry.registry)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
