//! The parameters of a search: each is read strictly, and every fault is named with what is accepted instead.

use std::collections::BTreeSet;

use utoipa::IntoParams;

use super::cursor::{Cursor, CursorFault, Listing};
use crate::{
    app::App,
    districts::district::DistrictLevel,
    error::Fault,
    kernel::{
        coded::coded,
        geo::{BBox, LngLat, Meters},
        id::DistrictId,
        text,
    },
    resources::{public::Audience, words::*},
    search::query::{SearchQuery, Sort},
};

/// Longest question, in characters.
const LONGEST: usize = 200;

coded! {
    /// What the answer can count.
    FacetName {
        Kind = "kind" "種別",
        Field = "field" "対象分野",
        District = "district" "地区",
        Area = "area" "旧市町村",
        Role = "role" "役割",
        Weekday = "weekday" "曜日",
        Wheelchair = "wheelchair" "車いす",
        Transport = "transport" "送迎",
        Free = "free" "無料",
        Remote = "remote" "在宅",
    }
}

/// A question as a program asks it.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What is asked.
    pub query: SearchQuery,
    /// What is counted; everything when nothing is named.
    pub facets: Option<Vec<FacetName>>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Who asks: what is 関係者のみ is found for staff alone.
    pub audience: Audience,
}

impl Question {
    /// The same, asked by that audience.
    pub fn by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// Whether a facet is asked for.
    pub fn counts(&self, name: FacetName) -> bool {
        self.facets.as_ref().is_none_or(|names| names.contains(&name))
    }
}

/// The parameters as the OpenAPI document tells them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(missing_docs)]
pub struct SearchParameters {
    /// さがすことば(200文字まで)。空白で区切ると、すべてに合うものをさがす。文のままでもよい。
    pub q: Option<String>,
    /// 緯度,経度。距離が付き、ことばがなければ近い順になる。
    #[param(example = "39.1444,141.1391")]
    pub near: Option<String>,
    /// near からの範囲(メートル)。
    #[param(minimum = 0)]
    pub radius_m: Option<f64>,
    /// 西,南,東,北(度)。
    #[param(example = "141.0,39.0,141.3,39.3")]
    pub bbox: Option<String>,
    /// 地区のIDか名前。くり返すと、どれかの地区。
    pub district: Option<Vec<String>>,
    /// 旧市町村の名前。
    #[param(example = "水沢")]
    pub area: Option<Vec<String>>,
    /// 種別のコードか日本語。
    #[param(example = json!(["salon"]))]
    pub kind: Option<Vec<String>>,
    /// 対象分野のコードか日本語。
    pub field: Option<Vec<String>>,
    /// 役割のコードか日本語。
    pub role: Option<Vec<String>>,
    /// 形態のコードか日本語。on_site と remote は either も含む。
    pub modality: Option<String>,
    /// 曜日(mon〜sun、月〜日)。time といっしょなら、その曜日のその時間。
    pub weekday: Option<Vec<String>>,
    /// 時間。少しでも重なるもの。
    #[param(example = "10:00-12:00")]
    pub time: Option<String>,
    /// true: 車いす可。
    pub wheelchair: Option<bool>,
    /// true: 送迎あり、または要相談。
    pub transport: Option<bool>,
    /// true: 費用がかからない。
    pub free: Option<bool>,
    /// true: 在宅でできる。
    pub remote: Option<bool>,
    /// 地区のIDか名前。その地区の人が行ける所(どこにあるかは問わない)。
    pub serves: Option<String>,
    /// relevance(合う順)・distance(近い順)・name(名前順)・updated(新しい順)。
    #[param(example = "relevance")]
    pub sort: Option<String>,
    /// 1ページの件数。
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// 前の答えの next。ほかの条件は前と同じにする。
    pub cursor: Option<String>,
    /// 数えるもの: kind, field, district, area, role, weekday, wheelchair, transport, free, remote。くり返すか「,」で区切る。なければ全部。
    pub facets: Option<Vec<String>>,
}

/// Parameters that may stand once only.
const ONCE: [&str; 16] = [
    "q",
    "near",
    "radius_m",
    "bbox",
    "modality",
    "time",
    "wheelchair",
    "transport",
    "free",
    "remote",
    "serves",
    "sort",
    "limit",
    "cursor",
    "level",
    "geometry",
];

/// The pairs of a query string, read leniently: for pages, whose addresses people type and cut.
pub fn pairs(raw: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(raw.as_bytes()).into_owned().collect()
}

