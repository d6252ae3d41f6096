//! What filters, counts and distances ask of an entry: kept as bytes in the index, and unpacked once a segment.
//!
//! Text and facts of an entry come from the same commit, so they can never disagree.

use chrono::NaiveDate;
use rstar::{RTree, primitives::GeomWithData};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::DocId;

use super::index::IndexError;
use crate::{
    kernel::{
        geo::{BBox, LngLat, Meters},
        id::DistrictId,
        schedule::WeeklySlot,
        text,
    },
    resources::{public::VisibleResource, resource::ServiceArea, words::*},
};

/// The facts of one entry on their way into the index. Coded words go by their place in `ALL`; the recipe of the
/// index holds the dictionary of words, so that a changed order makes a new generation.
#[derive(Debug, Serialize, Deserialize)]
struct Packed<'a> {
    id: &'a str,
    /// Of its version and everything that is indexed: two entries with one digest are the same to the index.
    digest: u64,
    /// Reading when known, else the name, folded: what 名前順 sorts by.
    #[serde(borrow)]
    sort_name: std::borrow::Cow<'a, str>,
    kind: u8,
    status: u8,
    precision: u8,
    fields: u16,
    district: Option<&'a str>,
    point: Option<[f64; 2]>,
    #[serde(borrow)]
    serves: Option<Vec<&'a str>>,
    assured_on: Option<NaiveDate>,
    /// Seconds since 1970.
    updated_at: i64,
    offers: Vec<PackedOffer>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedOffer {
    roles: u8,
    modality: u8,
    wheelchair: Option<u8>,
    transport: Option<u8>,
    free: Option<bool>,
    anytime: bool,
    slots: Vec<(u8, u16, u16)>,
}

fn code<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().position(|v| v == value).unwrap_or_default() as u8
}

fn decode<T: Copy>(all: &[T], code: u8) -> Result<T, IndexError> {
    all.get(usize::from(code)).copied().ok_or(IndexError::Facts)
}

/// A set of coded words as bits.
pub fn bits<T: PartialEq>(all: &[T], values: &[T]) -> u64 {
    values.iter().fold(0, |set, v| set | 1 << code(all, v))
}

/// The facts of an entry as bytes, with a digest of these and of its words.
///
/// # Errors
/// None in practice: every part can be written.
pub fn pack(entry: &VisibleResource, head: &str, body: &str) -> Result<(Vec<u8>, u64), IndexError> {
    let name = entry.name_kana.as_deref().unwrap_or(&entry.name);
    let sort_name = text::to_katakana(&text::normalize(name));
    let offers = entry
        .opportunities
        .iter()
        .map(|o| PackedOffer {
            roles: bits(ParticipationRole::ALL, &o.roles) as u8,
            modality: code(Modality::ALL, &o.modality),
            wheelchair: o.wheelchair.map(|w| code(Acceptance::ALL, &w)),
            transport: o.transport.map(|t| code(Transport::ALL, &t)),
            free: o.fee_yen.map(|yen| yen == 0),
            anytime: o.schedule.as_ref().is_some_and(|s| s.is_anytime()),
            slots: o
                .schedule
                .iter()
                .flat_map(|s| s.slots())
                .map(|s| (s.weekdays, s.from_min, s.to_min))
                .collect(),
        })
        .collect();
    let mut packed = Packed {
        id: entry.id.as_str(),
        digest: 0,
        sort_name: sort_name.into(),
        kind: code(ResourceKind::ALL, &entry.kind),
        status: code(Status::ALL, &entry.status),
        precision: code(Precision::ALL, &entry.precision),
        fields: bits(Field::ALL, &entry.fields) as u16,
        district: entry.district.as_ref().map(DistrictId::as_str),
        point: entry.point.map(Into::into),
        serves: match &entry.service_area {
            ServiceArea::Anyone | ServiceArea::WholeCity => None,
            ServiceArea::Districts(ids) => Some(ids.iter().map(DistrictId::as_str).collect()),
        },
        assured_on: entry.assured_on,
        updated_at: entry.updated_at.timestamp(),
        offers,
    };
    let bytes = |packed: &Packed| postcard::to_allocvec(packed).map_err(|_| IndexError::Facts);
    let mut hasher = Sha256::new();
    let version = entry.version.to_le_bytes();
    for part in [&bytes(&packed)?, head.as_bytes(), body.as_bytes(), &version] {
        hasher.update(part);
        hasher.update([0xFF]);
    }
    let digest = hasher.finalize();
    packed.digest = digest.iter().take(8).fold(0, |n, byte| n << 8 | u64::from(*byte));
    Ok((bytes(&packed)?, packed.digest))
}

