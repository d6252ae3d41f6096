//! What holds of every match, whatever the city and the need.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use yosatte::{kernel::geo::LngLat, matching::weights::Factor};

use super::city::{Rows, answer, any_city, any_offer, any_parts, candidates, need, offer, row};

fn ids(rows: &Rows, need: &Value) -> Vec<String> {
    let mut ids = candidates(rows, need);
    ids.sort();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn an_added_gate_never_adds_a_candidate(rows in any_city(), parts in any_parts(), left_out in any::<Index>()) {
        prop_assume!(!parts.is_empty());
        let fewer: Vec<_> = {
            let out = left_out.index(parts.len());
            parts.iter().enumerate().filter(|(i, _)| *i != out).map(|(_, p)| p.clone()).collect()
        };
        // Work at home is its own wish: with it, getting there is no question any more.
        prop_assume!(!parts.iter().any(|(name, value)| *name == "modality" && *value == "remote"));
        let (with, without) = (ids(&rows, &need(&parts)), ids(&rows, &need(&fewer)));
        for id in with {
            prop_assert!(without.contains(&id), "{id} came by a gate: {parts:?}");
        }
    }

    #[test]
    fn the_order_of_rows_and_lists_changes_nothing(rows in any_city(), parts in any_parts()) {
        let asked = need(&parts);
        let mut turned = asked.clone();
        for list in ["roles", "slots"] {
            if let Some(list) = turned.get_mut(list).and_then(Value::as_array_mut) {
                list.reverse();
            }
        }
        let mut other = rows.clone();
        other.reverse();
        for (_, offers) in &mut other {
            offers.reverse();
        }
        prop_assert_eq!(candidates(&rows, &asked), candidates(&other, &turned));
    }

    #[test]
    fn nearer_never_ranks_worse(like in any_offer(), parts in any_parts(), near in 0.0_f64..0.05, farther in 0.001_f64..0.05) {
        let at = |id: &str, north: f64| {
            let mut one = like.clone();
            one.id = offer(id, id, "x").id;
            one.resource_id = offer(id, id, "x").resource_id;
            let mut row = row(id, Some((141.15, 39.15 + north)), vec![one]);
            row.0.entered.name = "会".to_owned();
            row
        };
        // The farther one has the lower id, so that only the way can bring the nearer one to the front.
        let rows = vec![at("a", near + farther), at("b", near)];
        let asked = need(&parts.into_iter().filter(|(name, _)| *name != "avoid").collect::<Vec<_>>());
        let order = candidates(&rows, &asked);
        let place = |id: &str| order.iter().position(|found| found == id);
        if let Some(far) = place("a") {
            let near = place("b");
            prop_assert!(near.is_some_and(|near| near < far) || like.modality != yosatte::resources::words::Modality::OnSite,
                "{order:?}");
        }
    }

    #[test]
    fn a_household_passes_only_where_everyone_does(rows in any_city(), parts in any_parts(), child in any_parts()) {
        let mut member = json!({"relation": "子"});
        for (name, value) in child.iter().filter(|(name, _)| *name != "avoid") {
            member[*name] = value.clone();
        }
        let mut together = need(&parts);
        together["household"] = json!([member]);
        // The child alone is the person's need with what the child has of its own.
        let mut alone = need(&parts);
        for (name, value) in child.iter().filter(|(name, _)| *name != "avoid") {
            alone[*name] = value.clone();
        }
        let (person, child) = (ids(&rows, &need(&parts)), ids(&rows, &alone));
        let (board, answer) = answer(&rows, &together);
        let id = |offer: usize| board.offers()[offer].entered.id.to_string();
        for candidate in &answer.candidates {
            prop_assert!(person.contains(&id(candidate.seats[0])));
            prop_assert!(child.contains(&id(candidate.seats[1])), "{} for the child", id(candidate.seats[1]));
            prop_assert_eq!(
                &board.offers()[candidate.seats[0]].entered.resource_id,
                &board.offers()[candidate.seats[1]].entered.resource_id
            );
            let vacancy = board.offers()[candidate.offer].entered.vacancy;
            let here = candidate.seats.iter().filter(|s| **s == candidate.offer).count() as u32;
            prop_assert!(vacancy.is_none_or(|free| free >= here));
        }
        let found: Vec<String> = answer.candidates.iter().map(|c| id(c.offer)).collect();
        for (_, offers) in &rows {
            for a in offers.iter().map(|o| &o.entered).filter(|o| person.contains(&o.id.to_string())) {
                let other = offers.iter().map(|o| &o.entered).find(|b| {
                    let room = b.vacancy.is_none_or(|free| free >= if b.id == a.id { 2 } else { 1 });
                    child.contains(&b.id.to_string()) && room
                });
                prop_assert!(other.is_none() || found.contains(&a.id.to_string()), "{} is left out", a.id);
            }
        }
    }

    #[test]
    fn a_relaxation_adds_as_many_as_it_says(rows in any_city(), parts in any_parts()) {
        let asked = need(&parts);
        let (_, told) = answer(&rows, &asked);
        let before = candidates(&rows, &asked);
        for way in &told.relaxations {
            let mut changed = asked.clone();
            match way.change {
                "reach.max_km" => changed["reach"]["max_km"] = way.to.clone(),
                "reach.needs_pickup" => changed["reach"]["needs_pickup"] = way.to.clone(),
                "roles" => changed["roles"].as_array_mut().expect("roles").push(way.to.clone()),
                "slots" => changed["slots"].as_array_mut().expect("slots").push(way.to.clone()),
                simple => changed[simple] = way.to.clone(),
            }
            let after = candidates(&rows, &changed);
            let added = after.iter().filter(|id| !before.contains(id)).count();
            prop_assert_eq!(added, way.adds, "{} in {}", way.text, asked);
        }
    }
}

