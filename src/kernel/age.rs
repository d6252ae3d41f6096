//! 対象年齢: whom a place is for, as people write it (65-, 18〜39歳, 小学生).

use serde::{Deserialize, Serialize};

use super::calendar_ja::scan::Scan;

/// What [`AgeRange::parse`] accepts, for a message.
pub const ACCEPTED: &str =
    "「65-」「18-39」「-15」のような年齢の範囲、または「小学生」「中学生」「高校生」「65歳以上」「問わない」";

/// Years of age from and to, both inclusive; a side not given is open.
///
/// Written as in the files: `65-`, `18-39`, `-15`; for people see [`std::fmt::Display`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgeRange {
    min: Option<u8>,
    max: Option<u8>,
}

impl AgeRange {
    /// Anyone.
    pub const ANY: Self = Self { min: None, max: None };

    /// From and to, inclusive; `None` when they are the wrong way round or beyond 120.
    pub fn new(min: Option<u8>, max: Option<u8>) -> Option<Self> {
        let ordered = min.zip(max).is_none_or(|(min, max)| min <= max);
        let human = min.is_none_or(|age| age <= 120) && max.is_none_or(|age| age <= 120);
        (ordered && human).then_some(Self { min, max })
    }

    /// Reads a range; `None` when the text is anything else. School years count the ages of all their pupils (小学生 is 6 to 12).
    ///
    /// ```
    /// use yosatte::kernel::age::AgeRange;
    /// assert!(AgeRange::parse("65歳以上").unwrap().contains(65));
    /// assert!(!AgeRange::parse("18-39").unwrap().contains(40));
    /// assert_eq!(AgeRange::parse("小学生〜中学生"), AgeRange::parse("6-15"));
    /// assert_eq!(AgeRange::parse("若い人"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 200 {
            return None;
        }
        let mut scan = Scan::new(text);
        let range = read(&mut scan)?;
        scan.is_done().then_some(range)
    }

    /// Whether a person of this age is meant.
    pub fn contains(self, age: u8) -> bool {
        self.min.is_none_or(|min| age >= min) && self.max.is_none_or(|max| age <= max)
    }

    /// The youngest meant.
    pub fn min(self) -> Option<u8> {
        self.min
    }

    /// The oldest meant.
    pub fn max(self) -> Option<u8> {
        self.max
    }

    /// The form of the files: `65-`, `18-39`, `-15`; `問わない` for anyone.
    pub fn code(self) -> String {
        match (self.min, self.max) {
            (None, None) => "問わない".to_owned(),
            (Some(min), None) => format!("{min}-"),
            (None, Some(max)) => format!("-{max}"),
            (Some(min), Some(max)) => format!("{min}-{max}"),
        }
    }
}

/// In words: 65歳以上, 18歳から39歳まで, 15歳以下.
impl std::fmt::Display for AgeRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (None, None) => f.write_str("年齢を問わない"),
            (Some(min), None) => write!(f, "{min}歳以上"),
            (None, Some(max)) => write!(f, "{max}歳以下"),
            (Some(min), Some(max)) if min == max => write!(f, "{min}歳"),
            (Some(min), Some(max)) => write!(f, "{min}歳から{max}歳まで"),
        }
    }
}

impl TryFrom<String> for AgeRange {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{ACCEPTED}で書いてください"))
    }
}

impl From<AgeRange> for String {
    fn from(range: AgeRange) -> Self {
        range.code()
    }
}

/// School and other words with the ages they cover; longer words first.
const GROUPS: [(&str, Option<u8>, Option<u8>); 21] = [
    ("小中学生", Some(6), Some(15)),
    ("小中高生", Some(6), Some(18)),
    ("中高生", Some(12), Some(18)),
    ("小学生", Some(6), Some(12)),
    ("中学生", Some(12), Some(15)),
    ("高校生", Some(15), Some(18)),
    ("未就学児", Some(0), Some(6)),
    ("未就学", Some(0), Some(6)),
    ("就学前", Some(0), Some(6)),
    ("乳幼児", Some(0), Some(6)),
    ("未就園児", Some(0), Some(5)),
    ("18歳未満", None, Some(17)),
    ("成人", Some(18), None),
    ("大人", Some(18), None),
    ("高齢者", Some(65), None),
    ("問わない", None, None),
    ("年齢不問", None, None),
    ("不問", None, None),
    ("全年齢", None, None),
    ("どなたでも", None, None),
    ("だれでも", None, None),
];