/// The pairs of a query string, read strictly.
///
/// # Errors
/// A `%` that does not begin a byte, bytes that are not UTF-8, control characters, a single value given twice.
pub fn strict_pairs(raw: &str) -> Result<Vec<(String, String)>, Vec<Fault>> {
    let (mut pairs, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for part in raw.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decoded(name), decoded(value)) {
            (Some(name), Some(value)) => {
                if ONCE.contains(&name.as_str()) && !seen.insert(name.clone()) {
                    faults.push(Fault::new(&name, "1つだけにしてください"));
                }
                pairs.push((name, value));
            }
            (Some(name), None) => faults.push(Fault::new(
                name,
                "文字の符号化(%)が正しいUTF-8でないか、使えない制御文字があります",
            )),
            (None, _) => faults.push(Fault::new(
                "query",
                "パラメーターの名前の符号化(%)が正しいUTF-8ではありません",
            )),
        }
    }
    if faults.is_empty() { Ok(pairs) } else { Err(faults) }
}

/// `None` unless every `%` begins a byte, the bytes are UTF-8, and none is a control character.
fn decoded(text: &str) -> Option<String> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let (bytes, mut out, mut i) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while i < bytes.len() {
        match bytes[i] {
            b'%' => {
                let byte = digit(bytes.get(i + 1))? * 16 + digit(bytes.get(i + 2))?;
                out.push(u8::try_from(byte).ok()?);
                i += 3;
            }
            b'+' => {
                out.push(b' ');
                i += 1;
            }
            byte => {
                out.push(byte);
                i += 1;
            }
        }
    }
    let text = String::from_utf8(out).ok()?;
    (!text.chars().any(|c| c.is_control() && !c.is_whitespace())).then_some(text)
}

/// Reads parameters, gathering faults.
struct Reader<'a> {
    app: &'a App,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn keep<T>(&mut self, name: &str, value: Option<T>, accepted: impl FnOnce() -> String) -> Option<T> {
        if value.is_none() {
            self.faults.push(Fault::new(name, accepted()));
        }
        value
    }

    fn flag(&mut self, name: &str, value: &str) -> bool {
        let read = match value {
            "true" | "1" | "on" | "はい" => Some(true),
            "false" | "0" | "いいえ" => Some(false),
            _ => None,
        };
        self.keep(name, read, || "true か false にしてください".into())
            .unwrap_or(false)
    }

    /// The 地区振興会 that an id or a name means; those of a former municipality are all of its own.
    fn districts(&mut self, name: &str, value: &str) -> Vec<DistrictId> {
        let ground = self.app.ground();
        let found = ground.areas.find(value).map(|d| match d.level {
            DistrictLevel::FormerMunicipality => ground
                .areas
                .of_former(&d.name)
                .iter()
                .map(|d| d.id.clone())
                .collect(),
            _ => vec![d.id.clone()],
        });
        self.keep(name, found, || format!("「{value}」という地区はありません"))
            .unwrap_or_default()
    }

    fn area(&mut self, value: &str) -> Vec<DistrictId> {
        let ground = self.app.ground();
        let districts = ground.areas.of_former(value.strip_suffix('区').unwrap_or(value));
        let ids: Vec<_> = districts.iter().map(|d| d.id.clone()).collect();
        let found = (!ids.is_empty()).then_some(ids);
        self.keep("area", found, || {
            let known = ground.areas.formers().join("・");
            format!("「{value}」という旧市町村はありません({known})")
        })
        .unwrap_or_default()
    }
}

/// The question in a query string, for pages: without the facets, and with the offset its cursor tells.
///
/// # Errors
/// Every parameter that is unknown or cannot be read.
pub fn parse(app: &App, raw: &str) -> Result<SearchQuery, Vec<Fault>> {
    let question = question(app, Listing::Resources, raw)?;
    Ok(SearchQuery {
        offset: question.after.map_or(0, |cursor| cursor.offset),
        tally: false,
        ..question.query
    })
}

