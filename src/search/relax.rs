//! What to let go of when little is found: single changes to a question.

use super::{
    asking,
    query::{PlaceLexicon, SearchQuery},
};
use crate::kernel::geo::Meters;

/// Each single change that may find more, in words, with the question it makes.
pub fn ways(places: &PlaceLexicon, query: &SearchQuery) -> Vec<(String, SearchQuery)> {
    let mut ways: Vec<(String, SearchQuery)> = Vec::new();
    let base = SearchQuery {
        offset: 0,
        limit: 1,
        ..query.clone()
    };
    let asked = asking::understand(places, &query.q);
    if let (Some(place), false) = (asked.place, asked.chunks.is_empty()) {
        ways.push((
            format!("「{}」のほかの場所も", place.text),
            SearchQuery {
                q: asked.chunks.join(" "),
                ..base.clone()
            },
        ));
    }
    if asked.chunks.len() > 1 {
        for (i, dropped) in asked.chunks.iter().enumerate() {
            let mut rest: Vec<&str> = asked.place_word.iter().map(String::as_str).collect();
            rest.extend(
                asked
                    .chunks
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .map(|(_, c)| c.as_str()),
            );
            ways.push((
                format!("「{dropped}」をはずす"),
                SearchQuery {
                    q: rest.join(" "),
                    ..base.clone()
                },
            ));
        }
    }
    if let Some(radius) = query.radius {
        let wider = Meters::new((radius.get() * 3.0).max(3000.0));
        ways.push((
            "もっと遠くまで".into(),
            SearchQuery {
                radius: wider,
                ..base.clone()
            },
        ));
    }
    if query.bbox.is_some() {
        ways.push((
            "地図の範囲の外も".into(),
            SearchQuery {
                bbox: None,
                ..base.clone()
            },
        ));
    }
    if !query.districts.is_empty() {
        ways.push((
            "ほかの地区も".into(),
            SearchQuery {
                districts: Vec::new(),
                ..base.clone()
            },
        ));
    }
    if !query.kinds.is_empty() {
        ways.push((
            "ほかの種別も".into(),
            SearchQuery {
                kinds: Vec::new(),
                ..base.clone()
            },
        ));
    }
    if query.weekdays != 0 || query.time.is_some() {
        ways.push((
            "ほかの曜日・時間も".into(),
            SearchQuery {
                weekdays: 0,
                time: None,
                ..base.clone()
            },
        ));
    }
    if query.transport || query.wheelchair || query.free || query.remote {
        let open = SearchQuery {
            transport: false,
            wheelchair: false,
            free: false,
            remote: false,
            ..base
        };
        ways.push(("送迎・車いす・無料・在宅の条件をはずす".into(), open));
    }
    ways
}
