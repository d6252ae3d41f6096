//! Stage 3: why, why not, and what to ask, in plain Japanese. Only what was used is said.

use super::{
    factors::Spoken,
    gates::{Bench, Facing, Gate, Verdict, Way, limit_km, skills},
    need::{Locality, ReachMode, Slot},
    weights::Factor,
};
use crate::{
    kernel::schedule::{Hours, Occurrence},
    resources::words::{Acceptance, Field, Reward, Status, Transport},
    search::texts::Heard,
};

/// Words that are named as met.
const NAMED: usize = 3;

/// What a gate says of one person at one offer.
pub fn gate(f: &Facing, gate: Gate, verdict: Verdict) -> String {
    let said = match gate {
        Gate::Role => role(f, verdict),
        Gate::Modality => modality(f, verdict),
        Gate::Age => age(f, verdict),
        Gate::Sex => sex(f, verdict),
        Gate::Wheelchair => acceptance("車いすで入れ", f.offer.entered.wheelchair, verdict),
        Gate::Companion => acceptance("付き添いの人と一緒に来られ", f.offer.entered.companion, verdict),
        Gate::Fee => fee(f, verdict),
        Gate::GroupSize => group_size(f, verdict),
        Gate::Eligibility => eligibility(verdict),
        Gate::ServiceArea => service_area(verdict),
        Gate::Open => open(f, verdict),
        Gate::Capacity => capacity(f, verdict),
        Gate::Skill => skill(f, verdict),
        Gate::Reach => reach(f, verdict),
        Gate::Slot => slot(f, verdict),
        Gate::Avoid => match verdict {
            Verdict::Fail => "避けたい場所か人にあたります".to_owned(),
            _ => "避けたい場所や人にはあたりません".to_owned(),
        },
    };
    match &f.person.relation {
        Some(relation) => format!("{relation}: {said}"),
        None => said,
    }
}

/// What would admit an offer that fails at this gate.
pub fn change(f: &Facing, gate: Gate) -> String {
    match gate {
        Gate::Role => format!("「{}」として参加するなら、候補になります", roles(f)),
        Gate::Modality => format!("{}でもよければ、候補になります", f.offer.entered.modality.label()),
        Gate::Age | Gate::Sex => "対象を広げてもらえるか、先方に相談が要ります".to_owned(),
        Gate::Wheelchair => "車いすで入れるように手伝いを頼めれば、候補になります".to_owned(),
        Gate::Companion => "付き添いなしで行けるなら、候補になります".to_owned(),
        Gate::Fee => format!("費用{}円を出せるか、減らしてもらえれば、候補になります", yen(f)),
        Gate::GroupSize => format!("{}人くらいの集まりでもよければ、候補になります", size(f)),
        Gate::Eligibility => "制度の対象外の人を受け入れてもらえるよう、相談が要ります".to_owned(),
        Gate::ServiceArea => "対象の地区の外からでもよいか、先方に相談が要ります".to_owned(),
        Gate::Open => "再開すれば、候補になります".to_owned(),
        Gate::Capacity => "空きが出れば、候補になります。順番待ちができるか聞いてください".to_owned(),
        Gate::Skill => "技能を教えてもらえるなら、候補になります".to_owned(),
        Gate::Reach => reach_change(f),
        Gate::Slot => match when(f) {
            Some(when) => format!("{when}に来られるなら、候補になります"),
            None => "日時を合わせてもらえれば、候補になります".to_owned(),
        },
        Gate::Avoid => String::new(),
    }
}

/// What else to ask of an offer before proposing it.
pub fn also_ask(f: &Facing) -> Vec<String> {
    let offer = &f.offer.entered;
    let mut all = Vec::new();
    if let Some(reward @ (Reward::Honorarium | Reward::WorkWage | Reward::Wage)) = offer.reward {
        all.push(format!(
            "{}が出ます。雇用にあたるか、けがや事故の保険があるか確認してください",
            reward.label()
        ));
        if f.person.wants.fields.contains(&Field::Hardship) {
            all.push("生活保護を受けているときは、収入申告が要ることを本人に伝えてください".to_owned());
        }
    }
    if offer.trial == Some(Acceptance::Negotiable) {
        all.push("見学や体験ができるか聞いてください".to_owned());
    }
    all
}

