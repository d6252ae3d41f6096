//! A need: what somebody wishes and brings, as simple rows and words to press.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};

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
    matching::need::{DayOfWeek, Locality, Need, ReachMode, WishedModality},
    people::{
        api::{on_case, told, vault},
        error::PeopleError,
        ids::NeedId,
        store,
    },
    resources::words::{Field, ParticipationRole, Sex},
};

/// The fields of a need; the match workspace has the same.
pub(super) const SPECS: &[Spec] = &[
    field("wishes", "どうしたいか、本人のことばで", Kind::Long).max(2000),
    field("strengths", "得意なこと・好きなこと", Kind::Words).hint("「、」で分けて書きます。"),
    field("roles", "どんな役割で", Kind::Checks),
    field("modality", "どこで", Kind::Radio),
    field("fields", "対象分野", Kind::Checks),
    field("slots/*/weekday", "曜日", Kind::Select),
    field("slots/*/from", "から", Kind::Time),
    field("slots/*/to", "まで", Kind::Time),
    field("reach", "移動", Kind::Group),
    field("reach/mode", "どうやって行くか", Kind::Radio),
    field("reach/max_km", "直線で何kmまで", Kind::Number),
    field("reach/needs_pickup", "迎えが要る", Kind::Flag),
    field("home", "住まい", Kind::Group),
    field("home/district", "住まいの地区", Kind::Select),
    field("home/lat", "緯度", Kind::Number),
    field("home/lng", "経度", Kind::Number),
    field("locality", "地元かどうか", Kind::Radio),
    field("age", "年齢", Kind::Number),
    field("sex", "性別", Kind::Radio),
    field("wheelchair", "車いすを使う", Kind::YesNo),
    field("needs_companion", "付き添いが要る", Kind::YesNo),
    field("max_fee_yen", "1回に払える額(円)", Kind::Number),
    field("max_group_size", "何人くらいまでなら", Kind::Number),
    field("out_of_eligibility", "制度のふつうの対象から外れる", Kind::YesNo),
    field("avoid/places", "避けたい場所(1行に1つ)", Kind::Lines),
    field("avoid/people", "避けたい人(1行に1人)", Kind::Lines),
    field("household/*/relation", "続柄", Kind::Text).max(50),
    field("household/*/age", "年齢", Kind::Number),
    field("household/*/sex", "性別", Kind::Select),
    field("household/*/wheelchair", "車いすを使う", Kind::YesNo),
    field("household/*/wishes", "希望", Kind::Text).max(2000),
    field("household/*/strengths", "得意なこと", Kind::Words),
];

#[derive(Template)]
#[template(path = "people/need.html")]
struct NeedPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    /// The need that is changed, and whether it is no longer wished.
    kept: Option<(String, bool)>,
}

async fn page(
    app: &App,
    staff: &Staff,
    (id, need): (&str, Option<&str>),
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let mut kept = None;
    if let Some(need) = need {
        let wanted = NeedId::new(need).map_err(|_| ApiError::NotFound)?;
        let all = store::needs::list(&mut rec, &opened).await.map_err(told)?;
        kept = Some(
            all.into_iter()
                .find(|n| n.id == wanted)
                .ok_or(ApiError::NotFound)?,
        );
    }
    rec.commit().await?;
    let mut form = match (form, &kept) {
        (Some(form), _) => form,
        (None, Some(kept)) => Form::of(SPECS, &serde_json::to_value(&kept.need)?),
        (None, None) => {
            let mut form = Form::new(SPECS);
            form.set(
                "home/district",
                opened.row().district.as_ref().map_or("", |d| d.as_str()),
            );
            form
        }
    };
    if form.has_faults() || form.version() == 0 {
        form.set("version", &kept.as_ref().map_or(0, |k| k.version).to_string());
    }
    offer(app, &mut form);
    let page = NeedPage {
        frame: StaffFrame::new(app, "ニーズ", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        kept: kept.map(|k| (k.id.to_string(), k.archived)),
    };
    Ok(shown(status, &page))
}

/// What can be chosen in them.
pub(super) fn offer(app: &App, form: &mut Form) {
    let unknown = |words: &str, more| {
        let mut all: Vec<_> = more;
        all.push(choice("", words));
        all
    };
    form.offer("roles", coded_choices!(ParticipationRole));
    form.offer("fields", coded_choices!(Field));
    form.offer(
        "modality",
        unknown("まだ決めない", coded_choices!(WishedModality)),
    );
    form.offer("reach/mode", unknown("わからない", coded_choices!(ReachMode)));
    form.offer("sex", unknown("わからない", coded_choices!(Sex)));
    form.offer("household/*/sex", unknown("わからない", coded_choices!(Sex)));
    form.offer(
        "slots/*/weekday",
        unknown("えらばない", coded_choices!(DayOfWeek)),
    );
    form.offer("home/district", districts(app, "書かない"));
    form.offer("locality", unknown("わからない", coded_choices!(Locality)));
}

/// `GET /cases/{id}/need`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, (&id, None), None, StatusCode::OK).await
}

/// `POST /cases/{id}/need`.
pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    if says(&form, "more") {
        form.more_rows();
        return page(&app, &staff, (&id, None), Some(form), StatusCode::OK).await;
    }
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let need = Need::read(&form.json())?;
        store::needs::add(&mut rec, vault, &case, &need).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "need")),
        Err(status) => page(&app, &staff, (&id, None), Some(form), status).await,
    }
}

/// `GET /cases/{id}/needs/{need}`.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path((id, need)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    page(&app, &staff, (&id, Some(&need)), None, StatusCode::OK).await
}

/// `POST /cases/{id}/needs/{need}`: changed, no longer wished, or wished again.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path((id, need)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    if says(&form, "more") {
        form.more_rows();
        return page(&app, &staff, (&id, Some(&need)), Some(form), StatusCode::OK).await;
    }
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let which = NeedId::new(&need).map_err(|_| PeopleError::NotFound)?;
        // The policy was asked of this case: a need of another one is none of it.
        if store::needs::case_of(rec.conn(), &which).await?.as_ref() != Some(&case) {
            return Err(PeopleError::NotFound);
        }
        let text = Need::read(&form.json())?;
        let archived = says(&form, "archive");
        store::needs::change(&mut rec, vault, &which, form.version(), &text, archived).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "need")),
        Err(status) => page(&app, &staff, (&id, Some(&need)), Some(form), status).await,
    }
}
