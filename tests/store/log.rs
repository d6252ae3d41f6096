//! The change log under many writers: whoever follows it misses nothing and meets nothing twice, in commit order.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::Row;
use yosatte::{
    db::{
        Db,
        change_log::{self, Change, Position},
    },
    resources::store,
};

use super::{Backend, at, bare, on_both, settled};

const WRITERS: usize = 8;
const ROUNDS: usize = 40;

/// A writer as a process of its own: begins, writes, lets others overtake it, commits. Every tenth changes its mind.
async fn write(db: Db, writer: usize) -> Vec<String> {
    let mut written = Vec::new();
    for round in 0..ROUNDS {
        let id = format!("w{writer}-{round}");
        let mut tx = db.write().await.expect("a turn, whoever else writes");
        store::upsert(tx.conn(), &at(0), &[(bare(&id), None)])
            .await
            .expect("a write, whoever else writes");
        // Late by a different time each: 0 to 12 ms.
        tokio::time::sleep(Duration::from_millis(((writer * 7 + round * 5) % 13) as u64)).await;
        if (writer + round) % 10 == 9 {
            drop(tx);
        } else {
            tx.commit().await.expect("a commit");
            written.push(id);
        }
    }
    written
}

/// Follows the log from its start until it has met `total` entries or nothing more comes.
async fn follow(db: Db, total: Arc<AtomicUsize>) -> Vec<Change> {
    let (mut met, mut position, mut idle) = (Vec::new(), Position::default(), 0);
    while idle < 200 {
        let mut conn = db.read().await.expect("a connection");
        let changes = change_log::since(&mut conn, position, 7).await.expect("the log");
        drop(conn);
        idle = if changes.is_empty() { idle + 1 } else { 0 };
        position = changes.last().map_or(position, |c| c.at);
        met.extend(changes);
        if met.len() == total.load(Ordering::SeqCst) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    met
}

/// What someone would do who believes that numbers become visible in their order.
async fn follow_by_number_alone(db: Db, done: Arc<AtomicUsize>) -> usize {
    let (mut met, mut last) = (0, 0_i64);
    loop {
        let finished = done.load(Ordering::SeqCst) < usize::MAX;
        let mut conn = db.read().await.expect("a connection");
        let rows =
            sqlx::query("SELECT CAST(seq AS BIGINT) AS seq FROM change_log WHERE seq > $1 ORDER BY seq")
                .bind(last)
                .fetch_all(&mut *conn)
                .await
                .expect("the log");
        drop(conn);
        met += rows.len();
        last = rows.last().map_or(last, |r| r.try_get("seq").expect("a number"));
        if finished && rows.is_empty() {
            return met;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

on_both! {
    async fn eight_writers_that_commit_late_lose_nothing(place: &Place) {
        let reader = place.open().await;
        let total = Arc::new(AtomicUsize::new(usize::MAX));
        let followers: Vec<_> = (0..2).map(|_| tokio::spawn(follow(reader.clone(), total.clone()))).collect();
        let naive = tokio::spawn(follow_by_number_alone(reader.clone(), total.clone()));
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            // A pool each: the turn inside one process must not be what keeps them apart.
            writers.push(tokio::spawn(write(place.open().await, writer)));
        }
        let mut written = HashSet::new();
        for writer in writers {
            written.extend(writer.await.expect("no writer fails"));
        }
        assert_eq!(written.len(), WRITERS * ROUNDS * 9 / 10);
        total.store(written.len(), Ordering::SeqCst);
        for follower in followers {
            let met = follower.await.expect("the follower ends");
            assert!(met.windows(2).all(|w| w[0].at < w[1].at), "entries came out of order");
            let ids: HashSet<String> = met.iter().map(|c| c.id.clone()).collect();
            assert_eq!(ids.len(), met.len(), "an entry came twice");
            assert!(ids == written, "lost: {:?}", written.difference(&ids).collect::<Vec<_>>());
        }
        let naive = naive.await.expect("the other follower ends");
        println!("{} entries; by number alone {naive} were met", written.len());
        if place.backend == Backend::Postgres {
            // Or the case has not tried what it is about.
            assert!(naive < written.len(), "no writer was overtaken: nothing was tested");
        }
        let mut conn = reader.read().await.unwrap();
        let head = change_log::head(&mut conn).await.unwrap();
        assert_eq!(change_log::since(&mut conn, head, 10).await.unwrap(), []);
    }

    async fn an_entry_waits_until_every_older_writer_is_done(place: &Place) {
        let (slow, quick) = (place.open().await, place.open().await);
        let ids = async || {
            let mut conn = quick.read().await.unwrap();
            let changes = change_log::since(&mut conn, Position::default(), 100).await.unwrap();
            changes.into_iter().map(|c| c.id).collect::<Vec<_>>()
        };
        let mut first = slow.write().await.unwrap();
        store::upsert(first.conn(), &at(0), &[(bare("first"), None)]).await.unwrap();
        let second = async {
            let mut second = quick.write().await.unwrap();
            store::upsert(second.conn(), &at(0), &[(bare("second"), None)]).await.unwrap();
            second.commit().await.unwrap();
        };
        if place.backend == Backend::Sqlite {
            // One writer at a time: the younger has to wait before it begins.
            assert!(tokio::time::timeout(Duration::from_millis(300), second).await.is_err());
            first.commit().await.unwrap();
            assert_eq!(ids().await, ["first"]);
            return;
        }
        second.await;
        assert_eq!(ids().await, Vec::<String>::new(), "the younger was seen before the older");
        first.commit().await.unwrap();
        let all: Vec<_> = settled(&quick, Position::default()).await.into_iter().map(|c| c.id).collect();
        assert_eq!(all, ["first", "second"]);
    }

    async fn many_writers_of_one_entry_count_its_versions_without_a_gap(place: &Place) {
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let db = place.open().await;
            writers.push(tokio::spawn(async move {
                for round in 0..10 {
                    let mut entry = bare("one");
                    entry.name = format!("{writer}-{round}");
                    let mut tx = db.write().await.expect("a turn");
                    store::upsert(tx.conn(), &at(0), &[(entry, None)]).await.expect("a write");
                    tx.commit().await.expect("a commit");
                }
            }));
        }
        for writer in writers {
            writer.await.expect("no writer fails");
        }
        let db = place.open().await;
        let mut conn = db.read().await.unwrap();
        let found = store::find(&mut conn, "one").await.unwrap().unwrap();
        drop(conn);
        let log = settled(&db, Position::default()).await;
        let mut by_id = BTreeMap::new();
        for change in log {
            *by_id.entry(change.id).or_insert(0_i64) += 1;
        }
        assert_eq!(by_id, BTreeMap::from([("one".to_owned(), (WRITERS * 10) as i64)]));
        assert_eq!(found.version, (WRITERS * 10) as i64);
    }
}
