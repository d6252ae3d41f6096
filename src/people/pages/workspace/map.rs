//! The drawn map of the candidates, numbered in the order of the list.

use crate::{
    app::App,
    kernel::geo::{BBox, LngLat},
    map::svg::{MapPicture, Outline, Point, draw},
    matching::api::{CandidateBody, MatchAnswer},
};

/// The picture as SVG; `None` when no candidate has a place. The home is not on it: others may look at the screen.
pub fn of(app: &App, answer: &MatchAnswer) -> Option<String> {
    let placed = answer.candidates.iter().filter_map(|c| {
        let place = c.resource.location.as_ref()?;
        Some(Point {
            id: c.opportunity.id.clone(),
            name: format!("{} {}", c.opportunity.name, c.resource.name),
            lng: place.lng,
            lat: place.lat,
            kind_code: c.resource.kind.to_owned(),
        })
    });
    let points: Vec<Point> = placed.collect();
    let around = points.iter().filter_map(|p| LngLat::new(p.lng, p.lat).ok());
    let bbox = BBox::around(around)?;
    let ground = app.ground();
    let outlines = ground.areas.list().iter().map(|d| Outline {
        id: d.id.to_string(),
        name: d.name.clone(),
        centre: d.centre,
        rings: d.rings(),
    });
    Some(draw(&MapPicture {
        outlines: outlines.collect(),
        points,
        first: 1,
        illustrative: ground.areas.illustrative(),
        width: 800,
        height: 480,
        bbox: Some(bbox),
    }))
}

/// The number on the map of a candidate of the list; `None` for one without a place.
pub fn number(answer: &MatchAnswer, at: usize) -> Option<usize> {
    let placed = |c: &&CandidateBody| c.resource.location.is_some();
    let up_to = answer.candidates.get(..=at)?;
    let here = up_to.last().filter(placed);
    here.map(|_| up_to.iter().filter(placed).count())
}
