//! Resources and opportunities: every field comes back, every write says what it did and enters the change log.

use chrono::NaiveDate;
use yosatte::{
    db::{
        Db,
        change_log::{self, Position},
    },
    kernel::{
        age::AgeRange,
        id::{DistrictId, OpportunityId},
        schedule::{Pauses, Schedule},
    },
    resources::{
        opportunity::NewOpportunity,
        resource::{Assurance, Building, Location, NewResource, ServiceArea, StaffOnly, Visiting},
        store::{self, Upserted},
        words::*,
    },
};

use super::{at, bare, did, offer, on_both, point, rid, settled};

/// Text that a database, JSON or a driver could stumble over.
const HARD: &str = "改行\nタブ\t「'」\"; -- \\ %_$1 {} 𠮷野家 👨‍👩‍👧 ｻﾛﾝ が゙ \u{2028}終";

/// Coordinates whose shortest decimal form has all the digits a double can have.
const FINE: (f64, f64) = (141.139_102_345_678_9, 39.144_400_000_000_006);

fn full() -> NewResource {
    NewResource {
        id: rid("A-Za-z0-9_-"),
        name: HARD.into(),
        name_kana: Some("ナマエ".into()),
        kind: ResourceKind::ChildrensCafeteria,
        organization: Some(HARD.into()),
        organization_kind: Some(OrganizationKind::PromotionCouncil),
        address: Some("岩手県奥州市水沢大手町1-1".into()),
        building_name: Some("2階".into()),
        location: Some(Location {
            point: point(FINE.0, FINE.1),
            precision: Precision::Town,
            doubt: Some("市役所の位置と同じです".into()),
        }),
        doubted_point: Some(point(141.0, FINE.1)),
        disclosure: Disclosure::Coarse,
        private_home: true,
        entered_district: Some(did("oshu-02")),
        ward: Some("1区".into()),
        service_area: ServiceArea::Districts(vec![did("oshu-02"), did("oshu-01")]),
        phone: Some("0197-00-0001".into()),
        phone_public: true,
        email: Some("a@example.jp".into()),
        url: Some("https://example.jp/?a=1&b=2".into()),
        description: Some(HARD.repeat(60)),
        fields: Field::ALL.to_vec(),
        keywords: vec!["料理".into(), HARD.into()],
        visibility: Visibility::Public,
        status: Status::Preparing,
        building: Building {
            steps: Some(Availability::Yes),
            western_toilet: Some(Availability::No),
            parking: Some(Availability::Partial),
            snow_clearing: Some(Availability::Yes),
        },
        visiting: Visiting {
            bring: Some("うわばき".into()),
            apply: Some("電話".into()),
            first_time: Some("見学から".into()),
            heavy_snow: Some("休み".into()),
        },
        assurance: Some(Assurance {
            date: NaiveDate::from_ymd_opt(2026, 2, 28).expect("a day"),
            by: Some("小澤".into()),
        }),
        staff: StaffOnly {
            representative: Some("よさく".into()),
            continuity: Some(Continuity::Ending),
            consent: Some("2026-04-01 口頭".into()),
            notes: Some(HARD.into()),
        },
        source: Some("wam-disability".into()),
    }
}

fn full_offer() -> NewOpportunity {
    NewOpportunity {
        id: OpportunityId::new("O_1-a").expect("an id"),
        resource_id: full().id,
        name: HARD.into(),
        roles: ParticipationRole::ALL.to_vec(),
        modality: Modality::Either,
        description: Some(HARD.into()),
        interests: vec!["料理".into(), "体操".into()],
        skills: vec!["包丁".into()],
        schedule: Some(Schedule::parse("第2・4火 10:00-12:00;月2回不定期")),
        pauses: Some(Pauses::parse("8月;年末年始;雨の日")),
        capacity: Some(u32::MAX),
        vacancy: Some(0),
        usual_size: Some(7),
        ages: AgeRange::new(Some(6), Some(15)),
        sex: Some(Sex::Female),
        wheelchair: Some(Acceptance::Negotiable),
        transport: Some(Transport::Offered),
        transport_km: Some(0.1 + 0.2),
        fee_yen: Some(0),
        reward: Some(Reward::WorkWage),
        companion: Some(Acceptance::Yes),
        trial: Some(Acceptance::No),
        considerations: vec!["静かな環境".into()],
        waiver: Some(Acceptance::Yes),
        visibility: Visibility::Public,
        status: Status::Paused,
    }
}

