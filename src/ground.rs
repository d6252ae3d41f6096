//! The ground that everything stands on: districts, the gazetteer, and the words by which people mean a place.

use std::collections::HashMap;

use crate::{
    db::DbResult,
    districts::{
        self,
        areas::Areas,
        district::{District, Place as Town},
        gazetteer::Gazetteer,
    },
    kernel::geo::Meters,
    search::{
        analyzer,
        query::{Place, PlaceLexicon},
    },
};

/// How far around its point a town reaches, metres: a 大字 of a countryside city is about a kilometre across.
const TOWN_REACH: f64 = 1_000.0;

/// Districts, and the words that mean a place.
#[derive(Debug, Default)]
pub struct Ground {
    /// All districts.
    pub areas: Areas,
    /// Place words.
    pub places: PlaceLexicon,
    /// Towns, for addresses without a place.
    pub gazetteer: Gazetteer,
}

impl Ground {
    /// Reads the districts and towns of `city` as they stand on this connection.
    pub async fn read(conn: &mut sqlx::AnyConnection, city: &str) -> DbResult<Self> {
        let all = districts::store::all(&mut *conn).await?;
        let mut towns = districts::store::places(&mut *conn).await?;
        let areas = Areas::new(all);
        let places = place_words(&areas, &towns);
        // A hall or school is an address too; of a town and a venue of one name the town stands. It is not a word for
        // a place: who types its name looks for itself.
        let venues = crate::resources::store::venues(conn).await?.into_iter();
        towns.extend(venues.map(|(name, point)| Town {
            id: name.clone(),
            name,
            point,
            source: None,
        }));
        Ok(Self {
            areas,
            places,
            gazetteer: Gazetteer::new(&towns, city),
        })
    }

    /// What the words of an entry in this district say beside its own.
    pub fn words(&self, district: &str) -> Option<String> {
        let d = self.areas.find(district)?;
        Some(format!(
            "{}地区 {}",
            d.name,
            d.parent.as_deref().unwrap_or_default()
        ))
    }
}

/// Every word that means a place, the larger places first: a word means the first place that claims it. Readings come
/// last, so that what is written never loses to what only sounds alike.
fn place_words(areas: &Areas, towns: &[Town]) -> PlaceLexicon {
    let formers = areas.formers();
    let mut named: Vec<(String, Place)> = Vec::new();
    // A bare former municipality means all of it; 「水沢地区」 the district.
    for former in &formers {
        let place = former_municipality(areas, former);
        named.push((former.clone(), place.clone()));
        named.push((format!("{former}区"), place));
    }
    for district in areas.list() {
        let place = promotion_council(district);
        named.push((format!("{}地区", district.name), place.clone()));
        named.push((district.name.clone(), place));
    }
    named.extend(town_words(&formers, towns));
    let mut places = PlaceLexicon::default();
    for (word, place) in &named {
        places.add(word, place);
    }
    for (word, place) in &named {
        if let Some((reading, _)) = analyzer::query_reading(word) {
            places.add(&reading, place);
        }
    }
    places
}

fn former_municipality(areas: &Areas, name: &str) -> Place {
    Place {
        text: name.to_owned(),
        level: "former_municipality",
        id: name.to_owned(),
        districts: areas.of_former(name).iter().map(|d| d.id.clone()).collect(),
        circle: None,
    }
}

fn promotion_council(district: &District) -> Place {
    Place {
        text: format!("{}地区", district.name),
        level: "promotion_council",
        id: district.id.to_string(),
        districts: vec![district.id.clone()],
        circle: None,
    }
}

/// Towns by their full name, and without the former municipality before it where just one is called so.
fn town_words(formers: &[String], towns: &[Town]) -> Vec<(String, Place)> {
    let short = |name: &str| {
        let rest = formers.iter().find_map(|f| name.strip_prefix(f.as_str()))?;
        (rest.chars().count() >= 3).then(|| rest.to_owned())
    };
    let mut called: HashMap<String, usize> = HashMap::new();
    for name in towns.iter().filter_map(|t| short(&t.name)) {
        *called.entry(name).or_default() += 1;
    }
    let mut named = Vec::new();
    for town in towns {
        let place = Place {
            text: town.name.clone(),
            level: "town",
            id: town.id.clone(),
            districts: Vec::new(),
            circle: Meters::new(TOWN_REACH).map(|reach| (town.point, reach)),
        };
        if let Some(name) = short(&town.name).filter(|n| called.get(n) == Some(&1)) {
            named.push((name, place.clone()));
        }
        named.push((town.name.clone(), place));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{districts::district::DistrictLevel, kernel::geo::LngLat, kernel::id::DistrictId};

    fn lexicon() -> PlaceLexicon {
        let district = |id: &str, name: &str| District {
            id: DistrictId::new(id).unwrap(),
            name: name.into(),
            level: DistrictLevel::PromotionCouncil,
            parent: Some("水沢".into()),
            centre: None,
            outline: None,
            illustrative: true,
            sketched: false,
            population: None,
            source: None,
        };
        let town = |name: &str| Town {
            id: name.into(),
            name: name.into(),
            point: LngLat::new(141.14, 39.14).unwrap(),
            source: None,
        };
        let areas = Areas::new(vec![district("a", "水沢"), district("b", "真城")]);
        place_words(
            &areas,
            &[town("水沢聖天"), town("水沢羽田町うぐいす平"), town("水沢")],
        )
    }

    fn check(word: &str, level: Option<&str>) {
        let lexicon = lexicon();
        assert_eq!(lexicon.find(word).map(|p| p.level), level, "{word}");
    }

    #[test]
    fn a_word_means_the_largest_place_that_is_called_so() {
        check("水沢", Some("former_municipality"));
        check("水沢地区", Some("promotion_council"));
        check("真城で", Some("promotion_council"));
        check("水沢聖天", Some("town"));
        check("羽田町うぐいす平", Some("town"));
        check("聖天", None);
    }

    #[test]
    fn a_place_is_understood_by_its_sound() {
        check("しんじょう", Some("promotion_council"));
        check("みずさわ", Some("former_municipality"));
    }
}
