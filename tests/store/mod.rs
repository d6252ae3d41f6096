//! The store on both databases: the same cases run on SQLite and on PostgreSQL, through the functions that everything else uses.
//!
//! This is the one capability tested below the front door: the program itself opens only SQLite so far, and the
//! statements must hold on PostgreSQL all the same.

mod entries;
mod ground;
mod log;
mod opening;
mod people;

use std::sync::Arc;

use chrono::{DateTime, Duration};
use sqlx::Row;
use tempfile::TempDir;
use yosatte::{
    db::{
        Db, DbResult,
        change_log::{self, Change, Position},
    },
    kernel::{
        clock::Clock,
        geo::LngLat,
        id::{DistrictId, OpportunityId, ResourceId},
    },
    resources::{opportunity::NewOpportunity, resource::NewResource, words::*},
};

use crate::support::postgres;

/// Where a case runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database, which can be opened again and again as if by other processes.
struct Place {
    backend: Backend,
    at: At,
}

#[derive(Clone)]
enum At {
    Folder(Arc<TempDir>),
    Address(String),
}

impl At {
    async fn open(&self) -> DbResult<Db> {
        match self {
            Self::Folder(folder) => Db::open_folder(folder.path()).await,
            Self::Address(address) => Db::open(address).await,
        }
    }
}

impl Place {
    fn new(backend: Backend) -> Self {
        let at = match backend {
            Backend::Sqlite => At::Folder(Arc::new(tempfile::tempdir().expect("a temporary folder"))),
            Backend::Postgres => At::Address(postgres::empty_database()),
        };
        Self { backend, at }
    }

    async fn open(&self) -> Db {
        self.at.open().await.expect("the database opens")
    }
}

/// Makes two tests of each case: `NAME::on_sqlite` and `NAME::on_postgres`.
macro_rules! on_both {
    ($(async fn $name:ident($place:ident: &Place) $body:block)*) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "not every case uses all of it")]
                use super::*;

                async fn case($place: &crate::store::Place) $body

                #[test]
                fn on_sqlite() {
                    crate::store::run(crate::store::Backend::Sqlite, case);
                }

                #[test]
                fn on_postgres() {
                    crate::store::run(crate::store::Backend::Postgres, case);
                }
            }
        )*
    };
}
use on_both;

fn run(backend: Backend, case: impl AsyncFn(&Place)) {
    let place = Place::new(backend);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(case(&place));
}

/// The clock of all cases, so many minutes after nine o'clock.
fn at(minutes: i64) -> Clock {
    let nine = DateTime::parse_from_rfc3339("2026-11-24T09:00:00+09:00").expect("a time");
    Clock::Fixed(nine + Duration::minutes(minutes))
}

/// The log after `position`, as soon as nobody keeps any of it back: on PostgreSQL an entry waits for every older
/// transaction of the whole cluster, those of other tests too.
async fn settled(db: &Db, position: Position) -> Vec<Change> {
    for _ in 0..2000 {
        let mut conn = db.read().await.expect("a connection");
        let row = sqlx::query(
            "SELECT CAST((SELECT COUNT(*) FROM change_log) AS BIGINT) AS written, \
             CAST((SELECT COUNT(*) FROM settled_change) AS BIGINT) AS settled",
        )
        .fetch_one(&mut *conn)
        .await
        .expect("the log");
        let (written, seen): (i64, i64) = (row.get("written"), row.get("settled"));
        if written == seen {
            return change_log::since(&mut conn, position, 100_000)
                .await
                .expect("the log");
        }
        drop(conn);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the log did not settle within ten seconds");
}

fn rid(id: &str) -> ResourceId {
    ResourceId::new(id).expect("an id")
}

fn did(id: &str) -> DistrictId {
    DistrictId::new(id).expect("an id")
}

fn point(lng: f64, lat: f64) -> LngLat {
    LngLat::new(lng, lat).expect("a place in Japan")
}

/// The least that a resource can be.
fn bare(id: &str) -> NewResource {
    NewResource::new(rid(id), format!("名前 {id}"), ResourceKind::Salon)
}

/// The least that an opportunity can be.
fn offer(id: &str, owner: &str) -> NewOpportunity {
    NewOpportunity {
        id: OpportunityId::new(id).expect("an id"),
        resource_id: rid(owner),
        name: format!("機会 {id}"),
        roles: vec![ParticipationRole::Participant],
        modality: Modality::OnSite,
        description: None,
        interests: Vec::new(),
        skills: Vec::new(),
        schedule: None,
        pauses: None,
        capacity: None,
        vacancy: None,
        usual_size: None,
        ages: None,
        sex: None,
        wheelchair: None,
        transport: None,
        transport_km: None,
        fee_yen: None,
        reward: None,
        companion: None,
        trial: None,
        considerations: Vec::new(),
        waiver: None,
        visibility: Visibility::Staff,
        status: Status::Active,
    }
}
