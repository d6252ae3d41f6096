//! Settings: from flags, else `YOSATTE_*` in the environment, else `yosatte.toml`; each value knows where it came from.

use std::{collections::HashMap, fmt, path::PathBuf};

use toml::de::{DeTable, DeValue};

use crate::kernel::{geo::LngLat, municipality::MunicipalityCode, network::Range, text};

/// The file that is read when none is named, in the folder where the program is started.
pub const FILE: &str = "yosatte.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// A line of the settings file.
    File(PathBuf, usize),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Environment(name) => write!(f, "環境変数 {name}"),
            Self::File(path, line) => write!(f, "{} {line}行目", path.display()),
            Self::Default => f.write_str("初期値"),
        }
    }
}

/// A proved value and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

/// The municipality that runs the service.
#[derive(Debug, Clone, PartialEq)]
pub struct City {
    /// `city.code`: 全国地方公共団体コード.
    pub code: Setting<MunicipalityCode>,
    /// `city.name`, as 「奥州市」.
    pub name: Setting<String>,
    /// `city.centre`: the city hall, from which maps open and on which files drop offices they could not place.
    pub centre: Setting<LngLat>,
    /// Whom readers tell that an entry is wrong, as 「地域共生社会課 0197-00-0000」.
    pub contact: Setting<Option<String>>,
}

impl City {
    /// The name with its prefecture, as addresses begin: 「岩手県奥州市」.
    pub fn full_name(&self) -> String {
        format!("{}{}", self.code.value.prefecture(), self.name.value)
    }
}

/// Whether a second factor is asked of everybody, or only of those who set one up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// `required`.
    Required,
    /// `optional`.
    Optional,
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The folder that holds all data.
    pub data: Setting<PathBuf>,
    /// Address and port to listen on.
    pub listen: Setting<String>,
    /// The address by which readers reach the service, for codes on paper; without a slash at its end.
    pub public_base_url: Setting<Option<String>>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Setting<Vec<Range>>,
    /// The municipality.
    pub city: City,
    /// The file of the master key, outside the data folder; without one there are no accounts.
    pub master_key_file: Setting<Option<PathBuf>>,
    /// Whether everybody must have a second factor.
    pub second_factor: Setting<SecondFactor>,
    /// The settings file, when there was one.
    pub file: Option<PathBuf>,
}

/// A setting's names and what it is for.
#[derive(Debug)]
pub struct Key {
    /// As in the file, `city.code` is `code` under `[city]`.
    pub name: &'static str,
    /// The flag.
    pub flag: &'static str,
    /// The variable.
    pub variable: &'static str,
    default: &'static str,
}

/// Every setting, in the order `yosatte config` shows them.
pub const KEYS: [Key; 10] = [
    key("data", "--data", "YOSATTE_DATA", "./var"),
    key("listen", "--listen", "YOSATTE_LISTEN", "127.0.0.1:8080"),
    key(
        "public_base_url",
        "--public-base-url",
        "YOSATTE_PUBLIC_BASE_URL",
        "",
    ),
    key(
        "trusted_proxies",
        "--trusted-proxies",
        "YOSATTE_TRUSTED_PROXIES",
        "",
    ),
    key("city.code", "--city-code", "YOSATTE_CITY_CODE", "03215"),
    key("city.name", "--city-name", "YOSATTE_CITY_NAME", "奥州市"),
    key(
        "city.centre",
        "--city-centre",
        "YOSATTE_CITY_CENTRE",
        "39.1444, 141.1389",
    ),
    key("city.contact", "--city-contact", "YOSATTE_CITY_CONTACT", ""),
    key(
        "master_key_file",
        "--master-key-file",
        "YOSATTE_MASTER_KEY_FILE",
        "",
    ),
    key(
        "second_factor",
        "--second-factor",
        "YOSATTE_SECOND_FACTOR",
        "optional",
    ),
];

const fn key(name: &'static str, flag: &'static str, variable: &'static str, default: &'static str) -> Key {
    Key {
        name,
        flag,
        variable,
        default,
    }
}

/// What stands in the way of a setting: where, which, and what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Fault {
    /// The flag, the variable, or file and line.
    pub place: String,
    /// What is wrong and what is accepted.
    pub message: String,
}

/// The texts given on the command line, by the name of their [`Key`].
pub type Flags = HashMap<&'static str, String>;

