//! Gates of getting there: how far, who fetches, whom the place serves, and when.

use super::{Facing, Verdict};
use crate::{
    kernel::{
        geo::LngLat,
        schedule::{Hours, Occurrence},
    },
    matching::need::{Reach, ReachMode, Slot},
    resources::{resource::ServiceArea, words::Transport},
};

/// Kilometres by which the centre of a district may lie off the home.
pub const KM_UNSURE: f64 = 2.0;

/// Straight-line kilometres somebody gets: as they said, or as their way of travelling goes.
pub fn limit_km(reach: &Reach) -> f64 {
    reach.max_km.unwrap_or(match reach.mode {
        ReachMode::Walk => 1.0,
        ReachMode::Transport => 5.0,
        ReachMode::Car => 15.0,
    })
}

/// From home to a place.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Straight line.
    pub km: f64,
    /// Only the district of the home is known.
    pub coarse: bool,
}

impl Way {
    /// The way to where the offer is, when both ends are known.
    pub fn of(f: &Facing) -> Option<Self> {
        let home = f.asker.home?;
        let to: LngLat = f.place.shown.point?;
        Some(Self {
            km: home.point.distance(to).get() / 1000.0,
            coarse: home.coarse,
        })
    }

    fn within(self, limit: f64) -> Verdict {
        if self.coarse && (self.km - limit).abs() <= KM_UNSURE {
            return Verdict::Unknown;
        }
        Verdict::of(self.km <= limit)
    }
}

/// Near enough; and fetched, where somebody has to be.
pub fn reach(f: &Facing) -> Option<Verdict> {
    let reach = f.person.wants.reach.as_ref().filter(|_| !f.is_remote())?;
    let way = Way::of(f);
    let near = way.map_or(Verdict::Unknown, |way| way.within(limit_km(reach)));
    if !reach.needs_pickup {
        return Some(near);
    }
    let offer = &f.offer.entered;
    let fetched = match (offer.transport, offer.transport_km) {
        (Some(Transport::NotOffered), _) => Verdict::Fail,
        (Some(Transport::Negotiable) | None, _) => Verdict::Unknown,
        (Some(Transport::Offered), None) => Verdict::Pass,
        (Some(Transport::Offered), Some(range)) => way.map_or(Verdict::Unknown, |way| way.within(range)),
    };
    Some(near.and(fetched))
}

/// Whoever lives there is served.
pub fn service_area(f: &Facing) -> Option<Verdict> {
    if !f.asker.home_given || f.is_remote() {
        return None;
    }
    Some(match (&f.place.shown.service_area, &f.asker.district) {
        (ServiceArea::Anyone | ServiceArea::WholeCity, _) => Verdict::Pass,
        (ServiceArea::Districts(_), None) => Verdict::Unknown,
        (area, Some(home)) => Verdict::of(area.serves(home)),
    })
}

/// Minutes that a date and a wished time have in common.
pub fn shared_minutes(date: &Occurrence, slot: &Slot) -> u16 {
    use chrono::Datelike;
    if date.start.weekday() != slot.weekday().weekday() {
        return 0;
    }
    let ((a, b), (from, to)) = (date.hours.window(), slot.minutes());
    b.min(to).saturating_sub(a.max(from))
}

/// A wished time meets a date.
pub fn slot(f: &Facing) -> Option<Verdict> {
    let wished = &f.person.wants.slots;
    if wished.is_empty() {
        return None;
    }
    let Some(schedule) = &f.offer.entered.schedule else {
        return Some(Verdict::Unknown);
    };
    if schedule.is_anytime() {
        return Some(Verdict::Pass);
    }
    let mut met = None;
    for date in f.dates {
        if wished.iter().any(|slot| shared_minutes(date, slot) > 0) {
            if date.hours != Hours::Unknown {
                return Some(Verdict::Pass);
            }
            met = Some(Verdict::Unknown);
        }
    }
    let unclear = !schedule.is_readable() || !schedule.unread().is_empty();
    Some(met.unwrap_or(if unclear { Verdict::Unknown } else { Verdict::Fail }))
}
