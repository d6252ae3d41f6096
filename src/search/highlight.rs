//! Shows where the words of a question stand in a public text: a short passage with the words marked, safe as HTML.

use std::{collections::BTreeSet, ops::Range};

use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use utoipa::ToSchema;

use super::{
    analyzer,
    vocab::{VOCAB, fold},
};
use crate::resources::public::VisibleResource;

/// Longest passage, in characters.
const PASSAGE: usize = 120;
/// Characters shown before the first word.
const LEAD: usize = 30;
/// Passages of one entry.
const MOST: usize = 4;
/// Longest run of words that one word of the question is read from, as in the index.
const SHINGLE: usize = 4;

/// A passage with the words of the question in `<mark>`, everything else escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Highlight {
    /// Which text: `name`, `kind`, `organization`, `description`, `keywords` or `opportunity`.
    pub field: &'static str,
    /// 機会ID, when the text is an opportunity's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<String>,
    /// The passage.
    #[schema(example = "椅子に座ってする<mark>体操</mark>です")]
    pub html: String,
}

/// The words of a question, ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// As written, by variant or by synonym: surface forms.
    surfaces: Vec<Vec<char>>,
    /// By reading, with the kanji of the question.
    readings: Vec<(String, BTreeSet<char>)>,
}

impl Words {
    /// The words as they were understood; their synonyms are added here.
    pub fn of<'a>(terms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = Self::default();
        for term in terms {
            let synonyms = VOCAB.synonyms(term).iter().map(String::as_str);
            for way in std::iter::once(term).chain(synonyms) {
                for run in VOCAB
                    .surface(way)
                    .split(|c: char| !c.is_alphanumeric() && c != 'ー')
                {
                    let run: Vec<char> = run.chars().collect();
                    if !run.is_empty() && !words.surfaces.contains(&run) {
                        words.surfaces.push(run);
                    }
                }
            }
            words.readings.extend(analyzer::query_reading(term));
        }
        words
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.surfaces.is_empty()
    }

    /// The passage of `text` where the words stand as written, by variant or by synonym; `None` when they do not.
    ///
    /// ```
    /// use yosatte::search::highlight::Words;
    /// let words = Words::of(["障害者", "体操"]);
    /// assert_eq!(words.mark("障がい者も来る体操の会").unwrap(), "<mark>障がい者</mark>も来る<mark>体操</mark>の会");
    /// assert_eq!(words.mark("<b>ﾀｲｿｳ</b>"), None);
    /// assert_eq!(Words::of(["サロン"]).mark("ふれあいｻﾛﾝ<A&B>").unwrap(), "ふれあい<mark>ｻﾛﾝ</mark>&lt;A&amp;B&gt;");
    /// ```
    pub fn mark(&self, text: &str) -> Option<String> {
        let flat = Flat::of(text);
        let surface = flat.surface();
        let ranges = self
            .surfaces
            .iter()
            .flat_map(|needle| occurrences(&surface, needle));
        passage(text, ranges.collect())
    }

    /// The passage where the words stand in another script, by their reading.
    ///
    /// ```
    /// use yosatte::search::highlight::Words;
    /// assert_eq!(Words::of(["みずさわ"]).mark_by_reading("水沢の会").unwrap(), "<mark>水沢</mark>の会");
    /// assert_eq!(Words::of(["公園"]).mark_by_reading("講演会"), None);
    /// ```
    pub fn mark_by_reading(&self, text: &str) -> Option<String> {
        let flat = Flat::of(text);
        let written: String = flat.chars.iter().map(|(c, _)| *c).collect();
        // Each word with the characters of `flat` that it covers.
        let mut at = 0;
        let words: Vec<(analyzer::Word, Range<usize>)> = analyzer::words(&written)
            .into_iter()
            .map(|word| {
                let start = at;
                at += word.surface.chars().count();
                (word, start..at)
            })
            .collect();
        let mut ranges = Vec::new();
        for start in 0..words.len() {
            let (mut reading, mut surface) = (String::new(), String::new());
            for (word, covers) in words[start..].iter().take(SHINGLE) {
                if word.reading.is_empty() && word.surface != "・" {
                    break;
                }
                reading.push_str(&word.reading);
                surface.push_str(&word.surface);
                let kanji: String = analyzer::kanji_of(&surface).into_iter().collect();
                let term = analyzer::reading_prefix(&reading) + &kanji;
                let meant = self
                    .readings
                    .iter()
                    .any(|(asked, kanji)| *asked == reading && analyzer::spelling_agrees(&term, kanji));
                if meant {
                    ranges.extend(flat.origin(words[start].1.start..covers.end));
                    break;
                }
            }
        }
        passage(text, ranges)
    }

    /// Where the words stand in an entry. Readings are asked only when nothing stands there as written.
    pub fn in_entry(&self, entry: &VisibleResource) -> Vec<Highlight> {
        if self.is_empty() {
            return Vec::new();
        }
        let keywords: Vec<&str> = entry
            .keywords
            .iter()
            .map(String::as_str)
            .filter(|k| *k != "見本")
            .collect();
        let keywords = keywords.join("、");
        let mut texts: Vec<(&'static str, Option<&str>, &str)> = vec![
            ("name", None, &entry.name),
            ("kind", None, entry.kind.label()),
            (
                "description",
                None,
                entry.description.as_deref().unwrap_or_default(),
            ),
            (
                "organization",
                None,
                entry.organization.as_deref().unwrap_or_default(),
            ),
            ("keywords", None, &keywords),
        ];
        for o in &entry.opportunities {
            texts.push(("opportunity", Some(o.id.as_str()), &o.name));
            texts.extend(
                o.description
                    .as_deref()
                    .map(|d| ("opportunity", Some(o.id.as_str()), d)),
            );
        }
        let ways: [fn(&Self, &str) -> Option<String>; 2] = [Self::mark, Self::mark_by_reading];
        for way in ways {
            let found: Vec<Highlight> = texts
                .iter()
                .filter(|(_, _, text)| !text.is_empty())
                .filter_map(|(field, opportunity, text)| {
                    Some(Highlight {
                        field,
                        opportunity: opportunity.map(str::to_owned),
                        html: way(self, text)?,
                    })
                })
                .take(MOST)
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Whether the words stand in the text in any way.
    pub fn stand_in(&self, text: &str) -> bool {
        self.mark(text).is_some() || self.mark_by_reading(text).is_some()
    }
}

/// A text in NFKC whose every character knows the bytes of the original it came from.
struct Flat {
    chars: Vec<(char, Range<usize>)>,
}

impl Flat {
    fn of(text: &str) -> Self {
        let joins = |c: char| is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}');
        let mut starts: Vec<usize> = text
            .char_indices()
            .filter(|(_, c)| !joins(*c))
            .map(|(i, _)| i)
            .collect();
        // A mark with nothing to join stands by itself.
        if !text.is_empty() && starts.first() != Some(&0) {
            starts.insert(0, 0);
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let chars = starts
            .iter()
            .zip(ends)
            .flat_map(|(&start, end)| text[start..end].nfkc().map(move |c| (c, start..end)))
            .collect();
        Self { chars }
    }

    /// The surface form, as the index holds it.
    fn surface(&self) -> Vec<(char, Range<usize>)> {
        let folded: Vec<(char, Range<usize>)> = self
            .chars
            .iter()
            .flat_map(|(c, from)| {
                fold(c.encode_utf8(&mut [0; 4]))
                    .chars()
                    .map(|f| (f, from.clone()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let written: Vec<char> = folded.iter().map(|(c, _)| *c).collect();
        VOCAB
            .one_form(&written)
            .into_iter()
            .map(|(c, from)| (c, folded[from.start].1.start..folded[from.end - 1].1.end))
            .collect()
    }

    fn origin(&self, chars: Range<usize>) -> Option<Range<usize>> {
        let covered = self.chars.get(chars)?;
        Some(covered.first()?.1.start..covered.last()?.1.end)
    }
}

fn occurrences(surface: &[(char, Range<usize>)], needle: &[char]) -> Vec<Range<usize>> {
    surface
        .windows(needle.len())
        .filter(|window| window.iter().map(|(c, _)| c).eq(needle))
        .map(|window| window[0].1.start..window[window.len() - 1].1.end)
        .collect()
}

/// The part of `text` that shows most of the ranges, escaped, the ranges marked; `None` when there is none.
fn passage(text: &str, mut ranges: Vec<Range<usize>>) -> Option<String> {
    ranges.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
    let mut marks: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match marks.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => marks.push(range),
        }
    }
    let shown = window(text, &marks)?;
    let mut html = String::with_capacity((shown.end - shown.start) * 2);
    let mut at = shown.start;
    for mark in marks {
        let (start, end) = (mark.start.max(at), mark.end.min(shown.end));
        if start >= end {
            continue;
        }
        escape(&text[at..start], &mut html);
        html.push_str("<mark>");
        escape(&text[start..end], &mut html);
        html.push_str("</mark>");
        at = end;
    }
    escape(&text[at..shown.end], &mut html);
    Some(html)
}

/// The bytes of the passage: it begins a little before the mark from which on most marks fit, at a sentence if one begins there.
fn window(text: &str, marks: &[Range<usize>]) -> Option<Range<usize>> {
    marks.first()?;
    let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    if bounds.len() - 1 <= PASSAGE {
        return Some(0..text.len());
    }
    let char_at = |byte: usize| bounds.partition_point(|b| *b < byte);
    let starts: Vec<usize> = marks.iter().map(|m| char_at(m.start)).collect();
    let fitting = |i: usize| starts.partition_point(|s| *s < starts[i] + PASSAGE - LEAD) - i;
    let best = (0..marks.len()).max_by_key(|&i| (fitting(i), std::cmp::Reverse(i)))?;
    let mark = starts[best];
    let earliest = mark.saturating_sub(LEAD);
    let lead = &text[bounds[earliest]..bounds[mark]];
    let sentence = lead
        .char_indices()
        .rfind(|(_, c)| matches!(c, '。' | '\n' | '!' | '?' | '！' | '？'))
        .map(|(i, c)| bounds[earliest] + i + c.len_utf8());
    let start = char_at(sentence.unwrap_or(bounds[earliest])).min(bounds.len() - 1 - PASSAGE);
    Some(bounds[start]..bounds[start + PASSAGE])
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(html: &str) -> String {
        html.replace("<mark>", "")
            .replace("</mark>", "")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    fn check(word: &str, text: &str, marked: &str) {
        let words = Words::of([word]);
        let html = words
            .mark(text)
            .or_else(|| words.mark_by_reading(text))
            .unwrap_or_default();
        assert!(
            html.contains(&format!("<mark>{marked}</mark>")),
            "{word} in {text}: {html}"
        );
    }

    #[test]
    fn a_word_is_marked_as_written_by_variant_by_synonym_and_by_reading() {
        check("体操", "朝の体操です", "体操");
        check("こども食堂", "子ども食堂をひらく", "子ども食堂");
        check("ｻﾛﾝ", "縁側サロン", "サロン");
        check("サロン", "縁側ｻﾛﾝ", "ｻﾛﾝ");
        check("ガイド", "ｶﾞｲﾄﾞの会", "ｶﾞｲﾄﾞ");
        check("りょうり", "手作り料理の会", "料理");
        check("株式会社", "㍿よさって", "㍿");
    }

    #[test]
    fn a_long_text_is_cut_to_a_sentence_that_holds_the_word() {
        let text = format!("{}。ここで体操をします。{}", "あ".repeat(300), "い".repeat(300));
        let html = Words::of(["体操"]).mark(&text).unwrap();
        assert!(html.starts_with("ここで<mark>体操</mark>をします。"), "{html}");
        assert_eq!(plain(&html).chars().count(), PASSAGE);
    }

    proptest! {
        #[test]
        fn a_passage_is_part_of_its_text_and_never_breaks_the_escaping(
            text in "([<>&\"'a-c]|体操|障がい者|ｶﾞ|か\u{3099}|\u{ff9e}|㍿|。|\n|サロン|<mark>|&amp;){0,80}",
            word in "(体操|障害者|ガ|サロン|a|b|会社|&|<|mark)",
        ) {
            let words = Words::of([word.as_str()]);
            for html in [words.mark(&text), words.mark_by_reading(&text)].into_iter().flatten() {
                prop_assert!(text.contains(&plain(&html)), "{html:?} is not in {text:?}");
                prop_assert!(plain(&html).chars().count() <= PASSAGE);
                let opened = html.matches("<mark>").count();
                prop_assert!(opened > 0 && opened == html.matches("</mark>").count());
                let rest = html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!rest.contains(['<', '>', '"', '\'']));
                for (i, _) in rest.match_indices('&') {
                    let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
                    prop_assert!(known.iter().any(|k| rest[i..].starts_with(k)), "{rest:?}");
                }
            }
        }
    }
}
