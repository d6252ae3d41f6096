//! The front page: reads what was asked, searches, and says what was found.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{Asked, READING, asked, failed, frame, office, origin, page, picture::picture};
use crate::{
    app::App,
    error::ApiError,
    pages::{
        card::Card,
        frame::href,
        home::{HomePage, Place, Relaxed},
        resource::{qr_svg, spoken_day},
        search_form::SearchForm,
    },
    resources::public::VisibleResource,
    search::{self, engine::Found},
};

/// `GET /`.
pub async fn home(State(app): State<App>, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    let asked = asked(raw.as_deref());
    match home_page(&app, &origin(&app, &headers), &asked).await {
        Ok(shown) => page(&shown),
        Err(error) => failed(&app, "/", error),
    }
}

async fn home_page(app: &App, origin: &str, asked: &Asked) -> Result<HomePage, ApiError> {
    let question = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked.iter().filter(|(name, _)| !READING.contains(&name.as_str())))
        .finish();
    let query = search::api::parse(app, &question).map_err(ApiError::BadRequest)?;
    let ground = app.ground();
    let found = app.searcher().search(&ground.places, &query)?;
    let entries = search::api::load(app, &found).await?;
    let now = app.clock().now();
    let cards = cards(app, &entries, &found, query.offset, now);
    let without = |drop: &[&str]| -> Asked {
        asked
            .iter()
            .filter(|(name, _)| !drop.contains(&name.as_str()))
            .cloned()
            .collect()
    };
    let next_href = search::api::next_cursor(&query, &found, query.offset).map(|cursor| {
        let mut next = without(&["cursor"]);
        next.push(("cursor".into(), cursor));
        href("/", &next)
    });
    let place = found.place.as_ref().map(|p| Place {
        text: p.text.clone(),
        clear_href: "/".to_owned(),
    });
    // Each way to find more leads to the same question with that condition taken off.
    let open = href(
        "/",
        &without(&[
            "cursor",
            "transport",
            "wheelchair",
            "free",
            "remote",
            "weekday",
            "time",
            "kind",
            "district",
            "bbox",
            "area",
        ]),
    );
    let relaxed = found
        .relaxed
        .iter()
        .map(|r| Relaxed {
            text: format!("{}と{}件あります", r.change, r.total),
            href: open.clone(),
        })
        .collect();
    let office = if found.total <= 2 {
        let district = found
            .place
            .as_ref()
            .and_then(|p| p.districts.first())
            .or(query.districts.first());
        office(app, district.map(|d| d.as_str())).await
    } else {
        None
    };
    // A code on paper carries filters only, never the words searched or an exact point.
    let shared = href(
        "/",
        &without(&["q", "near", "bbox", "radius_m", "cursor", "easy", "large"]),
    );
    let mut map = picture(app, &entries, None);
    map.searchable = true;
    Ok(HomePage {
        frame: frame("さがす", "/", asked, app),
        form: SearchForm::from_query(&without(&READING)),
        searched: !without(&READING).is_empty(),
        total: found.total as u64,
        offset: query.offset as u64,
        place,
        cards,
        relaxed,
        office,
        next_href,
        map,
        today: spoken_day(now),
        qr_svg: qr_svg(&format!("{origin}{shared}")).unwrap_or_default(),
    })
}

fn cards(
    app: &App,
    entries: &[VisibleResource],
    found: &Found,
    offset: usize,
    now: chrono::DateTime<chrono::FixedOffset>,
) -> Vec<Card> {
    entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let distance = found
                .hits
                .iter()
                .find(|h| h.id == entry.id)
                .and_then(|h| h.distance);
            let district = entry
                .district
                .as_ref()
                .and_then(|d| app.district_name(d.as_str()));
            Card::of(entry, now, distance, district.as_deref(), offset + i + 1)
        })
        .collect()
}
