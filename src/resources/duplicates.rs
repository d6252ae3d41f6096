//! Which entries may be the same place told twice: names that agree, and a place, telephone or address they share.
//!
//! Nothing merges by itself: pairs are shown to people. Names agree as `domain.md` has it (30 % edit distance, or at most two words more or
//! fewer), with two limits learnt from real lists: numerals and directions that differ (1区／2区, 上町／下町) are two places, and words that
//! half of all groups bear (サロン, クラブ, 地区 …) are not what makes a name the same.

use std::{
    collections::{HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::LazyLock,
};

use super::resource::NewResource;
use crate::{
    kernel::{geo::LngLat, text},
    resources::words::Precision,
};

/// How near two entries lie that may be the same, in metres.
pub const NEAR_M: f64 = 100.0;
/// Entries that may share one telephone, address or spot before it says nothing: a switchboard, a community centre, a city hall. A larger
/// crowd is only asked for equal names, each compared with one other, so that the work stays bounded.
const CROWD: usize = 64;

/// Why two entries may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// They share a telephone number.
    Phone,
    /// They share an address with a house number.
    Address,
    /// They lie within [`NEAR_M`].
    Near,
}

impl Evidence {
    /// In words, to be followed by 「同じ団体かもしれません」.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "名称が似ていて電話番号が同じ",
            Self::Address => "名称が似ていて所在地が同じ",
            Self::Near => "名称が似ていて100m以内にある",
        }
    }
}

/// What of an entry is compared, made once.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    name: Box<str>,
    marks: Box<str>,
    words: Box<[u64]>,
    common: u8,
    phones: Box<[u64]>,
    address: Option<Box<str>>,
    point: Option<LngLat>,
}

impl Signature {
    /// What is compared of these values. Of points only exact ones count: a town's centre is shared by all of the town.
    pub fn new(name: &str, phone: Option<&str>, address: Option<&str>, point: Option<LngLat>) -> Self {
        let (name, marks, words, common) = name_parts(name);
        Self {
            name: name.into(),
            marks: marks.into(),
            words: words.into(),
            common,
            phones: phone.map(phone_keys).unwrap_or_default().into(),
            address: address.and_then(address_key).map(Into::into),
            point,
        }
    }

    /// What is compared of an entry.
    pub fn of(entry: &NewResource) -> Self {
        let exact = entry
            .location
            .as_ref()
            .filter(|l| l.precision == Precision::Exact);
        Self::new(
            &entry.name,
            entry.phone.as_deref(),
            entry.address.as_deref(),
            exact.map(|l| l.point),
        )
    }
}

/// Whether two entries may be the same, and by what.
///
/// ```
/// use yosatte::resources::duplicates::{Evidence, Signature, alike};
/// let of = |name, phone| Signature::new(name, Some(phone), None, None);
/// let tel = "0197-00-0001";
/// assert_eq!(alike(&of("ひまわりサロン", tel), &of("サロン ひまわり", "(0197)00-0001")), Some(Evidence::Phone));
/// assert_eq!(alike(&of("よさってくらぶ南町1区", tel), &of("よさってくらぶ南町２区", tel)), None);
/// assert_eq!(alike(&of("ひまわりサロン", tel), &of("さくらサロン", tel)), None); // one telephone of a 地区センター is not enough
/// ```
pub fn alike(a: &Signature, b: &Signature) -> Option<Evidence> {
    let evidence = shared(a, b)?;
    names_agree(a, b).then_some(evidence)
}

fn shared(a: &Signature, b: &Signature) -> Option<Evidence> {
    if a.phones.iter().any(|phone| b.phones.contains(phone)) {
        return Some(Evidence::Phone);
    }
    if a.address.is_some() && a.address == b.address {
        return Some(Evidence::Address);
    }
    let near = a.point?.distance(b.point?).get() <= NEAR_M;
    near.then_some(Evidence::Near)
}

fn names_agree(a: &Signature, b: &Signature) -> bool {
    if a.marks != b.marks {
        return false;
    }
    if a.name == b.name {
        return true;
    }
    let (long, short) = {
        let (a, b) = (a.name.chars().count(), b.name.chars().count());
        (a.max(b), a.min(b))
    };
    // The difference in length alone is that many edits.
    let edits_fit = |edits: usize| edits * 10 <= long * 3;
    (edits_fit(long - short) && edits_fit(strsim::levenshtein(&a.name, &b.name))) || words_agree(a, b)
}