impl Settings {
    /// Reads flags, environment and file (the one named, else [`FILE`] when it is there). A faulty value leaves the
    /// default in its place and a fault in the list, so that all faults are told at once.
    pub fn read(
        flags: &Flags,
        environment: &dyn Fn(&str) -> Option<String>,
        named: Option<PathBuf>,
    ) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let file = named
            .clone()
            .or_else(|| Some(PathBuf::from(FILE)).filter(|f| f.exists()));
        let mut written = match &file {
            Some(path) => from_file(path, &mut faults),
            None => HashMap::new(),
        };
        let given: HashMap<&str, (String, Origin)> = KEYS
            .iter()
            .map(|k| {
                let flag = flags.get(k.name).map(|text| (text.clone(), Origin::Flag(k.flag)));
                let variable = || {
                    environment(k.variable)
                        .filter(|v| !v.is_empty())
                        .map(|text| (text, Origin::Environment(k.variable)))
                };
                let line = flag.or_else(variable).or_else(|| written.remove(k.name));
                (
                    k.name,
                    line.unwrap_or_else(|| (k.default.to_owned(), Origin::Default)),
                )
            })
            .collect();
        let mut prove = Prove { given, faults };
        let settings = Self {
            data: prove.setting("data", |t| {
                if t.is_empty() {
                    Err("フォルダの名前を書いてください".into())
                } else {
                    Ok(PathBuf::from(t))
                }
            }),
            listen: prove.setting("listen", listen),
            public_base_url: prove.setting("public_base_url", |t| {
                if t.is_empty() {
                    Ok(None)
                } else {
                    base_url(t).map(Some)
                }
            }),
            trusted_proxies: prove.setting("trusted_proxies", ranges),
            city: City {
                code: prove.setting("city.code", |t| {
                    MunicipalityCode::new(t).map_err(|e| e.to_string())
                }),
                name: prove.setting("city.name", name),
                centre: prove.setting("city.centre", centre),
                contact: prove.setting("city.contact", contact),
            },
            master_key_file: prove.setting("master_key_file", |t| {
                Ok(Some(t).filter(|t| !t.is_empty()).map(PathBuf::from))
            }),
            second_factor: prove.setting("second_factor", |t| match t {
                "required" => Ok(SecondFactor::Required),
                "optional" => Ok(SecondFactor::Optional),
                _ => Err("required(全員に求める)か optional(設定した人だけ)と書いてください".into()),
            }),
            file,
        };
        (settings, prove.faults)
    }

    /// The value of each key as people may see it, with where it came from: no password among them.
    pub fn shown(&self) -> [(&'static str, String, &Origin); 10] {
        let centre = self.city.centre.value;
        [
            ("data", self.data.value.display().to_string(), &self.data.origin),
            ("listen", self.listen.value.clone(), &self.listen.origin),
            (
                "public_base_url",
                self.public_base_url
                    .value
                    .clone()
                    .unwrap_or_else(|| "(なし)".into()),
                &self.public_base_url.origin,
            ),
            (
                "trusted_proxies",
                match self.trusted_proxies.value.as_slice() {
                    [] => "(なし)".into(),
                    ranges => ranges.iter().map(Range::to_string).collect::<Vec<_>>().join(", "),
                },
                &self.trusted_proxies.origin,
            ),
            (
                "city.code",
                self.city.code.value.to_string(),
                &self.city.code.origin,
            ),
            ("city.name", self.city.name.value.clone(), &self.city.name.origin),
            (
                "city.centre",
                format!("{}, {}", centre.lat(), centre.lng()),
                &self.city.centre.origin,
            ),
            (
                "city.contact",
                self.city.contact.value.clone().unwrap_or_else(|| "(なし)".into()),
                &self.city.contact.origin,
            ),
            (
                "master_key_file",
                self.master_key_file
                    .value
                    .as_ref()
                    .map_or_else(|| "(なし)".into(), |path| path.display().to_string()),
                &self.master_key_file.origin,
            ),
            (
                "second_factor",
                match self.second_factor.value {
                    SecondFactor::Required => "required",
                    SecondFactor::Optional => "optional",
                }
                .into(),
                &self.second_factor.origin,
            ),
        ]
    }
}

struct Prove {
    given: HashMap<&'static str, (String, Origin)>,
    faults: Vec<Fault>,
}

