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
    /// Pressed.
    pub checked: bool,
}

/// What was asked, as a form to ask further.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchForm {
    /// The words in the box.
    pub q: String,
    /// 送迎あり, 車いすOK, 無料, 家でできる.
    pub offers: Vec<Choice>,
    /// Weekdays.
    pub weekdays: Vec<Choice>,
    /// Kinds most people look for, and every pressed one.
    pub kinds: Vec<Choice>,
    /// The other kinds, folded away.
    pub more_kinds: Vec<Choice>,
    /// What else was asked and stays when the form is sent: place, radius, 地区, reading.
    pub keep: Vec<(String, String)>,
}

const OFFERS: [(&str, &str); 4] = [
    ("transport", "送迎あり"),
    ("wheelchair", "車いすOK"),
    ("free", "無料"),
    ("remote", "家でできる"),
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "月曜"),
    ("tue", "火曜"),
    ("wed", "水曜"),
    ("thu", "木曜"),
    ("fri", "金曜"),
    ("sat", "土曜"),
    ("sun", "日曜"),
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
    /// The form of a query, as decoded pairs. `cursor` is dropped: a new search begins at its first page.
    pub fn from_query(asked: &[(String, String)]) -> Self {
        let has = |name: &str, values: &[&str]| {
            asked
                .iter()
                .any(|(k, v)| k == name && values.contains(&v.as_str()))
        };
        let choice = |name: &str, value: &str, label: &str| Choice {
            name: name.to_owned(),
            value: value.to_owned(),
            label: label.to_owned(),
            checked: has(name, &[value, label]),
        };
        let kind = |k: &ResourceKind| choice("kind", k.code(), k.label());
        let first = FIRST_KINDS.iter().map(kind);
        let (pressed, more): (Vec<_>, Vec<_>) = ResourceKind::ALL
            .iter()
            .filter(|k| !FIRST_KINDS.contains(k))
            .map(kind)
            .partition(|c| c.checked);
        let own = ["q", "kind", "weekday", "cursor"];
        Self {
            q: asked
                .iter()
                .find(|(k, _)| k == "q")
                .map(|(_, v)| v.clone())
                .unwrap_or_default(),
            offers: OFFERS
                .iter()
                .map(|(name, label)| choice(name, "true", label))
                .collect(),
            weekdays: WEEKDAYS
                .iter()
                .map(|(value, label)| choice("weekday", value, label))
                .collect(),
            kinds: first.chain(pressed).collect(),
            more_kinds: more,
            keep: asked
                .iter()
                .filter(|(k, _)| !own.contains(&k.as_str()) && !OFFERS.iter().any(|(name, _)| name == k))
                .cloned()
                .collect(),
        }
    }

    /// Whether a filter of the folded part is pressed: then it stands open.
    pub fn unfolded(&self) -> bool {
        [&self.weekdays, &self.kinds]
            .into_iter()
            .flatten()
            .any(|c| c.checked)
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
        SearchForm::from_query(&asked)
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
}
