//! The districts: all of them as a table beside their map, and each with what there is in it.

use askama::Template;

use super::{card::Card, frame::Frame, home::Office, map_view::MapView};
use crate::map::look::KindGroup;

/// One row of the table of districts.
#[derive(Debug, Clone, PartialEq)]
pub struct DistrictRow {
    /// District id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The former municipality it lies in.
    pub area: String,
    /// People, and the year they were counted.
    pub population: Option<u64>,
    /// Public resources in it.
    pub resources: u64,
    /// Its centre, longitude and latitude in degrees.
    pub centre: Option<(f64, f64)>,
}

impl DistrictRow {
    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/districts/{}", self.id)
    }
}

/// All districts.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "districts.html")]
pub struct DistrictsPage {
    /// Around it.
    pub frame: Frame,
    /// The table, in the order of the codes.
    pub rows: Vec<DistrictRow>,
    /// As 「2020年国勢調査」.
    pub population_source: String,
    /// Resources outside of all districts.
    pub outside: u64,
    /// Their map.
    pub map: MapView,
    /// Today, for paper.
    pub today: String,
    /// This page's address as a QR code (SVG), for paper.
    pub qr_svg: String,
}

/// How many of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct KindCount {
    /// The kind's code.
    pub code: String,
    /// Its word.
    pub label: String,
    /// Its look.
    pub group: KindGroup,
    /// Public resources.
    pub count: u64,
}

/// One district.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "district.html")]
pub struct DistrictPage {
    /// Around it.
    pub frame: Frame,
    /// The district.
    pub row: DistrictRow,
    /// As 「2020年国勢調査」.
    pub population_source: String,
    /// By kind, most first, none that is 0.
    pub counts: Vec<KindCount>,
    /// The consultation office that serves it.
    pub office: Option<Office>,
    /// This page of its places.
    pub cards: Vec<Card>,
    /// The number of the first card, less one.
    pub offset: u64,
    /// The next of its places.
    pub next_href: Option<String>,
    /// Its map, with the places of this page.
    pub map: MapView,
    /// Today, for paper.
    pub today: String,
    /// This page's address as a QR code (SVG), for paper.
    pub qr_svg: String,
}

/// A number with separators, as 「12,345」.
pub fn grouped(number: &u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

impl DistrictPage {
    /// The search for everything in this district.
    pub fn search_href(&self) -> String {
        super::frame::href("/", &[("district".to_owned(), self.row.id.clone())])
    }

    /// The search for a kind in this district.
    pub fn kind_href(&self, code: &str) -> String {
        let pairs = [("district", self.row.id.as_str()), ("kind", code)];
        super::frame::href("/", &pairs.map(|(k, v)| (k.to_owned(), v.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    fn row() -> DistrictRow {
        DistrictRow {
            id: "oshu-02".into(),
            name: "水沢南<script>".into(),
            area: "水沢".into(),
            population: Some(12_345),
            resources: 17,
            centre: Some((141.139, 39.144)),
        }
    }

    #[test]
    fn the_districts_stand_in_a_table_beside_their_map() {
        let page = DistrictsPage {
            frame: Frame::sample("地区", "/districts"),
            rows: vec![
                row(),
                DistrictRow {
                    population: None,
                    ..row()
                },
            ],
            population_source: "2020年国勢調査".into(),
            outside: 2,
            map: MapView {
                searchable: false,
                ..sample::map()
            },
            today: "2026年11月24日".into(),
            qr_svg: sample::qr(),
        };
        sample::check(
            "districts",
            &page,
            &[
                "<table",
                "12,345人",
                "17件",
                "データなし",
                r#"href="/districts/oshu-02""#,
                "模式図",
            ],
        );
    }

    #[test]
    fn a_district_counts_by_kind_and_leads_to_the_list() {
        let mut page = DistrictPage {
            frame: Frame::sample("水沢南", "/districts/oshu-02"),
            row: row(),
            population_source: "2020年国勢調査".into(),
            counts: vec![KindCount {
                code: "salon".into(),
                label: "サロン".into(),
                group: KindGroup::Gather,
                count: 5,
            }],
            office: None,
            cards: Vec::new(),
            offset: 0,
            next_href: Some("/districts/oshu-02?page=2".into()),
            map: MapView {
                searchable: false,
                ..sample::map()
            },
            today: "2026年11月24日".into(),
            qr_svg: sample::qr(),
        };
        let link = r#"href="/?district=oshu-02&#38;kind=salon""#;
        sample::check("district", &page, &["サロン", "5件", link, "page=2"]);
        page.counts.clear();
        sample::check("district-empty", &page, &["まだ載っていません"]);
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(|n| grouped(&n)),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