/// All telling words of one name stand in the other, and in all at most two words differ.
fn words_agree(a: &Signature, b: &Signature) -> bool {
    let (more, fewer) = if a.words.len() >= b.words.len() {
        (a, b)
    } else {
        (b, a)
    };
    let contained = !fewer.words.is_empty() && fewer.words.iter().all(|word| more.words.contains(word));
    let differing = more.words.len() - fewer.words.len() + usize::from(a.common.abs_diff(b.common));
    contained && differing <= 2
}

/// All pairs of entries that may be the same, each once with the lower position first, in order.
///
/// Entries are compared only where they share a telephone, an address or a spot, so the work grows with the number of entries, not with its
/// square. The order of the entries does not change which pairs are found, as long as no more than 64 share one thing.
pub fn pairs(entries: &[Signature]) -> Vec<(usize, usize, Evidence)> {
    let mut shelves: Vec<(u64, u32)> = Vec::with_capacity(entries.len() * 3);
    for (at, entry) in entries.iter().enumerate() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        shelves.extend(entry.phones.iter().map(|phone| (hash(&(1, phone)), at)));
        shelves.extend(entry.address.iter().map(|address| (hash(&(2, address)), at)));
        shelves.extend(
            entry
                .point
                .iter()
                .flat_map(|point| spots(*point))
                .map(|spot| (spot, at)),
        );
    }
    shelves.sort_unstable();
    let mut found = Vec::new();
    let mut meet = |a: u32, b: u32| {
        let (a, b) = (a.min(b) as usize, a.max(b) as usize);
        if let Some(evidence) = alike(&entries[a], &entries[b]) {
            found.push((a, b, evidence));
        }
    };
    for shelf in shelves.chunk_by(|a, b| a.0 == b.0) {
        if shelf.len() <= CROWD {
            for (i, (_, a)) in shelf.iter().enumerate() {
                for (_, b) in &shelf[i + 1..] {
                    meet(*a, *b);
                }
            }
        } else {
            let mut crowd: Vec<u32> = shelf.iter().map(|(_, at)| *at).collect();
            crowd.sort_unstable_by_key(|at| (&entries[*at as usize].name, *at));
            for same in crowd.chunk_by(|a, b| entries[*a as usize].name == entries[*b as usize].name) {
                for at in &same[1..] {
                    meet(same[0], *at);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Four squares of over 200 m, each shifted by half: two points within 100 m share at least one of them.
fn spots(point: LngLat) -> [u64; 4] {
    // Half a square: 0.0009° of latitude are 100.08 m; 0.0013° of longitude are at least that up to 46° north.
    let (y, x) = (
        (point.lat() / 0.0009).floor() as i64,
        (point.lng() / 0.0013).floor() as i64,
    );
    [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(dy, dx)| hash(&(3, dy, dx, (y + dy) >> 1, (x + dx) >> 1)))
}

/// Ways of saying what kind of body it is; they come and go with who writes.
const LEGAL_FORMS: &[&str] = &[
    "特定非営利活動法人",
    "社会福祉法人",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "医療法人社団",
    "医療法人",
    "npo法人",
    "株式会社",
    "有限会社",
    "合同会社",
    "(株)",
    "(有)",
    "npo",
];

/// Words that half of all groups bear; they do not make two names the same.
static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| {
    "サロン クラブ くらぶ カフェ 会 の と で お い 集 友 地区 区 地域 市 町 村 部 班 組 団 隊 センター 教室 講座 食堂 広場 ひろば 事業 \
     事業所 支援 支援事業 相談 老人 高齢者 子 ども こども 子育 て 自治会 町内会 公民館 集会所 会館 館 家 場 通 いの 体操 百歳体操 \
     いきいき ふれあい よさってくらぶ よさって 奥州市"
        .split_whitespace()
        .map(text::fold_reading)
        .collect()
});

/// The folded name; its numerals and directions; its telling words, sorted; how many common words it has.
fn name_parts(name: &str) -> (String, String, Vec<u64>, u8) {
    let mut plain = text::nfkc(name).to_lowercase();
    for form in LEGAL_FORMS {
        if plain.contains(form) && plain != *form {
            plain = plain.replace(form, " ");
        }
    }
    let folded: String = text::fold_reading(&plain)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let (mut words, mut common) = (Vec::new(), 0_u8);
    for word in split_words(&plain) {
        let word = text::fold_reading(word);
        if COMMON.contains(&word) {
            common = common.saturating_add(1);
        } else if !word.is_empty() {
            words.push(hash(&word));
        }
    }
    words.sort_unstable();
    words.dedup();
    (folded, marks(&plain), words, common)
}

/// Words as the scripts divide them: kanji, hiragana, katakana, letters and digits each make their own.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    fn script(c: char) -> u8 {
        match c {
            'ぁ'..='ゟ' => 1,
            'ァ'..='ヺ' | 'ー' => 2,
            c if c.is_ascii_alphanumeric() => 3,
            c if c.is_alphanumeric() || c == '々' => 4,
            _ => 0,
        }
    }
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| script(c) == 0);
        let first = script(rest.chars().next()?);
        let end = rest.find(|c| script(c) != first).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// What tells one of several alike from the next: numerals, single letters, directions; in order of their characters.
fn marks(plain: &str) -> String {
    let mut marks: Vec<String> = Vec::new();
    for run in plain.split(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = run.trim_start_matches('0');
        if !run.is_empty() && (run.bytes().all(|b| b.is_ascii_digit()) || run.len() == 1) {
            marks.push(if digits.is_empty() { run } else { digits }.to_owned());
        } else {
            let numbers = run.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
            marks.extend(numbers.map(str::to_owned));
        }
    }
    for c in plain.chars() {
        let mark = match c {
            '一' => "1",
            '二' => "2",
            '三' => "3",
            '四' => "4",
            '五' => "5",
            '六' => "6",
            '七' => "7",
            '八' => "8",
            '九' => "9",
            '十' => "10",
            '東' | '西' | '南' | '北' | '上' | '中' | '下' | '左' | '右' | '男' | '女' | '前' | '後'
            | '新' | '旧' => {
                marks.push(c.to_string());
                continue;
            }
            _ => continue,
        };
        marks.push(mark.to_owned());
    }
    marks.sort_unstable();
    marks.join(" ")
}

/// Telephone numbers of a cell as digits: of nine or more, with +81 read as the leading zero.
fn phone_keys(phone: &str) -> Vec<u64> {
    let plain = text::nfkc(phone).replace("+81", "0");
    let mut keys: Vec<u64> = plain
        .split(|c: char| !(c.is_ascii_digit() || "-()‐−–—ー ".contains(c)))
        .filter_map(|part| {
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            (9..=11).contains(&digits.len()).then(|| digits.parse().ok())?
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// An address in the form its spellings share; `None` without a house number, because a town's name is shared by all of it.
fn address_key(address: &str) -> Option<String> {
    let mut plain = text::key(address);
    for mark in [
        "丁目",
        "番地の",
        "番地",
        "番の",
        "番",
        "号",
        "の",
        "‐",
        "−",
        "–",
        "—",
        "ー",
    ] {
        plain = plain.replace(mark, "-");
    }
    plain = plain.replace("大字", "").replace("字", "");
    if let Some(at) = plain
        .find(['県', '府', '都', '道'])
        .filter(|at| (6..=9).contains(at))
    {
        let end = at + plain[at..].chars().next().map_or(0, char::len_utf8);
        plain.drain(..end);
    }
    let kept: String = plain
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    kept.chars().any(|c| c.is_ascii_digit()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(name: &str) -> Signature {
        Signature::new(name, Some("0197-00-0001"), None, None)
    }

    #[test]
    fn names_agree_as_people_would_say() {
        for (a, b, expected) in [
            ("ひまわりサロン", "ひまわりサロン", true),
            ("よさってくらぶ 真城", "よさってクラブ真城", true),
            ("ＮＰＯ法人 道しるべの輪", "特定非営利活動法人道しるべの輪", true),
            ("ひまわりサロン", "サロン・ひまわり", true),
            ("ひまわりサロン", "ひまわり", true),
            ("水沢ひまわりサロン", "ひまわりサロン", true),
            ("相談支援室こみち", "相談支援室こみちー", true),
            ("第一サロン", "第1サロン", true),
            ("ひまわりサロン", "さくらサロン", false),
            ("サロン", "ひまわりサロン", false),
            ("南町1区サロン", "南町２区サロン", false),
            ("南町一区サロン", "南町二区サロン", false),
            ("上野よさってくらぶ", "下野よさってくらぶ", false),
            ("男の料理教室", "女の料理教室", false),
            ("A班", "B班", false),
            ("常盤地区センター", "佐倉河地区センター", false),
            ("地区センター", "老人クラブ", false),
        ] {
            assert_eq!(alike(&named(a), &named(b)).is_some(), expected, "{a} / {b}");
            assert_eq!(alike(&named(b), &named(a)).is_some(), expected, "{b} / {a}");
        }
    }

    #[test]
    fn a_name_alone_is_no_evidence_and_each_kind_of_it_is() {
        let at = |lng, lat| LngLat::new(lng, lat).ok();
        let of = |phone, address, point| Signature::new("ひまわりサロン", phone, address, point);
        for (a, b, expected) in [
            (of(None, None, None), of(None, None, None), None),
            (
                of(Some("0197-24-2111(内線12)"), None, None),
                of(Some("TEL ０１９７（２４）２１１１ / 090-0000-0000"), None, None),
                Some(Evidence::Phone),
            ),
            (
                of(None, Some("岩手県奥州市水沢佐倉河字慶徳12番地3"), None),
                of(None, Some("奥州市水沢佐倉河慶徳１２－３"), None),
                Some(Evidence::Address),
            ),
            (
                of(None, Some("奥州市水沢"), None),
                of(None, Some("奥州市水沢"), None),
                None,
            ),
            (
                of(None, None, at(141.1391, 39.1444)),
                of(None, None, at(141.1391, 39.1452)),
                Some(Evidence::Near),
            ),
            (
                of(None, None, at(141.1391, 39.1444)),
                of(None, None, at(141.1391, 39.1454)),
                None,
            ),
        ] {
            assert_eq!(alike(&a, &b), expected);
        }
    }

    #[test]
    fn a_crowd_at_one_telephone_takes_bounded_work() {
        let crowd: Vec<_> = (0..20_000)
            .map(|i| named(&format!("会{i}")))
            .chain([named("会7")])
            .collect();
        assert_eq!(pairs(&crowd), [(7, 20_000, Evidence::Phone)]);
    }

    fn entries() -> impl Strategy<Value = Vec<Signature>> {
        let name = prop::sample::select(vec![
            "ひまわりサロン",
            "サロンひまわり",
            "ひまわり",
            "さくらサロン",
            "南町1区",
            "南町2区",
            "よさってくらぶ",
            "よさってクラブ南",
        ]);
        let phone = prop::option::of(prop::sample::select(vec!["0197-00-0001", "0197-00-0002"]));
        let address = prop::option::of(prop::sample::select(vec![
            "奥州市水沢1-1",
            "水沢1丁目1",
            "奥州市前沢",
        ]));
        let point = prop::option::of((0..40_u32, 0..40_u32));
        let one = (name, phone, address, point).prop_map(|(name, phone, address, point)| {
            let point = point.and_then(|(x, y)| {
                LngLat::new(141.1 + f64::from(x) * 0.0003, 39.1 + f64::from(y) * 0.0003).ok()
            });
            Signature::new(name, phone, address, point)
        });
        prop::collection::vec(one, 0..24)
    }

    proptest! {
        #[test]
        fn likeness_has_no_direction_and_pairs_are_all_there_whatever_the_order(
            (list, order) in entries().prop_flat_map(|list| {
                let order: Vec<usize> = (0..list.len()).collect();
                (Just(list), Just(order).prop_shuffle())
            })
        ) {
            let mut all = Vec::new();
            for (i, a) in list.iter().enumerate() {
                for (j, b) in list.iter().enumerate().skip(i + 1) {
                    prop_assert_eq!(alike(a, b), alike(b, a));
                    all.extend(alike(a, b).map(|evidence| (i, j, evidence)));
                }
            }
            prop_assert_eq!(pairs(&list), all);
            let shuffled: Vec<_> = order.iter().map(|at| list[*at].clone()).collect();
            let mut back: Vec<_> = pairs(&shuffled)
                .into_iter()
                .map(|(a, b, evidence)| {
                    let (a, b) = (order[a], order[b]);
                    (a.min(b), a.max(b), evidence)
                })
                .collect();
            back.sort_unstable();
            prop_assert_eq!(back, pairs(&list));
        }
    }
}
