//! What a place offers, in words a resident reads; what is not known is told apart, and 要相談 is never turned into yes or no.

use chrono::{Datelike, NaiveDate};

use crate::resources::{
    opportunity::NewOpportunity,
    public::VisibleResource,
    resource::is_stale,
    words::{Acceptance, Availability, Modality, Transport},
};

/// How good the news of a [`Word`] is; a sign beside the words says the same as the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Yes.
    Good,
    /// To be asked.
    Ask,
    /// No.
    Not,
    /// Neither: an amount, said as it is.
    Fact,
}

/// One thing worth knowing before going.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As 「送迎あり」.
    pub text: String,
    /// The same in やさしい日本語.
    pub easy: String,
    /// Good, to be asked, or not.
    pub tone: Tone,
}

impl Word {
    fn new(tone: Tone, text: &str, easy: &str) -> Self {
        Self {
            text: text.to_owned(),
            easy: easy.to_owned(),
            tone,
        }
    }

    /// The words in the wished reading.
    pub fn say(&self, easy: &bool) -> &str {
        if *easy { &self.easy } else { &self.text }
    }

    /// The sign before the words.
    pub fn sign(&self) -> &'static str {
        match self.tone {
            Tone::Good => "○",
            Tone::Ask => "？",
            Tone::Not => "×",
            Tone::Fact => "・",
        }
    }

    /// The CSS class.
    pub fn class(&self) -> &'static str {
        match self.tone {
            Tone::Good => "good",
            Tone::Ask => "ask",
            Tone::Not => "not",
            Tone::Fact => "fact",
        }
    }
}

/// 送迎・車いす・段差・参加費・初めてOK・在宅 of a place with all that can be done there.
pub fn words_of(resource: &VisibleResource) -> Vec<Word> {
    let mut words = words_of_all(&resource.opportunities);
    match resource.building.steps {
        Some(Availability::No) => words.push(Word::new(Tone::Good, "段差なし", "だんさが ありません")),
        Some(Availability::Partial) => {
            words.push(Word::new(Tone::Ask, "一部に段差あり", "だんさが すこし あります"))
        }
        Some(Availability::Yes) => words.push(Word::new(Tone::Not, "段差あり", "だんさが あります")),
        None => {}
    }
    match resource.building.parking {
        Some(Availability::Yes) => words.push(Word::new(
            Tone::Good,
            "駐車場あり",
            "くるまを とめることが できます",
        )),
        Some(Availability::No) => words.push(Word::new(
            Tone::Not,
            "駐車場なし",
            "くるまを とめる ところが ありません",
        )),
        _ => {}
    }
    words
}

/// What one would want to know before going and nobody has told yet, as things to ask; a place where nothing is
/// done leaves only its doorstep in the dark.
pub fn unknown_of(resource: &VisibleResource) -> Vec<Unknown> {
    let of = &resource.opportunities;
    let dark = |known: fn(&NewOpportunity) -> bool| !of.is_empty() && !of.iter().any(known);
    let at_home = !of.is_empty() && of.iter().all(|o| o.modality == Modality::Remote);
    let checks = [
        (dark(|o| o.transport.is_some()) && !at_home, "送迎", "むかえ"),
        (
            dark(|o| o.wheelchair.is_some()) && !at_home && resource.building.steps.is_none(),
            "段差・車いす",
            "だんさ・くるまいす",
        ),
        (dark(|o| o.fee_yen.is_some()), "参加費", "おかね"),
        (
            dark(|o| o.trial.is_some()) && resource.visiting.first_time.is_none(),
            "初めての人",
            "はじめての ひと",
        ),
        (
            of.is_empty() && resource.building.steps.is_none() && resource.point.is_some(),
            "段差",
            "だんさ",
        ),
    ];
    checks
        .into_iter()
        .filter(|(unknown, ..)| *unknown)
        .map(|(_, text, easy)| Unknown { text, easy })
        .collect()
}

/// Something nobody has told yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown {
    /// As 「送迎」.
    pub text: &'static str,
    /// The same in やさしい日本語.
    pub easy: &'static str,
}

