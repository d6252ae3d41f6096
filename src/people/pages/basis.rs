//! The ground of a record: changing it, and looking again whether it holds.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveDate;

use super::{
    Head, end,
    form::{Form, Kind, Spec, coded_choices, field},
    open, to_case, words,
};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    kernel::fields::Problem,
    people::{
        api::{on_case, vault},
        basis::LegalBasis,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("basis", "記録の根拠", Kind::Radio).needed(),
    field("review_on", "次に見直す日", Kind::Day).needed(),
];

/// The day in `review_on`, when it is asked for.
pub(super) fn review_of(form: &Form, asked: bool) -> Result<Option<NaiveDate>, Vec<Problem>> {
    if !asked {
        return Ok(None);
    }
    let day: Option<NaiveDate> = form.get("review_on").parse().ok();
    day.map(Some).ok_or_else(|| {
        vec![Problem {
            pointer: "/review_on".into(),
            detail: "次に見直す日を、日付で書いてください".into(),
        }]
    })
}

fn basis_of(form: &Form) -> Result<LegalBasis, Vec<Problem>> {
    LegalBasis::parse(form.get("basis")).ok_or_else(|| {
        vec![Problem {
            pointer: "/basis".into(),
            detail: format!("{} のどれかを選んでください", LegalBasis::accepted()),
        }]
    })
}

#[derive(Template)]
#[template(path = "people/basis.html")]
struct BasisPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    now: &'static str,
    review_on: String,
    overdue: bool,
    /// Each ground, what it allows, and the last day of the next look.
    grounds: Vec<(&'static str, &'static str, String)>,
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    rec.commit().await?;
    let (row, today) = (opened.row(), app.clock().today());
    let mut form = form.unwrap_or_else(|| {
        let mut form = Form::new(SPECS);
        form.set("basis", row.basis.code());
        form.set("review_on", &row.basis.latest_review(today).to_string());
        form
    });
    form.set("version", &row.version.to_string());
    form.offer("basis", coded_choices!(LegalBasis));
    let grounds = LegalBasis::ALL.iter();
    let page = BasisPage {
        frame: StaffFrame::new(app, "根拠の見直し", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        now: row.basis.label(),
        review_on: words::day(row.review_on),
        overdue: row.review_overdue(today),
        grounds: grounds
            .map(|b| {
                (
                    b.label(),
                    words::allows(*b, row.assigned_only),
                    words::day(b.latest_review(today)),
                )
            })
            .collect(),
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/basis`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/basis`.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let basis = basis_of(&form)?;
        let review_on = review_of(&form, true)?.unwrap_or_default();
        store::basis::change(&mut rec, vault, &case, form.version(), basis, review_on).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "basis")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}
