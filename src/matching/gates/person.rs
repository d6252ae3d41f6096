//! Gates of what the person is, brings and can bear, against what the offer asks and allows.

use super::{Facing, Verdict, skills};
use crate::{
    kernel::age::AgeRange,
    matching::need::WishedModality,
    resources::words::{Acceptance, Modality},
};

/// Any wished role is offered.
pub fn role(f: &Facing) -> Option<Verdict> {
    let wished = &f.person.wants.roles;
    let offered = &f.offer.entered.roles;
    (!wished.is_empty()).then(|| match offered.is_empty() {
        true => Verdict::Unknown,
        false => Verdict::of(wished.iter().any(|role| offered.contains(role))),
    })
}

/// Any wish, an offer of both, or the same.
pub fn modality(f: &Facing) -> Option<Verdict> {
    let offered = f.offer.entered.modality;
    f.person.wants.modality.map(|wished| {
        Verdict::of(match wished {
            WishedModality::Any => true,
            WishedModality::OnSite => offered != Modality::Remote,
            WishedModality::Remote => offered != Modality::OnSite,
        })
    })
}

/// Inside the stated range.
pub fn age(f: &Facing) -> Option<Verdict> {
    let limit = f.offer.entered.ages.filter(|ages| *ages != AgeRange::ANY);
    match (limit, f.person.wants.age) {
        (None, age) => age.map(|_| Verdict::Pass),
        (Some(_), None) => Some(Verdict::Unknown),
        (Some(ages), Some(age)) => Some(Verdict::of(ages.contains(age))),
    }
}

/// As the place is limited to.
pub fn sex(f: &Facing) -> Option<Verdict> {
    match (f.offer.entered.sex, f.person.wants.sex) {
        (None, sex) => sex.map(|_| Verdict::Pass),
        (Some(_), None) => Some(Verdict::Unknown),
        (Some(limit), Some(sex)) => Some(Verdict::of(limit == sex)),
    }
}

fn accepted(acceptance: Option<Acceptance>) -> Verdict {
    match acceptance {
        Some(Acceptance::Yes) => Verdict::Pass,
        Some(Acceptance::No) => Verdict::Fail,
        Some(Acceptance::Negotiable) | None => Verdict::Unknown,
    }
}

/// 可 where a wheelchair is used.
pub fn wheelchair(f: &Facing) -> Option<Verdict> {
    let asked = f.person.wants.wheelchair == Some(true) && !f.is_remote();
    asked.then(|| accepted(f.offer.entered.wheelchair))
}

/// 可 where somebody comes along.
pub fn companion(f: &Facing) -> Option<Verdict> {
    let asked = f.person.wants.needs_companion == Some(true) && !f.is_remote();
    asked.then(|| accepted(f.offer.entered.companion))
}

/// No more than the person can pay.
pub fn fee(f: &Facing) -> Option<Verdict> {
    f.person
        .wants
        .max_fee_yen
        .map(|most| match f.offer.entered.fee_yen {
            None => Verdict::Unknown,
            Some(yen) => Verdict::of(yen <= most),
        })
}

/// No more people than the person can bear.
pub fn group_size(f: &Facing) -> Option<Verdict> {
    let most = f.person.wants.max_group_size.filter(|_| !f.is_remote())?;
    Some(match f.offer.entered.usual_size {
        None => Verdict::Unknown,
        Some(size) => Verdict::of(size <= most),
    })
}

/// Inside the usual eligibility, or taken all the same.
pub fn eligibility(f: &Facing) -> Option<Verdict> {
    let outside = f.person.wants.out_of_eligibility == Some(true);
    outside.then(|| accepted(f.offer.entered.waiver))
}

/// Everything that has to be known or able is among the strengths. What was not spoken of is asked: it is no 'no'.
pub fn skill(f: &Facing) -> Option<Verdict> {
    let needed = &f.offer.entered.skills;
    (!needed.is_empty()).then(
        || match needed.iter().all(|s| skills::among(s, &f.person.wants.strengths)) {
            true => Verdict::Pass,
            false => Verdict::Unknown,
        },
    )
}