impl Prove {
    fn setting<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, String>) -> Setting<T> {
        let (text, origin) = self
            .given
            .remove(name)
            .unwrap_or((String::new(), Origin::Default));
        match read(text.trim()) {
            Ok(value) => Setting { value, origin },
            Err(why) => {
                self.faults.push(Fault {
                    place: format!("{origin} {name}"),
                    message: format!("「{}」は使えません。{why}", masked(&text)),
                });
                let default = KEYS.iter().find(|k| k.name == name).map_or("", |k| k.default);
                let value = read(default).unwrap_or_else(|_| unreachable!("the default of {name} is valid"));
                Setting {
                    value,
                    origin: Origin::Default,
                }
            }
        }
    }
}

/// The file's values as text, by key. Unknown keys and wrong types are faults, by line.
fn from_file(path: &std::path::Path, faults: &mut Vec<Fault>) -> HashMap<&'static str, (String, Origin)> {
    let mut values = HashMap::new();
    let mut fault = |line: Option<usize>, message: String| {
        let at = line.map(|l| format!(" {l}行目")).unwrap_or_default();
        faults.push(Fault {
            place: format!("{}{at}", path.display()),
            message,
        });
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            fault(None, format!("設定ファイルを読めません({error})"));
            return values;
        }
    };
    let Ok(content) = String::from_utf8(bytes) else {
        fault(
            None,
            "文字コードがUTF-8ではありません。UTF-8で保存してください".into(),
        );
        return values;
    };
    let content = content.trim_start_matches('\u{feff}');
    let line_of = |at: usize| content[..at.min(content.len())].matches('\n').count() + 1;
    let table = match DeTable::parse(content) {
        Ok(table) => table,
        Err(error) => {
            fault(
                error.span().map(|s| line_of(s.start)),
                format!("TOMLとして読めません({})", error.message()),
            );
            return values;
        }
    };
    let mut entries: Vec<(String, std::ops::Range<usize>, &DeValue<'_>)> = Vec::new();
    for (name, value) in table.get_ref() {
        match value.get_ref() {
            DeValue::Table(inner) => entries.extend(inner.iter().map(|(n, v)| {
                (
                    format!("{}.{}", name.get_ref(), n.get_ref()),
                    n.span(),
                    v.get_ref(),
                )
            })),
            plain => entries.push((name.get_ref().to_string(), name.span(), plain)),
        }
    }
    entries.sort_by_key(|(_, span, _)| span.start);
    for (name, span, value) in entries {
        let line = line_of(span.start);
        let Some(known) = KEYS.iter().find(|k| k.name == name) else {
            let all = KEYS.map(|k| k.name).join("、");
            fault(
                Some(line),
                format!("知らない設定「{name}」です。使えるのは {all} です"),
            );
            continue;
        };
        match as_text(value) {
            Some(text) => {
                values.insert(known.name, (text, Origin::File(path.to_owned(), line)));
            }
            None => fault(
                Some(line),
                format!("「{name}」は \"…\" で囲んだ文字にしてください"),
            ),
        }
    }
    values
}

/// Texts, numbers and pairs of numbers (`centre = [141.1, 39.1]`) as text.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(n) => Some(n.as_str().to_owned()),
        DeValue::Float(n) => Some(n.as_str().to_owned()),
        DeValue::Array(list) => {
            let parts: Option<Vec<String>> = list.iter().map(|v| as_text(v.get_ref())).collect();
            Some(parts?.join(", "))
        }
        _ => None,
    }
}

fn listen(value: &str) -> Result<String, String> {
    let fine = value
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if fine {
        Ok(value.to_owned())
    } else {
        Err("127.0.0.1:8080 のように、アドレスとポートを書いてください".into())
    }
}

fn base_url(value: &str) -> Result<String, String> {
    let said = || {
        "https://yosatte.example.jp のように、http:// か https:// で始まる住所を書いてください(利用者名・「?」・「#」は使えません)".to_owned()
    };
    let url: axum::http::Uri = value.parse().map_err(|_| said())?;
    let scheme = url.scheme_str().is_some_and(|s| s == "http" || s == "https");
    let host = url
        .authority()
        .is_some_and(|a| !a.host().is_empty() && !a.as_str().contains('@'));
    if scheme && host && url.query().is_none() && !value.contains('#') {
        Ok(value.trim_end_matches('/').to_owned())
    } else {
        Err(said())
    }
}

/// Empty is none.
fn ranges(text: &str) -> Result<Vec<Range>, String> {
    let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    parts
        .map(|p| p.parse().map_err(|e| format!("「{p}」は、{e}")))
        .collect()
}

