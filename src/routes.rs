//! Every URL on one screen, and with each of its methods the act that the policy is asked about.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodRouter, on},
};

use crate::{
    accounts::{
        self,
        policy::Act::{self, Begin, KeepAccounts, Open, Own, ReadAudit},
    },
    app::App,
    districts, gate, guard, map, openapi,
    pages::{assets, handlers},
    resources, search, telemetry,
};

/// A path, what may be called there, and the act each call is.
#[derive(Debug, Clone)]
pub struct Route {
    /// As `/api/v1/resources/{id}`.
    pub path: &'static str,
    /// The act of each method.
    pub acts: Vec<(Method, Act)>,
    methods: MethodRouter<App>,
}

/// A route without a method yet.
fn at(path: &'static str) -> Route {
    Route {
        path,
        acts: Vec::new(),
        methods: MethodRouter::new(),
    }
}

impl Route {
    fn with<H: Handler<T, App>, T: 'static>(mut self, method: Method, act: Act, handler: H) -> Self {
        let filter = method.clone().try_into().expect("a method that routes take");
        self.methods = self.methods.merge(on(filter, handler));
        self.acts.push((method, act));
        self
    }

    fn get<H: Handler<T, App>, T: 'static>(self, act: Act, handler: H) -> Self {
        self.with(Method::GET, act, handler)
    }

    fn post<H: Handler<T, App>, T: 'static>(self, act: Act, handler: H) -> Self {
        self.with(Method::POST, act, handler)
    }

    fn put<H: Handler<T, App>, T: 'static>(self, act: Act, handler: H) -> Self {
        self.with(Method::PUT, act, handler)
    }

    fn patch<H: Handler<T, App>, T: 'static>(self, act: Act, handler: H) -> Self {
        self.with(Method::PATCH, act, handler)
    }

    fn delete<H: Handler<T, App>, T: 'static>(self, act: Act, handler: H) -> Self {
        self.with(Method::DELETE, act, handler)
    }

    /// The path as the router takes it: whole segments are parameters; a handler takes the ending off again.
    pub fn pattern(&self) -> String {
        self.path.replace("}.json", "}").replace("}.mvt", "}")
    }
}

