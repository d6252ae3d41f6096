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
    lines::{
        ConsentLine, HandLine, NeedLine, OutLine, conference_names, consent_lines, hand_lines, need_lines,
        referral_lines, share_lines,
    },
    matches::{self, Line as MatchLine},
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
        api::told,
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

#[derive(Template)]
#[template(path = "people/case.html")]
struct CasePage {
    frame: StaffFrame,
    done: Option<&'static str>,
    fault: Option<String>,
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
    matches: Vec<MatchLine>,
    consents: Vec<ConsentLine>,
    shares: Vec<OutLine>,
    referrals: Vec<OutLine>,
    hands: Vec<HandLine>,
}

/// What the page of a case says besides the case.
#[derive(Default)]
pub(super) struct Said {
    /// What was just done.
    pub done: Option<&'static str>,
    /// Why what was pressed was not done.
    pub fault: Option<String>,
    /// An entry that was not kept.
    pub form: Option<Form>,
}

/// `GET /cases/{id}`.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let said = Said {
        done: done_in(raw.as_deref()),
        ..Said::default()
    };
    page(&app, &staff, &id, said, StatusCode::OK).await
}

/// The page of a case.
pub(super) async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    said: Said,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::ReadCase, id).await?;
    let may = May::ask(&mut rec, staff, &opened).await?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let names = if told_to_others(&mut rec, &opened).await? {
        conference_names(&mut rec, app, staff).await?
    } else {
        HashMap::new()
    };
    let all = store::notes::list(&mut rec, &opened).await.map_err(told)?;
    let open_matters = store::hands::open_matters(&mut rec, &opened)
        .await
        .map_err(told)?;
    let needs = need_lines(&mut rec, app, &opened, may.write).await?;
    // Where somebody would be is as much the person's own as what they wish.
    let matches = match may.write {
        true => matches::of_case(&mut rec, app, &opened).await?,
        false => Vec::new(),
    };
    let consents = consent_lines(&mut rec, &opened, &colleagues, &names).await?;
    let shares = share_lines(&mut rec, &opened, &colleagues, &names).await?;
    let referrals = referral_lines(&mut rec, &opened, &colleagues).await?;
    let hands = hand_lines(&mut rec, &opened, &colleagues).await?;
    rec.commit().await?;
    let (today, head) = (app.clock().today(), Head::of(&opened));
    // What was typed is shown again even where a colleague has ended the case meanwhile.
    let form = (may.write && (!head.closed || said.form.is_some())).then(|| {
        let mut form = said.form.unwrap_or_else(|| notes::fresh(app));
        form.offer("kind", coded_choices!(ContactKind));
        form
    });
    let waiting = open_matters.actions.into_iter();
    let page = CasePage {
        frame: StaffFrame::new(app, &format!("{} のケース", head.person), "/cases/", Some(staff)),
        done: said.done,
        fault: said.fault,
        facts: facts(app, &opened, &colleagues),
        profile: opened.case.profile.clone(),
        may,
        form,
        waiting: waiting
            .map(|a| (a.note.to_string(), a.what, words::day(a.due_on), a.overdue))
            .collect(),
        notes: all.into_iter().map(|n| Note::of(n, &colleagues, today)).collect(),
        needs,
        matches,
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

/// Whether the page of a case has to name conferences at all: looking them up stands in the audit.
async fn told_to_others(rec: &mut Recorded, opened: &Opened) -> Result<bool, ApiError> {
    let shares = store::shares::list(rec, opened).await.map_err(told)?;
    let consents = store::consents::list(rec, opened).await.map_err(told)?;
    Ok(!shares.is_empty() || !consents.is_empty())
}