/// One opportunity as filters see it.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Offer {
    /// Bits of [`ParticipationRole::ALL`].
    pub roles: u8,
    pub modality: Modality,
    pub wheelchair: Option<Acceptance>,
    pub transport: Option<Transport>,
    /// Free of charge, when known.
    pub free: Option<bool>,
    /// 随時.
    pub anytime: bool,
    slots: (u32, u16),
}

/// Where a district's number stands for none.
const NOWHERE: u16 = u16::MAX;

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where its id and then its sort name start in `text`.
    text: u32,
    id_len: u8,
    sort_len: u16,
    kind: ResourceKind,
    status: Status,
    precision: Precision,
    fields: u16,
    district: u16,
    serves: Option<(u32, u16)>,
    offers: (u32, u16),
    assured_on: Option<NaiveDate>,
    updated_at: i64,
    digest: u64,
    point: Option<LngLat>,
}

type Pin = GeomWithData<[f64; 3], DocId>;

/// On the unit sphere the straight line grows with the great circle: nearest here is nearest on the ground, exactly.
pub fn on_sphere(point: LngLat) -> [f64; 3] {
    let (lat, lng) = (point.lat().to_radians(), point.lng().to_radians());
    [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()]
}

/// The square of the straight line through the unit sphere that a distance on the ground stands for.
pub fn chord2(radius: Meters) -> f64 {
    let half = (radius.get() / crate::kernel::geo::EARTH_RADIUS_M / 2.0).min(std::f64::consts::FRAC_PI_2);
    (2.0 * half.sin()).powi(2)
}

/// The facts of one segment of the index, by document; a segment never changes, so they never do.
#[derive(Debug, Default)]
pub struct SegmentFacts {
    entries: Vec<Option<Entry>>,
    offers: Vec<Offer>,
    slots: Vec<WeeklySlot>,
    /// Numbers of the districts that entries serve.
    serves: Vec<u16>,
    districts: Vec<DistrictId>,
    text: String,
    pins: RTree<Pin>,
}

/// One entry as filters see it.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    of: &'a SegmentFacts,
    entry: &'a Entry,
}

