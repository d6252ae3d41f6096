//! Who may know what: by the ground of the record, by consent, by conference; and how it ends at once.

use serde_json::json;
use yosatte::{
    accounts::policy::{Act, Subject, decide},
    people::{
        PeopleResult, Refused,
        basis::LegalBasis,
        conference::ConferenceKind::{Multilayer, Statutory},
        consent::Withdrawal,
        ids::{CaseId, ConferenceId, ConsentId},
        share::{EndReason, Share, SharedView},
        store,
    },
};

use super::{Office, TODAY, day, id, refused};
use crate::store::on_both;

async fn seen(office: &Office, who: &str, conference: &ConferenceId) -> PeopleResult<Vec<SharedView>> {
    office
        .act(who, async |rec| {
            store::seen::by_conference(rec, &office.vault, conference).await
        })
        .await
}

async fn shares(office: &Office, case: &CaseId) -> Vec<Share> {
    office
        .act("mika", async |rec| {
            let opened = store::read(rec, &office.vault, case).await?.expect("the case");
            store::shares::list(rec, &opened).await
        })
        .await
        .expect("the shares")
}

async fn withdraw(office: &Office, case: &CaseId, consent: &ConsentId) -> PeopleResult<()> {
    let withdrawal = Withdrawal::read(&json!({"on": TODAY, "by": "本人"})).expect("a withdrawal");
    office
        .act("mika", async |rec| {
            store::consents::withdraw(rec, &office.vault, case, consent, &withdrawal).await
        })
        .await
}

async fn may(office: &Office, who: &str, act: Act, case: &CaseId) -> bool {
    let mut conn = office.db.read().await.unwrap();
    let facts = store::case_facts(&mut conn, case)
        .await
        .unwrap()
        .expect("the case");
    decide(Some(&office.actor(who)), act, Subject::Case(&facts)).is_ok()
}

async fn attends(office: &Office, who: &str, conference: &ConferenceId, on: &str) -> bool {
    let mut conn = office.db.read().await.unwrap();
    let facts = store::conference_facts(&mut conn, conference, day(on))
        .await
        .unwrap()
        .expect("it");
    decide(
        Some(&office.actor(who)),
        Act::AttendConference,
        Subject::Conference(&facts),
    )
    .is_ok()
}

