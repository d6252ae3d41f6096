//! What to let go of when little is found: single changes to a question.

use super::{
    asking,
    query::{Place, PlaceLexicon, SearchQuery},
};
use crate::kernel::{geo::Meters, text};

/// What a change does to the parameters of a question; each lets go of its own condition and of nothing else.
#[derive(Debug, Clone, PartialEq)]
pub enum LetGo {
    /// These words are asked instead.
    Words(String),
    /// Entries up to this far away are found too.
    Reach(Meters),
    /// These parameters are left out.
    Parameters(&'static [&'static str]),
}

/// A single change that may find more.
#[derive(Debug, Clone)]
pub struct Way {
    /// In words, as 「「送迎あり」をはずす」.
    pub change: String,
    /// As parameters.
    pub lets_go: LetGo,
    /// The question it makes.
    pub query: SearchQuery,
}

/// Each single change that may find more.
pub fn ways(places: &PlaceLexicon, query: &SearchQuery) -> Vec<Way> {
    let base = SearchQuery {
        offset: 0,
        limit: 1,
        ..query.clone()
    };
    let mut ways = fewer_words(places, &base);
    if let Some(wider) = query
        .radius
        .and_then(|r| Meters::new((r.get() * 3.0).max(3000.0)))
    {
        ways.push(Way {
            change: format!("{}kmまで広げる", (wider.get() / 100.0).round() / 10.0),
            lets_go: LetGo::Reach(wider),
            query: SearchQuery {
                radius: Some(wider),
                ..base.clone()
            },
        });
    }
    let mut without =
        |asked: bool, change: &str, parameters: &'static [&'static str], forget: fn(&mut SearchQuery)| {
            if asked {
                let mut query = base.clone();
                forget(&mut query);
                ways.push(Way {
                    change: change.to_owned(),
                    lets_go: LetGo::Parameters(parameters),
                    query,
                });
            }
        };
    let q = query;
    without(
        q.bbox.is_some(),
        "地図の範囲の外も入れる",
        &["bbox"],
        |q| q.bbox = None,
    );
    without(
        !q.districts.is_empty(),
        "ほかの地区も入れる",
        &["district", "area"],
        |q| q.districts.clear(),
    );
    without(
        q.serves.is_some(),
        "ほかの地区の人向けも入れる",
        &["serves"],
        |q| q.serves = None,
    );
    without(
        !q.kinds.is_empty(),
        "ほかの種別も入れる",
        &["kind"],
        |q| q.kinds.clear(),
    );
    without(
        !q.fields.is_empty(),
        "ほかの対象の人向けも入れる",
        &["field"],
        |q| q.fields.clear(),
    );
    without(
        !q.roles.is_empty(),
        "ほかの役割も入れる",
        &["role"],
        |q| q.roles.clear(),
    );
    without(
        q.modality.is_some(),
        "対面・在宅のどちらも入れる",
        &["modality"],
        |q| q.modality = None,
    );
    without(
        q.weekdays != 0,
        "ほかの曜日も入れる",
        &["weekday"],
        |q| q.weekdays = 0,
    );
    without(q.time.is_some(), "ほかの時間も入れる", &["time"], |q| {
        q.time = None
    });
    without(
        q.transport,
        "「送迎あり」をはずす",
        &["transport"],
        |q| q.transport = false,
    );
    without(
        q.wheelchair,
        "「車いすOK」をはずす",
        &["wheelchair"],
        |q| q.wheelchair = false,
    );
    without(q.free, "「無料」をはずす", &["free"], |q| q.free = false);
    without(q.remote, "「家でできる」をはずす", &["remote"], |q| {
        q.remote = false
    });
    ways
}

