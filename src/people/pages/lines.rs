//! What belongs to a case, a line each, in words: needs, consents, shares, referrals, hands.

use std::collections::HashMap;

use super::{Colleagues, words};
use crate::{
    accounts::audit::Recorded,
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{told, vault},
        consent::Consent,
        share::{EndReason, Share},
        store::{self, Opened},
    },
};

pub(super) struct NeedLine {
    pub id: String,
    pub archived: bool,
    pub written: String,
    pub told: Vec<(&'static str, String)>,
}

pub(super) struct ConsentLine {
    pub id: String,
    pub given_on: String,
    pub by: String,
    pub form: &'static str,
    pub recipients: Vec<String>,
    pub scope: String,
    pub remark: Option<String>,
    pub withdrawn: Option<String>,
}

/// A share or a referral.
pub(super) struct OutLine {
    pub id: String,
    pub to: String,
    pub scope: String,
    pub since: String,
    pub by: String,
    pub ended: Option<String>,
}

pub(super) struct HandLine {
    pub at: String,
    pub from: String,
    pub to: String,
    pub message: Option<String>,
    pub open: usize,
}

/// The conferences this account sits in, by id: of others nobody is told the name.
pub(super) async fn conference_names(
    rec: &mut Recorded,
    app: &App,
    staff: &Staff,
) -> Result<HashMap<String, String>, ApiError> {
    let all = store::conferences::of_account(rec, vault(app)?, &staff.actor.id)
        .await
        .map_err(told)?;
    Ok(all
        .into_iter()
        .map(|c| (c.id.to_string(), format!("{}({})", c.name, c.kind.label())))
        .collect())
}

pub(super) async fn need_lines(
    rec: &mut Recorded,
    app: &App,
    opened: &Opened,
    private: bool,
) -> Result<Vec<NeedLine>, ApiError> {
    let all = store::needs::list(rec, opened).await.map_err(told)?;
    Ok(all
        .into_iter()
        .map(|n| NeedLine {
            told: words::need(app, &n.need, private),
            archived: n.archived,
            written: words::moment(&n.updated_at),
            id: n.id.to_string(),
        })
        .collect())
}

pub(super) async fn consent_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
    conferences: &HashMap<String, String>,
) -> Result<Vec<ConsentLine>, ApiError> {
    let all = store::consents::list(rec, opened).await.map_err(told)?;
    let line = |c: Consent| ConsentLine {
        given_on: words::day(c.given.given_on),
        by: match &c.given.giver_name {
            Some(name) => format!("{}({name})", c.given.given_by.label()),
            None => c.given.given_by.label().to_owned(),
        },
        form: c.given.form.label(),
        recipients: super::consent::recipients(&c.given.recipients, colleagues, conferences),
        scope: words::parts(&c.given.scope),
        remark: c.given.remark.clone(),
        withdrawn: c
            .withdrawn
            .as_ref()
            .map(|w| format!("{} {}が撤回", words::day(w.on), w.by.label())),
        id: c.id.to_string(),
    };
    Ok(all.into_iter().map(line).collect())
}

/// How something ended, in words.
fn ended(at: Option<&str>, why: Option<EndReason>) -> Option<String> {
    at.map(|at| format!("{} 終了({})", words::moment(at), why.map_or("", |w| w.label())))
}

pub(super) async fn share_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
    conferences: &HashMap<String, String>,
) -> Result<Vec<OutLine>, ApiError> {
    let all = store::shares::list(rec, opened).await.map_err(told)?;
    let name = |s: &Share| {
        let known = conferences.get(s.conference.as_str()).cloned();
        known.unwrap_or_else(|| format!("ほかの{}", s.kind.label()))
    };
    Ok(all
        .into_iter()
        .map(|s| OutLine {
            to: name(&s),
            scope: words::parts(&s.scope),
            since: words::day(s.shared_on),
            by: colleagues.name(&s.shared_by),
            ended: ended(s.ended_at.as_deref(), s.end_reason),
            id: s.id.to_string(),
        })
        .collect())
}

pub(super) async fn referral_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
) -> Result<Vec<OutLine>, ApiError> {
    let all = store::referrals::list(rec, opened).await.map_err(told)?;
    Ok(all
        .into_iter()
        .map(|r| OutLine {
            to: colleagues.name(r.account.as_str()),
            scope: r.reason.unwrap_or_else(|| "理由は書かれていません".to_owned()),
            since: words::day(r.referred_on),
            by: colleagues.name(&r.referred_by),
            ended: ended(r.ended_at.as_deref(), r.end_reason),
            id: r.id.to_string(),
        })
        .collect())
}

pub(super) async fn hand_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
) -> Result<Vec<HandLine>, ApiError> {
    let all = store::hands::list(rec, opened).await.map_err(told)?;
    Ok(all
        .into_iter()
        .map(|h| HandLine {
            at: words::moment(&h.at),
            from: colleagues.name(h.from.as_str()),
            to: colleagues.name(h.to.as_str()),
            message: h.message,
            open: h.open.actions.len(),
        })
        .collect())
}
