//! Places on the ground, valid by type: inside Japan, longitude first, distances in metres.

use serde::{Deserialize, Serialize};

/// Mean radius of the Earth in metres (IUGG R1), the one `domain.md` names.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point in degrees (JGD2011/WGS 84), inside Japan's bounds: longitude 122–154, latitude 20–46.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct LngLat {
    lng: f64,
    lat: f64,
}

/// Why two numbers are not a place in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Latitude and longitude stand in each other's column.
    #[error("緯度と経度が入れ替わっています")]
    Swapped,
    /// Not a number, or anywhere else on Earth.
    #[error("日本の範囲(経度122〜154、緯度20〜46)の外です")]
    Outside,
}

impl LngLat {
    /// A point from longitude and latitude in degrees.
    ///
    /// ```
    /// use yosatte::kernel::geo::{LngLat, PlaceError};
    /// assert!(LngLat::new(141.139, 39.144).is_ok());
    /// assert_eq!(LngLat::new(39.144, 141.139), Err(PlaceError::Swapped));
    /// assert_eq!(LngLat::new(0.0, 0.0), Err(PlaceError::Outside));
    /// ```
    pub fn new(lng: f64, lat: f64) -> Result<Self, PlaceError> {
        let inside = |lng: f64, lat: f64| (122.0..=154.0).contains(&lng) && (20.0..=46.0).contains(&lat);
        match (inside(lng, lat), inside(lat, lng)) {
            (true, _) => Ok(Self { lng, lat }),
            (false, true) => Err(PlaceError::Swapped),
            _ => Err(PlaceError::Outside),
        }
    }

    /// Degrees east.
    pub const fn lng(self) -> f64 {
        self.lng
    }

    /// Degrees north.
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Haversine distance on a sphere of [`EARTH_RADIUS_M`].
    ///
    /// ```
    /// use yosatte::kernel::geo::LngLat;
    /// let hall = LngLat::new(141.1391, 39.1444).unwrap();
    /// let north = LngLat::new(141.1391, 39.1534).unwrap();
    /// assert!((hall.distance(north).get() - 1000.8).abs() < 0.5);
    /// ```
    pub fn distance(self, other: Self) -> Meters {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((b - a) / 2.0).sin();
        let half_lng = ((other.lng - self.lng).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + a.cos() * b.cos() * half_lng * half_lng;
        Meters(2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin())
    }

    /// The point in whole microdegrees, for integer columns.
    pub fn microdegrees(self) -> (i64, i64) {
        ((self.lng * 1e6).round() as i64, (self.lat * 1e6).round() as i64)
    }
}

impl TryFrom<[f64; 2]> for LngLat {
    type Error = PlaceError;
    fn try_from([lng, lat]: [f64; 2]) -> Result<Self, PlaceError> {
        Self::new(lng, lat)
    }
}

impl From<LngLat> for [f64; 2] {
    fn from(point: LngLat) -> Self {
        [point.lng, point.lat]
    }
}

/// A distance: finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct Meters(f64);

impl Meters {
    /// `None` when the number is negative, infinite or not a number.
    pub fn new(value: f64) -> Option<Self> {
        (value.is_finite() && value >= 0.0).then_some(Self(value))
    }

    /// The number of metres.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// For people: 「直線で約250m」「直線で約1.2km」. Never minutes.
    pub fn spoken(self) -> String {
        if self.0 < 995.0 {
            format!("直線で約{}m", ((self.0 / 10.0).round() * 10.0).max(10.0))
        } else {
            format!("直線で約{:.1}km", self.0 / 1000.0)
        }
    }
}

/// A box of degrees, west ≤ east and south ≤ north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BBox {
    /// Western edge, degrees.
    pub west: f64,
    /// Southern edge, degrees.
    pub south: f64,
    /// Eastern edge, degrees.
    pub east: f64,
    /// Northern edge, degrees.
    pub north: f64,
}

impl BBox {
    /// `None` when an edge is not finite, out of the globe, or the edges are crossed.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Option<Self> {
        let fine = (-180.0..=180.0).contains(&west)
            && (-180.0..=180.0).contains(&east)
            && (-90.0..=90.0).contains(&south)
            && (-90.0..=90.0).contains(&north)
            && west <= east
            && south <= north;
        fine.then_some(Self {
            west,
            south,
            east,
            north,
        })
    }

    /// Whether the point lies inside or on an edge.
    pub fn contains(&self, point: LngLat) -> bool {
        (self.west..=self.east).contains(&point.lng) && (self.south..=self.north).contains(&point.lat)
    }

    /// The smallest box around all points; `None` when there is none.
    pub fn around(points: impl IntoIterator<Item = LngLat>) -> Option<Self> {
        points.into_iter().fold(None, |b: Option<Self>, p| {
            Some(match b {
                None => Self {
                    west: p.lng,
                    south: p.lat,
                    east: p.lng,
                    north: p.lat,
                },
                Some(b) => Self {
                    west: b.west.min(p.lng),
                    south: b.south.min(p.lat),
                    east: b.east.max(p.lng),
                    north: b.north.max(p.lat),
                },
            })
        })
    }

    /// A box that holds the whole circle of `radius` around `centre`.
    pub fn circle(centre: LngLat, radius: Meters) -> Self {
        let dlat = (radius.0 / EARTH_RADIUS_M).to_degrees() * 1.000_001;
        let dlng = dlat / (centre.lat.to_radians().cos()).max(0.2) * 1.02;
        Self {
            west: (centre.lng - dlng).max(-180.0),
            south: (centre.lat - dlat).max(-90.0),
            east: (centre.lng + dlng).min(180.0),
            north: (centre.lat + dlat).min(90.0),
        }
    }
}
