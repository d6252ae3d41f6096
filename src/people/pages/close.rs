//! Ending a case, and taking a closed one up again.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveDate;

use super::{
    Head, end,
    form::{Form, Kind, Spec, field},
    open, says, to_case, words,
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
        api::{on_case, told, vault},
        retention::Retention,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("on", "終了した日", Kind::Day)
        .needed()
        .hint("31日前までさかのぼって書けます。"),
    field("review_on", "次に根拠を見直す日", Kind::Day).needed(),
];

#[derive(Template)]
#[template(path = "people/close.html")]
struct ClosePage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    actions: usize,
    outside: usize,
    kept_until: String,
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let matters = store::hands::open_matters(&mut rec, &opened)
        .await
        .map_err(told)?;
    rec.commit().await?;
    let (row, today) = (opened.row(), app.clock().today());
    let mut form = form.unwrap_or_else(|| Form::new(SPECS));
    form.default("on", &today.to_string());
    form.default("review_on", &row.basis.latest_review(today).to_string());
    form.set("version", &row.version.to_string());
    let kept = Retention::default().kept_until(row.closed_on.unwrap_or(today), row.retention_years);
    let page = ClosePage {
        frame: StaffFrame::new(app, "終了と再開", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        actions: matters.actions.len(),
        outside: matters.shares.len() + matters.referrals.len(),
        kept_until: words::day(kept),
    };
    Ok(shown(status, &page))
}

fn day_of(form: &Form, name: &str) -> Result<NaiveDate, Vec<Problem>> {
    form.get(name).parse().map_err(|_| {
        vec![Problem {
            pointer: format!("/{name}"),
            detail: "日付を書いてください".into(),
        }]
    })
}

/// `GET /cases/{id}/close`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/close`: ends it, or takes it up again.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let reopens = says(&form, "reopen");
    let done = async {
        if reopens {
            let review_on = day_of(&form, "review_on")?;
            return store::cases::reopen(&mut rec, vault, &case, form.version(), review_on).await;
        }
        let on = day_of(&form, "on")?;
        store::cases::close(&mut rec, vault, &case, form.version(), on).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(
            case.as_str(),
            if reopens { "reopened" } else { "closed" },
        )),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}