/// Texts of some length, so that words are rare and common.
fn town() -> Rows {
    let say = |id: &str, name: &str, description: &str| {
        let mut one = offer(id, id, name);
        one.description = Some(description.to_owned());
        row(id, Some((141.15, 39.15)), vec![one])
    };
    vec![
        say(
            "a",
            "料理教室の先生",
            "自治会の台所で、男性に煮物を教えてくれる人をさがしています。",
        ),
        say(
            "b",
            "畑の草取り",
            "りんご畑で草を取ります。昼はみんなで食べます。",
        ),
        say(
            "c",
            "館報のさし絵",
            "地区の新聞に絵を描いてくれる人。家でできます。",
        ),
        say("d", "百歳体操", "いすに座って体を動かします。"),
        say(
            "e",
            "子ども食堂の配膳",
            "夕方に子どもたちへご飯を配ります。料理も手伝えます。",
        ),
        say("f", "折り紙の会", "季節の折り紙をします。"),
    ]
}

#[test]
fn spelling_changes_nothing() {
    let ask = |wishes: &str, strengths: &str| {
        let asked = json!({"wishes": wishes, "strengths": [strengths], "as_of": "2026-11-24"});
        let (board, answer) = answer(&town(), &asked);
        let line = |c: &yosatte::matching::find::Candidate| {
            (board.offers()[c.offer].entered.id.to_string(), c.score)
        };
        answer.candidates.iter().map(line).collect::<Vec<_>>()
    };
    let plain = ask("料理を教えたい", "障がい者スポーツ");
    assert_eq!(plain[0].0, "a");
    for (wishes, strengths) in [
        ("料理を教えたい。", "障害者スポーツ"),
        (" 料理を 教えたい ", "障がい者ｽﾎﾟｰﾂ"),
        ("料理を教えたい!", "障碍者スポーツ"),
    ] {
        assert_eq!(ask(wishes, strengths), plain, "{wishes} {strengths}");
    }
}

#[test]
fn a_cited_word_taken_away_lowers_the_score() {
    for wishes in [
        "料理を教えたい",
        "子どもにご飯を配りたい",
        "家で絵を描きたい",
        "体を動かしたい",
    ] {
        let asked = json!({"wishes": wishes, "as_of": "2026-11-24"});
        let (board, told) = answer(&town(), &asked);
        let best = &told.candidates[0];
        let id = board.offers()[best.offer].entered.id.to_string();
        let interest = best
            .factors
            .iter()
            .find(|f| f.factor == Factor::Interest)
            .expect("an interest");
        let cited: Vec<&str> = interest
            .text
            .split('「')
            .skip(1)
            .filter_map(|t| t.split_once('」'))
            .map(|t| t.0)
            .collect();
        assert!(!cited.is_empty(), "{wishes}: {}", interest.text);
        for word in cited {
            let mut without = town();
            for (resource, offers) in &mut without {
                if resource.entered.id.as_str() == id {
                    let one = &mut offers[0].entered;
                    one.name = one.name.replace(word, "");
                    one.description = one.description.as_ref().map(|d| d.replace(word, ""));
                }
            }
            let (board, after) = answer(&without, &asked);
            let same = after
                .candidates
                .iter()
                .find(|c| board.offers()[c.offer].entered.id.as_str() == id);
            let left = same
                .and_then(|c| c.factors.iter().find(|f| f.factor == Factor::Interest))
                .map_or(0.0, |f| f.score);
            assert!(
                left < interest.score,
                "{wishes}: without 「{word}」 {left} of {}",
                interest.score
            );
        }
    }
}

#[test]
fn a_home_known_by_its_district_leaves_the_edge_open() {
    use yosatte::{
        districts::{
            areas::Areas,
            district::{District, DistrictLevel},
        },
        kernel::id::DistrictId,
        matching::{
            board::Board,
            find::find,
            gates::{Gate, Verdict},
            question::Question,
        },
    };
    let areas = Areas::new(vec![District {
        id: DistrictId::new("d1").expect("an id"),
        name: "北町".to_owned(),
        level: DistrictLevel::PromotionCouncil,
        parent: None,
        centre: LngLat::new(141.15, 39.15).ok(),
        outline: None,
        illustrative: false,
        sketched: false,
        population: None,
        source: None,
    }]);
    // About 0.111 km for each thousandth of a degree north.
    for (north, expected) in [
        (0.0, Verdict::Pass),
        (0.02, Verdict::Pass),
        (0.036, Verdict::Unknown),
        (0.06, Verdict::Unknown),
    ] {
        let rows = vec![row(
            "a",
            Some((141.15, 39.15 + north)),
            vec![offer("a", "a", "体操")],
        )];
        let board = Board::new(&rows).expect("a board");
        let asked = json!({"home": {"district": "d1"}, "reach": {"mode": "transport", "max_km": 5}, "as_of": "2026-11-24"});
        let question = Question::read(&asked).expect("a question");
        let told = find(&board, &areas, &question, super::city::now()).expect("an answer");
        let reach = told.candidates[0]
            .gates
            .iter()
            .find(|g| g.gate == Gate::Reach)
            .expect("asked");
        assert_eq!(reach.verdict, expected, "{north}: {}", reach.text);
    }
}
