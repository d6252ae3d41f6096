//! The end of records: what is due, asked for by one and agreed to by two, and the 廃棄記録 that stay.

use askama::Template;
use axum::{
    extract::{Path, RawForm, RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::{Colleagues, done_in, form::Form, go, says, words};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{begin, on_case, told, vault},
        retention::Retention,
        store,
    },
};

struct DueLine {
    id: String,
    person: String,
    closed_on: String,
    kept_until: String,
    proposed_by: Option<String>,
    approved_by: Vec<String>,
    /// Whether the reader agreed already.
    agreed: bool,
}

struct Gone {
    person: String,
    closed_on: String,
    years: u8,
    proposed_by: String,
    approved_by: String,
    shredded_by: String,
    shredded_at: String,
}

#[derive(Template)]
#[template(path = "people/shredding.html")]
struct ShreddingPage {
    frame: StaffFrame,
    done: Option<&'static str>,
    fault: Option<String>,
    due: Vec<DueLine>,
    gone: Vec<Gone>,
    years: u8,
    city: String,
    today: String,
}

async fn page(
    app: &App,
    staff: &Staff,
    done: Option<&'static str>,
    fault: Option<String>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let rule = Retention::default();
    let mut rec = begin(app, staff).await?;
    let due = store::shredding::due(&mut rec, &staff.actor, rule)
        .await
        .map_err(told)?;
    let gone = store::shredding::disposal_records(rec.conn())
        .await
        .map_err(told)?;
    let colleagues = Colleagues::read(&mut rec).await?;
    rec.commit().await?;
    let name = |id: &String| colleagues.name(id);
    let page = ShreddingPage {
        frame: StaffFrame::new(app, "廃棄", "/shredding", Some(staff)),
        done,
        fault,
        due: due
            .into_iter()
            .map(|d| DueLine {
                agreed: d.approved_by.iter().any(|a| a == staff.actor.id.as_str()),
                proposed_by: d.proposed_by.as_ref().map(name),
                approved_by: d.approved_by.iter().map(name).collect(),
                id: d.case.to_string(),
                person: d.person.to_string(),
                closed_on: words::day(d.closed_on),
                kept_until: words::day(d.kept_until),
            })
            .collect(),
        gone: gone
            .into_iter()
            .map(|g| Gone {
                person: g.person.to_string(),
                closed_on: words::day(g.closed_on),
                years: g.years,
                proposed_by: name(&g.proposed_by),
                approved_by: g.approved_by.iter().map(name).collect::<Vec<_>>().join("、"),
                shredded_by: name(&g.shredded_by),
                shredded_at: words::moment(&g.shredded_at),
            })
            .collect(),
        years: rule.years,
        city: app.settings().city.name.value.clone(),
        today: words::day(app.clock().today()),
    };
    Ok(shown(status, &page))
}

/// `GET /shredding`.
pub async fn list(
    State(app): State<App>,
    staff: Staff,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    page(&app, &staff, done_in(raw.as_deref()), None, StatusCode::OK).await
}

/// `POST /shredding/{id}`: asked for, agreed to, or done.
pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(&[], &body);
    let rule = Retention::default();
    let (mut rec, case) = on_case(&app, &staff, Act::ApproveShredding, &id).await?;
    let (done, what) = if says(&form, "shred") {
        // Takes the transaction: the key goes only once the rest is on disk.
        let done = store::shredding::execute(rec, vault(&app)?, &case, rule).await;
        (done.map(|_| ()), "shredded")
    } else {
        let approves = says(&form, "approve");
        let done = if approves {
            store::shredding::approve(&mut rec, &case).await
        } else {
            store::shredding::propose(&mut rec, &case, rule).await
        };
        if done.is_ok() {
            rec.commit().await?;
        }
        (done, if approves { "approved" } else { "proposed" })
    };
    match done {
        Ok(()) => Ok(go(&format!("/shredding?done={what}"))),
        Err(error) => {
            let said = match &error {
                crate::people::PeopleError::Refused(why) => format!("{why}。"),
                _ => String::new(),
            };
            let status = form.take(error)?;
            page(&app, &staff, None, Some(said), status).await
        }
    }
}
