//! One conference: who sits in it, for who keeps it; what is shared with it, for everyone to whom 守秘 was explained.

use askama::Template;
use axum::{
    extract::{Path, RawForm, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde_json::json;

use super::{
    Colleagues, done_in, end,
    form::{Form, Kind, Spec, choice, field},
    go, says, words,
};
use crate::{
    accounts::{
        account::Role,
        audit::Recorded,
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_conference, told, vault},
        conference::{Conference, Member, NewConference},
        error::PeopleResult,
        ids::ConferenceId,
        share::SharedView,
        store,
        vault::Vault,
    },
};

const SPECS: &[Spec] = &[
    field("name", "会議の名前", Kind::Text).max(100).needed(),
    field("ends_on", "終わる日", Kind::Day).needed(),
];

const MEMBERS: &[Spec] = &[
    field("members/*/account", "だれ", Kind::Select),
    field("members/*/explained_on", "守秘の説明をした日", Kind::Day),
    field("members/*/keeps", "会議を受け持つ", Kind::Flag),
    field("members", "構成員", Kind::Group),
];

/// What is shared of one person, in words.
struct Person {
    person: String,
    since: String,
    name: Option<String>,
    kana: Option<String>,
    telephone: Option<String>,
    calling_times: Option<String>,
    unaware: bool,
    told: Vec<(&'static str, String)>,
    strengths: Option<String>,
    notes: Option<Vec<(String, String)>>,
}

impl Person {
    fn of(app: &App, view: SharedView) -> Self {
        let who = view.identity.unwrap_or_default();
        let told = view
            .need
            .as_ref()
            .map(|n| words::need(app, n, false))
            .unwrap_or_default();
        // Where the need is shared with them, they stand in it.
        let apart = view.strengths.filter(|s| view.need.is_none() && !s.is_empty());
        let note = |n: crate::people::note::NewNote| {
            let with = n.with.map(|w| format!("({w})")).unwrap_or_default();
            (format!("{} {}{with}", words::day(n.on), n.kind.label()), n.gist)
        };
        Self {
            person: view.person.to_string(),
            since: words::day(view.shared_on),
            name: who.name,
            kana: who.kana,
            telephone: who.telephone,
            calling_times: who.calling_times,
            unaware: who.unaware,
            told,
            strengths: apart.map(|s| s.join("、")),
            notes: view.notes.map(|all| all.into_iter().map(note).collect()),
        }
    }
}

#[derive(Template)]
#[template(path = "people/conference.html")]
struct ConferencePage {
    frame: StaffFrame,
    done: Option<&'static str>,
    id: String,
    name: String,
    kind: &'static str,
    ends_on: String,
    over: bool,
    /// Name, whether they keep it, the day of the explanation.
    members: Vec<(String, bool, Option<String>)>,
    persons: Vec<Person>,
    /// For who keeps it: the conference, and its members.
    forms: Option<(Form, Form)>,
}

/// Begins for who keeps it, else for a member while it goes on.
async fn enter(app: &App, staff: &Staff, id: &str) -> Result<(Recorded, ConferenceId, bool), ApiError> {
    match on_conference(app, staff, Act::KeepConferences, id).await {
        Ok((rec, id)) => Ok((rec, id, true)),
        Err(ApiError::Refused(_)) => {
            let (rec, id) = on_conference(app, staff, Act::AttendConference, id).await?;
            Ok((rec, id, false))
        }
        Err(other) => Err(other),
    }
}

/// The two forms of a page; one of them may be what was posted.
#[derive(Default)]
struct Posted {
    head: Option<Form>,
    members: Option<Form>,
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    done: Option<&'static str>,
    posted: Posted,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, id, keeps) = enter(app, staff, id).await?;
    let vault = vault(app)?;
    let kept = store::conferences::find(&mut rec, vault, &id)
        .await
        .map_err(told)?;
    let kept = kept.ok_or(ApiError::NotFound)?;
    let over = kept.is_over(app.clock().today());
    let persons = if over {
        Vec::new()
    } else {
        store::seen::by_conference(&mut rec, vault, &id)
            .await
            .map_err(told)?
    };
    let colleagues = Colleagues::read(&mut rec).await?;
    rec.commit().await?;
    let page = ConferencePage {
        frame: StaffFrame::new(app, "会議", "/conferences/", Some(staff)),
        done,
        id: kept.id.to_string(),
        name: kept.name.clone(),
        kind: kept.kind.label(),
        ends_on: words::day(kept.ends_on),
        over,
        members: kept
            .members
            .iter()
            .map(|m| {
                (
                    colleagues.name(m.account.as_str()),
                    m.keeps,
                    m.explained_on.map(words::day),
                )
            })
            .collect(),
        persons: persons.into_iter().map(|p| Person::of(app, p)).collect(),
        forms: keeps.then(|| forms(&kept, posted, &colleagues)),
    };
    Ok(shown(status, &page))
}

fn forms(kept: &Conference, posted: Posted, colleagues: &Colleagues) -> (Form, Form) {
    let whole = json!({"name": kept.name, "ends_on": kept.ends_on, "members": kept.members});
    let mut head = posted.head.unwrap_or_else(|| Form::of(SPECS, &whole));
    let mut members = posted.members.unwrap_or_else(|| Form::of(MEMBERS, &whole));
    for form in [&mut head, &mut members] {
        if form.has_faults() || form.version() == 0 {
            form.set("version", &kept.version.to_string());
        }
    }
    let mut choices = vec![choice("", "えらんでください")];
    choices.extend(colleagues.choices(
        &[Role::Coordinator, Role::MultiAgency, Role::ConferenceMember],
        &[],
    ));
    // Who sits in it already and signs in no more stays until taken out.
    for member in &kept.members {
        if !choices.iter().any(|c| c.value == member.account.as_str()) {
            choices.push(choice(
                member.account.as_str(),
                colleagues.name(member.account.as_str()),
            ));
        }
    }
    members.offer("members/*/account", choices);
    (head, members)
}

/// `GET /conferences/{id}`.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    page(
        &app,
        &staff,
        &id,
        done_in(raw.as_deref()),
        Posted::default(),
        StatusCode::OK,
    )
    .await
}

