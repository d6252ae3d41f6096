//! The map on a page: the drawn picture, and what the script needs to make it move.

use crate::map::look::KindGroup;

/// A map. The script takes its places from the list beside it (`data-lng`, `data-lat` of each row).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapView {
    /// The picture: what `map::svg::draw` answers.
    pub svg: String,
    /// The outlines as GeoJSON, as `/api/v1/districts`.
    pub districts_url: String,
    /// Everything the search found, as GeoJSON points: what stands on other pages of the list.
    pub more_url: Option<String>,
    /// Outlines are computed: a note says so.
    pub illustrative: bool,
    /// The groups of the places drawn, for the legend, once each.
    pub legend: Vec<KindGroup>,
    /// The id of the district to make stand out.
    pub district: Option<String>,
    /// Whether 「この範囲でさがす」 is offered: only where a `#search-form` is.
    pub searchable: bool,
}

impl MapView {
    /// The map of a picture with outlines at the usual address.
    pub fn new(svg: String, illustrative: bool) -> Self {
        Self {
            svg,
            illustrative,
            districts_url: "/api/v1/districts".to_owned(),
            ..Self::default()
        }
    }
}