/// Empty is none; at most a line that fits on a page.
fn contact(text: &str) -> Result<Option<String>, String> {
    match text.chars().count() {
        0 => Ok(None),
        1..=100 => Ok(Some(text.to_owned())),
        _ => Err("100文字までにしてください".into()),
    }
}

fn name(value: &str) -> Result<String, String> {
    match text::cell(value) {
        Some(name) if name.chars().count() <= 40 => Ok(name),
        _ => Err("「奥州市」のように、1〜40文字で書いてください".into()),
    }
}

/// Two numbers in either order: in Japan no latitude can be taken for a longitude.
fn centre(value: &str) -> Result<LngLat, String> {
    let said = || "「39.1444, 141.1389」のように、市役所の緯度と経度を書いてください".to_owned();
    let numbers: Result<Vec<f64>, _> = text::nfkc(value)
        .split([',', '、', ' '])
        .filter(|p| !p.is_empty())
        .map(str::parse)
        .collect();
    match numbers.map_err(|_| said())?.as_slice() {
        [a, b] => LngLat::new(*a, *b)
            .or_else(|_| LngLat::new(*b, *a))
            .map_err(|e| format!("{e}。{}", said())),
        _ => Err(said()),
    }
}

/// A text with the password of an address (`https://user:password@…`) covered: messages end up in logs.
fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority_ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority_ends].rfind('@') {
        Some(at) => format!("{scheme}://***{}", &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        file: &str,
        variables: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> (Settings, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yosatte.toml");
        std::fs::write(&path, file).unwrap();
        let flags = flags.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        let ask = |name: &str| {
            variables
                .iter()
                .find(|(k, _)| *k == name)
                .map(|(_, v)| (*v).to_owned())
        };
        let (settings, faults) = Settings::read(&flags, &ask, Some(path.clone()));
        let plain = path.display().to_string();
        (
            settings,
            faults
                .iter()
                .map(|f| f.to_string().replace(&plain, "file"))
                .collect(),
        )
    }

    #[test]
    fn flags_come_before_the_environment_and_that_before_the_file() {
        let file = "listen = \"0.0.0.0:1\"\n[city]\ncode = \"041009\"\nname = \"仙台市\"\ncentre = [140.8694, 38.2682]\n";
        let (s, faults) = check(
            file,
            &[("YOSATTE_LISTEN", "0.0.0.0:2"), ("YOSATTE_CITY_NAME", "青葉市")],
            &[("listen", "0.0.0.0:3")],
        );
        assert_eq!(faults, [""; 0]);
        assert_eq!(
            (s.listen.value.as_str(), &s.listen.origin),
            ("0.0.0.0:3", &Origin::Flag("--listen"))
        );
        assert_eq!(
            (s.city.name.value.as_str(), &s.city.name.origin),
            ("青葉市", &Origin::Environment("YOSATTE_CITY_NAME"))
        );
        assert_eq!(s.city.code.value.as_str(), "04100");
        assert!(matches!(s.city.code.origin, Origin::File(_, 3)));
        assert_eq!(s.city.centre.value, LngLat::new(140.8694, 38.2682).unwrap());
        assert_eq!(s.data.origin, Origin::Default);
        assert_eq!(s.city.full_name(), "宮城県青葉市");
    }

    #[test]
    fn every_wrong_value_and_unknown_key_is_told_with_its_line() {
        let (_, faults) = check(
            "color = 1\n[city]\ncode = \"x\"\nnaem = \"奥州市\"\ncentre = [0, 0]\n",
            &[],
            &[],
        );
        let told = faults.join("\n");
        for part in [
            "file 1行目: 知らない設定「color」",
            "file 3行目 city.code: 「x」",
            "file 4行目: 知らない設定「city.naem」",
            "file 5行目 city.centre",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(check("[city\n", &[], &[]).1[0].starts_with("file 1行目: TOMLとして読めません"));
    }

    #[test]
    fn a_password_in_an_address_is_never_said() {
        let (s, faults) = check(
            "",
            &[("YOSATTE_PUBLIC_BASE_URL", "https://admin:himitsu@example.jp/")],
            &[],
        );
        assert!(faults[0].contains("***@example.jp") && !faults[0].contains("himitsu"));
        assert_eq!(s.public_base_url.value, None);
        let (s, _) = check("public_base_url = \"https://example.jp/yosatte/\"", &[], &[]);
        assert_eq!(
            s.public_base_url.value.as_deref(),
            Some("https://example.jp/yosatte")
        );
    }
}
