//! Which district a name or a point means, answered from memory.

use geo::{BoundingRect, Intersects, Point};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::district::{District, DistrictLevel};
use crate::{
    kernel::{geo::LngLat, id::DistrictId, text::key},
    resources::resource::NewResource,
};

/// All districts, with an R-tree over the boxes of the outlines of every 地区振興会.
#[derive(Default, Debug)]
pub struct Areas {
    districts: Vec<District>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
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

    /// The district an entry belongs to: what a person entered stands; where nobody did, the outline decides.
    pub fn decide(&self, entry: &NewResource) -> Option<DistrictId> {
        if let Some(entered) = &entry.entered_district {
            return Some(entered.clone());
        }
        Some(self.locate(entry.location.as_ref()?.point)?.id.clone())
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
