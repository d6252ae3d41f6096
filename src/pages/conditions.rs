//! The conditions of a search in words, each with the same search without it.

use super::{frame::href, search_form::WALK};
use crate::resources::words::{Field, Modality, ParticipationRole, ResourceKind};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As 「送迎あり」.
    pub text: String,
    /// The search without it.
    pub clear_href: String,
}

/// What was asked beside the words, in the order it was asked. `district` gives a district's name.
pub fn conditions(asked: &[(String, String)], district: impl Fn(&str) -> String) -> Vec<Condition> {
    asked
        .iter()
        .enumerate()
        .filter_map(|(at, (name, value))| {
            let text = spoken(name, value, &district)?;
            // Without its place a distance means nothing.
            let rest: Vec<(String, String)> = asked
                .iter()
                .enumerate()
                .filter(|(i, (n, _))| {
                    *i != at && n != "cursor" && !(name == "near" && ["radius_m", WALK].contains(&n.as_str()))
                })
                .map(|(_, pair)| pair.clone())
                .collect();
            Some(Condition {
                text,
                clear_href: href("/", &rest),
            })
        })
        .collect()
}

fn spoken(name: &str, value: &str, district: &impl Fn(&str) -> String) -> Option<String> {
    let on = |text: &str| (value != "false").then(|| text.to_owned());
    match name {
        "near" => Some("えらんだ所の近く".to_owned()),
        "radius_m" => {
            let metres: f64 = value.parse().ok()?;
            Some(if metres < 1000.0 {
                format!("直線で{metres}m以内")
            } else {
                format!("直線で{}km以内", (metres / 100.0).round() / 10.0)
            })
        }
        "bbox" => Some("地図の範囲".to_owned()),
        "district" => Some(format!("{}地区", district(value).trim_end_matches("地区"))),
        "serves" => Some(format!("{}の人が行ける所", district(value))),
        "area" => Some(value.to_owned()),
        "kind" => ResourceKind::parse(value).map(|k| k.label().to_owned()),
        "field" => Field::parse(value).map(|f| f.label().to_owned()),
        "role" => ParticipationRole::parse(value).map(|r| r.plain().to_owned()),
        "modality" => Modality::parse(value).map(|m| m.label().to_owned()),
        "weekday" => Some(format!("{}曜", weekday(value))),
        "time" => Some(value.to_owned()),
        "wheelchair" => on("車いすOK"),
        "transport" => on("送迎あり"),
        "free" => on("無料"),
        "remote" => on("家でできる"),
        WALK => on("歩いて行ける"),
        _ => None,
    }
}

fn weekday(value: &str) -> &str {
    let codes = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let words = ["月", "火", "水", "木", "金", "土", "日"];
    codes
        .iter()
        .position(|c| *c == value)
        .map_or(value.trim_end_matches('日').trim_end_matches('曜'), |at| {
            words[at]
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &[(&str, &str)], expected: &[(&str, &str)]) {
        let asked: Vec<_> = asked
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let told = conditions(&asked, |id| {
            if id == "oshu-02" { "水沢南" } else { id }.to_owned()
        });
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|c| (c.text.as_str(), c.clear_href.as_str()))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn each_condition_is_a_word_and_goes_alone() {
        check(
            &[
                ("q", "a"),
                ("transport", "true"),
                ("weekday", "tue"),
                ("district", "oshu-02"),
            ],
            &[
                ("送迎あり", "/?q=a&weekday=tue&district=oshu-02"),
                ("火曜", "/?q=a&transport=true&district=oshu-02"),
                ("水沢南地区", "/?q=a&transport=true&weekday=tue"),
            ],
        );
    }

    #[test]
    fn a_distance_goes_with_its_place() {
        check(
            &[("near", "39,141"), ("radius_m", "1500"), ("kind", "salon")],
            &[
                ("えらんだ所の近く", "/?kind=salon"),
                ("直線で1.5km以内", "/?near=39%2C141&kind=salon"),
                ("サロン", "/?near=39%2C141&radius_m=1500"),
            ],
        );
    }
}
