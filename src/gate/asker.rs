//! Who asks and from where, as handlers take it from a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};

use crate::{
    accounts::{
        account::{Account, Actor},
        origin::Origin,
        policy::{Act, Refusal, Subject, decide},
        store::Reset,
    },
    app::App,
    config::SecondFactor,
    error::ApiError,
    kernel::network::asker,
    resources::public::Audience,
};

/// What stands between the password and being let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owed {
    /// A password of one's own.
    Password,
    /// The code of the second factor.
    Code,
    /// Setting up a second factor.
    Factor,
}

/// Who asks, as a handler sees it.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The account.
    pub actor: Actor,
    /// For the forms of the page; empty for a token.
    pub csrf: String,
    /// What they still owe.
    pub owed: Option<Owed>,
    /// What others did with the account and was not read yet, the newest first.
    pub resets: Vec<Reset>,
}

/// From where a request comes.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(ApiError::Refused(Refusal::SignIn))
    }
}

impl<S: Sync> axum::extract::OptionalFromRequestParts<S> for Staff {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.0.ip());
        let said = parts.headers.get_all("x-forwarded-for").iter();
        let said: Vec<&str> = said.map(|line| line.to_str().unwrap_or_default()).collect();
        Ok(Self(asker(peer, &said, &app.settings().trusted_proxies.value)))
    }
}

impl FromRequestParts<App> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Caller(address) = Caller::from_request_parts(parts, app).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|h| h.to_str().ok()).unwrap_or_default();
        Ok(Self::of(agent, address))
    }
}

/// What somebody may see of entries that are 関係者のみ: staff by their role, everybody else nothing.
impl<S: Sync> FromRequestParts<S> for Audience {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let staff = parts.extensions.get::<Staff>();
        let may =
            staff.is_some_and(|s| decide(Some(&s.actor), Act::SeeStaffEntries, Subject::Anything).is_ok());
        Ok(if may { Self::Staff } else { Self::Public })
    }
}

/// What an account owes; whether the code was given is known of the session.
pub(super) fn owed(app: &App, account: &Account, gave_code: bool) -> Option<Owed> {
    if account.second_factor && !gave_code {
        Some(Owed::Code)
    } else if account.password_initial {
        Some(Owed::Password)
    } else if !account.second_factor && app.settings().second_factor.value == SecondFactor::Required {
        Some(Owed::Factor)
    } else {
        None
    }
}
