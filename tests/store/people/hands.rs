//! In whose hands a case is: who finds it, and giving it away with everything that is open.

use serde_json::json;
use yosatte::{
    accounts::{
        policy::{Act, Subject, decide},
        store as accounts,
    },
    people::{
        PeopleError, Refused,
        basis::LegalBasis,
        case::{CaseLine, Reason},
        conference::ConferenceKind::Multilayer,
        hand_over::{HandOver, NewHandOver},
        ids::CaseId,
        store,
    },
};

use super::{Office, TODAY, day, id, refused};
use crate::store::on_both;

async fn list(office: &Office, who: &str) -> Vec<CaseLine> {
    store::listing::list(&office.reader(), &office.actor(who))
        .await
        .expect("the list")
}

async fn search(office: &Office, who: &str, words: &str) -> Vec<String> {
    let found = store::search::search_own(&office.reader(), &office.actor(who), words)
        .await
        .expect("the search");
    found.into_iter().map(|l| l.row.person.to_string()).collect()
}

async fn hand_over(
    office: &Office,
    who: &str,
    case: &CaseId,
    body: serde_json::Value,
) -> Result<HandOver, PeopleError> {
    let new = NewHandOver::read(&body).expect("a hand-over");
    let version = office.row(case).await.version;
    office
        .act(who, async |rec| {
            store::hands::hand_over(rec, &office.vault, case, version, &new).await
        })
        .await
}

