//! Opening: from nothing to today's tables, again without harm, and by several at once.

use sqlx::Row;
use yosatte::resources::store;

use super::{at, bare, on_both};

on_both! {
    async fn an_empty_database_gets_its_tables_and_keeps_its_rows_when_opened_again(place: &Place) {
        let db = place.open().await;
        db.ping().await.unwrap();
        let mut tx = db.write().await.unwrap();
        store::upsert(tx.conn(), &at(0), &[(bare("kept"), None)]).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        let db = place.open().await;
        let mut conn = db.read().await.unwrap();
        assert!(store::find(&mut conn, "kept").await.unwrap().is_some());
        let applied: i64 = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM _sqlx_migrations")
            .fetch_one(&mut *conn).await.unwrap().try_get("n").unwrap();
        assert!(applied >= 1);
    }

    async fn eight_that_open_the_same_empty_database_at_once_all_succeed(place: &Place) {
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let at = place.at.clone();
                tokio::spawn(async move { at.open().await.map(|_| ()).map_err(|e| e.to_string()) })
            })
            .collect();
        for one in opening {
            assert_eq!(one.await.expect("no panic"), Ok(()));
        }
    }

    async fn a_write_that_was_dropped_leaves_nothing(place: &Place) {
        let db = place.open().await;
        let mut tx = db.write().await.unwrap();
        store::upsert(tx.conn(), &at(0), &[(bare("dropped"), None)]).await.unwrap();
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(store::find(tx.conn(), "dropped").await.unwrap().is_none());
    }
}
