//! A consent: who gave it, how, who may know what; and taking it back, with all that ends by it told first.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json};
use std::collections::HashMap;

use super::{
    Colleagues, Head, end,
    form::{Form, Kind, Spec, choice, coded_choices, field},
    lines, open, to_case, words,
};
use crate::{
    accounts::{
        account::Role,
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_case, told, vault},
        basis::LegalBasis,
        consent::{ConsentForm, Giver, NewConsent, Part, Recipient, Withdrawal},
        error::PeopleError,
        ids::ConsentId,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("given_on", "同意した日", Kind::Day).needed(),
    field("given_by", "だれが", Kind::Radio).needed(),
    field("giver_name", "本人でないときは、お名前や続柄", Kind::Text).max(100),
    field("form", "どうやって", Kind::Radio).needed(),
    field("scope", "知らせてよいこと", Kind::Checks),
    field("recipients", "知らせてよい相手", Kind::Group),
    field("conference", "会議", Kind::Checks),
    field("account", "多機関協働推進員", Kind::Checks),
    field("organization", "そのほかの団体(1行に1つ)", Kind::Lines),
    field("remark", "ひとこと(話したとおりに)", Kind::Long).max(2000),
    field("basis", "記録の根拠を「本人同意」にする", Kind::Flag),
    field("review_on", "次に見直す日", Kind::Day).hint("1年以内です。"),
];

/// Who may know, in words.
pub(super) fn recipients(
    all: &[Recipient],
    colleagues: &Colleagues,
    conferences: &HashMap<String, String>,
) -> Vec<String> {
    let name = |r: &Recipient| match r {
        Recipient::Conference(id) => conferences
            .get(id.as_str())
            .cloned()
            .unwrap_or_else(|| "ほかの会議".to_owned()),
        Recipient::Account(id) => colleagues.name(id.as_str()),
        Recipient::Organization(name) => name.clone(),
    };
    all.iter().map(name).collect()
}

