//! Whether a skill that a place asks for is among what somebody brings, in whatever spelling or near word.

use crate::search::{analyzer, vocab::VOCAB};

/// Whether a skill is among the strengths: the same word in any spelling, by sound, as a synonym, or inside one another.
///
/// ```
/// use yosatte::matching::gates::skills::among;
/// let bring = |s: &str| vec![s.to_owned()];
/// assert!(among("料理", &bring("料理を教えること")));
/// assert!(among("障がい者スポーツ", &bring("障害者スポーツ")));
/// assert!(!among("普通自動車免許", &bring("料理")));
/// ```
pub fn among(skill: &str, strengths: &[String]) -> bool {
    strengths.iter().any(|strength| is_in(skill, strength))
}

/// The first of the strengths that is a skill.
pub fn is_in(skill: &str, strength: &str) -> bool {
    let (needed, brought) = (VOCAB.surface(skill), VOCAB.surface(strength));
    if needed.is_empty() || brought.is_empty() {
        return false;
    }
    if brought.contains(&needed) || covers_half(&needed, &brought) {
        return true;
    }
    let sound = |word: &str| analyzer::query_reading(word).map(|(reading, _)| reading);
    if sound(skill).is_some_and(|s| Some(s) == sound(strength)) {
        return true;
    }
    let mut synonyms = VOCAB.synonyms(skill).iter();
    synonyms.any(|word| brought.contains(&VOCAB.surface(word)))
        || VOCAB
            .synonyms(strength)
            .iter()
            .any(|word| VOCAB.surface(word) == needed)
}

/// 「大工」 is most of what 「大工仕事」 asks for; 「車」 is little of 「自動車整備士」.
fn covers_half(needed: &str, brought: &str) -> bool {
    let (needed_len, brought_len) = (needed.chars().count(), brought.chars().count());
    brought_len >= 2 && brought_len * 2 >= needed_len && needed.contains(brought)
}
