//! Needs: any that is valid comes back as it was, and what is not valid is named without being quoted.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use yosatte::{
    matching::need::Need,
    people::{PeopleError, store},
    resources::words::{Field, ParticipationRole},
};

use super::Office;
use crate::store::on_both;

fn maybe(strategy: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), strategy]
}

fn texts() -> impl Strategy<Value = Value> {
    prop::collection::vec("\\PC{0,40}", 0..4).prop_map(Value::from)
}

fn slot() -> impl Strategy<Value = Value> {
    let days = prop::sample::select(vec!["mon", "tue", "水", "木曜", "金曜日", "sat", "sun"]);
    (days, 0..1439_u32, 1..600_u32).prop_map(|(day, from, long)| {
        let to = (from + long).min(1440);
        let time = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
        json!({"weekday": day, "from": time(from), "to": time(to)})
    })
}

fn wants() -> impl Strategy<Value = Value> {
    let words = (
        maybe("\\PC{0,300}".prop_map(Value::from)),
        texts(),
        prop::sample::subsequence(
            ParticipationRole::ALL
                .iter()
                .map(|r| r.label())
                .collect::<Vec<_>>(),
            0..4,
        ),
        maybe(prop::sample::select(vec!["any", "on_site", "remote"]).prop_map(Value::from)),
        prop::collection::vec(slot(), 0..4),
        prop::sample::subsequence(Field::ALL.iter().map(|f| f.code()).collect::<Vec<_>>(), 0..4),
    );
    let reach = (
        prop::sample::select(vec!["walk", "transport", "car"]),
        maybe((0.1..100.0_f64).prop_map(Value::from)),
        any::<bool>(),
    );
    let reach = maybe(
        reach.prop_map(|(mode, km, pickup)| json!({"mode": mode, "max_km": km, "needs_pickup": pickup})),
    );
    let gates = (
        maybe((0..=120_u32).prop_map(Value::from)),
        maybe(prop::sample::select(vec!["female", "male"]).prop_map(Value::from)),
        maybe(any::<bool>().prop_map(Value::from)),
        maybe((0..=1_000_000_u32).prop_map(Value::from)),
        maybe((1..=10_000_u32).prop_map(Value::from)),
        maybe(any::<bool>().prop_map(Value::from)),
        maybe(any::<bool>().prop_map(Value::from)),
    );
    (words, reach, gates).prop_map(
        |((wishes, strengths, roles, modality, slots, fields), reach, (age, sex, wheelchair, fee, size, with, out))| {
            json!({"wishes": wishes, "strengths": strengths, "roles": roles, "modality": modality, "slots": slots,
                "fields": fields, "reach": reach, "age": age, "sex": sex, "wheelchair": wheelchair, "max_fee_yen": fee,
                "max_group_size": size, "needs_companion": with, "out_of_eligibility": out})
        },
    )
}

fn need() -> impl Strategy<Value = Value> {
    let home = maybe(prop_oneof![
        (20.0..46.0_f64, 122.0..154.0_f64).prop_map(|(lat, lng)| json!({"lat": lat, "lng": lng})),
        Just(json!({"district": "oshu-02"})),
    ]);
    let member = ("[a-zぁ-ん]{1,10}", wants()).prop_map(|(relation, mut wants)| {
        wants["relation"] = relation.into();
        wants
    });
    (
        home,
        wants(),
        prop::collection::vec(member, 0..3),
        texts(),
        texts(),
    )
        .prop_map(|(home, mut need, household, places, people)| {
            need["home"] = home;
            need["household"] = household.into();
            need["avoid"] = json!({"places": places, "people": people});
            need
        })
}

