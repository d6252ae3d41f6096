//! From degrees to the pixels of a drawn map.

use super::svg::MapPicture;
use crate::kernel::geo::{BBox, EARTH_RADIUS_M, LngLat};

/// From degrees to pixels.
pub(super) struct View {
    scale: f64,
    left: f64,
    top: f64,
    middle_lat: f64,
}

/// Mercator in radians; latitude is kept off the poles so that every number stays finite.
fn mercator(lng: f64, lat: f64) -> (f64, f64) {
    let lat = lat.clamp(-85.0, 85.0).to_radians();
    (
        lng.to_radians(),
        (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln(),
    )
}

impl View {
    /// Fits the picture's box, else its outlines and points, with a little room around.
    pub(super) fn fit(picture: &MapPicture) -> Self {
        let around = || {
            let corners = picture
                .outlines
                .iter()
                .flat_map(|o| o.rings.iter().flatten().copied());
            let points = picture.points.iter().map(|p| [p.lng, p.lat]);
            BBox::around(corners.chain(points).filter_map(|p| LngLat::try_from(p).ok()))
        };
        let b = picture.bbox.or_else(around).unwrap_or(BBox {
            west: 122.0,
            south: 20.0,
            east: 154.0,
            north: 46.0,
        });
        let (west, south) = mercator(b.west, b.south);
        let (east, north) = mercator(b.east, b.north);
        let (w, h) = (f64::from(picture.width), f64::from(picture.height));
        let pad = 0.06;
        // A single point has no extent: then about 2 km across.
        let least = 2_000.0 / EARTH_RADIUS_M;
        let (dx, dy) = ((east - west).max(least), (north - south).max(least));
        let scale = (w * (1.0 - 2.0 * pad) / dx).min(h * (1.0 - 2.0 * pad) / dy);
        Self {
            scale,
            left: (west + east) / 2.0 - w / 2.0 / scale,
            top: (south + north) / 2.0 + h / 2.0 / scale,
            middle_lat: (b.south + b.north) / 2.0,
        }
    }

    /// The pixel a place falls on.
    pub(super) fn pixel(&self, lng: f64, lat: f64) -> (i64, i64) {
        let (x, y) = mercator(lng, lat);
        (
            ((x - self.left) * self.scale).round() as i64,
            ((self.top - y) * self.scale).round() as i64,
        )
    }

    /// Metres on the ground of one pixel, in the middle of the view.
    pub(super) fn metres_per_pixel(&self) -> f64 {
        EARTH_RADIUS_M * self.middle_lat.to_radians().cos() / self.scale
    }
}
