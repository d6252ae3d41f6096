//! Who asks: the person and the household, each with what they left out taken over, and where they live.

use super::need::{Avoid, Home, Locality, Need, Wants};
use crate::{
    districts::{areas::Areas, district::District},
    kernel::{geo::LngLat, id::DistrictId, private::private},
};

/// A home as far as it is known.
#[derive(Clone, Copy, PartialEq)]
pub struct HomeAt {
    /// Where.
    pub point: LngLat,
    /// Only the centre of the district.
    pub coarse: bool,
}

/// One person with everything they want and bring.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// 続柄; `None` for the one whose need it is.
    pub relation: Option<String>,
    /// What is wanted and brought.
    pub wants: Wants,
}

/// Everyone who is to be placed together.
#[derive(Clone, PartialEq)]
pub struct Asker {
    /// The person first.
    pub persons: Vec<Person>,
    /// Where they live, when it is known.
    pub home: Option<HomeAt>,
    /// In which district.
    pub district: Option<DistrictId>,
    /// Whether anything of the home was said.
    pub home_given: bool,
    /// To keep away from.
    pub avoid: Avoid,
    /// 地元がよい, or better not.
    pub locality: Option<Locality>,
}

private!(HomeAt, Person, Asker);

impl Asker {
    /// Reads a need on the ground as it is.
    pub fn new(need: &Need, areas: &Areas) -> Self {
        let (home, district) = match &need.home {
            None => (None, None),
            Some(Home::Point { .. }) => {
                let point = need.home.as_ref().and_then(Home::point);
                let district = point.and_then(|p| areas.locate(p)).map(|d| d.id.clone());
                let coarse = false;
                (point.map(|point| HomeAt { point, coarse }), district)
            }
            Some(Home::District { district }) => {
                let known = areas.find(district.as_str());
                let centre = known.and_then(District::middle);
                let home = centre.map(|point| HomeAt { point, coarse: true });
                (home, Some(known.map_or(district, |d| &d.id).clone()))
            }
        };
        let person = Person {
            relation: None,
            wants: need.wants.clone(),
        };
        let members = need.household.iter().map(|m| Person {
            relation: Some(m.relation.clone()),
            wants: inherited(&m.wants, &need.wants),
        });
        Self {
            persons: std::iter::once(person.clone()).chain(members).collect(),
            home,
            district,
            home_given: need.home.is_some(),
            avoid: need.avoid.clone(),
            locality: need.locality,
        }
    }

    /// The one whose need it is.
    pub fn person(&self) -> &Wants {
        &self.persons[0].wants
    }
}

/// What one of the household leaves out is as with the person.
fn inherited(own: &Wants, person: &Wants) -> Wants {
    fn list<T: Clone>(own: &[T], other: &[T]) -> Vec<T> {
        if own.is_empty() { other } else { own }.to_vec()
    }
    Wants {
        wishes: own.wishes.clone().or_else(|| person.wishes.clone()),
        strengths: list(&own.strengths, &person.strengths),
        roles: list(&own.roles, &person.roles),
        modality: own.modality.or(person.modality),
        reach: own.reach.clone().or_else(|| person.reach.clone()),
        age: own.age.or(person.age),
        sex: own.sex.or(person.sex),
        wheelchair: own.wheelchair.or(person.wheelchair),
        max_fee_yen: own.max_fee_yen.or(person.max_fee_yen),
        max_group_size: own.max_group_size.or(person.max_group_size),
        needs_companion: own.needs_companion.or(person.needs_companion),
        slots: list(&own.slots, &person.slots),
        fields: list(&own.fields, &person.fields),
        out_of_eligibility: own.out_of_eligibility.or(person.out_of_eligibility),
    }
}
