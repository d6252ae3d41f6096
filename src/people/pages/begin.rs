//! Taking a first call: everything may be left empty but the day to look again.

use askama::Template;
use axum::{
    extract::{RawForm, State},
    http::StatusCode,
    response::Response,
};
use serde_json::Value;

use super::{
    districts, end,
    form::{Form, Kind, Spec, coded_choices, field},
    notes, to_case,
};
use crate::{
    accounts::{
        account::AccountId,
        audit::Recorded,
        pages::frame::{StaffFrame, shown},
    },
    app::App,
    error::ApiError,
    gate::Staff,
    kernel::fields::Problem,
    people::{
        api::{begin, vault},
        basis::LegalBasis,
        case::NewCase,
        error::PeopleResult,
        ids::CaseId,
        note::{ContactKind, NewNote},
        store,
        vault::Vault,
    },
};

const SPECS: &[Spec] = &[
    field("identity/name", "お名前", Kind::Text)
        .max(100)
        .hint("聞けていなければ空けておきます。仮の名前がつきます。"),
    field("identity/kana", "カナ", Kind::Text).max(100),
    field("identity/telephone", "電話番号", Kind::Telephone).max(40),
    field("identity/calling_times", "かけてよい時間", Kind::Text)
        .max(200)
        .hint("「平日の午前だけ」「本人の携帯にはかけない」など"),
    field("identity/unaware", "本人は相談を知らない", Kind::Flag),
    field("district", "住んでいる地区", Kind::Select),
    field("assigned_only", "担当だけで扱う(DVなど)", Kind::Flag)
        .hint("同意のあとも、地区のほかの担当には見えません。"),
    field("basis", "記録の根拠", Kind::Radio),
    field("review_on", "見直しの日", Kind::Day)
        .needed()
        .hint("この日までに、同意をたずねるか、根拠を見直します。3か月以内です。"),
    field("note/on", "相談を受けた日", Kind::Day),
    field("note/kind", "どうやって", Kind::Radio),
    field("note/with", "だれから", Kind::Text).max(200),
    field("note/gist", "聞いたこと", Kind::Long).max(10_000),
    field("note/next/what", "次にすること", Kind::Text).max(500),
    field("note/next/due_on", "いつまでに", Kind::Day),
];

#[derive(Template)]
#[template(path = "people/begin.html")]
struct BeginPage {
    frame: StaffFrame,
    form: Form,
}

fn page(app: &App, staff: &Staff, mut form: Form, status: StatusCode) -> Response {
    let today = app.clock().today();
    form.offer("district", districts(app, "わからない"));
    form.offer("note/kind", coded_choices!(ContactKind));
    let bases = coded_choices!(LegalBasis);
    form.offer(
        "basis",
        bases
            .into_iter()
            .filter(|c| c.value != LegalBasis::Consented.code())
            .collect(),
    );
    form.default("basis", LegalBasis::Engaging.code());
    form.default(
        "review_on",
        &LegalBasis::Engaging.latest_review(today).to_string(),
    );
    form.default("note/on", &today.to_string());
    form.default("note/kind", ContactKind::Phone.code());
    let page = BeginPage {
        frame: StaffFrame::new(app, "新しい相談", "/cases/new", Some(staff)),
        form,
    };
    shown(status, &page)
}

/// `GET /cases/new`.
pub async fn form(State(app): State<App>, staff: Staff) -> Response {
    page(&app, &staff, Form::new(SPECS), StatusCode::OK)
}

/// What was posted, proved: the case, and the first entry when one was written.
fn read(form: &Form, beginner: &AccountId) -> Result<(NewCase, Option<NewNote>), Vec<Problem>> {
    let mut whole = form.json();
    let note = whole.as_object_mut().and_then(|o| o.remove("note"));
    let note = note.filter(|n| ["gist", "with", "next"].iter().any(|part| n.get(part).is_some()));
    let case = NewCase::read(&whole, beginner);
    let note = note.as_ref().map(first_note).transpose();
    match (case, note) {
        (Ok(case), Ok(note)) => Ok((case, note)),
        (case, note) => {
            let mut all = case.err().unwrap_or_default();
            all.extend(note.err().unwrap_or_default());
            Err(all)
        }
    }
}

fn first_note(value: &Value) -> Result<NewNote, Vec<Problem>> {
    NewNote::read(value).map_err(|problems| notes::under("/note", problems))
}

async fn write(rec: &mut Recorded, vault: &Vault, staff: &Staff, form: &Form) -> PeopleResult<CaseId> {
    let (case, note) = read(form, &staff.actor.id)?;
    let row = store::cases::begin(rec, vault, &case).await?;
    if let Some(note) = note {
        store::notes::add(rec, vault, &row.id, &note).await?;
    }
    Ok(row.id)
}

/// `POST /cases/new`.
pub async fn add(State(app): State<App>, staff: Staff, RawForm(body): RawForm) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let mut rec = begin(&app, &staff).await?;
    let done = write(&mut rec, vault(&app)?, &staff, &form).await;
    Ok(match end(rec, done, &mut form).await? {
        Ok(id) => to_case(id.as_str(), "begun"),
        Err(status) => page(&app, &staff, form, status),
    })
}
