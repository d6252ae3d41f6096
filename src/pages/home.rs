//! The front page: what is asked, what was found, and where it is.

use askama::Template;

use super::{card::Card, conditions::Condition, frame::Frame, map_view::MapView, search_form::SearchForm};

/// Another search that finds more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxed {
    /// As 「送迎なしも入れると 5件」.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// An office to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Name.
    pub name: String,
    /// Telephone as written.
    pub phone: Option<String>,
    /// The path of its page.
    pub href: String,
}

/// What was understood as a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As 「水沢南」.
    pub text: String,
    /// The same search without the place; `None` when it cannot be taken out of the words.
    pub clear_href: Option<String>,
}

/// The front page.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Around it.
    pub frame: Frame,
    /// The box and the filters.
    pub form: SearchForm,
    /// Whether something was asked; else the page shows what comes next.
    pub searched: bool,
    /// True hits only.
    pub total: u64,
    /// The number of the first card, less one.
    pub offset: u64,
    /// What was asked beside the words.
    pub conditions: Vec<Condition>,
    /// The place that was understood.
    pub place: Option<Place>,
    /// What was typed, when all of it says nothing by itself: 「の」.
    pub wordless: Option<String>,
    /// 歩いて行ける was pressed, and nobody knows from where.
    pub walk_from_where: bool,
    /// Without a question: whether the cards are what takes place next, in the order of their dates.
    pub soon: bool,
    /// This page of results.
    pub cards: Vec<Card>,
    /// Other searches that find more.
    pub relaxed: Vec<Relaxed>,
    /// Whom to ask, when little is found.
    pub office: Option<Office>,
    /// The next 20.
    pub next_href: Option<String>,
    /// Places of this page.
    pub map: MapView,
    /// Today, as 「2026年11月24日」, for paper.
    pub today: String,
    /// This view without the words searched and without an exact point: what may be passed on.
    pub shared_href: String,
    /// Its QR code (SVG), for paper.
    pub qr_svg: String,
}

impl HomePage {
    /// The heading.
    pub fn heading(&self) -> String {
        let (easy, q) = (self.frame.easy, self.form.q.trim());
        match (self.searched, q.is_empty(), easy) {
            (false, _, false) => "地域の場所をさがす".to_owned(),
            (false, _, true) => "ちかくの ばしょを さがす".to_owned(),
            (true, true, false) => "見つかった場所".to_owned(),
            (true, true, true) => "みつかった ばしょ".to_owned(),
            (true, false, false) => format!("「{q}」の場所"),
            (true, false, true) => format!("「{q}」の ばしょ"),
        }
    }

    /// As 「12件見つかりました」.
    pub fn summary(&self) -> String {
        match (self.searched, self.total, self.frame.easy) {
            (true, 0, false) => "0件でした。見つかりませんでした".to_owned(),
            (true, 0, true) => "0件 でした。みつかりませんでした".to_owned(),
            (true, n, false) => format!("{n}件見つかりました"),
            (true, n, true) => format!("{n}件 みつかりました"),
            (false, n, false) => format!("{n}件の場所が載っています"),
            (false, n, true) => format!("{n}件の ばしょが あります"),
        }
    }

    /// As 「1〜20件目」.
    pub fn shown(&self) -> String {
        format!(
            "{}〜{}件目",
            self.offset + 1,
            self.offset + self.cards.len() as u64
        )
    }

    /// Whether a part of the list is on another page.
    pub fn is_part(&self) -> bool {
        self.searched && !self.cards.is_empty() && (self.cards.len() as u64) < self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{card::sample_resource, sample};

    fn page() -> HomePage {
        let now = chrono::DateTime::parse_from_rfc3339("2026-11-24T09:00:00+09:00").unwrap();
        let distance = crate::kernel::geo::Meters::new(250.0);
        let cards: Vec<Card> = (1..=3)
            .map(|n| Card::of(&sample_resource(), now, distance, Some("水沢南"), n))
            .collect();
        HomePage {
            frame: Frame::sample("さがす", "/"),
            form: SearchForm::from_query(
                &[
                    ("q".into(), "\"><script>体操".into()),
                    ("transport".into(), "true".into()),
                ],
                &[("oshu-02".into(), "水沢南".into(), "水沢".into())],
            ),
            searched: true,
            total: 23,
            offset: 0,
            conditions: vec![Condition {
                text: "送迎あり".into(),
                clear_href: "/?q=x".into(),
            }],
            place: Some(Place {
                text: "水沢南".into(),
                clear_href: Some("/?q=x".into()),
            }),
            wordless: None,
            walk_from_where: false,
            soon: false,
            cards,
            relaxed: vec![Relaxed {
                text: "送迎なしも入れると5件".into(),
                href: "/?q=x".into(),
            }],
            office: Some(Office {
                name: "水沢地域包括支援センター".into(),
                phone: Some("0197-00-0002".into()),
                href: "/resources/r-9".into(),
            }),
            next_href: Some("/?q=x&cursor=y".into()),
            map: sample::map(),
            today: "2026年11月24日".into(),
            shared_href: "/?transport=true".into(),
            qr_svg: sample::qr(),
        }
    }

    #[test]
    fn without_a_question_the_page_shows_what_comes_next() {
        let mut front = page();
        front.searched = false;
        front.soon = true;
        front.form = SearchForm::default();
        sample::check(
            "home-front",
            &front,
            &["もうすぐあるもの", "ぜんぶ見る", "23件の場所が載っています"],
        );
    }

    #[test]
    fn who_wants_to_walk_is_asked_from_where() {
        let mut walking = page();
        walking.walk_from_where = true;
        sample::check("home-walk", &walking, &["どこから歩くか"]);
    }

    #[test]
    fn the_front_page_keeps_its_contract_and_escapes_what_others_wrote() {
        sample::check(
            "home",
            &page(),
            &[
                r#"id="search-form""#,
                r#"id="result-count""#,
                r#"aria-live="polite""#,
                r#"id="results""#,
                r#"data-id="r-1""#,
                r#"href="/resources/r-1""#,
                r#"id="map""#,
                r#"id="map-svg""#,
                r#"id="toggle-list-map""#,
                r#"id="search-here""#,
                r#"id="map-message""#,
                "23件見つかりました",
                "直線で約250m",
                "送迎あり",
                "初めてOK",
                "見本",
                "つぎの20件",
                "水沢地域包括支援センター",
            ],
        );
    }

    #[test]
    fn a_search_without_hits_is_never_a_dead_end() {
        let mut empty = page();
        empty.cards.clear();
        empty.total = 0;
        empty.next_href = None;
        sample::check(
            "home-empty",
            &empty,
            &["0件でした", "水沢地域包括支援センター", "送迎なしも入れると5件"],
        );
        empty.office = None;
        empty.relaxed.clear();
        sample::check("home-nothing", &empty, &["0件でした", "ことばを短く"]);
    }

    #[test]
    fn the_easy_reading_changes_words_and_language_and_keeps_the_place() {
        let mut easy = page();
        easy.frame = Frame::new(
            "さがす",
            "/",
            &[("kind".into(), "salon".into()), ("easy".into(), "1".into())],
            "奥州市",
        );
        sample::check(
            "home-easy",
            &easy,
            &[
                r#"lang="ja-simple""#,
                "くるまで むかえに きます",
                r#"href="/?kind=salon""#,
                r#"href="/resources/r-1?easy=1""#,
            ],
        );
    }
}
