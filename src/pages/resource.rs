//! The page of one resource: big plain words, when, where, whom to call.

use askama::Template;
use chrono::{DateTime, FixedOffset};

use super::{
    card::Card,
    dates::{DateWord, spoken_time},
    frame::{Frame, href},
    map_view::MapView,
    words::{Unknown, Word, unknown_of, words_of_one},
};
use crate::resources::{
    opportunity::NewOpportunity,
    public::VisibleResource,
    words::{Acceptance, Sex, Status},
};

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
    /// 準備中 or 休止中.
    pub status: Option<String>,
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
        say("休み", o.pauses.as_ref().map(|p| p.text().to_owned()));
        say("対象年齢", o.ages.map(|a| a.to_string()));
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
        say("ふだんの人数", o.usual_size.map(|n| format!("{n}人くらい")));
        say("定員", o.capacity.map(|n| places(n, o.vacancy)));
        say(
            "つきそいの人",
            o.companion
                .map(|c| accepted(c, "いっしょに来られます").to_owned()),
        );
        say(
            "制度の対象外の人の受け入れ",
            o.waiver.map(|w| accepted(w, "受け入れています").to_owned()),
        );
        say("あると助かること", Some(o.skills.join("・")));
        say("配慮", Some(o.considerations.join("・")));
        say("報酬", o.reward.map(|r| r.label().to_owned()));
        say("送迎の範囲", o.transport_km.map(|km| format!("{km}kmまで")));
        Self {
            id: o.id.to_string(),
            name: o.name.clone(),
            roles: o.roles.iter().map(|r| r.plain().to_owned()).collect(),
            status: (o.status != Status::Active).then(|| o.status.label().to_owned()),
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
    /// 方書.
    pub building: Option<String>,
    /// What nobody has told yet, to be asked.
    pub unknown: Vec<Unknown>,
    /// What helps who comes for the first time: 初めての方へ, 申込方法, 持ち物, 大雪の日.
    pub coming: Vec<Fact>,
    /// Telephone as written, if it is public.
    pub phone: Option<String>,
    /// A web address, only http or https.
    pub url: Option<String>,
    /// 運営, 対象, 建物….
    pub facts: Vec<Fact>,
    /// Ways to take part.
    pub opportunities: Vec<OpportunityView>,
    /// Its 地区's page; empty outside of all.
    pub district_href: Option<String>,
    /// The search for what is near it, nearest first; only from a point that may be known.
    pub near_href: Option<String>,
    /// Whom to tell when it is wrong; empty when not set.
    pub contact: Option<String>,
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
            building: resource.building_name.clone(),
            unknown: unknown_of(resource),
            coming: coming_of(resource),
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
            near_href: resource.point.map(|p| {
                let at = format!("{:.4},{:.4}", p.lat(), p.lng());
                href("/", &[("near".to_owned(), at)])
            }),
            contact: None,
            source: resource.source.clone(),
            today: spoken_day(now),
            qr_svg: qr_svg(own_url).unwrap_or_default(),
            frame,
            map,
        }
    }

    /// 所在地 with the building, as far as it may be told.
    pub fn address(&self) -> Option<String> {
        let address = self.card.address.as_ref()?;
        Some(match &self.building {
            Some(building) => format!("{address} {building}"),
            None => address.clone(),
        })
    }

    /// Whether it rests for now.
    pub fn paused(&self) -> bool {
        self.card.status.as_deref() == Some(Status::Paused.label())
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

fn places(capacity: u32, vacancy: Option<u32>) -> String {
    match vacancy {
        Some(0) => format!("{capacity}人(いま空きなし)"),
        Some(n) => format!("{capacity}人(空き{n}人)"),
        None => format!("{capacity}人"),
    }
}

fn accepted(value: Acceptance, yes: &'static str) -> &'static str {
    match value {
        Acceptance::Yes => yes,
        Acceptance::Negotiable => "相談してください",
        Acceptance::No => "できません",
    }
}

fn coming_of(r: &VisibleResource) -> Vec<Fact> {
    [
        ("初めての方へ", &r.visiting.first_time),
        ("申し込み", &r.visiting.apply),
        ("持ち物", &r.visiting.bring),
        ("大雪の日", &r.visiting.heavy_snow),
    ]
    .into_iter()
    .filter_map(|(label, text)| Some(fact(label, text.clone()?)))
    .collect()
}

fn facts_of(r: &VisibleResource) -> Vec<Fact> {
    let fields: Vec<&str> = r.fields.iter().map(|f| f.label()).collect();
    let said = [
        ("対象", Some(fields.join("・")).filter(|t| !t.is_empty())),
        ("運営", r.organization.clone()),
        ("メール", r.email.clone()),
    ];
    let building = [
        ("洋式トイレ", r.building.western_toilet),
        ("駐車場", r.building.parking),
        ("冬の除雪", r.building.snow_clearing),
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
    fn an_entry_of_which_little_is_known_names_what_to_ask() {
        let bare = page(|r| {
            r.opportunities[0].transport = None;
            r.opportunities[0].fee_yen = None;
            r.phone = None;
            r.description = None;
        });
        sample::check(
            "resource-bare",
            &bare,
            &["送迎・参加費", "わかりません(聞いてみてください)"],
        );
    }

    #[test]
    fn a_place_that_rests_says_so_before_anything_else() {
        let paused = page(|r| r.status = Status::Paused);
        sample::check("resource-paused", &paused, &["いまはお休みしています"]);
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