/// The question in a query string.
///
/// # Errors
/// Every parameter that is unknown, stands twice, contradicts another or cannot be read.
pub fn question(app: &App, list: Listing, raw: &str) -> Result<Question, Vec<Fault>> {
    let pairs = strict_pairs(raw)?;
    let mut query = SearchQuery {
        limit: 20,
        ..SearchQuery::default()
    };
    let mut r = Reader {
        app,
        faults: Vec::new(),
    };
    let (mut facets, mut cursor, mut areas, mut sort_named) = (None, None, None, false);
    for (name, value) in &pairs {
        let name = name.as_str();
        // The words stay as typed; of everything else the width of a letter means nothing.
        let value = if name == "q" {
            value.clone()
        } else {
            text::nfkc(value)
        };
        let value = value.trim();
        // A form sends its empty fields too: they ask nothing.
        let empty = value.is_empty();
        match name {
            "q" if value.chars().count() > LONGEST => {
                r.faults
                    .push(Fault::new("q", format!("{LONGEST}文字までにしてください")));
            }
            "q" => value.clone_into(&mut query.q),
            "near" | "radius_m" | "bbox" | "district" | "serves" | "area" | "kind" | "field" | "role"
            | "modality" | "weekday" | "time" | "wheelchair" | "transport" | "free" | "remote" | "sort"
            | "limit" | "cursor"
                if empty => {}
            "near" => {
                query.near = r.keep(name, point(value), || {
                    "緯度,経度(日本の中)で書いてください".into()
                })
            }
            "radius_m" => {
                let radius = value.parse().ok().and_then(Meters::new);
                query.radius = r.keep(name, radius, || "0以上の数字(メートル)にしてください".into());
            }
            "bbox" => query.bbox = r.keep(name, bbox(value), || "西,南,東,北 の度で書いてください".into()),
            "district" => query.districts.extend(r.districts(name, value)),
            "serves" => query.serves = r.districts(name, value).into_iter().next(),
            "area" => areas.get_or_insert_with(Vec::new).extend(r.area(value)),
            "kind" => push(
                &mut query.kinds,
                r.keep(name, ResourceKind::parse(value), || {
                    one_of(value, &ResourceKind::accepted())
                }),
            ),
            "field" => push(
                &mut query.fields,
                r.keep(name, Field::parse(value), || one_of(value, &Field::accepted())),
            ),
            "role" => push(
                &mut query.roles,
                r.keep(name, ParticipationRole::parse(value), || {
                    one_of(value, &ParticipationRole::accepted())
                }),
            ),
            "modality" => {
                query.modality = r.keep(name, Modality::parse(value), || {
                    one_of(value, &Modality::accepted())
                })
            }
            "weekday" => {
                query.weekdays |= r
                    .keep(name, weekday(value), || {
                        "mon〜sun か 月〜日 にしてください".into()
                    })
                    .unwrap_or(0);
            }
            "time" => {
                query.time = r.keep(name, hours(value), || {
                    "10:00-12:00 のように、早いほうを先に書いてください".into()
                })
            }
            "wheelchair" => query.wheelchair = r.flag(name, value),
            "transport" => query.transport = r.flag(name, value),
            "free" => query.free = r.flag(name, value),
            "remote" => query.remote = r.flag(name, value),
            "sort" => {
                sort_named = true;
                query.sort = r.keep(name, sort(value), || {
                    "relevance・distance・name・updated のどれかにしてください".into()
                });
            }
            "limit" => {
                let limit = value.parse().ok().filter(|n| (1..=100).contains(n));
                query.limit = r
                    .keep(name, limit, || "1〜100 にしてください".into())
                    .unwrap_or(20);
            }
            "cursor" => cursor = Some(value.to_owned()),
            "facets" => {
                let names: &mut Vec<FacetName> = facets.get_or_insert_with(Vec::new);
                for part in value.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                    let accepted = || {
                        FacetName::ALL
                            .iter()
                            .map(|f| f.code())
                            .collect::<Vec<_>>()
                            .join("・")
                    };
                    push(names, r.keep(name, FacetName::parse(part), accepted));
                }
            }
            _ => r.faults.push(Fault::new(name, "このパラメーターはありません")),
        }
    }
    if let Some(areas) = areas {
        query.districts = within(&query.districts, areas);
        if query.districts.is_empty() {
            r.keep::<()>("area", None, || {
                "district で指定した地区は、この旧市町村にありません".into()
            });
        }
    }
    query.districts.sort_unstable();
    query.districts.dedup();
    if query.radius.is_some() && query.near.is_none() {
        r.faults
            .push(Fault::new("radius_m", "near と一緒に使ってください"));
    }
    if sort_named && query.sort == Some(Sort::Distance) && query.near.is_none() {
        r.faults
            .push(Fault::new("sort", "distance は near と一緒に使ってください"));
    }
    if !r.faults.is_empty() {
        return Err(r.faults);
    }
    use FacetName::{Free, Remote, Role, Transport, Weekday, Wheelchair};
    let after = match cursor.map(|text| Cursor::read(&text, list, &query)) {
        None => None,
        Some(Ok(cursor)) => Some(cursor),
        Some(Err(why)) => {
            let detail = match why {
                CursorFault::Unreadable => "前の答えの next をそのまま使ってください",
                CursorFault::OtherQuestion => {
                    "別の条件の続きです。条件を前と同じにするか、cursor をはずしてください"
                }
            };
            return Err(vec![Fault::new("cursor", detail)]);
        }
    };
    let question = Question {
        query,
        facets,
        after,
        audience: Audience::Public,
    };
    let per_offer = [Role, Weekday, Wheelchair, Transport, Free, Remote];
    let tally = per_offer.into_iter().any(|name| question.counts(name));
    Ok(Question {
        query: SearchQuery {
            tally,
            ..question.query
        },
        ..question
    })
}