fn read(s: &mut Scan) -> Option<AgeRange> {
    s.eat_any(&["対象:", "対象は", "対象"]);
    s.eat_any(&["年齢は", "年齢を", "年齢"]);
    s.eat_any(&["おおむね", "概ね", "満"]);
    if s.eat_any(&["~", "-"]) {
        let max = age(s)?;
        s.eat_any(&["以下", "まで"]);
        return AgeRange::new(None, max.max);
    }
    let from = age(s)?;
    if s.eat("以上") {
        let to = s.attempt(|s| {
            s.eat_range();
            age(s)
        });
        return match to {
            Some(to) => upper(s, from.min, to),
            None => AgeRange::new(from.min, None),
        };
    }
    if s.eat_any(&["以下", "まで"]) {
        return AgeRange::new(None, from.max);
    }
    if s.eat("未満") {
        return AgeRange::new(None, from.min?.checked_sub(1).map(Some)?);
    }
    if s.eat_range() {
        return match s.attempt(age) {
            Some(to) => upper(s, from.min, to),
            None => AgeRange::new(from.min, None),
        };
    }
    // 小学生・中学生 is both together.
    if s.eat_separator() {
        return AgeRange::new(from.min, age(s)?.max);
    }
    Some(from)
}

/// The upper end after a lower one: 39歳, 39歳以下, 40歳未満, 高校生まで.
fn upper(s: &mut Scan, min: Option<u8>, to: AgeRange) -> Option<AgeRange> {
    if s.eat("未満") {
        return AgeRange::new(min, to.min?.checked_sub(1).map(Some)?);
    }
    s.eat_any(&["以下", "まで"]);
    AgeRange::new(min, to.max)
}

/// 65, 65歳, 60代, 小学生.
fn age(s: &mut Scan) -> Option<AgeRange> {
    s.attempt(|s| {
        if let Some((_, min, max)) = GROUPS.into_iter().find(|(word, ..)| s.eat(word)) {
            return Some(AgeRange { min, max });
        }
        let years = u8::try_from(s.number(3)?).ok()?;
        if s.eat_any(&["歳代", "才代", "代"]) {
            (years % 10 == 0 && years > 0).then_some(())?;
            return AgeRange::new(Some(years), Some(years + 9));
        }
        s.eat_any(&["歳", "才"]);
        AgeRange::new(Some(years), Some(years))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_people_write_them() {
        for (text, code) in [
            ("65-", "65-"),
            ("６５～", "65-"),
            ("65歳以上", "65-"),
            ("おおむね65歳以上", "65-"),
            ("18-39", "18-39"),
            ("18歳〜39歳", "18-39"),
            ("18歳以上40歳未満", "18-39"),
            ("18歳から39歳まで", "18-39"),
            ("-15", "-15"),
            ("〜15歳", "-15"),
            ("15歳以下", "-15"),
            ("15才まで", "-15"),
            ("18歳未満", "-17"),
            ("小学生", "6-12"),
            ("小学生以上", "6-"),
            ("小学生〜高校生", "6-18"),
            ("小・中学生".replace('・', "").as_str(), "6-15"),
            ("小学生・中学生", "6-15"),
            ("高校生まで", "-18"),
            ("未就学児", "0-6"),
            ("60代", "60-69"),
            ("60代以上", "60-"),
            ("10", "10-10"),
            ("問わない", "問わない"),
            ("どなたでも", "問わない"),
            ("年齢を問わない", "問わない"),
        ] {
            let range = AgeRange::parse(text);
            assert_eq!(range.map(AgeRange::code).as_deref(), Some(code), "{text}");
            assert_eq!(AgeRange::parse(code), range, "{text}");
            assert_eq!(
                range.and_then(|range| AgeRange::parse(&range.to_string())),
                range,
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            "若者",
            "39-18",
            "300",
            "65歳くらい",
            "0歳未満",
            "小学生65",
        ] {
            assert_eq!(AgeRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_belong_to_the_range() {
        let range = AgeRange::parse("18-39").expect("a range");
        assert!(range.contains(18) && range.contains(39) && !range.contains(17) && !range.contains(40));
        assert!(AgeRange::ANY.contains(0) && AgeRange::ANY.contains(120));
    }

    #[test]
    fn a_stored_range_is_its_text_again() {
        let json = serde_json::to_string(&AgeRange::parse("65歳以上")).expect("json");
        assert_eq!(json, "\"65-\"");
        assert!(serde_json::from_str::<AgeRange>("\"若者\"").is_err());
    }
}