impl Unknown {
    /// The words in the wished reading.
    pub fn say(&self, easy: &bool) -> &'static str {
        if *easy { self.easy } else { self.text }
    }
}

/// The words of one opportunity.
pub fn words_of_one(opportunity: &NewOpportunity) -> Vec<Word> {
    words_of_all(std::slice::from_ref(opportunity))
}

fn words_of_all(of: &[NewOpportunity]) -> Vec<Word> {
    let transport = of.iter().map(|o| match o.transport? {
        Transport::Offered => Some(Tone::Good),
        Transport::Negotiable => Some(Tone::Ask),
        Transport::NotOffered => Some(Tone::Not),
    });
    let mut words = Vec::new();
    let mut say = |tones: Vec<Option<Tone>>, [good, ask, not]: [(&str, &str); 3]| {
        let Some((tone, all)) = best(&tones) else { return };
        let (text, easy) = match tone {
            Tone::Good => good,
            Tone::Ask | Tone::Fact => ask,
            Tone::Not => not,
        };
        if text.is_empty() {
            return;
        }
        // Where one activity of several says yes, the reader must not count on it for all of them.
        let (text, easy) = if all {
            (text.to_owned(), easy.to_owned())
        } else {
            (
                format!("{text}(一部の活動)"),
                format!("{easy}(ぜんぶ では ありません)"),
            )
        };
        words.push(Word { text, easy, tone });
    };
    say(
        transport.collect(),
        [
            ("送迎あり", "くるまで むかえに きます"),
            ("送迎は相談できる", "むかえは そうだん できます"),
            ("送迎なし", "むかえは ありません"),
        ],
    );
    say(
        of.iter().map(|o| o.wheelchair.map(accepted)).collect(),
        [
            ("車いすOK", "くるまいすで はいれます"),
            ("車いすは相談", "くるまいすは そうだん してください"),
            ("車いすは入れない", "くるまいすは はいれません"),
        ],
    );
    if let Some(fee) = fee(of) {
        words.push(fee);
    }
    let mut say = |tones: Vec<Option<Tone>>, [good, ask]: [(&str, &str); 2]| {
        if let Some((tone @ (Tone::Good | Tone::Ask), _)) = best(&tones) {
            let (text, easy) = if tone == Tone::Good { good } else { ask };
            words.push(Word::new(tone, text, easy));
        }
    };
    say(
        of.iter().map(|o| o.trial.map(accepted)).collect(),
        [
            ("初めてOK", "はじめての ひとも だいじょうぶ"),
            ("見学は相談", "みにいくときは そうだん してください"),
        ],
    );
    if of
        .iter()
        .any(|o| matches!(o.modality, Modality::Remote | Modality::Either))
    {
        words.push(Word::new(Tone::Good, "家でできる", "いえで できます"));
    }
    words
}

fn accepted(value: Acceptance) -> Tone {
    match value {
        Acceptance::Yes => Tone::Good,
        Acceptance::Negotiable => Tone::Ask,
        Acceptance::No => Tone::Not,
    }
}

/// The best tone, and whether every activity has it; `None` when nothing is known of any.
fn best(tones: &[Option<Tone>]) -> Option<(Tone, bool)> {
    let rank = |t: &Tone| match t {
        Tone::Good => 0,
        Tone::Ask | Tone::Fact => 1,
        Tone::Not => 2,
    };
    let best = *tones.iter().flatten().min_by_key(|t| rank(t))?;
    let all = tones.iter().all(|t| *t == Some(best));
    Some((best, all || best == Tone::Ask))
}

fn fee(of: &[NewOpportunity]) -> Option<Word> {
    let fees: Vec<u32> = of.iter().filter_map(|o| o.fee_yen).collect();
    let (least, most) = (*fees.iter().min()?, *fees.iter().max()?);
    let known_of_all = fees.len() == of.len();
    Some(match (least, most) {
        (0, 0) if known_of_all => Word::new(Tone::Good, "参加費なし(無料)", "おかねは いりません"),
        (0, 0) => Word::new(Tone::Good, "無料の活動あり", "おかねの いらない ものが あります"),
        (a, b) if a == b => Word::new(
            Tone::Fact,
            &format!("参加費 {a}円"),
            &format!("おかねが {a}えん いります"),
        ),
        (a, b) => Word::new(
            Tone::Fact,
            &format!("参加費 {a}〜{b}円"),
            &format!("おかねが {a}〜{b}えん いります"),
        ),
    })
}