/// Why a factor counts; empty when it does not.
pub fn factor(bench: &Bench, spoken: &Spoken, offer: usize, factor: Factor, score: f64) -> String {
    if score <= 0.0 {
        return String::new();
    }
    let f = bench.facing(0, offer, 1);
    match factor {
        Factor::Interest => {
            met(bench, spoken.wishes.as_ref(), offer).unwrap_or_else(|| "希望に近い内容です".to_owned())
        }
        Factor::Skill => {
            let brought = &f.person.wants.strengths;
            let wanted: Vec<String> = f
                .offer
                .entered
                .skills
                .iter()
                .filter(|s| skills::among(s, brought))
                .map(|s| format!("「{s}」"))
                .collect();
            if wanted.is_empty() {
                let at_home = met(bench, spoken.strengths.as_ref(), offer);
                at_home.unwrap_or_else(|| "得意なことに近い内容です".to_owned())
            } else {
                format!("求められている{}ができます", wanted.concat())
            }
        }
        Factor::Role => format!("「{}」として参加できます", wished_roles(&f)),
        Factor::Distance if f.is_remote() => "家でできます".to_owned(),
        Factor::Distance => {
            Way::of(&f).map_or(String::new(), |way| format!("家から直線で{}です", spoken_km(way)))
        }
        Factor::Slot => when(&f).map_or("日時は相談して決められます".to_owned(), |when| {
            format!("希望の時間に合います({when})")
        }),
        Factor::Fields => "対象の分野が合います".to_owned(),
        Factor::GroupSize => f
            .offer
            .entered
            .usual_size
            .map_or(String::new(), |n| format!("ふだん{n}人ほどです")),
        Factor::Freshness => f.place.shown.assured_on.map_or(String::new(), |date| {
            format!("{}に確認した情報です", date.format("%Y年%-m月%-d日"))
        }),
        Factor::OwnDistrict => match f.asker.locality {
            Some(Locality::Avoid) => "地元の外です".to_owned(),
            _ => "同じ地区です".to_owned(),
        },
    }
}

/// The words of what was said that stand in the offer's texts; where none does, the first of the words near them.
fn met(bench: &Bench, heard: Option<&Heard>, offer: usize) -> Option<String> {
    let heard = heard?;
    let texts = bench.board.texts();
    let stands = |word: &&String| word.chars().count() > 1 && texts.holds(offer, word);
    let said: Vec<String> = heard
        .said
        .iter()
        .filter(stands)
        .take(NAMED)
        .map(|w| format!("「{w}」"))
        .collect();
    if !said.is_empty() {
        return Some(format!("{}が一致しました", said.concat()));
    }
    let near = heard.near.iter().find(stands)?;
    Some(format!("「{near}」が希望に近い内容です"))
}

fn roles(f: &Facing) -> String {
    let labels: Vec<&str> = f.offer.entered.roles.iter().map(|r| r.plain()).collect();
    labels.join("・")
}

fn wished_roles(f: &Facing) -> String {
    let offered = &f.offer.entered.roles;
    let wished = f.person.wants.roles.iter().filter(|r| offered.contains(r));
    let labels: Vec<&str> = wished.map(|r| r.plain()).collect();
    labels.join("・")
}

fn role(f: &Facing, verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => format!("「{}」として参加できます", wished_roles(f)),
        Verdict::Fail => format!("募集しているのは「{}」です", roles(f)),
        Verdict::Unknown => "どんな役割があるか聞いてください".to_owned(),
    }
}

fn modality(f: &Facing, verdict: Verdict) -> String {
    let label = f.offer.entered.modality.label();
    match verdict {
        Verdict::Fail => format!("「{label}」だけです"),
        _ => format!("「{label}」で参加できます"),
    }
}

fn age(f: &Facing, verdict: Verdict) -> String {
    let Some(ages) = f.offer.entered.ages else {
        return "年齢は問いません".to_owned();
    };
    match verdict {
        Verdict::Pass => format!("対象の年齢({ages})です"),
        Verdict::Fail => format!("対象の年齢は{ages}です"),
        Verdict::Unknown => format!("対象の年齢は{ages}です。本人の年齢を確認してください"),
    }
}

fn sex(f: &Facing, verdict: Verdict) -> String {
    let Some(sex) = f.offer.entered.sex else {
        return "性別は問いません".to_owned();
    };
    match verdict {
        Verdict::Pass => format!("{sex}が対象です"),
        Verdict::Fail => format!("{sex}だけが対象です"),
        Verdict::Unknown => format!("{sex}だけが対象です。本人の性別を確認してください"),
    }
}

