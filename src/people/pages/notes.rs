//! 経過記録: written at a doorstep, corrected with the earlier text kept, and what was to be done next ticked off.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Colleagues, Head, case, end,
    form::{Form, Kind, Spec, coded_choices, field},
    open, pressed, to_case, words,
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
        error::PeopleError,
        ids::NoteId,
        note::{CaseNote, ContactKind, NewNote, NoteVersion},
        store,
    },
};

/// The fields of an entry.
pub(super) const SPECS: &[Spec] = &[
    field("on", "日", Kind::Day).needed(),
    field("kind", "どうやって", Kind::Radio).needed(),
    field("with", "だれと", Kind::Text).max(200),
    field("gist", "聞いたこと・見たこと", Kind::Long)
        .max(10_000)
        .needed(),
    field("next/what", "次にすること", Kind::Text).max(500),
    field("next/due_on", "いつまでに", Kind::Day),
];

/// Problems of something that stands deeper in a form.
pub(super) fn under(place: &str, problems: Vec<Problem>) -> Vec<Problem> {
    let deeper = |p: Problem| Problem {
        pointer: format!("{place}{}", p.pointer),
        ..p
    };
    problems.into_iter().map(deeper).collect()
}

/// An empty form, of today.
pub(super) fn fresh(app: &App) -> Form {
    let mut form = Form::new(SPECS);
    form.set("on", &app.clock().today().to_string());
    form.set("kind", ContactKind::Visit.code());
    form
}

/// One version, in words.
pub(super) struct Version {
    pub author: String,
    pub written_at: String,
    pub on: String,
    pub kind: &'static str,
    pub with: Option<String>,
    pub gist: String,
    pub next: Option<(String, String)>,
}

/// An entry, in words.
pub(super) struct Note {
    pub id: String,
    pub now: Version,
    pub earlier: Vec<Version>,
    /// The next action waits, and whether its day has passed.
    pub waits: Option<bool>,
    pub settled_on: Option<String>,
}

impl Note {
    pub(super) fn of(note: CaseNote, colleagues: &Colleagues, today: chrono::NaiveDate) -> Self {
        let version = |v: NoteVersion| Version {
            author: colleagues.name(&v.author),
            written_at: words::moment(&v.written_at),
            on: words::day(v.note.on),
            kind: v.note.kind.label(),
            with: v.note.with,
            gist: v.note.gist,
            next: v.note.next.map(|n| (n.what, words::day(n.due_on))),
        };
        Self {
            waits: note.due_on().map(|due| today > due),
            settled_on: note.settled_on.map(words::day),
            id: note.id.to_string(),
            now: version(note.now),
            earlier: note.earlier.into_iter().map(version).collect(),
        }
    }
}

/// `POST /cases/{id}/notes`.
pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let note = NewNote::read(&form.json())?;
        store::notes::add(&mut rec, vault, &case, &note).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "note")),
        Err(status) => {
            let said = case::Said {
                form: Some(form),
                ..case::Said::default()
            };
            case::page(&app, &staff, &id, said, status).await
        }
    }
}

#[derive(Template)]
#[template(path = "people/note.html")]
struct NotePage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    note: Note,
}

async fn page(
    app: &App,
    staff: &Staff,
    (id, note): (&str, &str),
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::WriteCase, id).await?;
    let all = store::notes::list(&mut rec, &opened).await.map_err(told)?;
    let wanted = NoteId::new(note).map_err(|_| ApiError::NotFound)?;
    let kept = all
        .into_iter()
        .find(|n| n.id == wanted)
        .ok_or(ApiError::NotFound)?;
    let colleagues = Colleagues::read(&mut rec).await?;
    rec.commit().await?;
    let mut form = match form {
        Some(form) => form,
        None => Form::of(SPECS, &serde_json::to_value(&kept.now.note)?),
    };
    // After a lost race too: what is on this page is what the next press counts from.
    form.set("version", &kept.now.version.to_string());
    form.offer("kind", coded_choices!(ContactKind));
    let page = NotePage {
        frame: StaffFrame::new(app, "経過記録を直す", "/cases/", Some(staff)),
        head: Head::of(&opened),
        form,
        note: Note::of(kept, &colleagues, app.clock().today()),
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/notes/{note}`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path((id, note)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    page(&app, &staff, (&id, &note), None, StatusCode::OK).await
}

/// `POST /cases/{id}/notes/{note}`: a correction.
pub async fn correct(
    State(app): State<App>,
    staff: Staff,
    Path((id, note)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let which = NoteId::new(&note).map_err(|_| PeopleError::NotFound)?;
        let text = NewNote::read(&form.json())?;
        store::notes::correct(&mut rec, vault, &case, &which, form.version(), &text).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "corrected")),
        Err(status) => page(&app, &staff, (&id, &note), Some(form), status).await,
    }
}

/// `POST /cases/{id}/notes/{note}/settle`: the next action was done today.
pub async fn settle(
    State(app): State<App>,
    staff: Staff,
    Path((id, note)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (mut rec, case) = on_case(&app, &staff, Act::WriteCase, &id).await?;
    let which = NoteId::new(&note).map_err(|_| ApiError::NotFound)?;
    let today = app.clock().today();
    let done = store::notes::settle(&mut rec, vault(&app)?, &case, &which, today).await;
    pressed(&app, &staff, &case, (rec, done), "settled").await
}
