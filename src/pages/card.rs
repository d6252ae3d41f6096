//! One entry of the list of results, made from what the public may see of a resource.

use chrono::{DateTime, FixedOffset};

use super::{
    dates::{DateWord, next_three, spoken_time},
    resource::tel,
    words::{Confirmed, Word, confirmed, words_of},
};
use crate::{
    kernel::geo::Meters,
    map::look::KindGroup,
    resources::{
        public::VisibleResource,
        words::{Precision, Status, Visibility},
    },
};

/// One entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Resource id; the row's element is `#r-{id}`.
    pub id: String,
    /// Its number in the list and on the map, from 1.
    pub number: usize,
    /// Name.
    pub name: String,
    /// The word of the kind.
    pub kind: String,
    /// Mark, colour and legend of the kind.
    pub group: KindGroup,
    /// The name of its 地区; empty outside of all.
    pub district: String,
    /// As 「直線で約250m」.
    pub distance: Option<String>,
    /// 送迎・車いす・参加費・初めてOK….
    pub words: Vec<Word>,
    /// 準備中 or 休止中; 活動中 goes without saying.
    pub status: Option<String>,
    /// The next three times.
    pub next_dates: Vec<DateWord>,
    /// 日時 as written, where no date can be told from it.
    pub schedule_text: Option<String>,
    /// Opportunities that matched, by name.
    pub opportunities: Vec<String>,
    /// How fresh.
    pub confirmed: Confirmed,
    /// The first words of the description.
    pub lead: Option<String>,
    /// An invented example (見本).
    pub sample: bool,
    /// 関係者のみ: shown to staff alone, and marked so that nobody tells of it.
    pub confined: bool,
    /// Why the point on the map is not exact.
    pub place_note: Option<String>,
    /// 所在地, as far as it may be told.
    pub address: Option<String>,
    /// Telephone as written, if it is public.
    pub phone: Option<String>,
    /// Longitude and latitude in degrees as they may leave; `None` is not on the map.
    pub point: Option<(f64, f64)>,
}

impl Card {
    /// The card of a resource: `number` from 1, `distance` where a place was asked for, `district` its 地区's name.
    pub fn of(
        resource: &VisibleResource,
        now: DateTime<FixedOffset>,
        distance: Option<Meters>,
        district: Option<&str>,
        number: usize,
    ) -> Self {
        let next_dates: Vec<DateWord> = next_three(&resource.opportunities, now)
            .into_iter()
            .map(spoken_time)
            .collect();
        let schedule_text = resource
            .opportunities
            .iter()
            .filter_map(|o| o.schedule.as_ref())
            .map(|s| s.text().to_owned())
            .find(|text| !text.is_empty())
            .filter(|_| next_dates.is_empty());
        Self {
            id: resource.id.to_string(),
            number,
            name: resource.name.clone(),
            kind: resource.kind.label().to_owned(),
            group: KindGroup::of(resource.kind),
            district: district.unwrap_or_default().to_owned(),
            distance: distance.map(Meters::spoken),
            words: words_of(resource),
            status: (resource.status != Status::Active).then(|| resource.status.label().to_owned()),
            next_dates,
            schedule_text,
            opportunities: resource.opportunities.iter().map(|o| o.name.clone()).collect(),
            confirmed: confirmed(resource.assured_on, now.date_naive()),
            lead: resource.description.as_deref().map(first_words),
            sample: is_sample(resource),
            confined: resource.visibility != Visibility::Public,
            place_note: place_note(resource),
            address: resource.address.clone(),
            phone: resource.phone.clone(),
            point: resource.point.map(|p| (p.lng(), p.lat())),
        }
    }

    /// The telephone as `tel:` wants it.
    pub fn tel(&self) -> String {
        tel(self.phone.as_deref().unwrap_or_default())
    }

    /// The first three of what can be done here, as 「いす体操、お茶会」.
    pub fn doing(&self) -> String {
        let more = self.opportunities.len().saturating_sub(3);
        let first = self
            .opportunities
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join("、");
        if more == 0 {
            first
        } else {
            format!("{first} ほか{more}")
        }
    }

    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/resources/{}", self.id)
    }
}

/// Whether the entry is one of the invented examples: its keywords hold 見本.
pub fn is_sample(resource: &VisibleResource) -> bool {
    resource.keywords.iter().any(|k| k == "見本")
}

/// Why the point is not exact, in plain words.
pub fn place_note(resource: &VisibleResource) -> Option<String> {
    let note = match resource.precision {
        Precision::Exact => return None,
        Precision::Town => "地図の印は住所の町・字を代表する点です。建物の位置ではありません。",
        Precision::Coarse => "地図の印はおおよその位置(500m四方の中心)です。",
        Precision::None => "地図には出していません。",
    };
    Some(note.to_owned())
}