/// How fresh an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// As 「最終確認 2026年11月3日」.
    pub text: String,
    /// The same in やさしい日本語.
    pub easy: String,
    /// Older than a year, or never: then a warning stands beside it.
    pub stale: bool,
}

/// How fresh an entry last confirmed on `assured_on` is on `today`.
pub fn confirmed(assured_on: Option<NaiveDate>, today: NaiveDate) -> Confirmed {
    Confirmed {
        text: assured_on.map_or_else(
            || "最終確認の記録がありません".to_owned(),
            |d| format!("最終確認 {}年{}月{}日", d.year(), d.month(), d.day()),
        ),
        easy: assured_on.map_or_else(
            || "いつの ことか わかりません".to_owned(),
            |d| {
                format!(
                    "{}ねん {}がつ {}にちに たしかめました",
                    d.year(),
                    d.month(),
                    d.day()
                )
            },
        ),
        stale: is_stale(assured_on, today),
    }
}

impl Confirmed {
    /// The words in the wished reading.
    pub fn say(&self, easy: &bool) -> &str {
        if *easy { &self.easy } else { &self.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::card::sample_resource;

    fn check(change: impl Fn(&mut VisibleResource), holds: &[&str], lacks: &[&str]) {
        let mut resource = sample_resource();
        change(&mut resource);
        let said: Vec<String> = words_of(&resource).into_iter().map(|w| w.text).collect();
        for word in holds {
            assert!(said.iter().any(|s| s == word), "{word} is not in {said:?}");
        }
        for word in lacks {
            assert!(!said.iter().any(|s| s.contains(word)), "{word} is in {said:?}");
        }
    }

    #[test]
    fn what_is_known_is_said_and_what_is_not_known_is_not() {
        check(
            |_| {},
            &["送迎あり", "車いすOK", "参加費なし(無料)", "初めてOK", "段差なし"],
            &["駐車場", "家で"],
        );
        check(|r| r.opportunities[0].transport = None, &["車いすOK"], &["送迎"]);
        check(|r| r.opportunities.clear(), &["段差なし"], &["送迎", "参加費"]);
    }

    #[test]
    fn asking_is_not_turned_into_yes_or_no() {
        check(
            |r| r.opportunities[0].transport = Some(Transport::Negotiable),
            &["送迎は相談できる"],
            &["送迎あり", "送迎なし"],
        );
    }

    #[test]
    fn what_holds_for_one_of_two_activities_is_said_of_some() {
        let second = |r: &mut VisibleResource| {
            let mut other = r.opportunities[0].clone();
            other.transport = Some(Transport::NotOffered);
            other.fee_yen = Some(300);
            r.opportunities.push(other);
        };
        check(
            second,
            &["送迎あり(一部の活動)", "参加費 0〜300円", "車いすOK"],
            &["送迎なし"],
        );
    }

    #[test]
    fn what_nobody_told_is_named_to_be_asked() {
        let asks = |change: fn(&mut VisibleResource)| {
            let mut resource = sample_resource();
            change(&mut resource);
            let unknown = unknown_of(&resource);
            unknown.iter().map(|u| u.text).collect::<Vec<_>>()
        };
        assert!(asks(|_| {}).is_empty());
        assert_eq!(
            asks(|r| {
                r.opportunities[0].transport = None;
                r.opportunities[0].fee_yen = None;
            }),
            ["送迎", "参加費"]
        );
        let without_steps = |r: &mut VisibleResource| {
            r.opportunities.clear();
            r.building.steps = None;
        };
        assert_eq!(asks(without_steps), ["段差"]);
        assert!(
            asks(|r| {
                r.opportunities[0].transport = None;
                r.opportunities[0].modality = Modality::Remote;
            })
            .is_empty()
        );
    }
}
