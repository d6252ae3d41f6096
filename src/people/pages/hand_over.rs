//! Giving a case to a colleague with everything that is open in view, naming who stands in, and taking up a case nobody has.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Colleagues, Head, end,
    form::{Form, Kind, Spec, field},
    go, lines, list, open, to_case, words,
};
use crate::{
    accounts::{
        account::{AccountId, Role},
        pages::frame::{StaffFrame, shown},
        policy::{Act, Subject, decide},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_case, told, vault},
        error::PeopleError,
        hand_over::NewHandOver,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("to", "だれに渡すか", Kind::Select).needed(),
    field("stay_as_deputy", "自分は副担当として残る", Kind::Flag),
    field("keep_deputies", "いまの副担当はそのまま", Kind::Flag),
    field("message", "引き継ぐ人へのことば", Kind::Long).max(5000),
    field("deputies", "副担当", Kind::Checks),
];

#[derive(Template)]
#[template(path = "people/hand_over.html")]
struct HandOverPage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    main: String,
    has_deputies: bool,
    review_on: String,
    review_overdue: bool,
    actions: Vec<(String, String, bool)>,
    /// Everything else that is open, counted: needs, consents.
    needs: usize,
    consents: usize,
    shares: Vec<String>,
    referrals: usize,
    shredding: bool,
}

/// A case in nobody's hands, of which only this may be known before it is taken up.
#[derive(Template)]
#[template(path = "people/take_up.html")]
struct TakeUpPage {
    frame: StaffFrame,
    head: Head,
    district: Option<String>,
    me: String,
    fault: Option<String>,
}

/// Whether this account reads the case, or could only take it up.
async fn reads(app: &App, staff: &Staff, id: &str) -> Result<bool, ApiError> {
    let (mut rec, case) = on_case(app, staff, Act::HandOver, id).await?;
    let facts = store::case_facts(rec.conn(), &case)
        .await
        .map_err(told)?
        .unwrap_or_default();
    Ok(decide(Some(&staff.actor), Act::ReadCase, Subject::Case(&facts)).is_ok())
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    if !reads(app, staff, id).await? {
        let fault = form.map(|f| f.headline());
        return take_up_page(app, staff, id, fault, status).await;
    }
    let (mut rec, opened) = open(app, staff, Act::HandOver, id).await?;
    let matters = store::hands::open_matters(&mut rec, &opened)
        .await
        .map_err(told)?;
    let colleagues = Colleagues::read(&mut rec).await?;
    let names = lines::conference_names(&mut rec, app, staff).await?;
    let shares = lines::share_lines(&mut rec, &opened, &colleagues, &names).await?;
    rec.commit().await?;
    let (row, main) = (opened.row(), &opened.row().hands.main);
    let mut form = form.unwrap_or_else(|| {
        let mut form = Form::of(SPECS, &serde_json::json!({"deputies": row.hands.deputies}));
        form.set("keep_deputies", "yes");
        form
    });
    form.set("version", &row.version.to_string());
    form.offer("to", colleagues.choices(&[Role::Coordinator], &[main]));
    form.offer("deputies", colleagues.choices(&[Role::Coordinator], &[main]));
    let actions = matters.actions.into_iter();
    let page = HandOverPage {
        frame: StaffFrame::new(app, "引き継ぎ", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        main: colleagues.name(main.as_str()),
        has_deputies: !row.hands.deputies.is_empty(),
        review_on: words::day(matters.review_on),
        review_overdue: matters.review_overdue,
        actions: actions
            .map(|a| (a.what, words::day(a.due_on), a.overdue))
            .collect(),
        needs: matters.needs.len(),
        consents: matters.consents.len(),
        shares: shares
            .into_iter()
            .filter(|s| s.ended.is_none())
            .map(|s| format!("{}({})", s.to, s.scope))
            .collect(),
        referrals: matters.referrals.len(),
        shredding: matters.shredding,
    };
    Ok(shown(status, &page))
}

async fn take_up_page(
    app: &App,
    staff: &Staff,
    id: &str,
    fault: Option<String>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    // Its line in the list is all that may be known of it.
    let (_, wanted) = on_case(app, staff, Act::HandOver, id).await?;
    let lines = list::lines(app, staff).await?;
    let line = lines
        .into_iter()
        .find(|l| l.id == wanted.as_str())
        .ok_or(ApiError::NotFound)?;
    let page = TakeUpPage {
        frame: StaffFrame::new(app, "引き受ける", "/cases/", Some(staff)),
        district: line.district,
        me: staff.actor.id.to_string(),
        head: Head {
            id: line.id,
            person: line.person,
            name: None,
            version: line.version,
            closed: line.closed,
        },
        fault,
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/handover`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/handover`.
pub async fn give(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::HandOver, &id).await?;
    let vault = vault(&app)?;
    let taken = form.get("to") == staff.actor.id.as_str();
    let done = async {
        let mut asked = form.json();
        if let Some(object) = asked.as_object_mut() {
            object.remove("deputies");
            // A tick that was taken away is sent as nothing, which programs mean otherwise.
            object
                .entry("keep_deputies")
                .or_insert(serde_json::Value::Bool(false));
        }
        let new = NewHandOver::read(&asked)?;
        store::hands::hand_over(&mut rec, vault, &case, form.version(), &new).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) if taken => Ok(to_case(case.as_str(), "taken")),
        Ok(_) => Ok(go("/cases?done=handed")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}

/// `POST /cases/{id}/deputies`.
pub async fn deputies(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::HandOver, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let chosen = form.all("deputies").into_iter().map(AccountId::new);
        let chosen = chosen
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| PeopleError::NotFound)?;
        store::cases::set_deputies(&mut rec, vault, &case, form.version(), &chosen).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "saved")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}
