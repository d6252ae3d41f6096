//! One way to compare Japanese text: width, case, kana and spacing folded the same everywhere.

use unicode_normalization::UnicodeNormalization;

/// NFKC: half-width katakana, full-width digits and composed characters become one form.
///
/// ```
/// assert_eq!(yosatte::kernel::text::nfkc("ｻﾛﾝ１"), "サロン1");
/// ```
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() {
        text.to_owned()
    } else {
        text.nfkc().collect()
    }
}

/// NFKC, lower case, white space runs (line breaks too) folded to one space, trimmed.
///
/// ```
/// assert_eq!(yosatte::kernel::text::normalize(" ＮＰＯ　 ひまわり\n"), "npo ひまわり");
/// ```
pub fn normalize(text: &str) -> String {
    let lowered = nfkc(text).to_lowercase();
    lowered.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form two spellings of one label share: NFKC, lower case, no white space.
///
/// ```
/// use yosatte::kernel::text::key;
/// assert_eq!(key("子ども 食堂"), key("子ども食堂"));
/// ```
pub fn key(text: &str) -> String {
    nfkc(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Trims and drops control characters; `None` when nothing is left, because an empty cell means 'not known'.
pub fn cell(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
        .collect();
    let kept = kept.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{3000}');
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Why a text cannot be taken in: it holds a control character (tabs and line breaks are none), which nobody sees and
/// which hides what is written from a search.
///
/// ```
/// use yosatte::kernel::text::unseen;
/// assert_eq!(unseen("お茶\n体操\tなど\r\n"), None);
/// assert!(unseen("ひま\0わり").is_some_and(|why| why.contains("U+0000")));
/// ```
pub fn unseen(text: &str) -> Option<String> {
    let found = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))?;
    Some(format!(
        "目に見えない制御文字(U+{:04X})が入っています。消すか、入力し直してください",
        u32::from(found)
    ))
}

/// The values of one cell: separated by `;` `；` `、` or a line break, trimmed, no empties, no repeats.
///
/// ```
/// assert_eq!(yosatte::kernel::text::list("料理；体操、料理"), ["料理", "体操"]);
/// ```
pub fn list(text: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for part in text.split([';', '；', '、', '\n', '\r']) {
        if let Some(value) = cell(part)
            && !values.contains(&value)
        {
            values.push(value);
        }
    }
    values
}

/// Hiragana to katakana, everything else unchanged.
pub fn to_katakana(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Katakana as hiragana.
///
/// ```
/// assert_eq!(yosatte::kernel::text::to_hiragana("ノとの"), "のとの");
/// ```
pub fn to_hiragana(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// The sound of a kana word with its spelling differences removed: katakana, small kana made large,
/// no long-vowel mark or middle dot, ヅ→ズ, ヂ→ジ, ヴァ→バ.
///
/// ```
/// use yosatte::kernel::text::fold_reading;
/// assert_eq!(fold_reading("ウオーキング"), fold_reading("うぉーきんぐ"));
/// ```
pub fn fold_reading(text: &str) -> String {
    // Plain katakana, as dictionaries have it, is its own normal form.
    let own_form = text.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー'));
    let mut kana = if own_form {
        text.to_owned()
    } else {
        to_katakana(&nfkc(text))
    };
    if kana.contains('ヴ') {
        for (foreign, plain) in [
            ("ヴァ", "バ"),
            ("ヴィ", "ビ"),
            ("ヴェ", "ベ"),
            ("ヴォ", "ボ"),
            ("ヴ", "ブ"),
        ] {
            kana = kana.replace(foreign, plain);
        }
    }
    kana.chars()
        .filter(|c| !matches!(c, 'ー' | '・' | '‐' | '-' | '〜' | '~') && !c.is_whitespace())
        .map(|c| match c {
            'ァ' => 'ア',
            'ィ' => 'イ',
            'ゥ' => 'ウ',
            'ェ' => 'エ',
            'ォ' => 'オ',
            'ッ' => 'ツ',
            'ャ' => 'ヤ',
            'ュ' => 'ユ',
            'ョ' => 'ヨ',
            'ヮ' => 'ワ',
            'ヵ' => 'カ',
            'ヶ' => 'ケ',
            'ヅ' => 'ズ',
            'ヂ' => 'ジ',
            'ヲ' => 'オ',
            'ヰ' => 'イ',
            'ヱ' => 'エ',
            _ => c,
        })
        .collect()
}

/// Whether every character is hiragana, katakana or a long-vowel mark (and there is one).
pub fn is_kana(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, 'ぁ'..='ゟ' | '゠'..='ヿ'))
}
