//! Referring a case to a 多機関協働推進員, who then reads all of it; and ending that.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Colleagues, Head, end,
    form::{Form, Kind, Spec, field},
    open, pressed, to_case,
};
use crate::{
    accounts::{
        account::{AccountId, Role},
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    kernel::fields::Problem,
    people::{
        api::{on_case, told, vault},
        basis::LegalBasis,
        consent::{Part, Recipient, Scope},
        error::PeopleError,
        ids::ReferralId,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("to", "だれに", Kind::Radio).needed(),
    field("reason", "つなぐ理由", Kind::Long).max(2000),
];

#[derive(Template)]
#[template(path = "people/refer.html")]
struct ReferPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    /// Why it cannot be referred, when it cannot.
    not: Option<String>,
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::ShareCase, id).await?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let consents = store::consents::list(&mut rec, &opened).await.map_err(told)?;
    rec.commit().await?;
    let basis = opened.row().basis;
    let whole = Scope::new(Part::ALL.iter().copied());
    let agreed = |account: &str| {
        let to = AccountId::new(account).ok().map(Recipient::Account);
        to.zip(whole.as_ref())
            .is_some_and(|(to, whole)| consents.iter().any(|c| c.stands() && c.given.covers(&to, whole)))
    };
    let all = colleagues.choices(&[Role::MultiAgency], &[]);
    let fit: Vec<_> = all.into_iter().filter(|c| agreed(&c.value)).collect();
    let not = match basis {
        LegalBasis::Consented if !fit.is_empty() => None,
        LegalBasis::Consented => Some(
            "つながれた人はケースの全部を読みます。その人を相手にして、4つとも知らせてよいという同意を、先に記録してください。"
                .to_owned(),
        ),
        other => Some(format!("{}。", other.refusal())),
    };
    let mut form = form.unwrap_or_else(|| Form::new(SPECS));
    form.offer("to", fit);
    let page = ReferPage {
        frame: StaffFrame::new(app, "つなぐ", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        not,
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/refer`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/refer`.
pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let wrong = |name: &str, detail: &str| {
            PeopleError::from(vec![Problem {
                pointer: format!("/{name}"),
                detail: detail.to_owned(),
            }])
        };
        let to = AccountId::new(form.get("to")).map_err(|_| wrong("to", "だれにつなぐかを選んでください"))?;
        let reason = crate::kernel::text::cell(form.get("reason"));
        if reason.as_ref().is_some_and(|r| r.chars().count() > 2000) {
            return Err(wrong("reason", "2000字までにしてください"));
        }
        store::referrals::add(&mut rec, vault, &case, &to, reason).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "referred")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}

/// `POST /cases/{id}/referrals/{referral}/end`.
pub async fn finish(
    State(app): State<App>,
    staff: Staff,
    Path((id, referral)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (mut rec, case) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let which = ReferralId::new(&referral).map_err(|_| ApiError::NotFound)?;
    let done = store::referrals::end(&mut rec, &case, &which).await;
    pressed(&app, &staff, &case, (rec, done), "ended").await
}