/// What programs call; each stands in the OpenAPI document, and nothing else does (`tests/api_document.rs`).
pub fn for_programs() -> Vec<Route> {
    use crate::people::api::{
        cases, conferences, consents, disclosure, hands, matches, needs, notes, shares, shredding,
    };
    use Act::{
        AddCase, ApproveShredding, AttendConference, ExportCase, FindCandidates, HandOver, KeepConferences,
        ListCases, ReadCase, ShareCase, WriteCase,
    };
    vec![
        at("/healthz").get(Open, telemetry::healthz),
        at("/readyz").get(Open, telemetry::readyz),
        at("/metrics").get(Open, telemetry::metrics),
        at("/api/v1/resources").get(Open, search::api::resources),
        at("/api/v1/resources/{id}").get(Open, resources::api::resource),
        at("/api/v1/opportunities").get(Open, search::api::opportunities),
        at("/api/v1/opportunities/{id}").get(Open, resources::api::opportunity),
        at("/api/v1/suggest").get(Open, search::api::suggest::suggest),
        at("/api/v1/districts").get(Open, districts::api::districts),
        at("/api/v1/districts/{id}").get(Open, districts::api::district),
        at("/api/openapi.json").get(Open, openapi::document),
        at("/tiles/{layer}.json").get(Open, map::api::tilejson),
        at("/tiles/{layer}/{z}/{x}/{y}.mvt").get(Open, map::api::tile),
        at("/api/v1/session")
            .get(Begin, accounts::api::who)
            .post(Open, accounts::api::sign_in)
            .delete(Begin, accounts::api::sign_out),
        at("/api/v1/audit").get(ReadAudit, accounts::api::audit),
        at("/api/v1/match").post(FindCandidates, crate::matching::api::find_candidates),
        at("/api/v1/cases")
            .get(ListCases, cases::list)
            .post(AddCase, cases::add),
        at("/api/v1/cases/search").post(ListCases, cases::search),
        at("/api/v1/cases/{id}")
            .get(ReadCase, cases::find)
            .patch(WriteCase, cases::change),
        at("/api/v1/cases/{id}/basis").post(WriteCase, cases::basis),
        at("/api/v1/cases/{id}/close").post(WriteCase, cases::close),
        at("/api/v1/cases/{id}/reopen").post(WriteCase, cases::reopen),
        at("/api/v1/cases/{id}/deputies").put(HandOver, cases::deputies),
        at("/api/v1/cases/{id}/notes")
            .get(ReadCase, notes::list)
            .post(WriteCase, notes::add),
        at("/api/v1/cases/{id}/notes/{note}").put(WriteCase, notes::correct),
        at("/api/v1/cases/{id}/notes/{note}/settle").post(WriteCase, notes::settle),
        at("/api/v1/cases/{id}/needs")
            .get(ReadCase, needs::list)
            .post(WriteCase, needs::add),
        at("/api/v1/needs/{id}")
            .get(ReadCase, needs::find)
            .put(WriteCase, needs::change),
        at("/api/v1/needs/{id}/candidates").get(WriteCase, matches::candidates),
        at("/api/v1/matches")
            .get(ListCases, matches::list)
            .post(WriteCase, matches::propose),
        at("/api/v1/matches/{id}").get(WriteCase, matches::find),
        at("/api/v1/matches/{id}/profile").get(WriteCase, matches::profile),
        at("/api/v1/matches/{id}/steps").post(WriteCase, matches::step),
        at("/api/v1/matches/{id}/follow-ups").post(WriteCase, matches::follow_up),
        at("/api/v1/cases/{id}/consents")
            .get(ReadCase, consents::list)
            .post(WriteCase, consents::add),
        at("/api/v1/cases/{id}/consents/{consent}/withdrawal").post(WriteCase, consents::withdraw),
        at("/api/v1/cases/{id}/shares")
            .get(ReadCase, shares::list)
            .post(ShareCase, shares::add),
        at("/api/v1/cases/{id}/shares/{share}").delete(ShareCase, shares::end),
        at("/api/v1/cases/{id}/referrals")
            .get(ReadCase, shares::referrals)
            .post(ShareCase, shares::refer),
        at("/api/v1/cases/{id}/referrals/{referral}").delete(ShareCase, shares::end_referral),
        at("/api/v1/cases/{id}/handover")
            .get(ReadCase, hands::open_matters)
            .post(HandOver, hands::hand_over),
        at("/api/v1/cases/{id}/export").get(ExportCase, disclosure::export),
        at("/api/v1/conferences")
            .get(AttendConference, conferences::list)
            .post(KeepConferences, conferences::add),
        at("/api/v1/conferences/{id}")
            .get(AttendConference, conferences::find)
            .patch(KeepConferences, conferences::change),
        at("/api/v1/conferences/{id}/members").put(KeepConferences, conferences::members),
        at("/api/v1/conferences/{id}/cases").get(AttendConference, conferences::cases),
        at("/api/v1/shredding").get(ApproveShredding, shredding::due),
        at("/api/v1/cases/{id}/shredding").post(ApproveShredding, shredding::propose),
        at("/api/v1/cases/{id}/shredding/approval").post(ApproveShredding, shredding::approve),
        at("/api/v1/disposals").get(ApproveShredding, shredding::disposals),
    ]
}

