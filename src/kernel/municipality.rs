//! Municipality codes (全国地方公共団体コード) as files really write them: five digits, six with the check digit, zeros lost.

use std::fmt;

use super::text::key;

/// A municipality's five-digit code, without the check digit: 奥州市 is `03215`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MunicipalityCode(String);

/// Why a text is no municipality code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「03215」のような5けたか、検査数字のついた6けたの数字にしてください")]
pub struct CodeError;

/// What a cell with a code says about a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is this one.
    This,
    /// It is somewhere in this prefecture: the file gives prefectures only (`03000`).
    ThisPrefecture,
    /// It is another one, or no code at all.
    Another,
}

impl MunicipalityCode {
    /// Five digits as they are, or six whose check digit is right.
    ///
    /// ```
    /// use yosatte::kernel::municipality::MunicipalityCode;
    /// assert_eq!(MunicipalityCode::new("032158").unwrap().as_str(), "03215");
    /// assert!(MunicipalityCode::new("032157").is_err() && MunicipalityCode::new("3215").is_err());
    /// ```
    pub fn new(text: &str) -> Result<Self, CodeError> {
        let digits = key(text);
        let five = match digits.len() {
            5 => Some(digits.as_str()),
            6 => without_check(&digits),
            _ => None,
        };
        let code = five
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
            .map(|d| Self(d.to_owned()));
        code.filter(|c| !c.prefecture().is_empty()).ok_or(CodeError)
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefecture's name.
    ///
    /// ```
    /// use yosatte::kernel::municipality::MunicipalityCode;
    /// assert_eq!(MunicipalityCode::new("03215").unwrap().prefecture(), "岩手県");
    /// ```
    pub fn prefecture(&self) -> &'static str {
        let number = self.0.get(..2).and_then(|n| n.parse::<usize>().ok());
        let name = number.and_then(|n| PREFECTURES.get(n.checked_sub(1)?));
        name.copied().unwrap_or_default()
    }

    /// What a cell says: 5 or 6 digits, the zero in front lost or not.
    ///
    /// ```
    /// use yosatte::kernel::municipality::{MunicipalityCode, Says};
    /// let oshu = MunicipalityCode::new("03215").unwrap();
    /// for text in ["03215", "032158", "3215", "32158", "０３２１５８"] {
    ///     assert_eq!(oshu.said_by(text), Says::This, "{text}");
    /// }
    /// for text in ["03000", "030007", "3000", "30007", "03"] {
    ///     assert_eq!(oshu.said_by(text), Says::ThisPrefecture, "{text}");
    /// }
    /// for text in ["03216", "13215", "04000", "", "3.2E+4"] {
    ///     assert_eq!(oshu.said_by(text), Says::Another, "{text}");
    /// }
    /// ```
    pub fn said_by(&self, text: &str) -> Says {
        let meant = meanings(&key(text));
        let whole = format!("{}000", &self.0[..2]);
        if meant.contains(&self.0) {
            Says::This
        } else if meant.contains(&whole) {
            Says::ThisPrefecture
        } else {
            Says::Another
        }
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The five-digit codes some digits may stand for: `32158` is 032158 without its zero, or a code as it is.
fn meanings(digits: &str) -> Vec<String> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    match digits.len() {
        1 | 2 => vec![format!("{digits:0>2}000")],
        4 => vec![format!("0{digits}")],
        5 => {
            let padded = format!("0{digits}");
            let lost = without_check(&padded).map(str::to_owned);
            lost.into_iter().chain([digits.to_owned()]).collect()
        }
        6 => vec![digits[..5].to_owned()],
        _ => Vec::new(),
    }
}

/// The first five of six digits, when the sixth is their check digit (JIS X 0402: weights 6 to 2, modulo 11).
fn without_check(six: &str) -> Option<&str> {
    let (five, check) = six.split_at_checked(5)?;
    let sum: u32 = five
        .chars()
        .zip([6, 5, 4, 3, 2])
        .map(|(c, weight)| Some(c.to_digit(10)? * weight))
        .sum::<Option<u32>>()?;
    let expected = (11 - sum % 11) % 10;
    (check == expected.to_string()).then_some(five)
}

/// All prefectures in the order of their numbers, from 1.
pub const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];
