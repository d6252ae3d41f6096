//! Counts over the opportunities of what was found: a resource counts once for each value that one of them has.

use std::collections::BTreeMap;

use super::{
    facts::{Facts, Offer},
    filter::{Filter, fetches, takes_wheelchair},
};
use crate::resources::words::*;

/// Resources found, by what their opportunities offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tally {
    pub roles: BTreeMap<ParticipationRole, usize>,
    /// Monday first. 随時 is no day.
    pub weekdays: [usize; 7],
    pub wheelchair: usize,
    pub transport: usize,
    pub free: usize,
    pub remote: usize,
}

impl Tally {
    /// Adds a resource by those of its opportunities that satisfy the filters.
    pub fn add(&mut self, facts: Facts, filter: &Filter) {
        let (mut roles, mut days) = (0, 0);
        let offers = || facts.offers().iter().filter(|o| filter.offer_passes(facts, o));
        for offer in offers() {
            roles |= offer.roles;
            days |= facts.slots(offer).iter().fold(0, |all, s| all | s.weekdays);
        }
        for (at, role) in ParticipationRole::ALL.iter().enumerate() {
            if roles >> at & 1 != 0 {
                *self.roles.entry(*role).or_default() += 1;
            }
        }
        for (day, count) in self.weekdays.iter_mut().enumerate() {
            *count += usize::from(days >> day & 1);
        }
        let any = |is: fn(&Offer) -> bool| usize::from(offers().any(is));
        self.wheelchair += any(takes_wheelchair);
        self.transport += any(fetches);
        self.free += any(|o| o.free == Some(true));
        self.remote += any(|o| o.modality != Modality::OnSite);
    }
}
