//! The page of one resource: big plain words, when, where, whom to call.

use askama::Template;
use chrono::{DateTime, FixedOffset};

use super::{
    card::Card,
    frame::Frame,
    map_view::MapView,
    words::{DateWord, Word, spoken_time, words_of_one},
};
use crate::resources::{opportunity::NewOpportunity, public::VisibleResource, words::Sex};

/// A line 「label: text」.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// As 「持ち物」.
    pub label: String,
    /// As entered.
    pub text: String,
}

/// One way to take part.
#[derive(Debug, Clone, PartialEq)]
pub struct OpportunityView {
    /// Opportunity id; its element is `#o-{id}`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Roles in plain words.
    pub roles: Vec<String>,
    /// 日時 as written.
    pub schedule_text: Option<String>,
    /// Its next three times.
    pub next_dates: Vec<DateWord>,
    /// 送迎, 車いす, 参加費 of this one.
    pub words: Vec<Word>,
    /// 内容.
    pub description: Option<String>,
    /// 報酬, 対象, 技能, 配慮.
    pub facts: Vec<Fact>,
}

impl OpportunityView {
    /// The view of an opportunity.
    pub fn of(o: &NewOpportunity, now: DateTime<FixedOffset>) -> Self {
        let mut facts = Vec::new();
        let mut say = |label: &str, text: Option<String>| {
            facts.extend(text.filter(|t| !t.is_empty()).map(|text| fact(label, text)))
        };
        say("ふだんの人数", o.usual_size.map(|n| format!("{n}人くらい")));
        say(
            "性別",
            o.sex.map(|s| {
                if s == Sex::Female {
                    "女性の方"
                } else {
                    "男性の方"
                }
                .to_owned()
            }),
        );
        say("あると助かること", Some(o.skills.join("・")));
        say("配慮", Some(o.considerations.join("・")));
        say("報酬", o.reward.map(|r| r.label().to_owned()));
        say("送迎の範囲", o.transport_km.map(|km| format!("{km}kmまで")));
        Self {
            id: o.id.to_string(),
            name: o.name.clone(),
            roles: o.roles.iter().map(|r| r.plain().to_owned()).collect(),
            schedule_text: o
                .schedule
                .as_ref()
                .map(|s| s.text().to_owned())
                .filter(|t| !t.is_empty()),
            next_dates: o.next_dates(now, 3).into_iter().map(spoken_time).collect(),
            words: words_of_one(o),
            description: o.description.clone(),
            facts,
        }
    }
}

/// The page.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "resource.html")]
pub struct ResourcePage {
    /// Around it.
    pub frame: Frame,
    /// Name, kind, words, dates, confirmation; number 1 on the map.
    pub card: Card,
    /// 名称_カナ.
    pub kana: Option<String>,
    /// 説明, its lines.
    pub description: Vec<String>,
    /// Telephone as written, if it is public.
    pub phone: Option<String>,
    /// A web address, only http or https.
    pub url: Option<String>,
    /// 運営, 所在地, 持ち物, 申込方法….
    pub facts: Vec<Fact>,
    /// Ways to take part.
    pub opportunities: Vec<OpportunityView>,
    /// Its 地区's page; empty outside of all.
    pub district_href: Option<String>,
    /// Where the entry came from, for the foot of the page.
    pub source: Option<String>,
    /// The place; without a point, an empty view.
    pub map: MapView,
    /// Today, as 「2026年11月24日」, for paper.
    pub today: String,
    /// This page's address as a QR code (SVG), for paper; see [`qr_svg`].
    pub qr_svg: String,
}

impl ResourcePage {
    /// The page of a resource. `district` is id and name; `own_url` the absolute address for the QR code.
    pub fn of(
        frame: Frame,
        resource: &VisibleResource,
        now: DateTime<FixedOffset>,
        district: Option<(&str, &str)>,
        map: MapView,
        own_url: &str,
    ) -> Self {
        Self {
            card: Card::of(resource, now, None, district.map(|d| d.1), 1),
            kana: resource.name_kana.clone(),
            description: resource.description.as_deref().map(lines).unwrap_or_default(),
            phone: resource.phone.clone(),
            url: resource
                .url
                .clone()
                .filter(|u| u.starts_with("https://") || u.starts_with("http://")),
            facts: facts_of(resource),
            opportunities: resource
                .opportunities
                .iter()
                .map(|o| OpportunityView::of(o, now))
                .collect(),
            district_href: district.map(|d| format!("/districts/{}", d.0)),
            source: resource.source.clone(),
            today: spoken_day(now),
            qr_svg: qr_svg(own_url).unwrap_or_default(),
            frame,
            map,
        }
    }