/// Writes and commits.
async fn save(db: &Db, minutes: i64, entries: &[(NewResource, Option<DistrictId>)]) -> Upserted {
    let mut tx = db.write().await.expect("a turn");
    let done = store::upsert(tx.conn(), &at(minutes), entries)
        .await
        .expect("a write");
    tx.commit().await.expect("a commit");
    done
}

async fn save_offers(db: &Db, minutes: i64, entries: &[NewOpportunity]) -> Upserted {
    let mut tx = db.write().await.expect("a turn");
    let done = store::upsert_opportunities(tx.conn(), &at(minutes), entries)
        .await
        .expect("a write");
    tx.commit().await.expect("a commit");
    done
}

/// The keys that entered the log since last time, in order.
async fn logged(db: &Db, since: &mut Position) -> Vec<String> {
    let changes = settled(db, *since).await;
    if let Some(last) = changes.last() {
        *since = last.at;
    }
    changes.into_iter().map(|c| c.id).collect()
}

fn counts(added: usize, changed: usize, unchanged: usize) -> Upserted {
    Upserted {
        added,
        changed,
        unchanged,
    }
}

on_both! {
    async fn every_field_comes_back_as_it_was(place: &Place) {
        let db = place.open().await;
        for (entry, district) in [(full(), Some(did("oshu-02"))), (bare("none"), None)] {
            save(&db, 0, &[(entry.clone(), district.clone())]).await;
            let mut conn = db.read().await.unwrap();
            let found = store::find(&mut conn, entry.id.as_str()).await.unwrap().expect("it is there");
            assert_eq!(found.entered, entry);
            assert_eq!((found.version, found.district, found.archived), (1, district, false));
            assert_eq!(found.updated_at, at(0).now());
        }
        save(&db, 0, &[(bare("o"), None)]).await;
        let mut small = offer("o-2", "o");
        for entry in [full_offer(), small.clone()] {
            save_offers(&db, 1, std::slice::from_ref(&entry)).await;
            let mut conn = db.read().await.unwrap();
            let found = store::find_opportunity(&mut conn, entry.id.as_str()).await.unwrap().expect("it is there");
            assert_eq!(found.entered, entry);
            assert_eq!((found.version, found.archived, found.updated_at), (1, false, at(1).now()));
        }
        // What was read from a text is read again, not stored beside it.
        let mut conn = db.read().await.unwrap();
        let found = store::find_opportunity(&mut conn, "O_1-a").await.unwrap().unwrap().entered;
        assert_eq!(found.schedule.unwrap().unread(), full_offer().schedule.unwrap().unread());
        // An empty list and no list are one thing; a zero and no number are not.
        small.fee_yen = Some(0);
        assert_eq!(save_offers(&db, 2, &[small]).await, counts(0, 1, 0));
    }

    async fn coordinates_come_back_to_the_last_digit(place: &Place) {
        let db = place.open().await;
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let entries: Vec<_> = (0..600)
            .map(|i| {
                let mut entry = bare(&format!("p{i}"));
                entry.location = Some(Location {
                    point: point(140.9 + random(), 38.9 + random()),
                    precision: Precision::Exact,
                    doubt: None,
                });
                (entry, None)
            })
            .collect();
        assert_eq!(save(&db, 0, &entries).await, counts(600, 0, 0));
        let ids: Vec<&str> = entries.iter().map(|(e, _)| e.id.as_str()).collect();
        let mut conn = db.read().await.unwrap();
        let mut found = store::find_many(&mut conn, &ids).await.unwrap();
        found.sort_by_key(|(r, _)| ids.iter().position(|id| *id == r.entered.id.as_str()));
        for ((written, _), (read, _)) in entries.iter().zip(&found) {
            assert_eq!(written.location, read.entered.location, "{}", written.id);
        }
        assert_eq!(found.len(), entries.len());
    }

    async fn a_write_says_what_was_new_what_differs_and_what_was_so_already(place: &Place) {
        let db = place.open().await;
        let mut seen = Position::default();
        let entries: Vec<_> = (0..1203).map(|i| (bare(&format!("r{i:04}")), None)).collect();
        assert_eq!(save(&db, 0, &entries).await, counts(1203, 0, 0));
        assert_eq!(logged(&db, &mut seen).await.len(), 1203);
        assert_eq!(save(&db, 1, &entries).await, counts(0, 0, 1203));
        assert_eq!(logged(&db, &mut seen).await, Vec::<String>::new());

        let mut entries = entries;
        entries[7].0.staff.notes = Some("変わった".into());
        entries[8].1 = Some(did("oshu-01"));
        entries.push((bare("r9999"), None));
        assert_eq!(save(&db, 2, &entries).await, counts(1, 2, 1201));
        assert_eq!(logged(&db, &mut seen).await, ["r0007", "r0008", "r9999"]);
        let mut conn = db.read().await.unwrap();
        for (id, version, minutes) in [("r0006", 1, 0), ("r0007", 2, 2), ("r0008", 2, 2), ("r9999", 1, 2)] {
            let found = store::find(&mut conn, id).await.unwrap().unwrap();
            assert_eq!((found.version, found.updated_at), (version, at(minutes).now()), "{id}");
        }
        assert_eq!(store::count(&mut conn).await.unwrap(), 1204);
    }

    async fn of_an_id_that_comes_twice_the_last_stands(place: &Place) {
        let db = place.open().await;
        let mut seen = Position::default();
        let mut second = bare("twice");
        second.name = "あとのほう".into();
        let entries = [(bare("twice"), None), (bare("once"), None), (second, Some(did("oshu-01")))];
        assert_eq!(save(&db, 0, &entries).await, counts(2, 0, 0));
        assert_eq!(logged(&db, &mut seen).await.len(), 2);
        let mut conn = db.read().await.unwrap();
        let found = store::find(&mut conn, "twice").await.unwrap().unwrap();
        assert_eq!((found.entered.name.as_str(), found.district), ("あとのほう", Some(did("oshu-01"))));
        drop(conn);
        let mut again = offer("o", "once");
        again.name = "あとのほう".into();
        assert_eq!(save_offers(&db, 1, &[offer("o", "twice"), again.clone()]).await, counts(1, 0, 0));
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::find_opportunity(&mut conn, "o").await.unwrap().unwrap().entered, again);
    }

    async fn an_archived_entry_is_kept_and_comes_back_with_its_next_import(place: &Place) {
        let db = place.open().await;
        save(&db, 0, &[(bare("a"), None), (bare("b"), None)]).await;
        let mut seen = Position::default();
        logged(&db, &mut seen).await;
        let archive = async |id: &str| {
            let mut tx = db.write().await.unwrap();
            let done = store::archive(tx.conn(), &at(1), &rid(id)).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        assert!(archive("a").await);
        assert!(!archive("nobody").await);
        assert!(!archive("a").await, "what is archived is not archived again");
        assert_eq!(logged(&db, &mut seen).await, ["a"]);
        let mut conn = db.read().await.unwrap();
        let found = store::find(&mut conn, "a").await.unwrap().unwrap();
        assert_eq!((found.archived, found.version, found.updated_at), (true, 2, at(1).now()));
        assert_eq!(store::count(&mut conn).await.unwrap(), 1);
        assert!(!store::ids(&mut conn).await.unwrap().contains("a"));
        drop(conn);
        assert_eq!(save(&db, 2, &[(bare("a"), None)]).await, counts(0, 1, 0));
        assert_eq!(logged(&db, &mut seen).await, ["a"]);
        let mut conn = db.read().await.unwrap();
        let found = store::find(&mut conn, "a").await.unwrap().unwrap();
        assert_eq!((found.archived, found.version), (false, 3));
    }

    async fn a_moved_boundary_moves_only_those_it_names(place: &Place) {
        let db = place.open().await;
        save(&db, 0, &[(bare("a"), Some(did("oshu-01"))), (bare("b"), None), (bare("c"), None)]).await;
        let mut seen = Position::default();
        logged(&db, &mut seen).await;
        let mut tx = db.write().await.unwrap();
        let moves = [(rid("a"), None), (rid("b"), Some(did("oshu-02")))];
        assert_eq!(store::reassign(tx.conn(), &at(1), &moves).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(logged(&db, &mut seen).await, ["a", "b"]);
        let mut conn = db.read().await.unwrap();
        for (id, district, version) in [("a", None, 2), ("b", Some(did("oshu-02")), 2), ("c", None, 1)] {
            let found = store::find(&mut conn, id).await.unwrap().unwrap();
            assert_eq!((found.district, found.version), (district, version), "{id}");
        }
    }

    async fn an_opportunity_that_moves_touches_both_its_resources(place: &Place) {
        let db = place.open().await;
        save(&db, 0, &[(bare("a"), None), (bare("b"), None), (bare("c"), None)]).await;
        save_offers(&db, 0, &[offer("o1", "a"), offer("o2", "a"), offer("o3", "c")]).await;
        let mut seen = Position::default();
        logged(&db, &mut seen).await;
        assert_eq!(save_offers(&db, 1, &[offer("o1", "b"), offer("o2", "a")]).await, counts(0, 1, 1));
        assert_eq!(logged(&db, &mut seen).await, ["a", "b"]);
        let mut conn = db.read().await.unwrap();
        let by_resource = store::opportunities_of(&mut conn, &["a", "b", "c"]).await.unwrap();
        for (owner, expected) in [("a", "o2"), ("b", "o1"), ("c", "o3")] {
            let ids: Vec<&str> = by_resource[owner].iter().map(|o| o.entered.id.as_str()).collect();
            assert_eq!(ids, [expected], "{owner}");
        }
    }

    async fn an_opportunity_of_nothing_is_refused_and_nothing_of_its_file_stays(place: &Place) {
        let db = place.open().await;
        save(&db, 0, &[(bare("a"), None)]).await;
        let mut seen = Position::default();
        logged(&db, &mut seen).await;
        let mut tx = db.write().await.unwrap();
        let refused = store::upsert_opportunities(tx.conn(), &at(1), &[offer("o1", "a"), offer("o2", "nobody")]).await;
        assert!(refused.is_err());
        drop(tx);
        let mut conn = db.read().await.unwrap();
        assert!(store::find_opportunity(&mut conn, "o1").await.unwrap().is_none());
        drop(conn);
        assert_eq!(logged(&db, &mut seen).await, Vec::<String>::new());
        // The writer's turn is free again.
        assert_eq!(save_offers(&db, 2, &[offer("o1", "a")]).await, counts(1, 0, 0));
    }

    async fn a_walk_by_cursor_meets_every_entry_once_in_order(place: &Place) {
        let db = place.open().await;
        let ids = ["B", "a", "A_1", "A-1", "a-1", "a1", "Z", "_", "-", "10", "9", "aB", "ab"];
        let entries: Vec<_> = ids.iter().map(|id| (bare(id), None)).collect();
        save(&db, 0, &entries).await;
        save_offers(&db, 0, &[offer("z", "a"), offer("B", "a"), offer("b", "a")]).await;
        for step in [1, 2, 5, 100] {
            let (mut met, mut after) = (Vec::new(), String::new());
            loop {
                let mut conn = db.read().await.unwrap();
                let page = store::list(&mut conn, &after, step).await.unwrap();
                let Some((last, _)) = page.last() else { break };
                after = last.entered.id.to_string();
                met.extend(page.into_iter().map(|(r, o)| {
                    (r.entered.id.to_string(), o.iter().map(|o| o.entered.id.to_string()).collect::<Vec<_>>())
                }));
            }
            // The order of bytes, the same on every machine and whatever language the database speaks.
            let mut sorted = ids.map(str::to_owned);
            sorted.sort();
            assert_eq!(met.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), sorted, "{step} at a time");
            let offers = &met.iter().find(|(id, _)| id == "a").unwrap().1;
            assert_eq!(offers, &["B", "b", "z"]);
        }
    }

    async fn what_is_not_there_is_not_found(place: &Place) {
        let db = place.open().await;
        let mut conn = db.read().await.unwrap();
        assert!(store::find(&mut conn, "nobody").await.unwrap().is_none());
        assert!(store::find_many(&mut conn, &["nobody"]).await.unwrap().is_empty());
        assert!(store::find_many(&mut conn, &[]).await.unwrap().is_empty());
        assert!(store::find_opportunity(&mut conn, "nothing").await.unwrap().is_none());
        assert_eq!(store::count(&mut conn).await.unwrap(), 0);
        assert_eq!(change_log::head(&mut conn).await.unwrap(), Position::default());
        drop(conn);
        assert_eq!(save(&db, 0, &[]).await, counts(0, 0, 0));
    }
}