async fn write(
    rec: &mut Recorded,
    vault: &Vault,
    id: &ConferenceId,
    form: &Form,
    members: bool,
) -> PeopleResult<i64> {
    if members {
        let all = Member::read_all(&form.json())?;
        return store::conferences::set_members(rec, id, form.version(), &all).await;
    }
    let mut asked = form.json();
    // The kind never changes; the reader of a new conference wants one.
    asked["kind"] = json!("multilayer");
    let new = NewConference::read(&asked)?;
    store::conferences::change(rec, vault, id, form.version(), &new.name, new.ends_on).await
}

/// `POST /conferences/{id}`: its name and last day, or who sits in it.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let members = !says(&form, "change");
    if members {
        form = Form::read(MEMBERS, &body);
    }
    let posted = |form| match members {
        true => Posted {
            members: Some(form),
            head: None,
        },
        false => Posted {
            head: Some(form),
            members: None,
        },
    };
    if says(&form, "more") {
        form.more_rows();
        return page(&app, &staff, &id, None, posted(form), StatusCode::OK).await;
    }
    let (mut rec, conference) = on_conference(&app, &staff, Act::KeepConferences, &id).await?;
    let done = write(&mut rec, vault(&app)?, &conference, &form, members).await;
    match end(rec, done, &mut form).await? {
        Ok(_) => {
            let done = if members { "members" } else { "saved" };
            Ok(go(&format!("/conferences/{conference}?done={done}")))
        }
        Err(status) => page(&app, &staff, &id, None, posted(form), status).await,
    }
}
