//! How a person may be told of to a host before they agreed: coded facts alone, rounded so that nothing leads to anybody.

use super::{
    gates::{limit_km, skills},
    need::{Need, Wants},
};

/// What may be said, each thing with its name. No text of theirs is in it: of the strengths just the skills that the place
/// asks for, in the place's own words.
///
/// ```
/// use yosatte::matching::{introduction::introduction, need::Need};
/// let need = Need::read(&serde_json::json!({"wishes": "江刺の山田さんのようになりたい", "age": 52, "strengths": ["料理", "山田家の味"]})).unwrap();
/// let told = introduction(&need, &["料理".to_owned()]);
/// assert_eq!(told[0], ("年代", "50代".to_owned()));
/// assert_eq!(told[1], ("できること", "料理".to_owned()));
/// assert!(told.iter().all(|(_, text)| !text.contains("山田")));
/// ```
pub fn introduction(need: &Need, asked: &[String]) -> Vec<(&'static str, String)> {
    let mut told = of_one(&need.wants);
    let brings = |skill: &&String| skills::among(skill, &need.wants.strengths);
    let can: Vec<&str> = asked.iter().filter(brings).map(String::as_str).collect();
    if !can.is_empty() {
        told.push(("できること", can.join("、")));
    }
    if !need.household.is_empty() {
        told.push(("いっしょに行く人", format!("{}人", need.household.len())));
    }
    told
}

fn of_one(wants: &Wants) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    if let Some(age) = wants.age {
        told.push((
            "年代",
            match age {
                0..=9 => "10歳未満".to_owned(),
                90.. => "90歳以上".to_owned(),
                age => format!("{}代", age / 10 * 10),
            },
        ));
    }
    let joined = |words: Vec<&str>| words.join("、");
    if !wants.roles.is_empty() {
        told.push(("役割", joined(wants.roles.iter().map(|r| r.plain()).collect())));
    }
    if let Some(modality) = wants.modality {
        told.push(("どこで", modality.label().to_owned()));
    }
    if !wants.slots.is_empty() {
        let mut days: Vec<&str> = Vec::new();
        for day in wants.slots.iter().map(|s| s.weekday().label()) {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        told.push(("来られる曜日", joined(days)));
    }
    if let Some(reach) = &wants.reach {
        let mut way = format!(
            "{}、直線で{:.0}kmくらいまで",
            reach.mode.label(),
            limit_km(reach).ceil()
        );
        if reach.needs_pickup {
            way.push_str("、迎えが要る");
        }
        told.push(("移動", way));
    }
    for (name, yes) in [("車いす", wants.wheelchair), ("付き添い", wants.needs_companion)] {
        if yes == Some(true) {
            told.push((name, "あり".to_owned()));
        }
    }
    if !wants.fields.is_empty() {
        told.push((
            "対象分野",
            joined(wants.fields.iter().map(|f| f.label()).collect()),
        ));
    }
    told
}
