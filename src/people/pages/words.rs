//! Records in words that are read aloud easily.

use chrono::{Datelike, NaiveDate};

use crate::{
    app::App,
    kernel::calendar_ja::spoken_date,
    matching::need::{Home, Need, Wants},
    people::{basis::LegalBasis, consent::Scope},
};

/// 「2026年11月24日(火)」.
pub fn day(on: NaiveDate) -> String {
    format!("{}年{}", on.year(), spoken_date(on))
}

/// 「2026年11月24日(火) 10:05」 of RFC 3339.
pub fn moment(at: &str) -> String {
    let date: Option<NaiveDate> = at.get(..10).and_then(|d| d.parse().ok());
    match (date, at.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time}", day(date)),
        _ => at.to_owned(),
    }
}

/// What a ground allows, in one sentence.
pub const fn allows(basis: LegalBasis, assigned_only: bool) -> &'static str {
    match (basis, assigned_only) {
        (LegalBasis::Engaging, _) => "担当だけが読めます。まだ、だれとも共有できません。",
        (LegalBasis::Consented, false) => {
            "地区の担当も読めます。本人が同意した相手と、同意した内容だけを共有できます。"
        }
        (LegalBasis::Consented, true) => {
            "担当だけが読めます。本人が同意した相手と、同意した内容だけを共有できます。"
        }
        (LegalBasis::StatutoryConference, _) => {
            "担当だけが読めます。支援会議とだけ、同意がなくても共有できます(社会福祉法106条の6)。"
        }
    }
}

/// Parts of a record, 「、」 between them.
pub fn parts(scope: &Scope) -> String {
    scope.parts().map(|p| p.label()).collect::<Vec<_>>().join("、")
}

/// A need, each thing with its name; nothing stands for what was not said. `private` adds what only the assigned staff may see.
pub fn need(app: &App, need: &Need, private: bool) -> Vec<(&'static str, String)> {
    let mut told = wants(&need.wants);
    match &need.home {
        Some(Home::District { district }) => {
            let name = app.district_name(district.as_str());
            told.push(("住まい", name.unwrap_or_else(|| district.to_string())));
        }
        Some(Home::Point { lat, lng }) if private => told.push(("住まい", format!("緯度 {lat}、経度 {lng}"))),
        Some(Home::Point { .. }) | None => {}
    }
    for member in &need.household {
        let words: Vec<String> = wants(&member.wants)
            .into_iter()
            .map(|(n, w)| format!("{n}: {w}"))
            .collect();
        told.push((
            "いっしょの人",
            format!("{} {}", member.relation, words.join("、")),
        ));
    }
    if private {
        told.extend(listed("避けたい場所", &need.avoid.places));
        told.extend(listed("避けたい人", &need.avoid.people));
    }
    told
}

fn listed(name: &'static str, items: &[String]) -> Option<(&'static str, String)> {
    (!items.is_empty()).then(|| (name, items.join("、")))
}

fn wants(wants: &Wants) -> Vec<(&'static str, String)> {
    let labels =
        |labels: Vec<&'static str>| labels.into_iter().map(ToOwned::to_owned).collect::<Vec<String>>();
    let yes = |name, value: Option<bool>, yes: &str, no: &str| {
        value.map(|v| (name, (if v { yes } else { no }).to_owned()))
    };
    let reach = wants.reach.as_ref().map(|r| {
        let km = r
            .max_km
            .map(|km| format!("、直線で{km}kmまで"))
            .unwrap_or_default();
        let pickup = if r.needs_pickup { "、迎えが要る" } else { "" };
        ("移動", format!("{}{km}{pickup}", r.mode.label()))
    });
    let slots: Vec<String> = wants
        .slots
        .iter()
        .map(|s| {
            let (from, to) = s.minutes();
            let clock = |m: u16| format!("{}:{:02}", m / 60, m % 60);
            format!("{}曜 {}〜{}", s.weekday().label(), clock(from), clock(to))
        })
        .collect();
    let all = [
        wants.wishes.clone().map(|w| ("希望", w)),
        listed("得意なこと", &wants.strengths),
        listed("役割", &labels(wants.roles.iter().map(|r| r.label()).collect())),
        wants.modality.map(|m| ("形態", m.label().to_owned())),
        reach,
        wants.age.map(|a| ("年齢", format!("{a}歳"))),
        wants.sex.map(|s| ("性別", s.label().to_owned())),
        yes("車いす", wants.wheelchair, "使う", "使わない"),
        wants.max_fee_yen.map(|y| ("払える額", format!("1回{y}円まで"))),
        wants.max_group_size.map(|n| ("人数", format!("{n}人くらいまで"))),
        yes("付き添い", wants.needs_companion, "要る", "要らない"),
        listed("来られる日時", &slots),
        listed(
            "対象分野",
            &labels(wants.fields.iter().map(|f| f.label()).collect()),
        ),
        yes("制度の対象", wants.out_of_eligibility, "ふつうの対象の外", "対象"),
    ];
    all.into_iter().flatten().collect()
}