    /// The telephone as `tel:` wants it: digits and a leading plus.
    pub fn tel(&self) -> String {
        tel(self.phone.as_deref().unwrap_or_default())
    }
}

/// Digits and a leading plus of a telephone number, whatever the width it was written in.
pub fn tel(phone: &str) -> String {
    let flat = crate::kernel::text::nfkc(phone);
    flat.chars()
        .take_while(|c| !c.is_alphabetic())
        .enumerate()
        .filter(|(i, c)| c.is_ascii_digit() || (*i == 0 && *c == '+'))
        .map(|(_, c)| c)
        .collect()
}

/// As 「2026年11月24日」.
pub fn spoken_day(now: DateTime<FixedOffset>) -> String {
    now.format("%Y年%-m月%-d日").to_string()
}

/// An address as a QR code; `None` when it is longer than a code can hold.
pub fn qr_svg(url: &str) -> Option<String> {
    let code = qrcode::QrCode::new(url.as_bytes()).ok()?;
    let svg = code
        .render::<qrcode::render::svg::Color>()
        .min_dimensions(120, 120)
        .build();
    // Inside a page there is no place for an XML declaration; the picture needs words for those who hear the page.
    let start = svg.find("<svg ")?;
    Some(format!(
        r#"<svg role="img" aria-label="このページのQRコード" {}"#,
        &svg[start + 5..]
    ))
}

fn fact(label: &str, text: impl Into<String>) -> Fact {
    Fact {
        label: label.to_owned(),
        text: text.into(),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}

fn facts_of(r: &VisibleResource) -> Vec<Fact> {
    let fields: Vec<&str> = r.fields.iter().map(|f| f.label()).collect();
    let building = [
        ("洋式トイレ", r.building.western_toilet),
        ("駐車場", r.building.parking),
        ("除雪", r.building.snow_clearing),
    ];
    let said = [
        ("運営", r.organization.clone()),
        ("所在地", r.address.clone()),
        ("建物", r.building_name.clone()),
        ("対象", Some(fields.join("・")).filter(|t| !t.is_empty())),
        ("初めての方へ", r.visiting.first_time.clone()),
        ("申込方法", r.visiting.apply.clone()),
        ("持ち物", r.visiting.bring.clone()),
        ("大雪の日", r.visiting.heavy_snow.clone()),
        ("メール", r.email.clone()),
    ];
    let said = said
        .into_iter()
        .filter_map(|(label, text)| Some(fact(label, text?)));
    let built = building
        .into_iter()
        .filter_map(|(label, has)| Some(fact(label, has?.label())));
    said.chain(built).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{card::sample_resource, sample};

    fn page(change: impl Fn(&mut VisibleResource)) -> ResourcePage {
        let now = DateTime::parse_from_rfc3339("2026-11-24T09:00:00+09:00").unwrap();
        let mut resource = sample_resource();
        change(&mut resource);
        let frame = Frame::sample("サロン", "/resources/r-1");
        let map = MapView {
            searchable: false,
            ..sample::map()
        };
        ResourcePage::of(
            frame,
            &resource,
            now,
            Some(("oshu-02", "水沢南")),
            map,
            "http://127.0.0.1:8080/resources/r-1",
        )
    }

    #[test]
    fn the_page_says_in_big_words_what_where_when_and_whom_to_call() {
        let holds = [
            "&#60;script&#62;",
            r#"href="tel:0197000001""#,
            "送迎あり",
            "いす体操",
            "依頼を受けて作る・働く",
            "最終確認 2026年11月3日",
            "飲み物",
            "このページのQRコード",
            "模式図",
        ];
        sample::check("resource", &page(|_| ()), &holds);
    }

    #[test]
    fn an_old_entry_warns_and_one_without_a_place_says_so() {
        let old = page(|r| {
            r.assured_on = None;
            r.point = None;
            r.precision = crate::resources::words::Precision::None;
        });
        sample::check("resource-old", &old, &["行く前に", "地図には出していません"]);
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(page(|r| r.url = Some("javascript:alert(1)".into())).url, None);
    }

    #[test]
    fn a_number_written_wide_can_be_called() {
        assert_eq!(tel("０１９７−００−０００１(代表)"), "0197000001");
        assert_eq!(tel("+81 197-00-0001"), "+81197000001");
    }
}
