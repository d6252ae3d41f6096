//! Finds the town an address lies in, without internet: the longest place name it begins with.

use std::collections::HashMap;

use super::district::Place;
use crate::kernel::{geo::LngLat, text::key};

/// Wards and towns that no longer exist, as addresses still write them, and what they are called today.
const ABOLISHED: &[(&str, &str)] = &[
    ("水沢区", "水沢"),
    ("江刺区", "江刺"),
    ("前沢区", "前沢"),
    ("胆沢区", "胆沢"),
    ("衣川区", "衣川"),
    ("水沢市", "水沢"),
    ("江刺市", "江刺"),
    ("胆沢郡前沢町", "前沢"),
    ("胆沢郡胆沢町", "胆沢"),
    ("胆沢郡衣川村", "衣川"),
];

/// The shortest name that counts as found, characters.
const SHORTEST: usize = 2;

/// Place names by the form all spellings share.
#[derive(Debug, Default)]
pub struct Gazetteer {
    places: HashMap<String, (LngLat, String)>,
    longest: usize,
}

/// Where an address lies, as precisely as the names go.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The point that stands for the town.
    pub point: LngLat,
    /// The name that was found.
    pub matched: String,
}

impl Gazetteer {
    /// Of two places of one name the first stands.
    pub fn new(places: &[Place]) -> Self {
        let mut found = Self::default();
        for place in places {
            let name = folded(&key(&place.name));
            let length = name.chars().count();
            if length >= SHORTEST {
                found.longest = found.longest.max(length);
                found
                    .places
                    .entry(name)
                    .or_insert_with(|| (place.point, place.name.clone()));
            }
        }
        found
    }

    /// The longest place name the address begins with, after prefecture and city (also when written twice).
    pub fn locate(&self, address: &str) -> Option<Located> {
        let address = key(address);
        readings(&address)
            .iter()
            .filter_map(|reading| self.longest_prefix(reading))
            .max_by_key(|(length, _)| *length)
            .map(|(_, located)| located)
    }

    fn longest_prefix(&self, reading: &str) -> Option<(usize, Located)> {
        let ends: Vec<usize> = reading
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .chain([reading.len()])
            .take(self.longest)
            .collect();
        ends.iter()
            .enumerate()
            .rev()
            .take_while(|(n, _)| n + 1 >= SHORTEST)
            .find_map(|(n, &end)| {
                let (point, matched) = self.places.get(&reading[..end])?;
                Some((
                    n + 1,
                    Located {
                        point: *point,
                        matched: matched.clone(),
                    },
                ))
            })
    }
}

/// Every way the address may go on: as written, and after each prefecture and city taken off its front.
fn readings(address: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = address;
    loop {
        let today = ABOLISHED
            .iter()
            .find_map(|(old, new)| Some((*new, rest.strip_prefix(old)?)));
        match today {
            // 前沢区前沢字… : the old ward before a town that repeats it.
            Some((new, tail)) => {
                all.push(folded(&format!("{new}{tail}")));
                all.push(folded(tail));
            }
            None => all.push(folded(rest)),
        }
        let Some(next) = without_head(rest) else {
            return all;
        };
        rest = next;
    }
}

/// Takes one prefecture or one city, town or village off the front.
fn without_head(address: &str) -> Option<&str> {
    let ends = |marks: &[char], from: usize, to: usize| {
        let mut found = address.char_indices().skip(from).take(to - from);
        found
            .find(|(_, c)| marks.contains(c))
            .map(|(at, c)| &address[at + c.len_utf8()..])
    };
    let rest = ends(&['都', '道', '府', '県'], 2, 4).or_else(|| ends(&['市', '郡'], 1, 7))?;
    (!rest.is_empty()).then_some(rest)
}

/// Drops 大字 and 字, which people leave out, and settles ヶ・ケ and the numerals of 丁目.
fn folded(address: &str) -> String {
    let mut text = address.replace("大字", "").replace('字', "").replace('ヶ', "ケ");
    for (n, numeral) in ('1'..='9').zip("一二三四五六七八九".chars()) {
        text = text.replace(&format!("{numeral}丁目"), &format!("{n}丁目"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        let names = [
            "水沢聖天",
            "水沢佐倉河",
            "水沢佐倉河西沖ノ目",
            "前沢七日町裏",
            "衣川富田",
            "江刺八日町一丁目",
        ];
        let places: Vec<Place> = names
            .iter()
            .map(|name| Place {
                id: (*name).to_owned(),
                name: (*name).to_owned(),
                point: LngLat::new(141.1, 39.1).unwrap(),
                source: None,
            })
            .collect();
        let found = Gazetteer::new(&places).locate(address).map(|l| l.matched);
        assert_eq!(found.as_deref(), expected, "{address}");
    }

    #[test]
    fn an_address_is_found_by_the_longest_town_it_begins_with() {
        check("岩手県奥州市水沢佐倉河字西沖ノ目4-1", Some("水沢佐倉河西沖ノ目"));
        check("奥州市水沢佐倉河字東9", Some("水沢佐倉河"));
        check("水沢聖天85-2", Some("水沢聖天"));
        check("岩手県奥州市岩手県奥州市水沢字聖天85-2", Some("水沢聖天"));
        check("奥州市江刺八日町1丁目2", Some("江刺八日町一丁目"));
    }

    #[test]
    fn an_abolished_ward_or_town_still_leads_to_its_place() {
        check("岩手県奥州市水沢区佐倉河字東9", Some("水沢佐倉河"));
        check("奥州市前沢区前沢字七日町裏131-1", Some("前沢七日町裏"));
        check("岩手県胆沢郡衣川村大字富田44", Some("衣川富田"));
        check("岩手県水沢市佐倉河1", Some("水沢佐倉河"));
    }

    #[test]
    fn an_address_elsewhere_is_not_found() {
        check("岩手県盛岡市内丸10", None);
        check("水", None);
        check("", None);
    }
}
