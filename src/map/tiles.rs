//! Vector tiles: district outlines on the tile's own grid, and entries as points or as clusters with their number.
//!
//! Corners are rounded to the grid of the whole zoom level before anything is cut, so that neighbours who share a
//! corner share it in the tile too, and no gap opens between them.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex},
};

use geo::{LineString, MultiPolygon};
use mvt::{GeomEncoder, GeomType, Layer as MvtLayer, Tile as MvtTile};
use sha2::{Digest, Sha256};
use supercluster::{Supercluster, SuperclusterError};

use crate::{
    districts::district::District,
    kernel::geo::{BBox, LngLat},
};

/// Deepest zoom that is drawn; the browser enlarges from there.
pub const MAX_ZOOM: u8 = 16;
/// From here on every entry is a point of its own.
const SINGLE_ZOOM: u8 = 15;
/// Units of the grid along one edge of a tile.
const EXTENT: i64 = 4096;
/// How far outlines reach beyond the edge, so that no border is drawn along it.
const BUFFER: i64 = 64;
/// Distance within which entries become one cluster, in pixels of a 512-pixel tile.
const RADIUS: f64 = 40.0;
/// Bytes of finished tiles kept.
const KEPT: usize = 8 * 1024 * 1024;

/// A layer that is drawn here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Outlines, and names at their centres.
    Districts,
    /// Entries.
    Resources,
}

impl Layer {
    /// The layer of a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "districts" => Some(Self::Districts),
            "resources" => Some(Self::Resources),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Districts => "districts",
            Self::Resources => "resources",
        }
    }
}

/// The address of a tile, inside the grid of its zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileAt {
    z: u8,
    x: u32,
    y: u32,
}

impl TileAt {
    /// `None` beyond [`MAX_ZOOM`] or outside the grid.
    ///
    /// ```
    /// use yosatte::map::tiles::TileAt;
    /// assert!(TileAt::new(1, 1, 1).is_some());
    /// assert!(TileAt::new(1, 2, 0).is_none());
    /// assert!(TileAt::new(17, 0, 0).is_none());
    /// ```
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }
}

/// An entry as the public may see it on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// 資源ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 種別.
    pub kind: &'static str,
    /// The same for people.
    pub kind_label: &'static str,
    /// How exact the point is.
    pub precision: &'static str,
    /// Where it stands.
    pub point: LngLat,
}

/// A point of one zoom level: an entry, or a cluster of them.
#[derive(Debug, Clone, Copy)]
struct Dot {
    /// Place on the globe in 1/2³² of its width; its bits interleaved are the order of tiles.
    x: u32,
    y: u32,
    count: u32,
    /// The entry, or for a cluster the zoom at which it falls apart.
    of: u32,
}

/// An outline on the globe, in parts of its width.
#[derive(Debug)]
struct Shape {
    tags: Vec<(&'static str, Tag)>,
    /// Polygons, each of rings, the outer one first.
    polygons: Vec<Vec<Vec<[f64; 2]>>>,
    /// West, north, east, south.
    reach: [f64; 4],
    centre: Option<[f64; 2]>,
}

#[derive(Debug, Clone)]
enum Tag {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// A finished tile.
#[derive(Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The tile, not compressed.
    pub bytes: Vec<u8>,
    /// Changes exactly when the bytes do.
    pub etag: String,
}

/// Why a tile cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// The encoder.
    #[error("タイルを書けません: {0}")]
    Mvt(#[from] mvt::Error),
    /// The clusters.
    #[error("点をまとめられません: {0}")]
    Cluster(#[from] SuperclusterError),
}

/// Everything the tiles of one state of the data are cut from.
#[derive(Debug)]
pub struct TileSet {
    marks: Vec<Mark>,
    /// By zoom; the last serves every deeper one too.
    dots: Vec<Vec<Dot>>,
    shapes: Vec<Shape>,
    bounds: Option<BBox>,
    finished: Mutex<Finished>,
}

#[derive(Debug, Default)]
struct Finished {
    tiles: HashMap<(Layer, TileAt), Arc<Encoded>>,
    bytes: usize,
}

/// Web Mercator in parts of the globe's width, from the north-west corner.
fn on_globe(lng: f64, lat: f64) -> [f64; 2] {
    let sin = lat.to_radians().sin().clamp(-0.9999, 0.9999);
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    [lng / 360.0 + 0.5, y.clamp(0.0, 1.0)]
}

/// The place of a part of the globe's width in 1/2³².
fn fixed(part: f64) -> u32 {
    (part.clamp(0.0, 1.0) * 4_294_967_296.0).min(4_294_967_295.0) as u32
}

/// The bits of both numbers interleaved: all points of a tile, at any zoom, stand side by side in this order.
fn interleaved(x: u32, y: u32) -> u64 {
    let spread = |v: u32| {
        let mut v = u64::from(v);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff_u64),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            v = (v | v << shift) & mask;
        }
        v
    };
    spread(x) | spread(y) << 1
}

