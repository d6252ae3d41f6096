//! The surface of a text: character bigrams with their positions, and the names that only seem to stand in it.

use super::{
    OWN_WORDS, Terms,
    lexeme::{entries, is_kanji},
    memo::{Memo, remembered},
    words_once,
};
use crate::search::vocab::VOCAB;

/// Before a name that only seems to be there; sorts below every character.
const SEEMING: char = '\u{2}';

thread_local! {
    static NAMES_ALONE: Memo<String, bool> = Memo::new(50_000);
}

/// Whether two characters are known as a name and as nothing else: then they mean that name only where they stand as
/// words (京都 is not in 東京都).
pub fn is_name_alone(surface: &str) -> bool {
    if surface.chars().count() != 2 || OWN_WORDS.contains(surface) {
        return false;
    }
    remembered(&NAMES_ALONE, surface, || is_known_as_name_alone(surface))
}

fn is_known_as_name_alone(surface: &str) -> bool {
    let known = entries(surface);
    !known.is_empty()
        && known
            .iter()
            .all(|(pos, sub, _)| pos == "名詞" && sub == "固有名詞")
}

/// The names of two characters that only seem to stand in the text, because they cross from one word into the next or
/// lie inside a longer name; once for each time.
pub fn seeming_names(text: &str) -> Vec<String> {
    let all = words_once(text);
    let mut found = Vec::new();
    let mut consider = |pair: [char; 2]| {
        let name: String = pair.iter().collect();
        if pair.iter().all(|c| is_kanji(*c)) && is_name_alone(&name) {
            found.push(name);
        }
    };
    for pair in all.windows(2) {
        let (before, after) = (&pair[0].surface, &pair[1].surface);
        let longer = before.chars().count() > 1 || after.chars().count() > 1;
        if let (true, Some(a), Some(b)) = (longer, before.chars().next_back(), after.chars().next()) {
            consider([a, b]);
        }
    }
    for word in all
        .iter()
        .filter(|w| w.proper && !OWN_WORDS.contains(w.surface.as_str()))
    {
        let chars: Vec<char> = word.surface.chars().collect();
        if chars.len() > 2 {
            chars.windows(2).for_each(|w| consider([w[0], w[1]]));
        }
    }
    found
}

/// Character bigrams of the surface form with their positions; a run's last character stands alone behind them,
/// so that a prefix look-up of one character finds every place it stands in.
pub fn bigrams(text: &str, terms: &mut Terms) {
    let mut position = 0;
    for run in VOCAB
        .surface(text)
        .split(|c: char| !c.is_alphanumeric() && c != 'ー')
        .filter(|run| !run.is_empty())
    {
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 2).copied().unwrap_or(run.len());
            terms.push(position, [&run[*start..end]]);
            position += 1;
        }
        // A gap keeps a phrase from crossing a break.
        position += 2;
    }
    for name in seeming_names(text) {
        terms.push(position, [seeming(&name).as_str()]);
        position += 2;
    }
}

/// The term that says of a name that it only seems to stand in the text.
pub fn seeming(name: &str) -> String {
    format!("{SEEMING}{name}")
}