/// What people open.
pub fn for_people() -> Vec<Route> {
    use crate::people::pages as cases;
    use Act::{
        AddCase, ApproveShredding, AttendConference, ExportCase, FindCandidates, HandOver, KeepConferences,
        ListCases, ReadCase, ShareCase, WriteCase,
    };
    use accounts::pages as staff;
    vec![
        at("/").get(Open, handlers::home),
        at("/points.geojson").get(Open, handlers::points),
        at("/resources/{id}").get(Open, handlers::resource),
        at("/districts").get(Open, handlers::districts),
        at("/districts/{id}").get(Open, handlers::district),
        at("/about").get(Open, handlers::about),
        at("/about/data").get(Open, handlers::data),
        at("/about/licenses").get(Open, handlers::licenses),
        at("/api/docs").get(Open, handlers::api_docs),
        at("/assets/{*path}").get(Open, assets::serve),
        at("/signin")
            .get(Open, staff::signin::form)
            .post(Open, staff::signin::sign_in),
        at("/signin/code")
            .get(Begin, staff::signin::code_form)
            .post(Begin, staff::signin::code),
        at("/signout").post(Begin, staff::signin::sign_out),
        at("/staff").get(Own, cases::home::home),
        at("/account").get(Own, staff::own::own),
        at("/account/sessions").post(Own, staff::opened::end),
        at("/account/notices").post(Own, staff::opened::read),
        at("/account/password")
            .get(Begin, staff::own::password_form)
            .post(Begin, staff::own::password),
        at("/account/factor")
            .get(Begin, staff::own::factor_form)
            .post(Begin, staff::own::factor),
        at("/account/confirm")
            .get(Begin, staff::own::confirm_form)
            .post(Begin, staff::own::confirm),
        at("/accounts")
            .get(KeepAccounts, staff::keep::list)
            .post(KeepAccounts, staff::keep::add),
        at("/accounts/{id}")
            .get(KeepAccounts, staff::keep::one)
            .post(KeepAccounts, staff::keep::change),
        at("/audit").get(ReadAudit, staff::audit::read),
        at("/match")
            .get(FindCandidates, cases::workspace::begin)
            .post(FindCandidates, cases::workspace::find),
        at("/cases").get(ListCases, cases::list::list),
        at("/cases/search")
            .get(ListCases, cases::list::search_form)
            .post(ListCases, cases::list::search),
        at("/cases/new")
            .get(AddCase, cases::begin::form)
            .post(AddCase, cases::begin::add),
        at("/cases/{id}").get(ReadCase, cases::case::one),
        at("/cases/{id}/notes").post(WriteCase, cases::notes::add),
        at("/cases/{id}/notes/{note}")
            .get(WriteCase, cases::notes::form)
            .post(WriteCase, cases::notes::correct),
        at("/cases/{id}/notes/{note}/settle").post(WriteCase, cases::notes::settle),
        at("/cases/{id}/edit")
            .get(WriteCase, cases::edit::form)
            .post(WriteCase, cases::edit::change),
        at("/cases/{id}/need")
            .get(WriteCase, cases::need::form)
            .post(WriteCase, cases::need::add),
        at("/cases/{id}/needs/{need}")
            .get(WriteCase, cases::need::one)
            .post(WriteCase, cases::need::change),
        at("/cases/{id}/needs/{need}/matches").post(WriteCase, cases::matches::propose),
        at("/matches").get(WriteCase, cases::paper::week),
        at("/matches/{id}/handout").get(WriteCase, cases::paper::hand_out),
        at("/matches/{id}")
            .get(WriteCase, cases::matches::one)
            .post(WriteCase, cases::matches::step),
        at("/cases/{id}/needs/{need}/match")
            .get(WriteCase, cases::workspace::of_need)
            .post(WriteCase, cases::workspace::try_otherwise),
        at("/cases/{id}/consent")
            .get(WriteCase, cases::consent::form)
            .post(WriteCase, cases::consent::add),
        at("/cases/{id}/consents/{consent}")
            .get(WriteCase, cases::consent::withdraw_form)
            .post(WriteCase, cases::consent::withdraw),
        at("/cases/{id}/share")
            .get(ShareCase, cases::share::form)
            .post(ShareCase, cases::share::add),
        at("/cases/{id}/shares/{share}/end").post(ShareCase, cases::share::finish),
        at("/cases/{id}/refer")
            .get(ShareCase, cases::refer::form)
            .post(ShareCase, cases::refer::add),
        at("/cases/{id}/referrals/{referral}/end").post(ShareCase, cases::refer::finish),
        at("/cases/{id}/handover")
            .get(HandOver, cases::hand_over::form)
            .post(HandOver, cases::hand_over::give),
        at("/cases/{id}/deputies").post(HandOver, cases::hand_over::deputies),
        at("/cases/{id}/basis")
            .get(WriteCase, cases::basis::form)
            .post(WriteCase, cases::basis::change),
        at("/cases/{id}/close")
            .get(WriteCase, cases::close::form)
            .post(WriteCase, cases::close::change),
        at("/cases/{id}/export")
            .get(ExportCase, cases::export::form)
            .post(ExportCase, cases::export::take),
        at("/conferences")
            .get(AttendConference, cases::conferences::list)
            .post(KeepConferences, cases::conferences::add),
        at("/conferences/{id}")
            .get(AttendConference, cases::conference::one)
            .post(KeepConferences, cases::conference::change),
        at("/shredding").get(ApproveShredding, cases::shredding::list),
        at("/shredding/{id}").post(ApproveShredding, cases::shredding::act),
    ]
}

/// The act of every call, by method and pattern.
pub type Acts = HashMap<(Method, String), Act>;

/// The acts of these routes.
fn acts(routes: &[Route]) -> Acts {
    let of = |route: &Route| {
        let pattern = route.pattern();
        route
            .acts
            .clone()
            .into_iter()
            .map(move |(method, act)| ((method, pattern.clone()), act))
    };
    routes.iter().flat_map(of).collect()
}

/// The patterns where anything is for staff alone, and where they sign in.
fn confined(routes: &[Route]) -> HashSet<String> {
    let staff = |route: &&Route| route.path == "/signin" || route.acts.iter().any(|(_, act)| *act != Open);
    routes.iter().filter(staff).map(Route::pattern).collect()
}

/// The whole service.
pub fn router(app: App) -> Router {
    let all: Vec<Route> = for_programs().into_iter().chain(for_people()).collect();
    let (acts, confined) = (Arc::new(acts(&all)), confined(&all));
    let routes = all
        .into_iter()
        .fold(Router::new(), |router, route| {
            router.route(&route.pattern(), route.methods)
        })
        .fallback(handlers::not_found);
    let gated = gate::around(routes, &app, acts);
    guard::around(gated, &app, confined).with_state(app)
}
