//! Addresses as official files hold them: the city twice, remarks behind the house number, and which city is meant.

use crate::kernel::{
    municipality::{MunicipalityCode, PREFECTURES, Says},
    text,
};

/// The municipality whose rows are kept.
#[derive(Debug, Clone)]
pub struct Keep<'a> {
    /// Its code.
    pub code: &'a MunicipalityCode,
    /// Its name without the prefecture.
    pub name: &'a str,
    /// Every municipality's rows (`--all`).
    pub all: bool,
}

impl Keep<'_> {
    /// Whether a row belongs: its place (市区町村名 or address) decides where it names a municipality, because codes
    /// may be the prefecture's; else its code.
    ///
    /// ```
    /// use yosatte::{exchange::official::address::Keep, kernel::municipality::MunicipalityCode};
    /// let code = MunicipalityCode::new("03215").unwrap();
    /// let oshu = Keep { code: &code, name: "奥州市", all: false };
    /// assert!(oshu.has("03000", "岩手県奥州市"));
    /// assert!(oshu.has("32158", "") && oshu.has("3215", "水沢大手町1-1"));
    /// assert!(!oshu.has("03215", "岩手県盛岡市") && !oshu.has("03000", "水沢大手町1-1"));
    /// ```
    pub fn has(&self, code: &str, place: &str) -> bool {
        if self.all {
            return true;
        }
        match self.named_by(place) {
            Some(named) => named,
            None => self.code.said_by(code) == Says::This,
        }
    }

    /// Whether the place names this municipality; `None` when it names none.
    fn named_by(&self, place: &str) -> Option<bool> {
        let place = folded(place);
        let own = folded(self.code.prefecture());
        let prefecture = PREFECTURES
            .iter()
            .map(|p| folded(p))
            .find(|p| place.starts_with(p.as_str()));
        let rest = prefecture
            .as_deref()
            .map_or(place.as_str(), |p| &place[p.len()..]);
        if prefecture.as_ref().is_some_and(|p| *p != own) {
            return Some(false);
        }
        let name = folded(self.name);
        // 胆沢郡金ケ崎町 is named with and without its county.
        let bare = rest.split_once('郡').map_or(rest, |(_, town)| town);
        if rest.starts_with(&name) || bare.starts_with(&name) {
            return Some(true);
        }
        let another = rest.chars().take(8).skip(1).any(|c| c == '市');
        let names_another = another || (prefecture.is_some() && !rest.is_empty());
        names_another.then_some(false)
    }
}

/// Width and ヶ folded.
fn folded(text: &str) -> String {
    text::key(text).replace('ヶ', "ケ")
}

/// The full address from the municipality's cell and the rest, the municipality once and the remark taken off.
///
/// ```
/// use yosatte::exchange::official::address::joined;
/// assert_eq!(joined("岩手県奥州市", "奥州市岩手県奥州市水沢羽田町字水無沢491"), "岩手県奥州市水沢羽田町字水無沢491");
/// assert_eq!(joined("岩手県奥州市", "水沢東大通り二丁目4番3号特記なし"), "岩手県奥州市水沢東大通り二丁目4番3号");
/// assert_eq!(joined("", "奥州市水沢区神明町"), "奥州市水沢区神明町");
/// ```
pub fn joined(municipality: &str, rest: &str) -> String {
    let city = PREFECTURES
        .iter()
        .find_map(|p| municipality.strip_prefix(p))
        .unwrap_or(municipality);
    let mut rest = rest.trim();
    if !city.is_empty() {
        while let Some(shorter) = rest
            .strip_prefix(municipality)
            .or_else(|| rest.strip_prefix(city))
        {
            rest = shorter.trim_start();
        }
    }
    let rest = rest.trim_end_matches(['。', ' ', '　']);
    let rest = ["特記事項なし", "特記なし"]
        .iter()
        .find_map(|remark| rest.strip_suffix(remark))
        .unwrap_or(rest);
    format!("{municipality}{}", rest.trim_end())
}