fn acceptance(what: &str, accepted: Option<Acceptance>, verdict: Verdict) -> String {
    match (verdict, accepted) {
        (Verdict::Pass, _) => format!("{what}ます"),
        (Verdict::Fail, _) => format!("{what}ません"),
        (Verdict::Unknown, Some(_)) => format!("{what}るかは要相談です。先方に聞いてください"),
        (Verdict::Unknown, None) => format!("{what}るか聞いてください"),
    }
}

fn yen(f: &Facing) -> u32 {
    f.offer.entered.fee_yen.unwrap_or_default()
}

fn fee(f: &Facing, verdict: Verdict) -> String {
    match (verdict, yen(f)) {
        (Verdict::Unknown, _) => "費用がいくらか聞いてください".to_owned(),
        (Verdict::Pass, 0) => "費用はかかりません".to_owned(),
        (Verdict::Pass, yen) => format!("費用は{yen}円で、出せる額に収まります"),
        (Verdict::Fail, yen) => format!("費用が{yen}円かかります"),
    }
}

fn size(f: &Facing) -> u32 {
    f.offer.entered.usual_size.unwrap_or_default()
}

fn group_size(f: &Facing, verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => format!("ふだん{}人ほどの集まりです", size(f)),
        Verdict::Fail => format!("ふだん{}人ほどが集まります", size(f)),
        Verdict::Unknown => "ふだん何人くらい集まるか聞いてください".to_owned(),
    }
}

fn eligibility(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => "制度の対象外の人も受け入れています",
        Verdict::Fail => "制度の対象の人だけを受け入れています",
        Verdict::Unknown => "制度の対象外の人を受け入れられるか聞いてください",
    }
    .to_owned()
}

fn service_area(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => "住んでいる地区から参加できます",
        Verdict::Fail => "住んでいる地区は対象ではありません",
        Verdict::Unknown => "対象の地区に住まいが入るか確認してください",
    }
    .to_owned()
}

fn open(f: &Facing, verdict: Verdict) -> String {
    let preparing = [f.place.shown.status, f.offer.entered.status].contains(&Status::Preparing);
    match verdict {
        Verdict::Pass if preparing => "準備中です".to_owned(),
        Verdict::Pass => "活動しています".to_owned(),
        Verdict::Fail => "しばらく休みです".to_owned(),
        Verdict::Unknown => "休止中です。再開の時期を聞いてください".to_owned(),
    }
}

fn capacity(f: &Facing, verdict: Verdict) -> String {
    let free = f.offer.entered.vacancy;
    match (verdict, free) {
        (Verdict::Pass, Some(free)) => format!("空きが{free}人分あります"),
        (Verdict::Pass, None) => "人数の決まりはありません".to_owned(),
        (Verdict::Fail, Some(0)) | (Verdict::Fail, None) => "空きがありません".to_owned(),
        (Verdict::Fail, Some(free)) => format!("空きが{free}人分だけです({}人で参加)", f.group),
        (Verdict::Unknown, _) => "空きがあるか聞いてください".to_owned(),
    }
}

fn skill(f: &Facing, verdict: Verdict) -> String {
    let brought = &f.person.wants.strengths;
    let needed = &f.offer.entered.skills;
    match verdict {
        Verdict::Pass => format!("求められている技能({})があります", needed.join("、")),
        _ => {
            let open: Vec<&str> = needed
                .iter()
                .filter(|s| !skills::among(s, brought))
                .map(String::as_str)
                .collect();
            format!("「{}」ができるか、本人に聞いてください", open.join("」「"))
        }
    }
}

fn spoken_km(way: Way) -> String {
    let about = if way.coarse { "およそ" } else { "約" };
    if way.km < 1.0 {
        format!("{about}{}m", ((way.km * 100.0).round() as u32 * 10).max(10))
    } else {
        format!("{about}{:.1}km", way.km)
    }
}

/// How the person would be fetched, as far as that decides.
fn fetched(f: &Facing) -> Option<&'static str> {
    let asked = f.person.wants.reach.as_ref()?.needs_pickup;
    asked.then_some(match f.offer.entered.transport {
        Some(Transport::Offered) => "送迎があります",
        Some(Transport::NotOffered) => "送迎がありません",
        Some(Transport::Negotiable) => "送迎は要相談です",
        None => "送迎があるかわかりません",
    })
}

