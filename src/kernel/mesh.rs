//! 地域メッシュ (JIS X 0410): the squares of the census, and the blur of a place that is only roughly public.

use super::geo::{BBox, LngLat};

/// The cell of a 4th-level (500 m, 9 digits) mesh that holds the point.
///
/// ```
/// use yosatte::kernel::{geo::LngLat, mesh};
/// let hall = LngLat::new(141.1391, 39.1444).unwrap();
/// assert_eq!(mesh::half_km_code(hall), "584151711");
/// ```
pub fn half_km_code(point: LngLat) -> String {
    // Levels: 1st = 40' × 1°, 2nd = /8, 3rd = /10, 4th = /2 (1 SW, 2 SE, 3 NW, 4 NE).
    let y = (point.lat() * 1.5 * 160.0 + 1e-9).floor() as i64;
    let x = ((point.lng() - 100.0) * 160.0 + 1e-9).floor() as i64;
    let (p, q, r, m) = (y / 160, y / 20 % 8, y / 2 % 10, y % 2);
    let (u, v, w, n) = (x / 160, x / 20 % 8, x / 2 % 10, x % 2);
    format!("{p:02}{u:02}{q}{v}{r}{w}{}", m * 2 + n + 1)
}

/// The rectangle of a mesh code of 4 (1st level) to 11 digits (250 m is 10); `None` when it is not a code.
pub fn cell(code: &str) -> Option<BBox> {
    let digits: Vec<u32> = code.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let at = |i: usize| f64::from(digits[i]);
    if !matches!(digits.len(), 4 | 6 | 8..=11) {
        return None;
    }
    let (mut south, mut west) = ((at(0) * 10.0 + at(1)) / 1.5, 100.0 + at(2) * 10.0 + at(3));
    let (mut height, mut width) = (2.0 / 3.0, 1.0);
    if digits.len() >= 6 {
        if digits[4] > 7 || digits[5] > 7 {
            return None;
        }
        (height, width) = (height / 8.0, width / 8.0);
        south += at(4) * height;
        west += at(5) * width;
    }
    if digits.len() >= 8 {
        (height, width) = (height / 10.0, width / 10.0);
        south += at(6) * height;
        west += at(7) * width;
    }
    for &quarter in digits.iter().skip(8) {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        (height, width) = (height / 2.0, width / 2.0);
        south += if quarter > 2 { height } else { 0.0 };
        west += if quarter % 2 == 0 { width } else { 0.0 };
    }
    BBox::new(west, south, west + width, south + height)
}

/// The centre of the 500 m cell that holds the point: what leaves when a location is おおよそ.
pub fn half_km_centre(point: LngLat) -> LngLat {
    let centre = cell(&half_km_code(point))
        .and_then(|b| LngLat::new((b.west + b.east) / 2.0, (b.south + b.north) / 2.0).ok());
    centre.unwrap_or(point)
}