impl Dot {
    fn order(&self) -> u64 {
        interleaved(self.x, self.y)
    }

    /// Where it lies within a tile of that zoom.
    fn within(&self, z: u8) -> (f64, f64) {
        let local = |v: u32| (((u64::from(v) << z) & 0xffff_ffff) * EXTENT as u64) >> 32;
        (local(self.x) as f64, local(self.y) as f64)
    }
}

/// Clusters of every zoom, from the finest to the coarsest.
fn clustered(marks: &[Mark]) -> Result<Vec<Vec<Dot>>, TileError> {
    let points = marks.iter().map(|m| vec![m.point.lng(), m.point.lat()]).collect();
    let features = Supercluster::feature_builder().add_points(points).build();
    // The builder keeps the points in an order of its own and numbers them in ours.
    let numbers = features
        .iter()
        .map(|f| {
            let id = serde_json::to_value(&f.id).ok();
            id.as_ref()
                .and_then(|id| id.as_str())
                .and_then(|id| id.parse().ok())
        })
        .collect::<Option<Vec<u32>>>()
        .ok_or(SuperclusterError::ClusterNotFound)?;
    let options = Supercluster::builder()
        .radius(RADIUS)
        .extent(512.0)
        .min_points(2)
        .min_zoom(0)
        .max_zoom(SINGLE_ZOOM - 1)
        .build();
    let mut clusters = Supercluster::new(options);
    clusters.load(features)?;
    let total = marks.len();
    (0..=SINGLE_ZOOM)
        .map(|z| {
            let tree = clusters
                .trees
                .get(&usize::from(z))
                .ok_or(SuperclusterError::TreeNotFound)?;
            let mut dots: Vec<Dot> = tree
                .data
                .chunks_exact(clusters.stride)
                .map(|row| {
                    // x, y, last zoom, entry or cluster, parent, number of entries.
                    let (id, count) = (row[3] as usize, row[5] as u32);
                    let of = if count > 1 {
                        clusters.get_origin_zoom(id.max(total)) as u32
                    } else {
                        numbers.get(id).copied().unwrap_or_default()
                    };
                    Dot {
                        x: fixed(row[0]),
                        y: fixed(row[1]),
                        count,
                        of,
                    }
                })
                .collect();
            dots.sort_unstable_by_key(|d| (d.order(), d.count, d.of));
            dots.shrink_to_fit();
            Ok(dots)
        })
        .collect()
}

fn shape(district: &District) -> Shape {
    let rings = |outline: &MultiPolygon<f64>| {
        let ring = |r: &LineString<f64>| r.coords().map(|c| on_globe(c.x, c.y)).collect::<Vec<_>>();
        outline
            .iter()
            .map(|p| {
                std::iter::once(p.exterior())
                    .chain(p.interiors())
                    .map(ring)
                    .collect()
            })
            .collect::<Vec<Vec<_>>>()
    };
    let polygons = district.outline.as_ref().map(rings).unwrap_or_default();
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let reach = polygons.iter().flatten().flatten().fold(start, |r, p| {
        [r[0].min(p[0]), r[1].min(p[1]), r[2].max(p[0]), r[3].max(p[1])]
    });
    let mut tags = vec![
        ("id", Tag::Text(district.id.to_string())),
        ("name", Tag::Text(district.name.clone())),
        ("level", Tag::Text(district.level.code().to_owned())),
        ("illustrative", Tag::Flag(district.illustrative)),
    ];
    tags.extend(district.parent.clone().map(|p| ("parent", Tag::Text(p))));
    tags.extend(district.population.map(|n| ("population", Tag::Number(n))));
    Shape {
        tags,
        polygons,
        reach,
        centre: district.centre.map(|c| on_globe(c.lng(), c.lat())),
    }
}

