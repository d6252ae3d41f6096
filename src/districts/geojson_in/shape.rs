//! Proves that a geometry is an area on the ground: closed rings in Japan that do not cross, holes inside.

use geo::{Area, Coord, LineString, MultiPolygon, Polygon};

use super::{
    super::rings::{Rings, TooComplex},
    stream::{Coordinates, Feature},
};
use crate::kernel::geo::{LngLat, PlaceError};

/// The area of a feature.
pub fn area(feature: &Feature) -> Result<MultiPolygon<f64>, String> {
    let geometry = feature.geometry.as_ref().ok_or("図形(geometry)がありません")?;
    let polygons = match (geometry.kind.as_str(), &geometry.coordinates) {
        (_, Coordinates::Wrong | Coordinates::Position(_)) if geometry.kind != "Point" => {
            return Err("座標(coordinates)の形が正しくありません".into());
        }
        ("Polygon", rings) => vec![polygon(rings)?],
        ("MultiPolygon", Coordinates::List(list)) => {
            list.iter().map(polygon).collect::<Result<Vec<_>, _>>()?
        }
        (kind, _) => {
            return Err(format!(
                "図形の種類「{}」は使えません。PolygonかMultiPolygonにしてください",
                kind.chars().take(40).collect::<String>()
            ));
        }
    };
    if polygons.is_empty() {
        return Err("図形が空です".into());
    }
    Ok(MultiPolygon::new(polygons))
}

/// The point of a feature; `None` when it is another geometry.
pub fn point(feature: &Feature) -> Option<Result<LngLat, String>> {
    let geometry = feature.geometry.as_ref().filter(|g| g.kind == "Point")?;
    Some(match geometry.coordinates {
        Coordinates::Position(at) => place(at).map_err(|why| why.to_string()),
        _ => Err("座標(coordinates)の形が正しくありません".into()),
    })
}

fn polygon(rings: &Coordinates) -> Result<Polygon<f64>, String> {
    let rings = list(rings)?.iter().map(ring).collect::<Result<Vec<_>, _>>()?;
    let [outer, holes @ ..] = rings.as_slice() else {
        return Err("図形が空です".into());
    };
    let complex = |TooComplex| "線が入り組みすぎていて調べられません。形を簡単にしてください".to_owned();
    let lines = Rings::new(&rings);
    if let Some(at) = lines.crossing().map_err(complex)? {
        return Err(format!(
            "線が経度{:.5}・緯度{:.5}の付近で交差しています",
            at.x, at.y
        ));
    }
    // A bow-tie's two halves may cancel out: it is told as what it is.
    if Polygon::new(outer.clone(), Vec::new()).unsigned_area() == 0.0 {
        return Err("図形に面積がありません".into());
    }
    let outside = holes.iter().find_map(|hole| match lines.outer_holds(hole) {
        Ok(true) => None,
        Ok(false) => Some(Ok(hole.0[0])),
        Err(e) => Some(Err(e)),
    });
    match outside.transpose().map_err(complex)? {
        Some(at) => Err(format!(
            "経度{:.5}・緯度{:.5}の穴が、外側の線の外にあります",
            at.x, at.y
        )),
        None => Ok(Polygon::new(outer.clone(), holes.to_vec())),
    }
}

fn ring(positions: &Coordinates) -> Result<LineString<f64>, String> {
    let corners = list(positions)?.iter().map(|c| match c {
        Coordinates::Position(at) => place(*at).map(|p| Coord {
            x: p.lng(),
            y: p.lat(),
        }),
        _ => Err("座標(coordinates)の形が正しくありません".into()),
    });
    let ring = LineString::new(corners.collect::<Result<Vec<_>, String>>()?);
    if ring.0.len() < 4 || !ring.is_closed() {
        return Err("線が閉じていません。最初と最後の点を同じにしてください(4点以上)".into());
    }
    Ok(ring)
}

fn list(coordinates: &Coordinates) -> Result<&[Coordinates], String> {
    match coordinates {
        Coordinates::List(list) => Ok(list),
        _ => Err("座標(coordinates)の形が正しくありません".into()),
    }
}

fn place([x, y]: [f64; 2]) -> Result<LngLat, String> {
    LngLat::new(x, y).map_err(|why| {
        let metres = why == PlaceError::Outside && (x.abs() > 400.0 || y.abs() > 400.0);
        if metres {
            format!(
                "座標[{x}, {y}]: メートルの座標(平面直角座標系など)のようです。緯度経度に変換してください"
            )
        } else {
            format!("座標[{x}, {y}]: {why}")
        }
    })
}
