//! Where an entry stands when its source gave no point, or one that is not believed: at its town.

use super::gazetteer::Gazetteer;
use crate::resources::{
    resource::{Location, NewResource},
    words::Precision,
};

/// A doubted point this near the town of the address is right after all, metres: some offices are in the city hall.
const AGREES_M: f64 = 300.0;

/// Where the entry stands: at the point it was given, else at the town of its address, which is said in the
/// precision; `None` when the address leads nowhere. The same entry and gazetteer always give the same place.
pub fn place(entry: &NewResource, towns: &Gazetteer) -> Option<Location> {
    let given = entry
        .location
        .as_ref()
        .filter(|l| l.precision == Precision::Exact);
    if entry.doubted_point.is_none() && given.is_some() {
        return given.cloned();
    }
    let found = entry.address.as_deref().and_then(|a| towns.locate(a))?;
    let (point, precision, doubt) = match entry.doubted_point {
        Some(doubted) if doubted.distance(found.point).get() < AGREES_M => (doubted, Precision::Exact, None),
        Some(_) => {
            let why = format!(
                "位置要確認: もとの座標は市役所などに置かれていました。住所の「{}」に置いています",
                found.matched
            );
            (found.point, Precision::Town, Some(why))
        }
        None => (found.point, Precision::Town, None),
    };
    Some(Location {
        point,
        precision,
        doubt,
    })
}