fn one_of(value: &str, accepted: &str) -> String {
    let shown: String = value.chars().take(40).collect();
    format!("「{shown}」はありません。次のどれかにしてください: {accepted}")
}

fn push<T: PartialEq>(values: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value
        && !values.contains(&value)
    {
        values.push(value);
    }
}

/// The districts of an area, or those of the ones asked for that lie in it.
fn within(districts: &[DistrictId], area: Vec<DistrictId>) -> Vec<DistrictId> {
    area.into_iter()
        .filter(|d| districts.is_empty() || districts.contains(d))
        .collect()
}

fn numbers<const N: usize>(value: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> = value
        .split(',')
        .map(|n| n.trim().parse().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn point(value: &str) -> Option<LngLat> {
    let [lat, lng] = numbers(value)?;
    LngLat::new(lng, lat).ok()
}

fn bbox(value: &str) -> Option<BBox> {
    let [west, south, east, north] = numbers(value)?;
    BBox::new(west, south, east, north)
}

fn sort(value: &str) -> Option<Sort> {
    match value {
        "relevance" | "合う順" => Some(Sort::Relevance),
        "distance" | "近い順" => Some(Sort::Distance),
        "name" | "名前順" => Some(Sort::Name),
        "updated" | "新しい順" => Some(Sort::Updated),
        _ => None,
    }
}

/// Codes and labels of the days, Monday first.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "月曜"),
    ("tue", "火曜"),
    ("wed", "水曜"),
    ("thu", "木曜"),
    ("fri", "金曜"),
    ("sat", "土曜"),
    ("sun", "日曜"),
];

fn weekday(value: &str) -> Option<u8> {
    let key = text::key(value);
    let day = key
        .strip_suffix("曜日")
        .or_else(|| key.strip_suffix('曜'))
        .unwrap_or(&key);
    WEEKDAYS
        .iter()
        .position(|(code, label)| day == *code || Some(day) == label.strip_suffix('曜'))
        .map(|at| 1 << at)
}

fn minute(value: &str) -> Option<u16> {
    let (hour, minute) = value.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60 || (hour, minute) == (24, 0)).then_some(hour * 60 + minute)
}

fn hours(value: &str) -> Option<(u16, u16)> {
    let (from, to) = value.split_once(['-', '~', '〜'])?;
    let span = (minute(from)?, minute(to)?);
    (span.0 < span.1).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_is_decoded_strictly() {
        let read = |raw: &str| strict_pairs(raw).map_err(|faults| faults[0].pointer.clone());
        assert_eq!(
            read("q=%E4%BD%93+a&kind="),
            Ok(vec![("q".into(), "体 a".into()), ("kind".into(), String::new())])
        );
        for (raw, pointer) in [
            ("q=%zz", "q"),
            ("q=%", "q"),
            ("q=%E4%BD", "q"),
            ("q=%00", "q"),
            ("%FF=1", "query"),
            ("q=a&q=b", "q"),
        ] {
            assert_eq!(read(raw), Err(pointer.to_owned()), "{raw}");
        }
        assert!(read("kind=a&kind=b&facets=x&facets=y").is_ok());
    }

    #[test]
    fn days_and_hours_are_read_as_people_write_them() {
        for text in ["tue", "火", "火曜", "火曜日", "TUE", " 火 "] {
            assert_eq!(weekday(text), Some(2), "{text}");
        }
        assert_eq!(weekday("祝"), None);
        assert_eq!(hours("9:00-12:30"), Some((540, 750)));
        for text in ["12:00-9:00", "25:00-26:00", "10-12", "10:00", "10:60-11:00", ""] {
            assert_eq!(hours(text), None, "{text}");
        }
    }
}
