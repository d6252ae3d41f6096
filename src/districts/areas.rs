//! Which district a name or a point means, answered from memory.

use geo::{BoundingRect, Intersects, Point};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::district::{District, DistrictLevel};
use crate::{
    kernel::{geo::LngLat, id::DistrictId, text::key},
    resources::{resource::NewResource, words::Precision},
};

/// All districts, with an R-tree over the boxes of the outlines of every 地区振興会.
#[derive(Default, Debug)]
pub struct Areas {
    districts: Vec<District>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

/// Where an entry belongs, and what somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assignment {
    /// The district; `None` when it is outside of all, or nothing decides.
    pub district: Option<DistrictId>,
    /// What contradicts it.
    pub remark: Option<String>,
}

impl Assignment {
    fn to(district: &DistrictId) -> Self {
        Self {
            district: Some(district.clone()),
            remark: None,
        }
    }
}

/// What the words of an address say.
#[derive(Default)]
struct Said<'a> {
    former: Option<String>,
    district: Option<&'a District>,
}

impl Areas {
    /// Sorts by id and builds the tree.
    pub fn new(mut districts: Vec<District>) -> Self {
        districts.sort_by(|a, b| a.id.cmp(&b.id));
        let boxes = districts
            .iter()
            .enumerate()
            // A resource belongs to exactly one 地区振興会; larger and smaller areas overlap it.
            .filter(|(_, d)| d.level == DistrictLevel::PromotionCouncil)
            .filter_map(|(at, d)| {
                let r = d.outline.as_ref()?.bounding_rect()?;
                let corners = Rectangle::from_corners([r.min().x, r.min().y], [r.max().x, r.max().y]);
                Some(GeomWithData::new(corners, at))
            })
            .collect();
        Self {
            tree: RTree::bulk_load(boxes),
            districts,
        }
    }

    /// The district of this id or name, with or without 地区・地区振興会, in any width. A 地区振興会 comes before a
    /// former municipality of the same name.
    pub fn find(&self, id_or_name: &str) -> Option<&District> {
        if let Some(exact) = self.districts.iter().find(|d| d.id.as_str() == id_or_name.trim()) {
            return Some(exact);
        }
        let wanted = key(id_or_name);
        let short = bare(&wanted);
        self.districts
            .iter()
            .filter(|d| {
                let name = key(&d.name);
                name == wanted || bare(&name) == short
            })
            .min_by_key(|d| (d.level, &d.id))
    }

    /// The 地区振興会 whose outline holds the point; on a shared edge the lower id.
    pub fn locate(&self, point: LngLat) -> Option<&District> {
        let at = Point::new(point.lng(), point.lat());
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point([point.lng(), point.lat()]))
            .filter(|leaf| {
                self.districts[leaf.data]
                    .outline
                    .as_ref()
                    .is_some_and(|o| o.intersects(&at))
            })
            .map(|leaf| leaf.data)
            .min()
            .map(|at| &self.districts[at])
    }

    /// The district an entry belongs to, see [`Self::assign`].
    pub fn decide(&self, entry: &NewResource) -> Option<DistrictId> {
        self.assign(entry).district
    }

    /// What a person entered stands; where nobody did, the outline decides. A point that only stands for a town is
    /// weaker than the words of the address (some town points are kilometres off): a 地区 the address names comes
    /// first, and a point in another former municipality than the address decides nothing.
    pub fn assign(&self, entry: &NewResource) -> Assignment {
        if let Some(entered) = &entry.entered_district {
            return Assignment::to(entered);
        }
        let said = entry
            .address
            .as_deref()
            .map(|a| self.said_by(a))
            .unwrap_or_default();
        let exact = entry
            .location
            .as_ref()
            .is_some_and(|l| l.precision != Precision::Town);
        if let (Some(named), false) = (said.district, exact) {
            return Assignment::to(&named.id);
        }
        let Some(at) = entry.location.as_ref().and_then(|l| self.locate(l.point)) else {
            return Assignment::default();
        };
        let other = |former: &String| at.parent.as_ref().is_some_and(|parent| key(parent) != *former);
        match said.former.filter(other) {
            None => Assignment::to(&at.id),
            Some(former) => {
                let parent = at.parent.as_deref().unwrap_or_default();
                let then = if exact {
                    "位置を確かめてください"
                } else {
                    "地区は決めていません"
                };
                Assignment {
                    district: exact.then(|| at.id.clone()),
                    remark: Some(format!(
                        "住所は{former}ですが、位置は{parent}の{}地区です。{then}",
                        at.name
                    )),
                }
            }
        }
    }

    /// The former municipality and the district that an address names: 「胆沢若柳字…」 is 若柳 in 胆沢.
    fn said_by(&self, address: &str) -> Said<'_> {
        let address = key(address);
        let mut rest = address.as_str();
        let formers: Vec<String> = self.formers().iter().map(|f| key(f)).collect();
        let names_former = |rest: &str| {
            let fits = |f: &&String| {
                rest.strip_prefix(f.as_str())
                    .is_some_and(|tail| !tail.starts_with('郡'))
            };
            formers.iter().filter(fits).max_by_key(|f| f.len()).cloned()
        };
        // Prefecture, city and county stand before it, perhaps twice.
        let former = loop {
            if let Some(former) = names_former(rest) {
                break former;
            }
            let end = rest
                .char_indices()
                .take(7)
                .skip(1)
                .find(|(_, c)| matches!(c, '県' | '都' | '道' | '府' | '市' | '郡'));
            match end {
                Some((at, mark)) => rest = &rest[at + mark.len_utf8()..],
                None => return Said::default(),
            }
        };
        let tail = rest[former.len()..].trim_start_matches(['区', '市', '町', '村']);
        let tail = tail.trim_start_matches("大字").trim_start_matches('字');
        let district = self
            .districts
            .iter()
            .filter(|d| d.level == DistrictLevel::PromotionCouncil)
            .filter(|d| d.parent.as_deref().is_some_and(|p| key(p) == former))
            .filter(|d| key(&d.name) != former && tail.starts_with(&key(&d.name)))
            .max_by_key(|d| d.name.len());
        Said {
            former: Some(former),
            district,
        }
    }

    /// Every district, in order of id.
    pub fn list(&self) -> &[District] {
        &self.districts
    }

    /// The districts of a former municipality, in order of id.
    pub fn of_former(&self, name: &str) -> Vec<&District> {
        let wanted = key(name);
        self.districts
            .iter()
            .filter(|d| d.parent.as_deref().is_some_and(|p| key(p) == wanted))
            .collect()
    }

    /// Former municipalities, in order of their first district.
    pub fn formers(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for parent in self.districts.iter().filter_map(|d| d.parent.as_ref()) {
            if !names.contains(parent) {
                names.push(parent.clone());
            }
        }
        names
    }

    /// Whether any outline is only a drawing (模式図), so that maps say so.
    pub fn illustrative(&self) -> bool {
        self.districts
            .iter()
            .any(|d| d.illustrative && d.outline.is_some())
    }
}

fn bare(name: &str) -> &str {
    let cut = ["地区振興会", "振興会", "地区"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    cut.filter(|rest| !rest.is_empty()).unwrap_or(name)
}