/// The question without its place, and without each of its words.
fn fewer_words(places: &PlaceLexicon, base: &SearchQuery) -> Vec<Way> {
    let asked = asking::understand(places, &base.q);
    let with = |change: String, q: String| Way {
        change,
        lets_go: LetGo::Words(q.clone()),
        query: SearchQuery { q, ..base.clone() },
    };
    let mut ways = Vec::new();
    if let (Some(place), false) = (asked.place, asked.chunks.is_empty()) {
        let change = format!("「{}」のほかの場所も入れる", place.text);
        ways.push(with(change, asked.chunks.join(" ")));
    }
    if asked.chunks.len() > 1 {
        for (i, dropped) in asked.chunks.iter().enumerate() {
            let others = asked.chunks.iter().enumerate().filter(|(j, _)| *j != i);
            let rest: Vec<&str> = asked
                .place_word
                .iter()
                .chain(others.map(|(_, c)| c))
                .map(String::as_str)
                .collect();
            ways.push(with(format!("「{dropped}」をはずす"), rest.join(" ")));
        }
    }
    ways
}

/// The words of a question without the place that was understood in them; `None` when it cannot be taken out.
pub fn without_place(places: &PlaceLexicon, q: &str, place: &Place) -> Option<String> {
    let asked = asking::understand(places, q);
    if asked.place.is_some() {
        return Some(asked.chunks.join(" "));
    }
    // Inside a sentence it stands by its own name, with or without what it is called officially.
    let flat = text::nfkc(q);
    [place.text.as_str(), place.text.trim_end_matches("地区")]
        .into_iter()
        .filter(|name| !name.is_empty())
        .find_map(|name| flat.split_once(name))
        .map(|(before, after)| {
            let after = ["から", "での", "にある", "で", "の", "に"]
                .iter()
                .find_map(|particle| after.strip_prefix(particle))
                .unwrap_or(after);
            format!("{before}{after}").trim().to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> (PlaceLexicon, Place) {
        let place = Place {
            text: "水沢南地区".into(),
            level: "promotion_council",
            id: "oshu-02".into(),
            districts: Vec::new(),
            circle: None,
        };
        let mut places = PlaceLexicon::default();
        places.add("水沢南", &place);
        (places, place)
    }

    fn changes(query: &SearchQuery) -> Vec<(String, LetGo)> {
        ways(&lexicon().0, query)
            .into_iter()
            .map(|w| (w.change, w.lets_go))
            .collect()
    }

    #[test]
    fn each_way_lets_go_of_one_condition_and_keeps_the_others() {
        let query = SearchQuery {
            q: "体操".into(),
            transport: true,
            free: true,
            weekdays: 2,
            ..SearchQuery::default()
        };
        assert_eq!(
            changes(&query),
            [
                ("ほかの曜日も入れる".to_owned(), LetGo::Parameters(&["weekday"])),
                (
                    "「送迎あり」をはずす".to_owned(),
                    LetGo::Parameters(&["transport"])
                ),
                ("「無料」をはずす".to_owned(), LetGo::Parameters(&["free"])),
            ]
        );
        for way in ways(&lexicon().0, &query) {
            let kept = [way.query.transport, way.query.free, way.query.weekdays != 0];
            assert_eq!(kept.iter().filter(|k| **k).count(), 2, "{}", way.change);
        }
    }

    #[test]
    fn the_place_or_one_word_of_several_may_go() {
        let query = SearchQuery {
            q: "水沢南 体操 お茶".into(),
            ..SearchQuery::default()
        };
        let words = |q: &str| LetGo::Words(q.into());
        assert_eq!(
            changes(&query).into_iter().map(|(_, l)| l).collect::<Vec<_>>(),
            [words("体操 お茶"), words("水沢南 お茶"), words("水沢南 体操")]
        );
    }

    #[test]
    fn the_place_is_taken_out_of_the_words_and_the_rest_stays() {
        let (places, place) = lexicon();
        let rest = |q: &str| without_place(&places, q, &place);
        assert_eq!(rest("水沢南 体操").as_deref(), Some("体操"));
        assert_eq!(
            rest("歩いて行ける水沢南の体操").as_deref(),
            Some("歩いて行ける体操")
        );
        assert_eq!(rest("体操"), None);
    }
}