impl TileSet {
    /// Takes in what the public may see. Takes a moment with many entries: not to be called for every request.
    ///
    /// # Errors
    /// When the clusters cannot be made.
    pub fn build(marks: Vec<Mark>, districts: &[District]) -> Result<Self, TileError> {
        let shapes: Vec<Shape> = districts.iter().map(shape).collect();
        let corners = districts.iter().flat_map(|d| {
            let outline = d.outline.iter().flatten().flat_map(|p| p.exterior().coords());
            outline.filter_map(|c| LngLat::new(c.x, c.y).ok())
        });
        let bounds = BBox::around(corners.chain(marks.iter().map(|m| m.point)));
        Ok(Self {
            dots: clustered(&marks)?,
            marks,
            shapes,
            bounds,
            finished: Mutex::default(),
        })
    }

    /// The box around everything; `None` when there is nothing.
    pub fn bounds(&self) -> Option<BBox> {
        self.bounds
    }

    /// One tile; an empty one where there is nothing.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn tile(&self, layer: Layer, at: TileAt) -> Result<Arc<Encoded>, TileError> {
        let kept = self
            .finished
            .lock()
            .expect("tiles")
            .tiles
            .get(&(layer, at))
            .cloned();
        if let Some(tile) = kept {
            return Ok(tile);
        }
        let tile = MvtTile::new(EXTENT as u32);
        let bytes = match layer {
            Layer::Districts => self.districts(tile, at)?,
            Layer::Resources => self.resources(tile, at)?,
        }
        .to_bytes()?;
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .take(12)
            .map(|b| format!("{b:02x}"))
            .collect();
        let tile = Arc::new(Encoded {
            etag: format!("\"{hash}\""),
            bytes,
        });
        let mut finished = self.finished.lock().expect("tiles");
        if finished.bytes + tile.bytes.len() > KEPT {
            *finished = Finished::default();
        }
        finished.bytes += tile.bytes.len() + 128;
        finished.tiles.insert((layer, at), tile.clone());
        Ok(tile)
    }

    fn resources(&self, mut tile: MvtTile, at: TileAt) -> Result<MvtTile, TileError> {
        let dots = &self.dots[usize::from(at.z.min(SINGLE_ZOOM))];
        let inside = &dots[range(dots, at)];
        if inside.is_empty() {
            return Ok(tile);
        }
        let mut layer = tile.create_layer(Layer::Resources.name());
        for dot in inside {
            let (x, y) = dot.within(at.z);
            let point = GeomEncoder::new(GeomType::Point).point(x, y)?.encode()?;
            let mut feature = layer.into_feature(point);
            if dot.count > 1 {
                feature.add_tag_bool("cluster", true);
                feature.add_tag_uint("point_count", u64::from(dot.count));
                feature.add_tag_uint("expansion_zoom", u64::from(dot.of));
            } else if let Some(mark) = self.marks.get(dot.of as usize) {
                feature.add_tag_string("id", &mark.id);
                feature.add_tag_string("name", &mark.name);
                feature.add_tag_string("kind", mark.kind);
                feature.add_tag_string("kind_label", mark.kind_label);
                feature.add_tag_string("precision", mark.precision);
            }
            layer = feature.into_layer();
        }
        tile.add_layer(layer)?;
        Ok(tile)
    }

    fn districts(&self, mut tile: MvtTile, at: TileAt) -> Result<MvtTile, TileError> {
        let scale = f64::from(1_u32 << at.z);
        let margin = BUFFER as f64 / EXTENT as f64;
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        let (west, east) = ((x - margin) / scale, (x + 1.0 + margin) / scale);
        let (north, south) = ((y - margin) / scale, (y + 1.0 + margin) / scale);
        let mut outlines = tile.create_layer(Layer::Districts.name());
        let mut labels = tile.create_layer("district_labels");
        for (number, shape) in self.shapes.iter().enumerate() {
            let apart = shape.reach[0] > east
                || shape.reach[2] < west
                || shape.reach[1] > south
                || shape.reach[3] < north;
            if !apart && let Some(area) = area(&shape.polygons, at)? {
                outlines = described(outlines.into_feature(area), shape, number);
            }
            // A name stands once, in the tile that holds the centre.
            if let Some(centre) = shape.centre {
                let [cx, cy] = centre.map(|part| (part * scale * EXTENT as f64).floor() as i64);
                let (lx, ly) = (cx - i64::from(at.x) * EXTENT, cy - i64::from(at.y) * EXTENT);
                if (0..EXTENT).contains(&lx) && (0..EXTENT).contains(&ly) {
                    let point = GeomEncoder::new(GeomType::Point)
                        .point(lx as f64, ly as f64)?
                        .encode()?;
                    labels = described(labels.into_feature(point), shape, number);
                }
            }
        }
        for layer in [outlines, labels] {
            if layer.num_features() > 0 {
                tile.add_layer(layer)?;
            }
        }
        Ok(tile)
    }
}

