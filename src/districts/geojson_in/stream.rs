//! GeoJSON one feature at a time: a file of a whole country passes through in the memory of its largest feature.

use std::{
    cell::Cell,
    fmt,
    io::{BufRead, BufReader, Read},
};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::kernel::text;

/// The most corners one feature may have.
pub const MAX_VERTICES: usize = 1_000_000;

/// Reference systems whose numbers are degrees of JGD2011 or WGS 84 (JGD2000 differs by centimetres to metres).
const DEGREES: [&str; 5] = ["4326", "6668", "6697", "4612", "CRS84"];

/// A feature as it stands in the file.
#[derive(Debug, Default)]
pub struct Feature {
    /// Its `id`, when it has one beside the properties.
    pub id: Option<Value>,
    /// Its properties.
    pub properties: Map<String, Value>,
    /// Its geometry; `None` when it is `null` or missing.
    pub geometry: Option<Geometry>,
}

/// The property that holds something nobody sees, and why it cannot be taken in.
pub fn unseen(properties: &Map<String, Value>) -> Option<(&str, String)> {
    properties
        .iter()
        .find_map(|(name, value)| Some((name.as_str(), text::unseen(value.as_str()?)?)))
}

/// A geometry before anybody has looked at it.
#[derive(Debug, Default)]
pub struct Geometry {
    /// Its type, as written.
    pub kind: String,
    /// Its coordinates.
    pub coordinates: Coordinates,
}

/// Coordinates nested as the file nests them.
#[derive(Debug, Default)]
pub enum Coordinates {
    /// Two numbers (a height behind them is dropped).
    Position([f64; 2]),
    /// A list of lists.
    List(Vec<Coordinates>),
    /// Anything else.
    #[default]
    Wrong,
}

/// What every part of the reading knows.
#[derive(Default)]
struct State {
    left: Cell<usize>,
    exceeded: Cell<bool>,
    features: Cell<bool>,
}

/// Gives every feature of a FeatureCollection to `take`, with its number from 1. Reads to the end before it answers:
/// nothing may be written before.
///
/// # Errors
/// What keeps the file from being read, for people: not GeoJSON, no features, too many corners, another reference system.
pub fn each(reader: impl Read, take: &mut dyn FnMut(usize, Feature)) -> Result<(), String> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let start = reader
        .fill_buf()
        .map_err(|e| format!("ファイルを読めません({e})"))?;
    if start.starts_with(b"PK\x03\x04") {
        return Err("ZIPのままです。展開して、中の .geojson を指定してください".into());
    }
    if start.starts_with(b"\xEF\xBB\xBF") {
        reader.consume(3);
    }
    let state = State::default();
    let mut json = serde_json::Deserializer::from_reader(reader);
    let root = Root { state: &state, take };
    let crs = json
        .deserialize_any(root)
        .and_then(|crs| json.end().map(|()| crs));
    match crs {
        Err(_) if state.exceeded.get() => Err(format!(
            "頂点が多すぎます。地物1つを{MAX_VERTICES}点までにしてください"
        )),
        Err(e) => Err(said(&e)),
        Ok(_) if !state.features.get() => {
            Err("FeatureCollectionではありません。GeoJSONのFeatureCollectionにしてください".into())
        }
        Ok(Some(crs)) => known_crs(&crs),
        Ok(None) => Ok(()),
    }
}

/// The parser's complaint for people.
fn said(error: &serde_json::Error) -> String {
    let plain = error.to_string();
    let why = if plain.contains("recursion limit") {
        "入れ子が深すぎます"
    } else if error.is_eof() {
        "途中で終わっています"
    } else if plain.contains("number out of range") {
        "数が大きすぎます"
    } else if error.is_data() {
        "FeatureCollectionの形をしていません"
    } else {
        "JSONの書き方が正しくありません。NaNなどの数でないものや、文字コードも確かめてください"
    };
    format!(
        "GeoJSONとして読めません({}行{}文字目: {why})",
        error.line(),
        error.column()
    )
}