on_both! {
    async fn a_hand_over_lists_everything_that_is_open(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let need = office.need(&case.id, json!({"wishes": "教えたい"})).await;
        let conference = office.conference(Multilayer, "2027-06-30").await;
        let all = json!(["needs", "strengths", "identity", "notes"]);
        let consent = office.consent(&case.id, json!([{"conference": conference}, {"account": "tamon"}]), all).await;
        office.basis(&case.id, LegalBasis::Consented).await.unwrap();
        let share = office.share(&case.id, &conference, Some(&need), json!(["needs"])).await.unwrap();
        let referral = office.act("mika", async |rec| {
            store::referrals::add(rec, &office.vault, &case.id, &id("tamon"), None).await
        }).await.unwrap();
        let next = |what: &str, due: &str| json!({"on": TODAY, "kind": "訪問", "gist": "。", "next": {"what": what, "due_on": due}});
        let late = office.note(&case.id, next("電話する", "2026-12-01")).await.unwrap();
        let coming = office.note(&case.id, next("同行する", "2027-05-01")).await.unwrap();
        let done = office.note(&case.id, next("済んだこと", "2026-11-30")).await.unwrap();
        office.act("mika", async |rec| {
            store::notes::settle(rec, &office.vault, &case.id, &done, day(TODAY)).await
        }).await.unwrap();

        let spring = office.on("2027-03-31");
        let same = hand_over(&spring, "mika", &case.id, json!({"to": "mika"})).await;
        assert!(matches!(refused(same), Refused::Account(_)));
        let planner = hand_over(&spring, "mika", &case.id, json!({"to": "kei"})).await;
        assert!(matches!(refused(planner), Refused::Account(_)));
        let given = hand_over(&spring, "mika", &case.id, json!({"to": "taku", "message": "よろしく"})).await.unwrap();
        let open = &given.open;
        assert_eq!(open.review_on, day("2027-11-24"));
        assert!(!open.review_overdue);
        let actions: Vec<_> = open.actions.iter().map(|a| (a.note.clone(), a.what.as_str(), a.overdue)).collect();
        assert_eq!(actions, [(late, "電話する", true), (coming, "同行する", false)]);
        assert_eq!((&open.needs[..], &open.consents[..]), (&[need][..], &[consent][..]));
        assert_eq!((&open.shares[..], &open.referrals[..]), (&[share][..], &[referral][..]));

        let row = office.row(&case.id).await;
        assert_eq!((row.hands.main.as_str(), row.hands.deputies.len()), ("taku", 0));
        let kept = office.act("taku", async |rec| {
            let opened = store::read(rec, &office.vault, &case.id).await?.expect("the case");
            store::hands::list(rec, &opened).await
        }).await.unwrap();
        assert!(kept == [given]);
        assert!(office.audit_of(&case).await.contains(&"case.hand_over".to_owned()));
    }

    async fn deputies_stay_when_that_is_wished(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case_with(json!({"review_on": "2027-02-01", "deputies": ["taku"]})).await;
        hand_over(&office, "mika", &case.id, json!({"to": "haruka", "stay_as_deputy": true})).await.unwrap();
        let hands = office.row(&case.id).await.hands;
        assert_eq!(hands.main.as_str(), "haruka");
        assert_eq!(hands.deputies.iter().map(|d| d.as_str()).collect::<Vec<_>>(), ["mika", "taku"]);
        hand_over(&office, "haruka", &case.id, json!({"to": "taku", "keep_deputies": false})).await.unwrap();
        let hands = office.row(&case.id).await.hands;
        assert_eq!((hands.main.as_str(), hands.deputies.len()), ("taku", 0));
    }

    async fn a_case_whose_people_left_can_be_taken_up_and_not_read_before(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case_with(json!({"identity": {"name": "水沢花子"}, "district": "d1", "review_on": "2027-02-01", "deputies": ["haruka"]})).await;
        let may = async |who: &str, act| {
            let mut conn = office.db.read().await.unwrap();
            let facts = store::case_facts(&mut conn, &case.id).await.unwrap().unwrap();
            decide(Some(&office.actor(who)), act, Subject::Case(&facts)).is_ok()
        };
        let leave = async |who: &str| {
            let mut rec = office.begin("kanri").await;
            assert!(accounts::disable(&mut rec, &id(who)).await.unwrap());
            rec.commit().await.unwrap();
        };
        assert!(may("mika", Act::HandOver).await && !may("haruka", Act::HandOver).await);
        leave("mika").await;
        assert!(may("haruka", Act::HandOver).await, "the deputy");
        assert!(!may("taku", Act::HandOver).await);
        leave("haruka").await;
        assert!(may("taku", Act::HandOver).await && !may("taku", Act::ReadCase).await);
        let lines = list(&office, "taku").await;
        assert_eq!((lines.len(), lines[0].reason, &lines[0].name), (1, Reason::WithoutHands, &None));
        hand_over(&office, "taku", &case.id, json!({"to": "taku"})).await.unwrap();
        assert_eq!(list(&office, "taku").await[0].name.as_deref(), Some("水沢花子"));
    }

    async fn a_list_holds_ones_own_with_names_and_the_districts_without(place: &Place) {
        let office = Office::open(place).await;
        let own = office.case_with(json!({"identity": {"name": "水沢花子"}, "district": "d1", "review_on": "2027-02-01"})).await;
        let open = office.case_with(json!({"identity": {"name": "江刺次郎"}, "district": "d1", "review_on": "2027-02-01"})).await;
        // Two of one home, each a case of its own, which colleagues must not see.
        let hidden = office.case_with(json!({"identity": {"name": "胆沢三子"}, "district": "d1", "review_on": "2027-02-01", "assigned_only": true})).await;
        for case in [&open, &hidden] {
            office.consent(&case.id, json!([{"organization": "社会福祉協議会"}]), json!(["needs"])).await;
            office.basis(&case.id, LegalBasis::Consented).await.unwrap();
        }
        let names: Vec<_> = list(&office, "mika").await.into_iter().filter_map(|l| l.name).collect();
        assert_eq!(names.len(), 3);
        let seen = list(&office, "taku").await;
        assert_eq!((seen.len(), &seen[0].row.person, seen[0].reason, &seen[0].name), (1, &open.person, Reason::InScope, &None));
        for who in ["haruka", "kei", "tamon", "kaito", "kanri"] {
            assert!(list(&office, who).await.is_empty(), "{who}");
        }
        let none = hidden.person.as_str();
        assert!(!search(&office, "taku", "江刺").await.contains(&none.to_owned()));
        assert_eq!(search(&office, "taku", "江刺").await, Vec::<String>::new(), "only one's own are opened");
        assert_eq!(search(&office, "mika", "江刺").await, [open.person.to_string()]);
        assert_eq!(search(&office, "mika", "　").await, Vec::<String>::new());
        assert_eq!(search(&office, "mika", "水沢 江刺").await, Vec::<String>::new(), "every word");
        office.note(&own.id, json!({"on": TODAY, "kind": "訪問", "gist": "ネコをかっている"})).await.unwrap();
        assert_eq!(search(&office, "mika", "花子 ねこ").await, [own.person.to_string()]);
    }

    async fn of_two_who_change_a_case_at_once_the_second_is_told(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let change = yosatte::people::case::CaseChange::read(&json!({"identity": {"name": "水沢ハナ"}, "retention_years": 10})).unwrap();
        let save = async |version| office.act("mika", async |rec| {
            store::cases::change(rec, &office.vault, &case.id, version, &change).await
        }).await;
        assert_eq!(save(1).await.unwrap(), 2);
        assert!(matches!(save(1).await, Err(PeopleError::Stale)));
        let row = office.row(&case.id).await;
        assert_eq!((row.version, row.retention_years, row.district), (2, Some(10), None));
        let nobody = office.act("mika", async |rec| store::read(rec, &office.vault, &CaseId::random()).await).await;
        // Nothing was read, so nothing is recorded, and such a transaction does not commit.
        assert!(matches!(nobody, Err(PeopleError::Trail(yosatte::accounts::audit::TrailError::Unrecorded))));
    }
}