on_both! {
    async fn any_valid_need_comes_back_from_the_rows_as_it_was(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let mut runner = TestRunner::new(Config::default());
        let mut written = Vec::new();
        for _ in 0..40 {
            let body = need().new_tree(&mut runner).expect("a need").current();
            let need = Need::read(&body).unwrap_or_else(|p| panic!("{p:?}\n{body:#}"));
            let again = Need::read(&serde_json::to_value(&need).unwrap()).expect("what it writes, it reads");
            assert!(again == need, "{body:#}");
            written.push((office.need(&case.id, body).await, need));
        }
        let kept = office.act("mika", async |rec| {
            let opened = store::read(rec, &office.vault, &case.id).await?.expect("the case");
            store::needs::list(rec, &opened).await
        }).await.unwrap();
        assert_eq!(kept.len(), written.len());
        for (id, need) in written {
            let found = kept.iter().find(|k| k.id == id).expect("it is kept");
            assert!(found.need == need);
        }
    }

    async fn of_two_who_write_a_need_at_once_the_second_is_told(place: &Place) {
        let office = Office::open(place).await;
        let case = office.case().await;
        let id = office.need(&case.id, json!({"wishes": "料理を教えたい"})).await;
        let change = async |version, words: &str, archived| {
            let need = Need::read(&json!({"wishes": words})).unwrap();
            office.act("mika", async |rec| {
                store::needs::change(rec, &office.vault, &id, version, &need, archived).await
            }).await
        };
        assert_eq!(change(1, "菓子を教えたい", false).await.unwrap(), 2);
        assert!(matches!(change(1, "失われるもの", false).await, Err(PeopleError::Stale)));
        assert_eq!(change(2, "菓子を教えたい", true).await.unwrap(), 3);
        let kept = office.act("mika", async |rec| store::needs::find(rec, &office.vault, &id).await).await.unwrap().unwrap();
        assert_eq!((kept.version, kept.archived), (3, true));
        assert_eq!(kept.need.wants.wishes.as_deref(), Some("菓子を教えたい"));
    }
}

#[track_caller]
fn check(body: &Value, expected: &[(&str, &str)]) {
    let problems = Need::read(body).expect_err("it is not valid");
    let told: Vec<(&str, &str)> = problems
        .iter()
        .map(|p| (p.pointer.as_str(), p.detail.as_str()))
        .collect();
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((pointer, detail), (place, words)) in told.iter().zip(expected) {
        assert_eq!(pointer, place);
        assert!(detail.contains(words), "{detail}");
    }
    let all = format!("{problems:?}");
    assert!(!all.contains("ひみつ"), "a message quotes a value: {all}");
}

#[test]
fn what_is_wrong_in_a_need_is_named_with_its_place_and_never_quoted() {
    for (body, expected) in [
        (json!([]), &[("", "項目と値の組")][..]),
        (
            json!({"wishs": "ひみつ", "age": 200}),
            &[("/age", "0〜120の整数"), ("", "「wishs」という項目はありません")],
        ),
        (
            json!({"home": {"lat": 39.1}}),
            &[("/home", "緯度(lat)と経度(lng)の組か")],
        ),
        (
            json!({"home": {"lat": 141.1, "lng": 39.1}}),
            &[("/home/lat", "-90〜90の数")],
        ),
        (
            json!({"home": {"lat": 0.0, "lng": 0.0}}),
            &[("/home", "日本の範囲")],
        ),
        (
            json!({"home": {"lat": 39.1, "lng": 141.1, "district": "d1"}}),
            &[("/home", "どちらか")],
        ),
        (
            json!({"roles": ["講師", "ひみつ"]}),
            &[("/roles/1", "使えるのは 参加者・手伝い")],
        ),
        (
            json!({"reach": {"mode": "car", "max_km": -1}}),
            &[("/reach/max_km", "0.1〜100の数")],
        ),
        (
            json!({"slots": [{"weekday": "tue", "from": "12:00", "to": "10:00"}, {"weekday": "ひみつ", "from": "25:00"}]}),
            &[
                ("/slots/0/to", "始まりより後"),
                ("/slots/1/weekday", "使えるのは 月"),
                ("/slots/1/from", "00:00〜24:00"),
                ("/slots/1/to", "どれかを書いて"),
            ],
        ),
        (
            json!({"household": [{"age": 5}]}),
            &[("/household/0/relation", "書いてください")],
        ),
        (
            json!({"household": [{"relation": "ひみつ", "home": {}}]}),
            &[("/household/0", "「home」という項目はありません")],
        ),
        (json!({"wishes": "あ".repeat(2001)}), &[("/wishes", "2000字まで")]),
        (json!({"wheelchair": "ひみつ"}), &[("/wheelchair", "trueかfalse")]),
        (json!({"max_fee_yen": 1.5}), &[("/max_fee_yen", "整数")]),
    ] {
        check(&body, expected);
    }
}
