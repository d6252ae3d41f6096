//! Who a person is, with whom they live, where, and for whose eyes.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};
use serde_json::json;

use super::{
    Head, districts, end,
    form::{Form, Kind, Spec, choice, coded_choices, field},
    open, says, to_case,
};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_case, vault},
        case::CaseChange,
        retention::Retention,
        store,
    },
    resources::words::Sex,
};

const SPECS: &[Spec] = &[
    field("identity/name", "お名前", Kind::Text).max(100),
    field("identity/kana", "カナ", Kind::Text).max(100),
    field("identity/telephone", "電話番号", Kind::Telephone).max(40),
    field("identity/calling_times", "かけてよい時間", Kind::Text).max(200),
    field("identity/unaware", "本人は相談を知らない", Kind::Flag),
    field("district", "住んでいる地区", Kind::Select),
    field("assigned_only", "担当だけで扱う(DVなど)", Kind::Flag)
        .hint("同意のあとも、地区のほかの担当には見えません。"),
    field(
        "retention_years",
        "終了のあと、きまりより長く残す年数",
        Kind::Number,
    )
    .hint("空けておくと、きまりの年数です。"),
    field("household/*/relation", "続柄", Kind::Text).max(50),
    field("household/*/name", "お名前", Kind::Text).max(100),
    field("household/*/age", "年齢", Kind::Number),
    field("household/*/sex", "性別", Kind::Select),
    field("household/*/remark", "ひとこと", Kind::Text).max(1000),
];

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    years: u8,
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
    let (row, profile) = (opened.row(), &opened.case.profile);
    let kept = || {
        json!({"identity": profile.identity, "household": profile.household, "district": row.district,
            "assigned_only": row.assigned_only, "retention_years": row.retention_years})
    };
    let mut form = form.unwrap_or_else(|| Form::of(SPECS, &kept()));
    // What is only being filled in further still counts from the version it began with.
    if form.has_faults() || form.version() == 0 {
        form.set("version", &row.version.to_string());
    }
    form.offer("district", districts(app, "わからない"));
    let mut sexes = vec![choice("", "わからない")];
    sexes.extend(coded_choices!(Sex));
    form.offer("household/*/sex", sexes);
    let page = EditPage {
        frame: StaffFrame::new(app, "本人と世帯", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        years: Retention::default().years,
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/edit`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/edit`.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    if says(&form, "more") {
        form.more_rows();
        return page(&app, &staff, &id, Some(form), StatusCode::OK).await;
    }
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let change = CaseChange::read(&form.json())?;
        store::cases::change(&mut rec, vault, &case, form.version(), &change).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "saved")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}
