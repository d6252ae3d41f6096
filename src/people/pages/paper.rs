//! What goes on paper: the week's matches for the coordinator, and the hand-out of one for the person or the meeting.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::matches::{self, Line};
use crate::{
    accounts::pages::frame::{StaffFrame, shown},
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    kernel::geo::{BBox, Meters},
    map::svg::{MapPicture, Outline, Point, draw},
    people::{
        api::{told, vault},
        store,
    },
    resources::public::VisibleResource,
};

#[derive(Template)]
#[template(path = "people/week.html")]
struct WeekPage {
    frame: StaffFrame,
    today: String,
    /// What the lines of each list have in common, and the lines.
    lists: [(&'static str, Vec<Line>); 3],
}

/// Days of a week to come.
const WEEK: i64 = 7;

/// `GET /matches`: what is to be looked after, overdue first, on one sheet.
pub async fn week(_: NoQuery, State(app): State<App>, staff: Staff) -> Result<Response, ApiError> {
    let today = app.clock().today();
    let (mut overdue, mut this_week, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for line in matches::own(&app, &staff).await? {
        let list = match line.days_left {
            Some(days) if days < 0 => &mut overdue,
            Some(days) if days <= WEEK => &mut this_week,
            _ => &mut later,
        };
        list.push(line);
    }
    let page = WeekPage {
        frame: StaffFrame::new(&app, "つなぎの一覧", "/staff", Some(&staff)),
        today: super::words::day(today),
        lists: [
            ("期限をすぎたもの", overdue),
            ("この1週間に見るもの", this_week),
            ("そのあと", later),
        ],
    };
    Ok(shown(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "people/handout.html")]
struct HandOutPage {
    frame: StaffFrame,
    back: String,
    name: String,
    description: Option<String>,
    schedule: Option<String>,
    dates: Vec<String>,
    fee: Option<u32>,
    place: VisibleResource,
    map: Option<String>,
    /// Who goes along with it.
    contact: String,
}

/// `GET /matches/{id}/handout`: large type for the person. Nothing of the record is on it.
pub async fn hand_out(
    _: NoQuery,
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let board = app.board().await?;
    let (mut rec, id) = matches::on(&app, &staff, &id).await?;
    let found = store::matches::find(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    let (_, found) = found.ok_or(ApiError::NotFound)?;
    rec.commit().await?;
    let offer = board
        .find(&found.row.opportunity)
        .ok_or(ApiError::Absent("この機会は、いまはありません"))?;
    let (entered, place) = (&board.offers()[offer].entered, &board.place_of(offer).shown);
    let dates = entered.next_dates(app.clock().now(), 3);
    let page = HandOutPage {
        frame: StaffFrame::new(&app, "お渡しする紙", "/cases", Some(&staff)),
        back: format!("/matches/{id}"),
        name: entered.name.clone(),
        description: entered.description.clone(),
        schedule: entered.schedule.as_ref().map(|s| s.text().to_owned()),
        dates: dates.iter().map(ToString::to_string).collect(),
        fee: entered.fee_yen,
        map: map_of(&app, place),
        place: place.clone(),
        contact: staff.actor.name.clone(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The way there: the place alone, with the districts around it.
fn map_of(app: &App, place: &VisibleResource) -> Option<String> {
    let at = place.point?;
    let ground = app.ground();
    let outlines = ground.areas.list().iter().map(|d| Outline {
        id: d.id.to_string(),
        name: d.name.clone(),
        centre: d.centre,
        rings: d.rings(),
    });
    Some(draw(&MapPicture {
        outlines: outlines.collect(),
        points: vec![Point {
            id: place.id.to_string(),
            name: place.name.clone(),
            lng: at.lng(),
            lat: at.lat(),
            kind_code: place.kind.code().to_owned(),
        }],
        first: 1,
        illustrative: ground.areas.illustrative(),
        width: 800,
        height: 420,
        bbox: Meters::new(3_000.0).map(|around| BBox::circle(at, around)),
    }))
}