/// Up to the first full stop, and never more than 80 characters.
fn first_words(text: &str) -> String {
    let sentence: String = text
        .split_inclusive('。')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    match sentence.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence,
    }
}

#[cfg(test)]
pub use tests::sample_resource;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::{
            geo::LngLat,
            id::{OpportunityId, ResourceId},
            schedule::Schedule,
        },
        resources::{
            opportunity::NewOpportunity,
            resource::{Building, ServiceArea, Visiting},
            words::*,
        },
    };

    /// A salon with one gymnastics group, whose name tries to be a script.
    pub fn sample_resource() -> VisibleResource {
        VisibleResource {
            id: ResourceId::new("r-1").unwrap(),
            name: "サロン<script>alert(1)</script>".into(),
            name_kana: Some("サロン".into()),
            kind: ResourceKind::Salon,
            organization: Some("南地区のみなさん".into()),
            organization_kind: None,
            address: Some("奥州市水沢1-1".into()),
            building_name: None,
            point: LngLat::new(141.139, 39.144).ok(),
            precision: Precision::Exact,
            location_doubt: None,
            district: None,
            ward: None,
            service_area: ServiceArea::Anyone,
            phone: Some("0197-00-0001".into()),
            email: None,
            url: Some("https://example.jp/salon".into()),
            description: Some("お茶をのみながら話します。体操もします。".into()),
            fields: vec![Field::Elderly],
            keywords: vec!["見本".into()],
            visibility: Visibility::Public,
            status: Status::Active,
            building: Building {
                steps: Some(Availability::No),
                ..Building::default()
            },
            visiting: Visiting {
                bring: Some("飲み物".into()),
                ..Visiting::default()
            },
            assured_on: chrono::NaiveDate::from_ymd_opt(2026, 11, 3),
            source: None,
            updated_at: now(),
            version: 1,
            opportunities: vec![gymnastics()],
        }
    }

    fn gymnastics() -> NewOpportunity {
        NewOpportunity {
            id: OpportunityId::new("o-1").unwrap(),
            resource_id: ResourceId::new("r-1").unwrap(),
            name: "いす体操".into(),
            roles: vec![
                ParticipationRole::Participant,
                ParticipationRole::CommissionedWork,
            ],
            modality: Modality::OnSite,
            description: Some("すわったままできます。".into()),
            interests: vec![],
            skills: vec![],
            schedule: Some(Schedule::parse("毎週火曜 10:00-11:30")),
            pauses: None,
            capacity: None,
            vacancy: None,
            usual_size: Some(12),
            ages: None,
            sex: None,
            wheelchair: Some(Acceptance::Yes),
            transport: Some(Transport::Offered),
            transport_km: Some(5.0),
            fee_yen: Some(0),
            reward: None,
            companion: None,
            trial: Some(Acceptance::Yes),
            considerations: vec![],
            waiver: None,
            visibility: Visibility::Public,
            status: Status::Active,
        }
    }

    fn now() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-24T09:00:00+09:00").unwrap()
    }

    #[test]
    fn a_card_says_what_decides_whether_to_go() {
        let card = Card::of(&sample_resource(), now(), Meters::new(250.0), Some("水沢南"), 3);
        assert_eq!(
            (card.number, card.kind.as_str(), card.group),
            (3, "サロン", KindGroup::Gather)
        );
        assert_eq!(card.distance.as_deref(), Some("直線で約250m"));
        assert_eq!(card.lead.as_deref(), Some("お茶をのみながら話します。"));
        assert_eq!(card.confirmed.text, "最終確認 2026年11月3日");
        assert!(card.sample && !card.confirmed.stale && card.place_note.is_none());
        assert!(
            !card.next_dates.is_empty() || card.schedule_text.is_some(),
            "when it takes place is said"
        );
    }

    #[test]
    fn an_entry_paused_unplaced_and_old_says_all_three() {
        let mut resource = sample_resource();
        resource.status = Status::Paused;
        resource.precision = Precision::None;
        resource.point = None;
        resource.assured_on = chrono::NaiveDate::from_ymd_opt(2025, 11, 3);
        let card = Card::of(&resource, now(), None, None, 1);
        assert_eq!(card.status.as_deref(), Some("休止中"));
        assert!(card.confirmed.stale && card.point.is_none());
        assert_eq!(card.place_note.as_deref(), Some("地図には出していません。"));
    }
}