#[allow(missing_docs)]
impl<'a> Facts<'a> {
    pub fn id(self) -> &'a str {
        let start = self.entry.text as usize;
        &self.of.text[start..start + usize::from(self.entry.id_len)]
    }

    /// Reading when known, else the name, folded.
    pub fn sort_name(self) -> &'a str {
        let start = self.entry.text as usize + usize::from(self.entry.id_len);
        &self.of.text[start..start + usize::from(self.entry.sort_len)]
    }

    pub fn kind(self) -> ResourceKind {
        self.entry.kind
    }

    pub fn status(self) -> Status {
        self.entry.status
    }

    pub fn precision(self) -> Precision {
        self.entry.precision
    }

    pub fn district(self) -> Option<&'a DistrictId> {
        self.of.districts.get(usize::from(self.entry.district))
    }

    /// Its district's number within the segment.
    pub fn district_number(self) -> Option<usize> {
        (self.entry.district != NOWHERE).then_some(usize::from(self.entry.district))
    }

    pub fn point(self) -> Option<LngLat> {
        self.entry.point
    }

    /// Bits of [`Field::ALL`].
    pub fn fields(self) -> u16 {
        self.entry.fields
    }

    pub fn assured_on(self) -> Option<NaiveDate> {
        self.entry.assured_on
    }

    /// Seconds since 1970.
    pub fn updated_at(self) -> i64 {
        self.entry.updated_at
    }

    /// Of everything that is indexed of the entry.
    pub fn digest(self) -> u64 {
        self.entry.digest
    }

    pub fn offers(self) -> &'a [Offer] {
        let (start, len) = self.entry.offers;
        &self.of.offers[start as usize..start as usize + usize::from(len)]
    }

    /// When in the week an offer can be.
    pub fn slots(self, offer: &Offer) -> &'a [WeeklySlot] {
        let (start, len) = offer.slots;
        &self.of.slots[start as usize..start as usize + usize::from(len)]
    }

    /// Whether it is there for some districts only.
    pub fn serves_some(self) -> bool {
        self.entry.serves.is_some()
    }

    /// Whether someone who lives in `home` is served.
    pub fn serves(self, home: &DistrictId) -> bool {
        self.entry.serves.is_none_or(|(start, len)| {
            self.of.serves[start as usize..start as usize + usize::from(len)]
                .iter()
                .any(|number| self.of.districts[usize::from(*number)] == *home)
        })
    }
}

impl SegmentFacts {
    /// The facts of a document.
    pub fn get(&self, doc: DocId) -> Option<Facts<'_>> {
        let entry = self.entries.get(doc as usize)?.as_ref()?;
        Some(Facts { of: self, entry })
    }

    /// All documents with their facts, those that were deleted since among them.
    pub fn iter(&self) -> impl Iterator<Item = (DocId, Facts<'_>)> {
        self.entries.iter().enumerate().filter_map(|(doc, entry)| {
            Some((
                doc as DocId,
                Facts {
                    of: self,
                    entry: entry.as_ref()?,
                },
            ))
        })
    }

    /// The districts that stand behind the numbers.
    pub fn districts(&self) -> &[DistrictId] {
        &self.districts
    }

    /// How many documents have a place, those that were deleted since among them.
    pub fn pins(&self) -> usize {
        self.pins.size()
    }

    /// Documents with a place and the square of their straight line to `at`, nearest first.
    pub fn nearest(&self, at: [f64; 3]) -> impl Iterator<Item = (f64, DocId)> {
        self.pins
            .nearest_neighbor_iter_with_distance_2(&at)
            .map(|(pin, far)| (far, pin.data))
    }

    /// Calls `found` with every document within the circle, in no order.
    pub fn circle(&self, centre: LngLat, radius: Meters, mut found: impl FnMut(DocId)) {
        for pin in self
            .pins
            .locate_within_distance(on_sphere(centre), chord2(radius))
        {
            found(pin.data);
        }
    }

    /// Calls `found` with every document within the box, in no order.
    pub fn in_box(&self, area: &BBox, mut found: impl FnMut(DocId)) {
        let (west, east) = (area.west.clamp(122.0, 154.0), area.east.clamp(122.0, 154.0));
        let (south, north) = (area.south.clamp(20.0, 46.0), area.north.clamp(20.0, 46.0));
        // Along each axis of the sphere the extremes of such a patch lie at its corners.
        let corners = [(west, south), (west, north), (east, south), (east, north)]
            .into_iter()
            .filter_map(|(lng, lat)| LngLat::new(lng, lat).ok())
            .map(on_sphere);
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in corners {
            for axis in 0..3 {
                low[axis] = low[axis].min(corner[axis] - 1e-12);
                high[axis] = high[axis].max(corner[axis] + 1e-12);
            }
        }
        let patch = rstar::AABB::from_corners(low, high);
        for pin in self.pins.locate_in_envelope(&patch) {
            if self
                .get(pin.data)
                .and_then(Facts::point)
                .is_some_and(|p| area.contains(p))
            {
                found(pin.data);
            }
        }
    }
}

