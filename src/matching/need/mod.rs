//! A need: what somebody wishes and brings, and the gates they bring with it; the JSON of `POST /api/v1/match`.

mod read;
mod slot;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use slot::{DayOfWeek, Slot};

use crate::{
    kernel::{coded::coded, fields::Problem, geo::LngLat, id::DistrictId, private::private},
    resources::words::{Field, ParticipationRole, Sex},
};

coded! {
    /// 形態 as wished.
    WishedModality {
        Any = "any" "どちらでも" | "どちらも" | "either",
        OnSite = "on_site" "対面",
        Remote = "remote" "在宅",
    }
}

coded! {
    /// How somebody travels.
    ReachMode {
        Walk = "walk" "徒歩",
        Transport = "transport" "送迎・公共交通" | "送迎",
        Car = "car" "車" | "自家用車",
    }
}

coded! {
    /// Whether somebody wants to be seen where they live.
    Locality {
        Prefer = "prefer" "地元がよい",
        Avoid = "avoid" "地元は避けたい",
        Any = "any" "どちらでも",
    }
}

/// Where somebody lives, as exactly as they said.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Home {
    /// A point.
    Point {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lng: f64,
    },
    /// No more than the district.
    District {
        /// Its id.
        district: DistrictId,
    },
}

impl Home {
    /// The point, when there is one.
    pub fn point(&self) -> Option<LngLat> {
        match self {
            Self::Point { lat, lng } => LngLat::new(*lng, *lat).ok(),
            Self::District { .. } => None,
        }
    }
}

/// How far somebody gets.
#[derive(Clone, PartialEq, Serialize)]
pub struct Reach {
    /// By what.
    pub mode: ReachMode,
    /// Straight-line kilometres, 0.1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_km: Option<f64>,
    /// Whether somebody has to fetch them.
    pub needs_pickup: bool,
}

/// What is wished and what is brought, by the person or one of the household. What is not given is no gate.
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct Wants {
    /// What is wished, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wishes: Option<String>,
    /// What somebody is good at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strengths: Vec<String>,
    /// As what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ParticipationRole>,
    /// There, or at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modality: Option<WishedModality>,
    /// How far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// Years, 0 to 120.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// 性別.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Whether a wheelchair is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wheelchair: Option<bool>,
    /// What can be paid each time, yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_fee_yen: Option<u32>,
    /// How many people can be borne.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_group_size: Option<u32>,
    /// Whether somebody comes along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_companion: Option<bool>,
    /// When.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// 対象分野.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Outside the usual eligibility of programmes (制度の対象外).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_eligibility: Option<bool>,
}

/// One of the household; what is left out is as with the person.
#[derive(Clone, PartialEq, Serialize)]
pub struct NeedMember {
    /// 続柄.
    pub relation: String,
    /// What differs.
    #[serde(flatten)]
    pub wants: Wants,
}

/// Places and people to keep away from. Never shared, never shown but to the assigned staff.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Avoid {
    /// 資源ID or names of places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// People.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

impl Avoid {
    fn is_empty(&self) -> bool {
        self.places.is_empty() && self.people.is_empty()
    }
}

/// A need, valid by construction: [`Need::read`] is the only way in.
///
/// ```
/// use yosatte::matching::need::Need;
/// let need = Need::read(&serde_json::json!({
///     "home": {"district": "oshu-02"}, "wishes": "人前に出ずにできること", "strengths": ["料理"],
///     "slots": [{"weekday": "tue", "from": "10:00", "to": "12:00"}],
/// })).unwrap();
/// assert_eq!(need.wants.strengths, ["料理"]);
/// let wrong = Need::read(&serde_json::json!({"wishs": "…"})).unwrap_err();
/// assert!(wrong[0].detail.contains("「wishs」という項目はありません"));
/// ```
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct Need {
    /// Where they live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Home>,
    /// What is wished and brought.
    #[serde(flatten)]
    pub wants: Wants,
    /// 地元がよい, or better not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<Locality>,
    /// Who comes along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub household: Vec<NeedMember>,
    /// Private.
    #[serde(skip_serializing_if = "Avoid::is_empty")]
    pub avoid: Avoid,
}

impl Need {
    /// Reads the JSON of `POST /api/v1/match` (without `as_of` and `limit`, which are of the question) and `avoid`
    /// `{"places": […], "people": […]}`; every problem at once.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        read::need(value)
    }

    /// What others may see of it: nothing that leads to the person's door, nothing of what is to be avoided.
    pub fn without_private(&self, district: Option<&DistrictId>) -> Self {
        let home = match &self.home {
            Some(Home::District { district }) => Some(district.clone()),
            Some(Home::Point { .. }) | None => district.cloned(),
        };
        Self {
            home: home.map(|district| Home::District { district }),
            avoid: Avoid::default(),
            ..self.clone()
        }
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(d)?;
        Self::read(&value).map_err(|_| serde::de::Error::custom("not a need"))
    }
}

private!(Home, Reach, Wants, NeedMember, Avoid, Need);