on_both! {
    async fn without_consent_nothing_leaves_the_assigned_staff(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let need = office.need(&case.id, json!({"wishes": "料理"})).await;
        for kind in [Multilayer, Statutory] {
            let conference = office.conference(kind, "2027-03-31").await;
            // Not even when a consent is there, as long as the ground is not changed to it.
            office.consent(&case.id, json!([{"conference": conference}]), json!(["needs"])).await;
            let shared = office.share(&case.id, &conference, Some(&need), json!(["needs"])).await;
            assert_eq!(refused(shared), Refused::Basis(LegalBasis::Engaging));
            assert!(seen(&office, "kaito", &conference).await.unwrap().is_empty());
        }
        let referred = office.act("mika", async |rec| {
            store::referrals::add(rec, &office.vault, &case.id, &id("tamon"), None).await
        }).await;
        assert_eq!(refused(referred), Refused::Basis(LegalBasis::Engaging));
        assert!(may(&office, "mika", Act::ReadCase, &case.id).await);
        for who in ["taku", "haruka", "tamon", "kei", "kaito", "kanri"] {
            assert!(!may(&office, who, Act::ReadCase, &case.id).await, "{who}");
        }
    }

    async fn by_law_a_statutory_conference_is_told_and_no_other(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let (multilayer, statutory) = (office.conference(Multilayer, "2027-03-31").await, office.conference(Statutory, "2027-03-31").await);
        office.consent(&case.id, json!([{"conference": multilayer}]), json!(["notes"])).await;
        office.basis(&case.id, LegalBasis::StatutoryConference).await.unwrap();
        assert_eq!(refused(office.share(&case.id, &multilayer, None, json!(["notes"])).await), Refused::OnlyStatutory);
        office.share(&case.id, &statutory, None, json!(["notes"])).await.unwrap();
        assert_eq!(seen(&office, "kaito", &statutory).await.unwrap().len(), 1);
        let referred = office.act("mika", async |rec| {
            store::referrals::add(rec, &office.vault, &case.id, &id("tamon"), None).await
        }).await;
        assert_eq!(refused(referred), Refused::OnlyStatutory);
        assert!(!may(&office, "taku", Act::ReadCase, &case.id).await, "a colleague is no member");

        office.basis(&case.id, LegalBasis::Engaging).await.unwrap();
        assert!(seen(&office, "kaito", &statutory).await.unwrap().is_empty(), "the ground went, and so did the share");
        assert_eq!(shares(&office, &case.id).await[0].end_reason, Some(EndReason::Basis));
    }

    async fn a_share_stays_within_a_consent_that_stands(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        assert_eq!(refused(office.basis(&case.id, LegalBasis::Consented).await), Refused::NoConsent);
        let (named, other) = (office.conference(Multilayer, "2027-03-31").await, office.conference(Statutory, "2027-03-31").await);
        let need = office.need(&case.id, json!({
            "home": {"lat": 39.139, "lng": 141.139}, "wishes": "教えたい", "strengths": ["料理"], "avoid": {"people": ["元夫"]},
        })).await;
        office.consent(&case.id, json!([{"conference": named}]), json!(["needs", "strengths"])).await;
        office.basis(&case.id, LegalBasis::Consented).await.unwrap();
        assert_eq!(refused(office.share(&case.id, &other, Some(&need), json!(["needs"])).await), Refused::BeyondConsent);
        assert_eq!(refused(office.share(&case.id, &named, Some(&need), json!(["needs", "identity"])).await), Refused::BeyondConsent);
        office.share(&case.id, &named, Some(&need), json!(["needs"])).await.unwrap();
        let told = seen(&office, "kaito", &named).await.unwrap();
        let json = serde_json::to_string(&told).unwrap();
        assert!(json.contains("教えたい") && json.contains(case.person.as_str()));
        for hidden in ["料理", "元夫", "水沢花子", "39.139", "notes"] {
            assert!(!json.contains(hidden), "{hidden} is beyond what was shared: {json}");
        }
        assert!(json.contains(r#""home":{"district":"d1"}"#), "{json}");
        assert!(office.audit_of(&case).await.ends_with(&["conference.read".to_owned()]));
    }

    async fn a_consent_taken_back_ends_everything_that_rests_on_it_at_once(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let need = office.need(&case.id, json!({"wishes": "教えたい"})).await;
        let (one, two) = (office.conference(Multilayer, "2027-03-31").await, office.conference(Statutory, "2027-03-31").await);
        let all = json!(["needs", "strengths", "identity", "notes"]);
        let first = office.consent(&case.id, json!([{"conference": one}, {"account": "tamon"}]), all.clone()).await;
        let second = office.consent(&case.id, json!([{"conference": two}]), json!(["needs"])).await;
        office.basis(&case.id, LegalBasis::Consented).await.unwrap();
        office.share(&case.id, &one, Some(&need), json!(["needs", "identity"])).await.unwrap();
        office.share(&case.id, &two, Some(&need), json!(["needs"])).await.unwrap();
        office.act("mika", async |rec| {
            store::referrals::add(rec, &office.vault, &case.id, &id("tamon"), Some("住まい".into())).await
        }).await.unwrap();
        assert!(may(&office, "tamon", Act::ReadCase, &case.id).await);
        assert!(may(&office, "taku", Act::ReadCase, &case.id).await, "colleagues of the district read along");
        assert!(!may(&office, "haruka", Act::ReadCase, &case.id).await);
        assert!(!may(&office, "taku", Act::WriteCase, &case.id).await);

        withdraw(&office, &case.id, &first).await.unwrap();
        assert!(seen(&office, "kaito", &one).await.unwrap().is_empty());
        assert_eq!(seen(&office, "kaito", &two).await.unwrap().len(), 1, "the other consent stands");
        assert!(!may(&office, "tamon", Act::ReadCase, &case.id).await);
        assert_eq!(refused(withdraw(&office, &case.id, &first).await), Refused::Ended);
        assert_eq!(office.row(&case.id).await.basis, LegalBasis::Consented);

        withdraw(&office, &case.id, &second).await.unwrap();
        assert!(seen(&office, "kaito", &two).await.unwrap().is_empty());
        let row = office.row(&case.id).await;
        assert_eq!((row.basis, row.review_on), (LegalBasis::Engaging, day("2027-02-24")), "no consent is left");
        assert!(!may(&office, "taku", Act::ReadCase, &case.id).await);
        let ended = shares(&office, &case.id).await;
        assert!(ended.iter().all(|s| s.end_reason == Some(EndReason::Withdrawn)));
        let told = office.audit_of(&case).await;
        for action in ["case.consent.withdraw", "case.share.end", "case.basis"] {
            assert!(told.contains(&action.to_owned()), "{told:?}");
        }
    }

    async fn a_member_sees_from_the_explanation_until_the_last_day(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let conference = office.conference(Statutory, "2027-03-31").await;
        office.basis(&case.id, LegalBasis::StatutoryConference).await.unwrap();
        office.share(&case.id, &conference, None, json!(["identity"])).await.unwrap();
        assert!(attends(&office, "kaito", &conference, "2027-03-31").await);
        assert!(!attends(&office, "kaito", &conference, "2027-04-01").await);
        assert!(!attends(&office, "tamon", &conference, "2026-12-01").await, "守秘 was not explained");
        assert!(!attends(&office, "taku", &conference, "2026-12-01").await, "no member");
        let after = office.on("2027-04-01");
        assert_eq!(refused(seen(&after, "kaito", &conference).await), Refused::ConferenceOver);
        assert_eq!(refused(after.share(&case.id, &conference, None, json!(["identity"])).await), Refused::ConferenceOver);
    }

    async fn a_share_or_a_closed_case_ends_by_hand(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let conference = office.conference(Statutory, "2027-03-31").await;
        office.basis(&case.id, LegalBasis::StatutoryConference).await.unwrap();
        let first = office.share(&case.id, &conference, None, json!(["identity"])).await.unwrap();
        let end = async || office.act("mika", async |rec| store::shares::end(rec, &case.id, &first).await).await;
        end().await.unwrap();
        assert_eq!(refused(end().await), Refused::Ended);
        assert!(seen(&office, "kaito", &conference).await.unwrap().is_empty());
        office.share(&case.id, &conference, None, json!(["identity"])).await.unwrap();
        let version = office.row(&case.id).await.version;
        office.act("mika", async |rec| {
            store::cases::close(rec, &office.vault, &case.id, version, day(TODAY)).await
        }).await.unwrap();
        assert!(seen(&office, "kaito", &conference).await.unwrap().is_empty());
        let reasons: Vec<_> = shares(&office, &case.id).await.into_iter().filter_map(|s| s.end_reason).collect();
        assert!(reasons.contains(&EndReason::ByHand) && reasons.contains(&EndReason::Closed), "{reasons:?}");
        let late = office.note(&case.id, json!({"on": TODAY, "kind": "訪問", "gist": "。"})).await;
        assert_eq!(refused(late), Refused::Closed);
    }

    async fn the_ground_is_looked_at_again_within_its_months(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        for (basis, on, fine) in [
            (LegalBasis::Engaging, "2027-02-24", true), (LegalBasis::Engaging, "2027-02-25", false),
            (LegalBasis::Engaging, "2026-11-24", false), (LegalBasis::StatutoryConference, "2027-11-24", true),
            (LegalBasis::StatutoryConference, "2027-11-25", false),
        ] {
            let version = office.row(&case.id).await.version;
            let done = office.act("mika", async |rec| {
                store::basis::change(rec, &office.vault, &case.id, version, basis, day(on)).await
            }).await;
            assert_eq!(done.is_ok(), fine, "{basis:?} {on}");
            if !fine {
                assert!(matches!(refused(done), Refused::Review(_)));
            }
        }
    }
}