fn reach(f: &Facing, verdict: Verdict) -> String {
    let way = Way::of(f);
    let limit = f.person.wants.reach.as_ref().map(limit_km).unwrap_or_default();
    let far = match way {
        None if f.asker.home.is_none() => Some("住まいがわからないので、距離を確認してください".to_owned()),
        None => Some("場所がわからないので、距離を確認してください".to_owned()),
        Some(way) if verdict == Verdict::Unknown && way.coarse => Some(format!(
            "地区の中心から直線で{}です。行ける距離({limit}km)か確認してください",
            spoken_km(way)
        )),
        Some(way) if way.km > limit && !way.coarse => {
            Some(format!("直線で{}あり、{limit}kmより遠いです", spoken_km(way)))
        }
        Some(way) => Some(format!("直線で{}です", spoken_km(way))),
    };
    let range = way.zip(f.offer.entered.transport_km).map(|(way, range)| {
        if way.km <= range {
            format!("送迎範囲({range}km)の中です")
        } else {
            format!("送迎範囲({range}km)の外です")
        }
    });
    let fetched = fetched(f).map(|word| match (f.offer.entered.transport, range) {
        (Some(Transport::Offered), Some(range)) => range,
        (Some(Transport::Negotiable) | None, _) => format!("{word}。頼めるか聞いてください"),
        _ => word.to_owned(),
    });
    let all: Vec<String> = far.into_iter().chain(fetched).collect();
    all.join("。")
}

fn reach_change(f: &Facing) -> String {
    let limit = f.person.wants.reach.as_ref().map(limit_km).unwrap_or_default();
    let far = Way::of(f).filter(|way| way.km > limit);
    let unfetched = f.person.wants.reach.as_ref().is_some_and(|r| r.needs_pickup)
        && match (f.offer.entered.transport, f.offer.entered.transport_km) {
            (Some(Transport::NotOffered), _) => true,
            (Some(Transport::Offered), Some(range)) => Way::of(f).is_some_and(|way| way.km > range),
            _ => false,
        };
    match (far, unfetched) {
        (Some(way), false) => match f.person.wants.reach.as_ref().map(|r| r.mode) {
            Some(ReachMode::Walk) => {
                format!(
                    "直線で{:.1}kmまで行けるか、送り迎えがあれば、候補になります",
                    way.km
                )
            }
            _ => format!("直線で{:.1}kmまで行けるなら、候補になります", way.km),
        },
        (Some(way), true) => format!(
            "直線で{:.1}kmまで、ほかの送迎を頼めるなら、候補になります",
            way.km
        ),
        (None, _) => "送迎を先方かほかに頼めるなら、候補になります".to_owned(),
    }
}

fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn wished(slot: &Slot) -> String {
    let (from, to) = slot.minutes();
    let day = slot.weekday().label();
    if (from, to) == (0, 24 * 60) {
        return format!("{day}曜");
    }
    format!("{day}曜{}〜{}", clock(from), clock(to))
}

/// When it takes place, as written.
fn when<'a>(f: &Facing<'a>) -> Option<&'a str> {
    f.offer.entered.schedule.as_ref().map(|s| s.text())
}

fn slot(f: &Facing, verdict: Verdict) -> String {
    let schedule = f.offer.entered.schedule.as_ref();
    let anytime = schedule.is_some_and(|s| s.is_anytime());
    match (verdict, when(f)) {
        (Verdict::Pass, _) if anytime => "随時なので、希望の時間に合わせられます".to_owned(),
        (Verdict::Pass, _) => {
            let met = f
                .dates
                .iter()
                .find(|date| date.hours != Hours::Unknown && meets(f, date));
            met.map_or("希望の時間に合います".to_owned(), |date| {
                format!("希望の時間に合います({date})")
            })
        }
        (Verdict::Fail, Some(when)) => {
            let wished: Vec<String> = f.person.wants.slots.iter().take(NAMED).map(wished).collect();
            format!("{when}です(希望は{})", wished.join("、"))
        }
        (Verdict::Unknown, Some(when)) => {
            format!("「{when}」のうち、希望の時間に合う日があるか聞いてください")
        }
        (_, None) => "日時を聞いてください".to_owned(),
    }
}

fn meets(f: &Facing, date: &Occurrence) -> bool {
    let slots = &f.person.wants.slots;
    slots
        .iter()
        .any(|slot| super::gates::shared_minutes(date, slot) > 0)
}
