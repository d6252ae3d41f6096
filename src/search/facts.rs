//! What filters, counts and distances ask of an entry, in memory: small, typed, and gone with the process.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rstar::{RTree, primitives::GeomWithData};

use crate::{
    kernel::{
        geo::LngLat,
        id::{DistrictId, ResourceId},
        schedule::WeeklySlot,
        text,
    },
    resources::{opportunity::NewOpportunity, public::VisibleResource, resource::ServiceArea, words::*},
};

/// One opportunity as filters see it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Which of the entry's opportunities, by order.
    pub index: usize,
    /// 役割.
    pub roles: Vec<ParticipationRole>,
    /// 形態.
    pub modality: Modality,
    /// 車いす.
    pub wheelchair: Option<Acceptance>,
    /// 送迎.
    pub transport: Option<Transport>,
    /// Free of charge, when known.
    pub free: Option<bool>,
    /// When in the week it can be.
    pub slots: Vec<WeeklySlot>,
    /// 随時.
    pub anytime: bool,
}

impl Offer {
    fn of(index: usize, o: &NewOpportunity) -> Self {
        Self {
            index,
            roles: o.roles.clone(),
            modality: o.modality,
            wheelchair: o.wheelchair,
            transport: o.transport,
            free: o.fee_yen.map(|yen| yen == 0),
            slots: o.schedule.as_ref().map(|s| s.slots()).unwrap_or_default(),
            anytime: o.schedule.as_ref().is_some_and(|s| s.is_anytime()),
        }
    }
}

/// One entry as filters see it.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Facts {
    pub id: ResourceId,
    pub name: String,
    /// Reading when known, else the name: what 名前順 sorts by.
    pub sort_name: String,
    pub kind: ResourceKind,
    pub district: Option<DistrictId>,
    pub point: Option<LngLat>,
    pub precision: Precision,
    pub fields: Vec<Field>,
    pub status: Status,
    pub service_area: ServiceArea,
    pub assured_on: Option<NaiveDate>,
    pub updated_at: DateTime<FixedOffset>,
    pub offers: Vec<Offer>,
}

impl Facts {
    /// The facts of an entry as an audience may see it.
    pub fn of(entry: &VisibleResource) -> Self {
        let name = entry.name_kana.as_deref().unwrap_or(&entry.name);
        Self {
            id: entry.id.clone(),
            name: entry.name.clone(),
            sort_name: text::to_katakana(&text::normalize(name)),
            kind: entry.kind,
            district: entry.district.clone(),
            point: entry.point,
            precision: entry.precision,
            fields: entry.fields.clone(),
            status: entry.status,
            service_area: entry.service_area.clone(),
            assured_on: entry.assured_on,
            updated_at: entry.updated_at,
            offers: entry
                .opportunities
                .iter()
                .enumerate()
                .map(|(i, o)| Offer::of(i, o))
                .collect(),
        }
    }
}

/// On the unit sphere the straight line grows with the great circle: nearest here is nearest on the ground, exactly.
fn on_sphere(point: LngLat) -> [f64; 3] {
    let (lat, lng) = (point.lat().to_radians(), point.lng().to_radians());
    [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()]
}

type Pin = GeomWithData<[f64; 3], u64>;

/// All entries of one index, by key and by place.
#[derive(Debug, Default)]
pub struct Atlas {
    entries: HashMap<u64, Facts>,
    pins: RTree<Pin>,
}

/// The number an entry goes by inside the index.
pub fn key_of(id: &str) -> u64 {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(id.as_bytes());
    u64::from_le_bytes(hash[..8].try_into().expect("SHA-256 has 32 bytes"))
}

impl Atlas {
    /// Built at once: a bulk-loaded tree is faster to make and to ask.
    pub fn load(entries: impl IntoIterator<Item = Facts>) -> Self {
        let entries: HashMap<u64, Facts> = entries.into_iter().map(|f| (key_of(f.id.as_str()), f)).collect();
        let pins = entries
            .iter()
            .filter_map(|(key, f)| f.point.map(|p| Pin::new(on_sphere(p), *key)))
            .collect();
        Self {
            entries,
            pins: RTree::bulk_load(pins),
        }
    }

    /// Puts an entry in, takes it out, or changes it.
    pub fn set(&mut self, id: &str, facts: Option<Facts>) {
        let key = key_of(id);
        if let Some(point) = self.entries.remove(&key).and_then(|old| old.point) {
            self.pins.remove(&Pin::new(on_sphere(point), key));
        }
        if let Some(facts) = facts {
            if let Some(point) = facts.point {
                self.pins.insert(Pin::new(on_sphere(point), key));
            }
            self.entries.insert(key, facts);
        }
    }

    /// One entry.
    pub fn get(&self, key: u64) -> Option<&Facts> {
        self.entries.get(&key)
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Facts)> {
        self.entries.iter().map(|(k, f)| (*k, f))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries with a place, nearest first.
    pub fn nearest(&self, to: LngLat) -> impl Iterator<Item = &Facts> {
        self.pins
            .nearest_neighbor_iter(&on_sphere(to))
            .filter_map(|pin| self.entries.get(&pin.data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_in_the_tree_is_the_nearest_on_the_ground(
            points in proptest::collection::vec((140.9f64..141.4, 38.9f64..39.4), 1..40),
            at in (140.9f64..141.4, 38.9f64..39.4),
        ) {
            let at = LngLat::new(at.0, at.1).unwrap();
            let tree = RTree::bulk_load(points.iter().enumerate()
                .map(|(i, p)| Pin::new(on_sphere(LngLat::new(p.0, p.1).unwrap()), i as u64)).collect());
            let near: Vec<f64> = tree.nearest_neighbor_iter(&on_sphere(at))
                .map(|pin| { let p = points[pin.data as usize]; at.distance(LngLat::new(p.0, p.1).unwrap()).get() }).collect();
            prop_assert!(near.windows(2).all(|w| w[0] <= w[1] + 1e-3));
        }
    }
}
