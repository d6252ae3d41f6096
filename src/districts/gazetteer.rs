//! Finds the town an address lies in, without internet: the longest place name it begins with.

use std::{borrow::Cow, collections::HashMap};

use super::district::Place;
use crate::kernel::{geo::LngLat, municipality::PREFECTURES, text::key};

/// The shortest name that counts as found, characters.
const SHORTEST: usize = 2;
/// A name this short also begins others (本町 and 本町通り): behind it the address must go on with 字 or a number.
const AMBIGUOUS: usize = 3;

/// Place names by the form all spellings share.
#[derive(Debug, Default)]
pub struct Gazetteer {
    places: HashMap<String, (LngLat, String)>,
    longest: usize,
    city: String,
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
    /// The places of `city`. Of two places of one name the first stands; a town of which only its 丁目 are known stands
    /// in their middle.
    pub fn new(places: &[Place], city: &str) -> Self {
        let mut found = Self {
            city: key(city),
            ..Self::default()
        };
        let mut blocks: HashMap<String, (f64, f64, f64, String)> = HashMap::new();
        for place in places {
            let name = fold(&key(&place.name)).text;
            if let Some((town, base)) = without_block(&name, &place.name) {
                let sum = blocks.entry(town).or_insert((0.0, 0.0, 0.0, base));
                (sum.0, sum.1, sum.2) = (sum.0 + place.point.lng(), sum.1 + place.point.lat(), sum.2 + 1.0);
            }
            found.add(name, place.point, &place.name);
        }
        for (town, (lng, lat, n, base)) in blocks {
            if let Ok(middle) = LngLat::new(lng / n, lat / n) {
                found.add(town, middle, &base);
            }
        }
        found
    }

    fn add(&mut self, name: String, point: LngLat, written: &str) {
        let length = name.chars().count();
        if length >= SHORTEST {
            self.longest = self.longest.max(length);
            self.places
                .entry(name)
                .or_insert_with(|| (point, written.to_owned()));
        }
    }

    /// How many names are known.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no name is known.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The longest place name the address begins with, after prefecture and city (also when written twice). An address
    /// in another municipality is not found.
    pub fn locate(&self, address: &str) -> Option<Located> {
        readings(&key(address), &self.city)
            .iter()
            .filter_map(|reading| self.longest_prefix(&fold(reading)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, located)| located)
    }

    fn longest_prefix(&self, reading: &Folded) -> Option<(usize, Located)> {
        let text = reading.text.as_str();
        let ends: Vec<usize> = text
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .chain([text.len()])
            .take(self.longest)
            .collect();
        ends.iter()
            .enumerate()
            .rev()
            .take_while(|(n, _)| n + 1 >= SHORTEST)
            .filter(|(n, end)| reading.may_end(**end, *n < AMBIGUOUS))
            .find_map(|(n, &end)| {
                let (point, matched) = self.places.get(&text[..end])?;
                let located = Located {
                    point: *point,
                    matched: matched.clone(),
                };
                Some((n + 1, located))
            })
    }
}

/// An address in the form all spellings share, and where 字 stood in it.
struct Folded {
    text: String,
    bounds: Vec<usize>,
}

impl Folded {
    /// Whether a name may end here: not inside a number, and a short one only where the address says so.
    fn may_end(&self, end: usize, short: bool) -> bool {
        let before = self.text[..end].chars().next_back();
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let after = self.text[end..].chars().next();
        if digit(before) && digit(after) {
            return false;
        }
        !short || self.bounds.contains(&end) || after.is_none_or(|c| !c.is_alphabetic())
    }
}

/// Every way the address may begin with a town: what is left behind prefecture and city, also when they stand there
/// twice, and with a ward or town that no longer exists (水沢区, 衣川村) read as the front of today's names.
fn readings<'a>(address: &'a str, city: &str) -> Vec<Cow<'a, str>> {
    let mut rest = address;
    let prefectures = || PREFECTURES.iter().copied();
    while let Some(shorter) = prefectures()
        .find_map(|p| rest.strip_prefix(p))
        .or_else(|| rest.strip_prefix(city).filter(|_| !city.is_empty()))
    {
        rest = shorter;
    }
    let mut all = vec![Cow::Borrowed(rest)];
    let county = rest
        .split_once('郡')
        .filter(|(name, _)| name.chars().count() <= 5);
    for from in [Some(rest), county.map(|(_, town)| town)].into_iter().flatten() {
        let end = from
            .char_indices()
            .take(7)
            .skip(1)
            .find(|(_, c)| matches!(c, '区' | '市' | '町' | '村'));
        let Some((at, mark)) = end else { continue };
        let (old, tail) = (&from[..at], &from[at + mark.len_utf8()..]);
        all.push(Cow::Owned(format!("{old}{tail}")));
        // 前沢区前沢字…: the old ward before a town that repeats it.
        if tail.starts_with(old) {
            all.push(Cow::Borrowed(tail));
        }
    }
    // 大手町1-1 is written for 大手町1丁目1.
    let spelled: Vec<_> = all
        .iter()
        .filter_map(|reading| with_block(reading))
        .map(Cow::Owned)
        .collect();
    all.extend(spelled);
    all
}