fn described(mut feature: mvt::Feature, shape: &Shape, number: usize) -> MvtLayer {
    feature.set_id(number as u64 + 1);
    for (key, tag) in &shape.tags {
        match tag {
            Tag::Text(text) => feature.add_tag_string(key, text),
            Tag::Number(number) => feature.add_tag_int(key, *number),
            Tag::Flag(flag) => feature.add_tag_bool(key, *flag),
        }
    }
    feature.into_layer()
}

/// The dots of a tile.
fn range(dots: &[Dot], at: TileAt) -> Range<usize> {
    let shift = 2 * (32 - u32::from(at.z));
    let tile = interleaved(at.x, at.y);
    let number = |d: &Dot| d.order().checked_shr(shift).unwrap_or(0);
    dots.partition_point(|d| number(d) < tile)..dots.partition_point(|d| number(d) <= tile)
}

type Corner = [i64; 2];

/// The part of the polygons within a tile, encoded; `None` when nothing of them is left there.
fn area(polygons: &[Vec<Vec<[f64; 2]>>], at: TileAt) -> Result<Option<mvt::GeomData>, TileError> {
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    let (mut any, mut last) = (false, None);
    for polygon in polygons {
        for (number, ring) in polygon.iter().enumerate() {
            let mut ring = clip(&snapped(ring, at));
            let size = twice_area(&ring);
            if size == 0 {
                if number == 0 {
                    break;
                }
                continue;
            }
            // On a grid whose y goes down, an outer ring has a positive area and a hole a negative one.
            if (size > 0) != (number == 0) {
                ring.reverse();
            }
            // The encoder takes a ring that begins where the one before ended for the same ring.
            if ring.first().copied() == last {
                ring.rotate_left(1);
            }
            for [x, y] in &ring {
                encoder.add_point(*x as f64, *y as f64)?;
            }
            encoder.complete_geom()?;
            (any, last) = (true, ring.last().copied());
        }
    }
    Ok(if any { Some(encoder.encode()?) } else { None })
}

/// The ring on the grid of the zoom level, seen from the tile's corner, without repeated corners.
fn snapped(ring: &[[f64; 2]], at: TileAt) -> Vec<Corner> {
    let units = f64::from(1_u32 << at.z) * EXTENT as f64;
    let corner = [i64::from(at.x) * EXTENT, i64::from(at.y) * EXTENT];
    let mut out: Vec<Corner> = Vec::with_capacity(ring.len());
    for point in ring {
        let on_grid = [0, 1].map(|axis| (point[axis] * units).round() as i64 - corner[axis]);
        if out.last() != Some(&on_grid) {
            out.push(on_grid);
        }
    }
    while out.len() > 1 && out.first() == out.last() {
        out.pop();
    }
    out
}

/// Twice the signed area of a ring.
fn twice_area(ring: &[Corner]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum()
}

/// The part of a ring within the tile and its buffer (Sutherland–Hodgman, one edge after the other).
fn clip(ring: &[Corner]) -> Vec<Corner> {
    let edges = [
        (0, -BUFFER, 1),
        (0, EXTENT + BUFFER, -1),
        (1, -BUFFER, 1),
        (1, EXTENT + BUFFER, -1),
    ];
    edges.into_iter().fold(ring.to_vec(), |ring, (axis, edge, side)| {
        let inside = |p: &Corner| (p[axis] - edge) * side >= 0;
        let mut kept: Vec<Corner> = Vec::with_capacity(ring.len());
        for (i, &to) in ring.iter().enumerate() {
            let from = ring[(i + ring.len() - 1) % ring.len()];
            if inside(&from) != inside(&to) {
                kept.push(crossing(from, to, axis, edge));
            }
            if inside(&to) {
                kept.push(to);
            }
        }
        kept.dedup();
        while kept.len() > 1 && kept.first() == kept.last() {
            kept.pop();
        }
        kept
    })
}

