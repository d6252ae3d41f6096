//! The search form: one box and filters one can press, built from the query it sends itself.

use crate::resources::words::ResourceKind;

/// A filter word to press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Query parameter.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The word.
    pub label: String,
    /// The word in やさしい日本語.
    pub easy: String,
    /// Pressed.
    pub checked: bool,
}

impl Choice {
    /// The word in the wished reading.
    pub fn say(&self, easy: &bool) -> &str {
        if *easy { &self.easy } else { &self.label }
    }
}

/// The districts of one former municipality, to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Area {
    /// The former municipality; empty for districts of none.
    pub name: String,
    /// Its districts, the chosen one checked.
    pub districts: Vec<Choice>,
}

/// What was asked, as a form to ask further.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchForm {
    /// The words in the box.
    pub q: String,
    /// 送迎あり, 車いすOK, 無料, 歩いて行ける, 家でできる.
    pub offers: Vec<Choice>,
    /// Weekdays, by their one character.
    pub weekdays: Vec<Choice>,
    /// Kinds most people look for, and every pressed one.
    pub kinds: Vec<Choice>,
    /// The other kinds, folded away.
    pub more_kinds: Vec<Choice>,
    /// Districts to choose from, by former municipality.
    pub areas: Vec<Area>,
    /// What else was asked and stays when the form is sent: place, radius, reading.
    pub keep: Vec<(String, String)>,
}

/// Parameter, word, word in やさしい日本語.
const OFFERS: [(&str, &str, &str); 5] = [
    ("transport", "送迎あり", "むかえが ある"),
    ("wheelchair", "車いすOK", "くるまいすで いける"),
    ("free", "無料", "おかねが いらない"),
    (WALK, "歩いて行ける", "あるいて いける"),
    ("remote", "家でできる", "いえで できる"),
];

/// 歩いて行ける: a parameter of the pages alone, which becomes a radius once it is known from where.
pub const WALK: &str = "walk";

const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "月"),
    ("tue", "火"),
    ("wed", "水"),
    ("thu", "木"),
    ("fri", "金"),
    ("sat", "土"),
    ("sun", "日"),
];

const FIRST_KINDS: [ResourceKind; 8] = [
    ResourceKind::YosatteClub,
    ResourceKind::Salon,
    ResourceKind::Ibasho,
    ResourceKind::ChildrensCafeteria,
    ResourceKind::DementiaCafe,
    ResourceKind::ComprehensiveSupportCenter,
    ResourceKind::CommunityCenter,
    ResourceKind::Farm,
];

impl SearchForm {
    /// The form of a query, as decoded pairs, with all districts (id, name, former municipality) to choose from.
    /// `cursor` is dropped: a new search begins at its first page.
    pub fn from_query(asked: &[(String, String)], districts: &[(String, String, String)]) -> Self {
        let has = |name: &str, values: &[&str]| {
            asked
                .iter()
                .any(|(k, v)| k == name && values.contains(&v.as_str()))
        };
        let choice = |name: &str, value: &str, label: &str, easy: &str| Choice {
            name: name.to_owned(),
            value: value.to_owned(),
            label: label.to_owned(),
            easy: easy.to_owned(),
            checked: has(name, &[value, label]),
        };
        let kind = |k: &ResourceKind| choice("kind", k.code(), k.label(), k.label());
        let first = FIRST_KINDS.iter().map(kind);
        let (pressed, more): (Vec<_>, Vec<_>) = ResourceKind::ALL
            .iter()
            .filter(|k| !FIRST_KINDS.contains(k))
            .map(kind)
            .partition(|c| c.checked);
        let mut areas: Vec<Area> = Vec::new();
        for (id, name, former) in districts {
            let one = choice("district", id, name, name);
            match areas.iter_mut().find(|a| a.name == *former) {
                Some(area) => area.districts.push(one),
                None => areas.push(Area {
                    name: former.clone(),
                    districts: vec![one],
                }),
            }
        }
        // A select holds one district; of several asked by hand the others are kept beside it.
        let mut selected = false;
        for one in areas.iter_mut().flat_map(|a| &mut a.districts) {
            one.checked &= !selected;
            selected |= one.checked;
        }
        let shown = areas.iter().flat_map(|a| &a.districts).find(|c| c.checked);
        let in_select =
            |k: &str, v: &str| k == "district" && shown.is_some_and(|c| c.value == v || c.label == v);
        let own = ["q", "kind", "weekday", "cursor"];
        Self {
            q: asked
                .iter()
                .find(|(k, _)| k == "q")
                .map(|(_, v)| v.clone())
                .unwrap_or_default(),
            offers: OFFERS
                .iter()
                .map(|(name, label, easy)| choice(name, "true", label, easy))
                .collect(),
            weekdays: WEEKDAYS
                .iter()
                .map(|(value, label)| choice("weekday", value, label, label))
                .collect(),
            kinds: first.chain(pressed).collect(),
            more_kinds: more,
            keep: asked
                .iter()
                .filter(|(k, v)| {
                    !own.contains(&k.as_str())
                        && !OFFERS.iter().any(|(name, ..)| name == k)
                        && !in_select(k, v)
                })
                .cloned()
                .collect(),
            areas,
        }
    }

    /// Whether a filter of the folded part is in use: then it stands open.
    pub fn unfolded(&self) -> bool {
        let districts = self.areas.iter().flat_map(|a| &a.districts);
        self.kinds.iter().chain(districts).any(|c| c.checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(asked: &[(&str, &str)]) -> SearchForm {
        let asked: Vec<_> = asked
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let district = |id: &str, name: &str, area: &str| (id.to_owned(), name.to_owned(), area.to_owned());
        SearchForm::from_query(
            &asked,
            &[
                district("oshu-01", "水沢", "水沢"),
                district("oshu-02", "水沢南", "水沢"),
                district("oshu-11", "岩谷堂", "江刺"),
            ],
        )
    }

    #[test]
    fn the_form_shows_what_was_asked_and_keeps_the_place() {
        let form = form(&[
            ("q", "体操"),
            ("transport", "true"),
            ("kind", "school"),
            ("near", "39,141"),
            ("cursor", "x"),
        ]);
        assert_eq!(form.q, "体操");
        assert!(form.offers[0].checked && !form.offers[1].checked);
        assert!(
            form.kinds.iter().any(|c| c.value == "school" && c.checked),
            "a pressed kind is never folded away"
        );
        assert_eq!(form.keep, [("near".to_owned(), "39,141".to_owned())]);
        assert!(form.unfolded());
    }

    #[test]
    fn every_kind_can_be_pressed_once_and_by_its_label_too() {
        let form = form(&[("kind", "サロン")]);
        assert_eq!(form.kinds.len() + form.more_kinds.len(), ResourceKind::ALL.len());
        assert!(form.kinds.iter().any(|c| c.value == "salon" && c.checked));
    }

    #[test]
    fn districts_are_chosen_under_their_former_municipality_one_at_a_time() {
        let form = form(&[("district", "水沢南"), ("district", "oshu-11")]);
        let names: Vec<&str> = form.areas.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["水沢", "江刺"]);
        assert!(form.areas[0].districts[1].checked && !form.areas[1].districts[0].checked);
        assert_eq!(form.keep, [("district".to_owned(), "oshu-11".to_owned())]);
    }
}