#[derive(Template)]
#[template(path = "people/consent.html")]
struct ConsentPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    /// Whether the ground is 本人同意 already.
    consented: bool,
    no_conference: bool,
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let names = store::conferences::of_account(&mut rec, vault(app)?, &staff.actor.id)
        .await
        .map_err(told)?;
    rec.commit().await?;
    let today = app.clock().today();
    let mut form = form.unwrap_or_else(|| {
        let mut form = Form::new(SPECS);
        form.set("given_on", &today.to_string());
        form.set("given_by", Giver::Person.code());
        form.set("basis", "yes");
        form
    });
    form.set("version", &opened.row().version.to_string());
    form.default(
        "review_on",
        &LegalBasis::Consented.latest_review(today).to_string(),
    );
    form.offer("given_by", coded_choices!(Giver));
    form.offer("form", coded_choices!(ConsentForm));
    form.offer("scope", coded_choices!(Part));
    let going: Vec<_> = names.into_iter().filter(|c| !c.is_over(today)).collect();
    let conferences = going
        .iter()
        .map(|c| choice(c.id.as_str(), format!("{}({})", c.name, c.kind.label())));
    form.offer("conference", conferences.collect());
    form.offer("account", colleagues.choices(&[Role::MultiAgency], &[]));
    let page = ConsentPage {
        frame: StaffFrame::new(app, "同意を記録する", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        consented: opened.row().basis == LegalBasis::Consented,
        no_conference: going.is_empty(),
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/consent`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// The consent as programs send it: each kind of recipient has a field of its own on the page.
fn as_sent(form: &Form) -> Value {
    let mut whole = form.json();
    let mut to = Vec::new();
    if let Some(object) = whole.as_object_mut() {
        for kind in ["conference", "account", "organization"] {
            let chosen = object.remove(kind);
            let chosen = chosen.as_ref().and_then(Value::as_array);
            to.extend(chosen.into_iter().flatten().map(|one| json!({kind: one})));
        }
        object.remove("basis");
        object.remove("review_on");
        object.insert("recipients".to_owned(), Value::Array(to));
    }
    whole
}

/// `POST /cases/{id}/consent`: the consent, and with it the ground when that is ticked, in one transaction.
pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let changes = !form.get("basis").is_empty();
    let done = async {
        let consent = NewConsent::read(&as_sent(&form))?;
        let review = super::basis::review_of(&form, changes)?;
        store::consents::add(&mut rec, vault, &case, &consent).await?;
        if let Some(review_on) = review {
            let basis = LegalBasis::Consented;
            store::basis::change(&mut rec, vault, &case, form.version(), basis, review_on).await?;
        }
        Ok::<(), PeopleError>(())
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(()) => Ok(to_case(
            case.as_str(),
            if changes { "consented" } else { "consent" },
        )),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}

const WITHDRAWAL: &[Spec] = &[
    field("on", "撤回した日", Kind::Day).needed(),
    field("by", "だれが", Kind::Radio).needed(),
];

#[derive(Template)]
#[template(path = "people/withdraw.html")]
struct WithdrawPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    consent: String,
    given_on: String,
    recipients: Vec<String>,
    scope: String,
    /// What ends with it.
    ending: Vec<String>,
    /// Whether no consent is left and the ground falls back.
    falls_back: bool,
}

async fn withdraw_page(
    app: &App,
    staff: &Staff,
    (id, consent): (&str, &str),
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let wanted = ConsentId::new(consent).map_err(|_| ApiError::NotFound)?;
    let all = store::consents::list(&mut rec, &opened).await.map_err(told)?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let conferences = lines::conference_names(&mut rec, app, staff).await?;
    let rests = |on: Option<&ConsentId>| on == Some(&wanted);
    let shares = store::shares::list(&mut rec, &opened).await.map_err(told)?;
    let shares: Vec<String> = shares
        .iter()
        .filter(|s| s.ended_at.is_none() && rests(s.consent.as_ref()))
        .map(|s| s.id.to_string())
        .collect();
    let lines = lines::share_lines(&mut rec, &opened, &colleagues, &conferences).await?;
    let mut ending: Vec<String> = lines
        .into_iter()
        .filter(|l| shares.contains(&l.id))
        .map(|l| format!("{}との共有({})", l.to, l.scope))
        .collect();
    let referrals = store::referrals::list(&mut rec, &opened).await.map_err(told)?;
    let referrals = referrals
        .iter()
        .filter(|r| r.ended_at.is_none() && rests(r.consent.as_ref()));
    ending.extend(referrals.map(|r| format!("{}へのつなぎ", colleagues.name(r.account.as_str()))));
    rec.commit().await?;
    let kept = all.iter().find(|c| c.id == wanted).ok_or(ApiError::NotFound)?;
    let left = all.iter().any(|c| c.stands() && c.id != wanted);
    let mut form = form.unwrap_or_else(|| {
        let mut form = Form::new(WITHDRAWAL);
        form.set("on", &app.clock().today().to_string());
        form.set("by", kept.given.given_by.code());
        form
    });
    form.offer("by", coded_choices!(Giver));
    let page = WithdrawPage {
        frame: StaffFrame::new(app, "同意の撤回", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        given_on: words::day(kept.given.given_on),
        recipients: recipients(&kept.given.recipients, &colleagues, &conferences),
        scope: words::parts(&kept.given.scope),
        ending,
        falls_back: !left && opened.row().basis == LegalBasis::Consented,
        consent: wanted.to_string(),
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/consents/{consent}`.
pub async fn withdraw_form(
    State(app): State<App>,
    staff: Staff,
    Path((id, consent)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    withdraw_page(&app, &staff, (&id, &consent), None, StatusCode::OK).await
}

/// `POST /cases/{id}/consents/{consent}`: taken back.
pub async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path((id, consent)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(WITHDRAWAL, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let which = ConsentId::new(&consent).map_err(|_| PeopleError::NotFound)?;
        let withdrawal = Withdrawal::read(&form.json())?;
        store::consents::withdraw(&mut rec, vault, &case, &which, &withdrawal).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(()) => Ok(to_case(case.as_str(), "withdrawn")),
        Err(status) => withdraw_page(&app, &staff, (&id, &consent), Some(form), status).await,
    }
}