/// Where a line crosses an edge: the same corner whichever way the line is walked, so that neighbours agree.
fn crossing(from: Corner, to: Corner, axis: usize, edge: i64) -> Corner {
    let (a, b) = if from <= to { (from, to) } else { (to, from) };
    let other = 1 - axis;
    let (run, along) = (i128::from(b[axis] - a[axis]), i128::from(edge - a[axis]));
    let rise = i128::from(b[other] - a[other]);
    let part = (2 * rise * along + run).div_euclid(2 * run);
    let mut corner = [edge, edge];
    corner[other] = a[other] + i64::try_from(part).unwrap_or_default();
    corner
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(id: usize, lng: f64, lat: f64) -> Mark {
        Mark {
            id: format!("r{id}"),
            name: format!("場所{id}"),
            kind: "salon",
            kind_label: "サロン",
            precision: "exact",
            point: LngLat::new(lng, lat).unwrap(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn clusters_hold_every_entry_once_at_every_zoom(
            points in proptest::collection::vec((140.9f64..141.4, 38.9f64..39.4), 0..80),
            crowd in 0usize..20,
        ) {
            let crowd = std::iter::repeat_n((141.1, 39.1), crowd);
            let marks: Vec<Mark> = points.into_iter().chain(crowd).enumerate().map(|(i, p)| mark(i, p.0, p.1)).collect();
            let total = marks.len();
            let tiles = TileSet::build(marks, &[]).unwrap();
            for z in 0..=MAX_ZOOM {
                let dots = &tiles.dots[usize::from(z.min(SINGLE_ZOOM))];
                prop_assert_eq!(dots.iter().map(|d| d.count as usize).sum::<usize>(), total);
                // Each of them lies in the tile whose range it is in, and in no other.
                let mut seen = 0;
                let mut at = 0;
                while at < dots.len() {
                    let shift = 32 - u32::from(z);
                    let cell = |v: u32| v.checked_shr(shift).unwrap_or(0);
                    let tile = TileAt::new(z, cell(dots[at].x), cell(dots[at].y)).unwrap();
                    let range = range(dots, tile);
                    prop_assert_eq!(range.start, at);
                    seen += range.len();
                    at = range.end;
                }
                prop_assert_eq!(seen, dots.len());
                let single: std::collections::BTreeSet<u32> = dots.iter().filter(|d| d.count == 1).map(|d| d.of).collect();
                prop_assert_eq!(single.len(), dots.iter().filter(|d| d.count == 1).count(), "no entry stands twice");
            }
        }

        #[test]
        fn a_line_crosses_an_edge_at_one_corner_whichever_way_it_is_walked(
            a in (-9000i64..9000, -9000i64..9000), b in (-9000i64..9000, -9000i64..9000),
        ) {
            let (a, b) = ([a.0, a.1], [b.0, b.1]);
            prop_assume!((a[0] < -BUFFER) != (b[0] < -BUFFER));
            prop_assert_eq!(crossing(a, b, 0, -BUFFER), crossing(b, a, 0, -BUFFER));
        }

        #[test]
        fn what_is_cut_lies_within_the_tile_and_its_buffer(
            ring in proptest::collection::vec((-9000i64..9000, -9000i64..9000), 3..30),
        ) {
            let ring: Vec<Corner> = ring.into_iter().map(|(x, y)| [x, y]).collect();
            for [x, y] in clip(&ring) {
                prop_assert!((-BUFFER..=EXTENT + BUFFER).contains(&x) && (-BUFFER..=EXTENT + BUFFER).contains(&y));
            }
        }
    }

    #[test]
    fn a_square_around_the_tile_fills_it_with_its_buffer() {
        let all = clip(&[[-9000, -9000], [9000, -9000], [9000, 9000], [-9000, 9000]]);
        assert_eq!(twice_area(&all), 2 * (EXTENT + 2 * BUFFER).pow(2));
        assert_eq!(
            clip(&[[-9000, -9000], [-8000, -9000], [-8000, -8000]]),
            Vec::<Corner>::new()
        );
    }

    #[test]
    fn finished_tiles_are_kept_and_never_without_bound() {
        let marks = (0..2000)
            .map(|i| mark(i, 141.0 + i as f64 * 1e-6, 39.0))
            .collect();
        let tiles = TileSet::build(marks, &[]).unwrap();
        let at = TileAt::new(0, 0, 0).unwrap();
        let one = tiles.tile(Layer::Resources, at).unwrap();
        assert!(Arc::ptr_eq(&one, &tiles.tile(Layer::Resources, at).unwrap()));
        for x in 0..20_000 {
            let at = TileAt::new(MAX_ZOOM, x, x).unwrap();
            tiles.tile(Layer::Districts, at).unwrap();
        }
        assert!(tiles.finished.lock().unwrap().bytes <= KEPT + 1024);
    }
}