fn known_crs(crs: &Value) -> Result<(), String> {
    let name = crs
        .pointer("/properties/name")
        .or_else(|| crs.pointer("/properties/code"));
    let name = match name {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(code)) => code.to_string(),
        _ if crs.is_null() => return Ok(()),
        _ => crs.to_string().chars().take(60).collect(),
    };
    let last = name.rsplit([':', '/', '#']).next().unwrap_or_default();
    if DEGREES.contains(&last) {
        Ok(())
    } else {
        Err(format!(
            "座標系「{}」は使えません。緯度経度(JGD2011のEPSG:6668か、WGS 84のEPSG:4326)に変換してください",
            name.chars().take(60).collect::<String>()
        ))
    }
}

struct Root<'a, 'b> {
    state: &'a State,
    take: &'b mut dyn FnMut(usize, Feature),
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<Option<Value>, M::Error> {
        let mut crs = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    self.state.features.set(true);
                    map.next_value_seed(Features {
                        state: self.state,
                        take: &mut self.take,
                    })?;
                }
                "crs" => crs = Some(map.next_value::<Value>()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(crs)
    }

    /// A list at the top is no FeatureCollection, which `features` not seen will say.
    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Option<Value>, S::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

struct Features<'a, 'b, 'c> {
    state: &'a State,
    take: &'b mut &'c mut dyn FnMut(usize, Feature),
}

impl<'de> DeserializeSeed<'de> for Features<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let mut number = 0;
        loop {
            self.state.left.set(MAX_VERTICES);
            let Some(feature) = seq.next_element_seed(OneFeature(self.state))? else {
                return Ok(());
            };
            number += 1;
            (self.take)(number, feature);
        }
    }
}

struct OneFeature<'a>(&'a State);

impl<'de> DeserializeSeed<'de> for OneFeature<'_> {
    type Value = Feature;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Feature, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneFeature<'_> {
    type Value = Feature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Feature, M::Error> {
        let mut feature = Feature::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => feature.id = Some(map.next_value()?),
                "properties" => {
                    feature.properties = map
                        .next_value::<Option<Map<String, Value>>>()?
                        .unwrap_or_default()
                }
                "geometry" => feature.geometry = map.next_value_seed(OneGeometry(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(feature)
    }
}

struct OneGeometry<'a>(&'a State);

impl<'de> DeserializeSeed<'de> for OneGeometry<'_> {
    type Value = Option<Geometry>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneGeometry<'_> {
    type Value = Option<Geometry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut geometry = Geometry::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => geometry.kind = map.next_value()?,
                "coordinates" => geometry.coordinates = map.next_value_seed(Nested(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(geometry))
    }
}

#[derive(Clone, Copy)]
struct Nested<'a>(&'a State);

/// One element of a list: a number of a position, or a list again.
enum Item {
    Number(f64),
    Nested(Coordinates),
    Other,
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Coordinates;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Coordinates, D::Error> {
        Ok(match d.deserialize_any(Element(self.0))? {
            Item::Nested(coordinates) => coordinates,
            _ => Coordinates::Wrong,
        })
    }
}

#[derive(Clone, Copy)]
struct Element<'a>(&'a State);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Item;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Item, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, v: f64) -> Result<Item, E> {
        Ok(Item::Number(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Item, E> {
        Ok(Item::Number(v as f64))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Item, E> {
        Ok(Item::Number(v as f64))
    }
    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Item::Other)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Item, E> {
        Ok(Item::Other)
    }
    fn visit_str<E>(self, _: &str) -> Result<Item, E> {
        Ok(Item::Other)
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Item, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Item::Other)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Item, S::Error> {
        let (mut numbers, mut list, mut wrong) = (Vec::new(), Vec::new(), false);
        while let Some(item) = seq.next_element_seed(self)? {
            match item {
                Item::Number(n) if numbers.len() < 3 => numbers.push(n),
                Item::Number(_) => {}
                Item::Nested(coordinates) => list.push(coordinates),
                Item::Other => wrong = true,
            }
        }
        let coordinates = match (numbers.as_slice(), list.is_empty(), wrong) {
            ([x, y, ..], true, false) => {
                let left = self.0.left.get().checked_sub(1);
                let Some(left) = left else {
                    self.0.exceeded.set(true);
                    return Err(S::Error::custom("too many corners"));
                };
                self.0.left.set(left);
                Coordinates::Position([*x, *y])
            }
            ([], _, false) => Coordinates::List(list),
            _ => Coordinates::Wrong,
        };
        Ok(Item::Nested(coordinates))
    }
}