/// The first number read as a 丁目, where a dash follows it.
fn with_block(address: &str) -> Option<String> {
    let from = address.find(|c: char| c.is_ascii_digit())?;
    let length = address[from..].find(|c: char| !c.is_ascii_digit())?;
    let (front, rest) = address.split_at(from + length);
    let tail = rest.strip_prefix(['-', '−', '‐', '–', '―', 'ー', 'の', 'ノ'])?;
    Some(format!("{front}丁目{tail}"))
}

/// A name without its last 丁目, folded and as written.
fn without_block(name: &str, written: &str) -> Option<(String, String)> {
    let town = name
        .strip_suffix("丁目")?
        .trim_end_matches(|c: char| c.is_ascii_digit());
    let base: String = written.chars().take(town.chars().count()).collect();
    Some((town.to_owned(), base))
}

/// Drops 大字 and 字, which people leave out, and settles ヶ・ノ・ッ, old forms of characters and the numerals of 丁目.
fn fold(address: &str) -> Folded {
    let plain = numerals(address).replace("大字", "字");
    let (mut text, mut bounds) = (String::with_capacity(plain.len()), Vec::new());
    for c in plain.chars() {
        match c {
            '字' => bounds.push(text.len()),
            'ヶ' | 'が' | 'ガ' => text.push('ケ'),
            'ッ' => text.push('ツ'),
            'の' | '之' => text.push('ノ'),
            '澤' => text.push('沢'),
            '舘' => text.push('館'),
            '嶋' => text.push('島'),
            '﨑' => text.push('崎'),
            '髙' => text.push('高'),
            other => text.push(other),
        }
    }
    Folded { text, bounds }
}

/// The kanji numerals before 丁目 as digits: 十一丁目 is 11丁目.
fn numerals(address: &str) -> String {
    const DIGITS: &str = "一二三四五六七八九";
    let value = |c: char| DIGITS.chars().position(|d| d == c).map(|at| at + 1);
    let mut out = String::with_capacity(address.len());
    let mut parts = address.split("丁目").peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            out.push_str(part);
            break;
        }
        let start = part.trim_end_matches(|c| c == '十' || value(c).is_some()).len();
        let (front, numeral) = part.split_at(start);
        out.push_str(front);
        let read = match numeral.split_once('十') {
            None => numeral.chars().next_back().and_then(value),
            Some((tens, ones)) => {
                let tens = if tens.is_empty() {
                    Some(1)
                } else {
                    tens.chars().next_back().and_then(value)
                };
                let ones = if ones.is_empty() {
                    Some(0)
                } else {
                    ones.chars().next().and_then(value)
                };
                tens.zip(ones).map(|(t, o)| t * 10 + o)
            }
        };
        match read {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str(numeral),
        }
        out.push_str("丁目");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        let names = [
            "水沢",
            "水沢聖天",
            "水沢佐倉河",
            "水沢佐倉河西沖ノ目",
            "前沢七日町裏",
            "前沢塔ケ崎",
            "衣川富田",
            "江刺八日町一丁目",
            "江刺八日町十二丁目",
            "水沢大手町1丁目1",
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
        let found = Gazetteer::new(&places, "奥州市")
            .locate(address)
            .map(|l| l.matched);
        assert_eq!(found.as_deref(), expected, "{address}");
    }

    #[test]
    fn an_address_is_found_by_the_longest_town_it_begins_with() {
        check("岩手県奥州市水沢佐倉河字西沖ノ目4-1", Some("水沢佐倉河西沖ノ目"));
        check("奥州市水沢佐倉河字西沖の目4-1", Some("水沢佐倉河西沖ノ目"));
        check("奥州市水沢佐倉河字東9", Some("水沢佐倉河"));
        check("水沢聖天85-2", Some("水沢聖天"));
        check("岩手県奥州市岩手県奥州市水沢字聖天85-2", Some("水沢聖天"));
        check("奥州市前沢塔ヶ崎21-8", Some("前沢塔ケ崎"));
        check("奥州市水沢字西町9", Some("水沢"));
        check("奥州市水沢西町9", None);
    }

    #[test]
    fn blocks_are_read_however_they_are_numbered() {
        check("奥州市江刺八日町1丁目2", Some("江刺八日町一丁目"));
        check("奥州市江刺八日町1-2-3", Some("江刺八日町一丁目"));
        check("奥州市江刺八日町12丁目", Some("江刺八日町十二丁目"));
        check("奥州市江刺八日町九丁目", Some("江刺八日町"));
        check("奥州市水沢大手町一丁目1番1号", Some("水沢大手町1丁目1"));
        check("奥州市水沢大手町一丁目12番1号", None);
    }

    #[test]
    fn an_abolished_ward_or_town_still_leads_to_its_place() {
        check("岩手県奥州市水沢区佐倉河字東9", Some("水沢佐倉河"));
        check("奥州市前沢区前沢字七日町裏131-1", Some("前沢七日町裏"));
        check("奥州市前沢区字七日町裏131-1", Some("前沢七日町裏"));
        check("岩手県胆沢郡衣川村大字富田44", Some("衣川富田"));
        check("岩手県水沢市佐倉河1", Some("水沢佐倉河"));
    }

    #[test]
    fn an_address_elsewhere_is_not_found() {
        check("岩手県盛岡市内丸10", None);
        check("岩手県北上市水沢聖天1", None);
        check("水", None);
        check("", None);
    }
}
