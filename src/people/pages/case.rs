//! One case on one page: who, on what ground, what is to be done next, and everything written so far.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use std::collections::HashMap;

use super::{
    Colleagues, Head, done_in,
    form::{Form, coded_choices},
    notes::{self, Note},
    open, words,
};
use crate::{
    accounts::{
        audit::Recorded,
        pages::frame::{StaffFrame, shown},
        policy::{Act, Subject, decide},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{told, vault},
        basis::LegalBasis,
        identity::Profile,
        note::ContactKind,
        store::{self, Opened},
    },
};

/// What the reader may do with this case.
#[derive(Debug, Clone, Copy)]
pub(super) struct May {
    pub write: bool,
    pub share: bool,
    pub hand_over: bool,
    pub export: bool,
}

impl May {
    pub(super) async fn ask(rec: &mut Recorded, staff: &Staff, opened: &Opened) -> Result<Self, ApiError> {
        let facts = store::case_facts(rec.conn(), &opened.row().id)
            .await
            .map_err(told)?;
        let facts = facts.unwrap_or_default();
        // Whether the password must be given again is asked when it comes to it.
        let may = |act| {
            use crate::accounts::policy::Refusal::Confirm;
            matches!(
                decide(Some(&staff.actor), act, Subject::Case(&facts)),
                Ok(()) | Err(Confirm)
            )
        };
        Ok(Self {
            write: may(Act::WriteCase),
            share: may(Act::ShareCase),
            hand_over: may(Act::HandOver),
            export: may(Act::ExportCase),
        })
    }
}

/// What is kept in the clear, in words.
struct Facts {
    status: &'static str,
    basis: &'static str,
    allows: &'static str,
    engaging: bool,
    review_on: String,
    review_overdue: bool,
    district: String,
    assigned_only: bool,
    opened_on: String,
    closed_on: Option<String>,
    years: Option<u8>,
    main: String,
    deputies: Vec<String>,
}

struct NeedLine {
    id: String,
    archived: bool,
    written: String,
    told: Vec<(&'static str, String)>,
}

struct ConsentLine {
    id: String,
    given_on: String,
    by: String,
    form: &'static str,
    recipients: Vec<String>,
    scope: String,
    remark: Option<String>,
    withdrawn: Option<String>,
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

struct HandLine {
    at: String,
    from: String,
    to: String,
    message: Option<String>,
    open: usize,
}

#[derive(Template)]
#[template(path = "people/case.html")]
struct CasePage {
    frame: StaffFrame,
    done: Option<&'static str>,
    head: Head,
    may: May,
    facts: Facts,
    profile: Profile,
    /// The form of an entry, for who may write, while the case goes on.
    form: Option<Form>,
    /// Entries whose next action waits, the earliest first.
    waiting: Vec<(String, String, String, bool)>,
    notes: Vec<Note>,
    needs: Vec<NeedLine>,
    consents: Vec<ConsentLine>,
    shares: Vec<OutLine>,
    referrals: Vec<OutLine>,
    hands: Vec<HandLine>,
}

/// `GET /cases/{id}`.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, done_in(raw.as_deref()), None, StatusCode::OK).await
}

/// The page of a case; `form` is an entry that was not kept.
pub(super) async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    done: Option<&'static str>,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::ReadCase, id).await?;
    let may = May::ask(&mut rec, staff, &opened).await?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let conferences = conference_names(&mut rec, app, staff).await?;
    let all = store::notes::list(&mut rec, &opened).await.map_err(told)?;
    let open_matters = store::hands::open_matters(&mut rec, &opened)
        .await
        .map_err(told)?;
    let needs = need_lines(&mut rec, app, &opened, may.write).await?;
    let consents = consent_lines(&mut rec, &opened, &colleagues, &conferences).await?;
    let shares = share_lines(&mut rec, &opened, &colleagues, &conferences).await?;
    let referrals = referral_lines(&mut rec, &opened, &colleagues).await?;
    let hands = hand_lines(&mut rec, &opened, &colleagues).await?;
    rec.commit().await?;
    let (today, head) = (app.clock().today(), Head::of(&opened));
    let form = (may.write && !head.closed).then(|| {
        let mut form = form.unwrap_or_else(|| notes::fresh(app));
        form.offer("kind", coded_choices!(ContactKind));
        form
    });
    let waiting = open_matters.actions.into_iter();
    let page = CasePage {
        frame: StaffFrame::new(app, &format!("{} のケース", head.person), "/cases/", Some(staff)),
        done,
        facts: facts(app, &opened, &colleagues),
        profile: opened.case.profile.clone(),
        may,
        form,
        waiting: waiting
            .map(|a| (a.note.to_string(), a.what, words::day(a.due_on), a.overdue))
            .collect(),
        notes: all.into_iter().map(|n| Note::of(n, &colleagues, today)).collect(),
        needs,
        consents,
        shares,
        referrals,
        hands,
        head,
    };
    Ok(shown(status, &page))
}

fn facts(app: &App, opened: &Opened, colleagues: &Colleagues) -> Facts {
    let row = opened.row();
    let district = row.district.as_ref();
    Facts {
        status: row.status.label(),
        basis: row.basis.label(),
        allows: words::allows(row.basis, row.assigned_only),
        engaging: row.basis == LegalBasis::Engaging,
        review_on: words::day(row.review_on),
        review_overdue: row.review_overdue(app.clock().today()),
        district: district.map_or_else(
            || "わからない".to_owned(),
            |d| app.district_name(d.as_str()).unwrap_or_else(|| d.to_string()),
        ),
        assigned_only: row.assigned_only,
        opened_on: words::day(row.opened_on),
        closed_on: row.closed_on.map(words::day),
        years: row.retention_years,
        main: colleagues.name(row.hands.main.as_str()),
        deputies: row
            .hands
            .deputies
            .iter()
            .map(|d| colleagues.name(d.as_str()))
            .collect(),
    }
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

async fn need_lines(
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

async fn consent_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
    conferences: &HashMap<String, String>,
) -> Result<Vec<ConsentLine>, ApiError> {
    let all = store::consents::list(rec, opened).await.map_err(told)?;
    let line = |c: crate::people::consent::Consent| ConsentLine {
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
fn ended(at: Option<&str>, why: Option<crate::people::share::EndReason>) -> Option<String> {
    at.map(|at| format!("{} 終了({})", words::moment(at), why.map_or("", |w| w.label())))
}

pub(super) async fn share_lines(
    rec: &mut Recorded,
    opened: &Opened,
    colleagues: &Colleagues,
    conferences: &HashMap<String, String>,
) -> Result<Vec<OutLine>, ApiError> {
    let all = store::shares::list(rec, opened).await.map_err(told)?;
    let name = |s: &crate::people::share::Share| {
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

async fn referral_lines(
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

async fn hand_lines(
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
