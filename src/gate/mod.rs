//! What every request passes: who asks, whether the form is ours, and what the policy says of the route.

mod asker;
mod forms;

use std::sync::Arc;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use self::{
    asker::owed,
    forms::{carries, forged, same_origin},
};
pub use self::{
    asker::{Caller, Owed, Staff},
    forms::CSRF_FIELD,
};
use crate::{
    accounts::{
        account::{Account, AccountId, Actor, Via},
        policy::{Act, Refusal, Subject, decide},
        session::{self, DbSessions, FACTS, Facts},
        store,
    },
    app::App,
    error::{ApiError, Problem},
    guard,
    pages::handlers,
    routes::Acts,
};

/// Whether browsers reach us by https: then cookies go no other way.
pub fn is_secure(app: &App) -> bool {
    let base = app.settings().public_base_url.value.as_ref();
    base.is_some_and(|url| url.starts_with("https:"))
}

/// Puts sessions and the policy around the routes.
pub fn around(routes: Router<App>, app: &App, acts: Arc<Acts>) -> Router<App> {
    let idle = time::Duration::try_from(session::IDLE).expect("an hour");
    let sessions = SessionManagerLayer::new(DbSessions(app.db().clone()))
        .with_name(session::COOKIE)
        .with_same_site(SameSite::Lax)
        .with_secure(is_secure(app))
        .with_expiry(Expiry::OnInactivity(idle));
    routes
        .layer(from_fn_with_state((app.clone(), acts), pass))
        .layer(sessions)
}

async fn pass(State((app, acts)): State<(App, Arc<Acts>)>, request: Request, next: Next) -> Response {
    let method = match request.method() {
        &Method::HEAD => Method::GET,
        other => other.clone(),
    };
    // Where no route is, nothing is done: what answers there says so to everyone alike.
    let act = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|path| acts.get(&(method.clone(), path.as_str().to_owned())))
        .copied()
        .unwrap_or(Act::Open);
    let path = request.uri().path().to_owned();
    match admit(&app, act, method, request).await {
        Ok(request) => next.run(request).await,
        Err(Stop::Answer(answer)) => answer,
        Err(Stop::Refused(refusal, owed, is_get)) => refused(&app, &path, refusal, owed, is_get),
    }
}

enum Stop {
    Refused(Refusal, Option<Owed>, bool),
    Answer(Response),
}

async fn admit(app: &App, act: Act, method: Method, mut request: Request) -> Result<Request, Stop> {
    if app.desk().is_none() {
        return if act == Act::Open {
            Ok(request)
        } else {
            Err(Stop::Answer(
                ApiError::NotNow("鍵が設定されていないため、職員のページは使えません").into_response(),
            ))
        };
    }
    let failed = |error: anyhow::Error| Stop::Answer(ApiError::Internal(error).into_response());
    let session = request.extensions().get::<Session>().cloned();
    let headers = request.headers().clone();
    let staff = who(app, &headers, session).await.map_err(failed)?;
    if let Some(staff) = &staff
        && let (Via::Token(_), Some(owed)) = (&staff.actor.via, staff.owed)
    {
        return Err(Stop::Answer(not_yet(owed)));
    }
    let changes = !matches!(method, Method::GET | Method::OPTIONS);
    if changes {
        let cookie = staff
            .as_ref()
            .is_some_and(|s| matches!(s.actor.via, Via::Session { .. }));
        if !same_origin(app, &headers) {
            return Err(Stop::Answer(forged()));
        }
        if cookie {
            let csrf = staff.as_ref().map(|s| s.csrf.clone()).unwrap_or_default();
            request = carries(request, &csrf).await.map_err(Stop::Answer)?;
        }
    }
    let actor = staff.as_ref().map(|s| &s.actor);
    if let Err(refusal) = decide(actor, act, Subject::Anything) {
        return Err(Stop::Refused(
            refusal,
            staff.and_then(|s| s.owed),
            method == Method::GET,
        ));
    }
    if let Some(staff) = staff {
        request.extensions_mut().insert(staff);
    }
    Ok(request)
}

/// The account behind a token or a cookie, when there is one and it still stands.
async fn who(app: &App, headers: &HeaderMap, session: Option<Session>) -> anyhow::Result<Option<Staff>> {
    let now = app.clock().now().timestamp();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    if let Some(token) = bearer.and_then(|h| h.strip_prefix("Bearer ")) {
        let mut conn = app.db().read().await?;
        let found = store::token_account(&mut conn, token.trim(), now).await?;
        return Ok(found.map(|(account, scopes)| Staff {
            // The factor is asked of who signs in; a token was issued to an account that has one.
            owed: owed(app, &account, true),
            actor: actor(account, Via::Token(scopes)),
            csrf: String::new(),
            resets: Vec::new(),
        }));
    }
    let Some(session) = session else {
        return Ok(None);
    };
    let Some(mut facts) = session.get::<Facts>(FACTS).await.unwrap_or_default() else {
        return Ok(None);
    };
    let mut conn = app.db().read().await?;
    let account = match AccountId::new(&facts.account) {
        Ok(id) if facts.stands(now) => store::find(&mut conn, &id).await?,
        _ => None,
    };
    let mut resets = match &account {
        Some(account) => store::resets(&mut conn, &account.id).await?,
        None => Vec::new(),
    };
    resets.retain(|r| !r.read);
    drop(conn);
    let Some(account) = account.filter(|a| !a.disabled) else {
        session.flush().await?;
        return Ok(None);
    };
    if now - facts.seen >= 60 {
        facts.seen = now;
        session.insert(FACTS, &facts).await?;
    }
    let owed = owed(app, &account, facts.factor);
    let via = Via::Session {
        complete: owed.is_none(),
        confirmed: facts.is_confirmed(now),
    };
    Ok(Some(Staff {
        actor: actor(account, via),
        csrf: facts.csrf,
        owed,
        resets,
    }))
}

fn actor(account: Account, via: Via) -> Actor {
    Actor {
        id: account.id,
        name: account.name,
        role: account.role,
        scope: account.scope,
        via,
    }
}

/// A token of an account that is not in its owner's hands alone yet.
fn not_yet(owed: Owed) -> Response {
    let detail = match owed {
        Owed::Password => "このトークンの持ち主が、最初のパスワードをまだ自分のものに替えていません",
        Owed::Code | Owed::Factor => "このトークンの持ち主が、確認コードをまだ設定していません",
    };
    Problem {
        detail: format!("{detail}。サインインして済ませると、トークンが使えます"),
        ..Problem::of(StatusCode::FORBIDDEN)
    }
    .into_response()
}

/// A refusal as it is answered: a problem to a program; to a person the page where they can go on.
fn refused(app: &App, path: &str, refusal: Refusal, owed: Option<Owed>, is_get: bool) -> Response {
    if guard::for_programs(path) {
        return ApiError::Refused(refusal).into_response();
    }
    let next = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", path)
        .finish();
    match refusal {
        Refusal::SignIn if is_get => Redirect::to(&format!("/signin?{next}")).into_response(),
        Refusal::SecondFactor => Redirect::to(match owed {
            Some(Owed::Password) => "/account/password",
            Some(Owed::Factor) => "/account/factor",
            _ => "/signin/code",
        })
        .into_response(),
        Refusal::Confirm if is_get => Redirect::to(&format!("/account/confirm?{next}")).into_response(),
        refusal => {
            let status = ApiError::Refused(refusal).problem().status();
            handlers::error_page(app, status)
        }
    }
}