/// Unpacks the facts of a segment, document after document.
#[derive(Debug, Default)]
pub struct Unpacker {
    made: SegmentFacts,
    pins: Vec<Pin>,
}

impl Unpacker {
    /// Room for so many documents.
    pub fn with_capacity(docs: usize) -> Self {
        let mut unpacker = Self::default();
        unpacker.made.entries.reserve_exact(docs);
        unpacker
    }

    fn number(&mut self, district: &str) -> Result<u16, IndexError> {
        let known = self.made.districts.iter().position(|d| d.as_str() == district);
        let at = match known {
            Some(at) => at,
            None => {
                let id = DistrictId::new(district).map_err(|_| IndexError::Facts)?;
                self.made.districts.push(id);
                self.made.districts.len() - 1
            }
        };
        u16::try_from(at)
            .ok()
            .filter(|n| *n != NOWHERE)
            .ok_or(IndexError::Facts)
    }

    /// The facts of document `doc`; documents left out have none.
    pub fn push(&mut self, doc: DocId, bytes: &[u8]) -> Result<(), IndexError> {
        let packed: Packed = postcard::from_bytes(bytes).map_err(|_| IndexError::Facts)?;
        let point = packed
            .point
            .map(LngLat::try_from)
            .transpose()
            .map_err(|_| IndexError::Facts)?;
        let offers = (self.made.offers.len() as u32, packed.offers.len() as u16);
        for o in &packed.offers {
            let slots = (self.made.slots.len() as u32, o.slots.len() as u16);
            self.made
                .slots
                .extend(o.slots.iter().map(|&(weekdays, from_min, to_min)| WeeklySlot {
                    weekdays,
                    from_min,
                    to_min,
                }));
            self.made.offers.push(Offer {
                roles: o.roles,
                modality: decode(Modality::ALL, o.modality)?,
                wheelchair: o.wheelchair.map(|w| decode(Acceptance::ALL, w)).transpose()?,
                transport: o.transport.map(|t| decode(Transport::ALL, t)).transpose()?,
                free: o.free,
                anytime: o.anytime,
                slots,
            });
        }
        let serves = match &packed.serves {
            None => None,
            Some(ids) => {
                let start = self.made.serves.len() as u32;
                for id in ids {
                    let number = self.number(id)?;
                    self.made.serves.push(number);
                }
                Some((start, ids.len() as u16))
            }
        };
        let entry = Entry {
            text: self.made.text.len() as u32,
            id_len: packed.id.len() as u8,
            sort_len: packed.sort_name.len() as u16,
            kind: decode(ResourceKind::ALL, packed.kind)?,
            status: decode(Status::ALL, packed.status)?,
            precision: decode(Precision::ALL, packed.precision)?,
            fields: packed.fields,
            district: packed.district.map_or(Ok(NOWHERE), |d| self.number(d))?,
            serves,
            offers,
            assured_on: packed.assured_on,
            updated_at: packed.updated_at,
            digest: packed.digest,
            point,
        };
        self.made.text.push_str(packed.id);
        self.made.text.push_str(&packed.sort_name);
        if let Some(point) = point {
            self.pins.push(Pin::new(on_sphere(point), doc));
        }
        self.made.entries.resize(doc as usize, None);
        self.made.entries.push(Some(entry));
        Ok(())
    }

    /// The facts, for asking. A bulk-loaded tree is faster to make and to ask.
    pub fn done(mut self) -> SegmentFacts {
        self.made.pins = RTree::bulk_load(self.pins);
        self.made.offers.shrink_to_fit();
        self.made.slots.shrink_to_fit();
        self.made.text.shrink_to_fit();
        self.made
    }
}
