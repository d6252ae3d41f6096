//! Persons' records: what may be done with them, what is never in the clear, and how they end.

mod hands;
mod needs;
mod notes;
mod sealing;
mod sharing;
mod shredding;
mod vault;

use std::{path::Path, sync::Arc};

use chrono::NaiveDate;
use serde_json::{Value, json};
use tempfile::TempDir;
use yosatte::{
    accounts::{
        account::{AccountId, Actor, Role, Scope, Via},
        audit::{self, Recorded, Trail},
        secret::MasterKey,
        store as accounts,
    },
    db::Db,
    kernel::clock::Clock,
    matching::need::Need,
    people::{
        PeopleError, PeopleResult, Refused,
        basis::LegalBasis,
        case::{CaseRow, NewCase},
        conference::{ConferenceKind, Member, NewConference},
        consent::NewConsent,
        ids::{CaseId, ConferenceId, ConsentId, NeedId},
        note::NewNote,
        share::NewShare,
        store::{self, listing::Reader},
        vault::Vault,
    },
};

use super::{Place, did};

/// The day on which cases begin.
const TODAY: &str = "2026-11-24";

/// A house with staff: 美香 and 拓 (coordinators of 地区 d1), 遠 (of d2), 計 (planner), 多 (多機関協働推進員), 会 (conference member),
/// 管 (admin).
#[derive(Clone)]
struct Office {
    db: Db,
    vault: Vault,
    trail: Trail,
    clock: Clock,
    folder: Arc<TempDir>,
}

const STAFF: &[(&str, Role, &[&str])] = &[
    ("mika", Role::Coordinator, &["d1"]),
    ("taku", Role::Coordinator, &["d1"]),
    ("haruka", Role::Coordinator, &["d2"]),
    ("kei", Role::Planner, &[]),
    ("tamon", Role::MultiAgency, &[]),
    ("kaito", Role::ConferenceMember, &[]),
    ("kanri", Role::Admin, &[]),
];

fn master() -> MasterKey {
    MasterKey::of_bytes([9; 32])
}

fn id(name: &str) -> AccountId {
    AccountId::new(name).expect("an account's name")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn clock(on: &str) -> Clock {
    Clock::Fixed(format!("{on}T09:00:00+09:00").parse().expect("a time"))
}

impl Office {
    async fn open(place: &Place) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let office = Self {
            db: place.open().await,
            vault: Vault::open(&master(), folder.path()).await.expect("keys"),
            trail: Trail::open(&master(), folder.path(), clock(TODAY)).expect("a trail"),
            clock: clock(TODAY),
            folder,
        };
        for (name, role, districts) in STAFF {
            let password = accounts::NewPassword {
                hash: "-".into(),
                initial: false,
            };
            let scope = Scope::Districts(districts.iter().map(|d| did(d)).collect());
            let mut rec = office.begin("kanri").await;
            assert!(
                accounts::insert(&mut rec, &id(name), name, *role, &scope, &password)
                    .await
                    .expect("an account")
            );
            rec.commit().await.expect("a commit");
        }
        office
    }

    /// The same house on another day.
    fn on(&self, on: &str) -> Self {
        Self {
            trail: Trail::open(&master(), self.folder.path(), clock(on)).expect("a trail"),
            clock: clock(on),
            ..self.clone()
        }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn begin(&self, who: &str) -> Recorded {
        self.trail
            .begin(&self.db, Some(&id(who)))
            .await
            .expect("a transaction")
    }

    /// Acts as somebody: kept when it succeeds, rolled back when it is refused.
    async fn act<T>(
        &self,
        who: &str,
        what: impl AsyncFnOnce(&mut Recorded) -> PeopleResult<T>,
    ) -> PeopleResult<T> {
        let mut rec = self.begin(who).await;
        let done = what(&mut rec).await?;
        rec.commit().await?;
        Ok(done)
    }

    fn actor(&self, who: &str) -> Actor {
        let (name, role, districts) = STAFF
            .iter()
            .find(|(name, ..)| *name == who)
            .expect("one of the staff");
        Actor {
            id: id(name),
            name: (*name).to_owned(),
            role: *role,
            scope: Scope::Districts(districts.iter().map(|d| did(d)).collect()),
            via: Via::Session {
                complete: true,
                confirmed: true,
            },
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            db: &self.db,
            trail: &self.trail,
            vault: &self.vault,
            clock: &self.clock,
        }
    }

    /// A case of 美香's in d1, 未同意.
    async fn case(&self) -> CaseRow {
        self.case_with(json!({"identity": {"name": "水沢花子"}, "district": "d1", "review_on": "2027-02-01"}))
            .await
    }

    async fn case_with(&self, body: Value) -> CaseRow {
        let new = NewCase::read(&body, &id("mika")).expect("a case");
        self.act("mika", async |rec| {
            store::cases::begin(rec, &self.vault, &new).await
        })
        .await
        .expect("the case begins")
    }

    async fn row(&self, case: &CaseId) -> CaseRow {
        self.act("mika", async |rec| store::read(rec, &self.vault, case).await)
            .await
            .expect("it is read")
            .expect("it is there")
            .case
            .row
    }

    async fn note(&self, case: &CaseId, body: Value) -> PeopleResult<yosatte::people::ids::NoteId> {
        let note = NewNote::read(&body).expect("a note");
        self.act("mika", async |rec| {
            store::notes::add(rec, &self.vault, case, &note).await
        })
        .await
    }

    async fn need(&self, case: &CaseId, body: Value) -> NeedId {
        let need = Need::read(&body).expect("a need");
        self.act("mika", async |rec| {
            store::needs::add(rec, &self.vault, case, &need).await
        })
        .await
        .expect("the need is written")
    }

    async fn conference(&self, kind: ConferenceKind, ends_on: &str) -> ConferenceId {
        let new = NewConference {
            kind,
            name: "11月の会議".into(),
            ends_on: day(ends_on),
        };
        let conference = self
            .act("mika", async |rec| {
                store::conferences::add(rec, &self.vault, &id("mika"), &new).await
            })
            .await
            .expect("the conference is made");
        let member = |name: &str, explained: Option<&str>, keeps| Member {
            account: id(name),
            explained_on: explained.map(day),
            keeps,
        };
        let members = [
            member("mika", Some(TODAY), true),
            member("kaito", Some(TODAY), false),
            member("tamon", None, false),
        ];
        self.act("mika", async |rec| {
            store::conferences::set_members(rec, &conference, 1, &members).await
        })
        .await
        .expect("the members are named");
        conference
    }

    async fn consent(&self, case: &CaseId, recipients: Value, scope: Value) -> ConsentId {
        let consent = NewConsent::read(&json!({"given_on": TODAY, "given_by": "本人", "form": "口頭",
            "recipients": recipients, "scope": scope}))
        .expect("a consent");
        self.act("mika", async |rec| {
            store::consents::add(rec, &self.vault, case, &consent).await
        })
        .await
        .expect("the consent is recorded")
    }

    async fn basis(&self, case: &CaseId, basis: LegalBasis) -> PeopleResult<i64> {
        let version = self.row(case).await.version;
        let review = if basis == LegalBasis::Engaging {
            day("2027-02-01")
        } else {
            day("2027-11-24")
        };
        self.act("mika", async |rec| {
            store::basis::change(rec, &self.vault, case, version, basis, review).await
        })
        .await
    }

    async fn share(
        &self,
        case: &CaseId,
        conference: &ConferenceId,
        need: Option<&NeedId>,
        scope: Value,
    ) -> PeopleResult<yosatte::people::ids::ShareId> {
        let new = NewShare::read(&json!({"conference": conference, "need": need, "scope": scope}))
            .expect("a share");
        self.act("mika", async |rec| {
            store::shares::add(rec, &self.vault, case, &new).await
        })
        .await
    }

    /// The audit is whole, and says this of a person (codes of the actions, oldest first).
    async fn audit_of(&self, case: &CaseRow) -> Vec<String> {
        let mut conn = self.db.read().await.expect("a connection");
        let verdict = audit::verify(&self.trail, &mut conn).await.expect("the audit");
        assert_eq!(verdict.faults, Vec::<String>::new());
        let wanted = audit::Wanted {
            person: Some(case.person.to_string()),
            ..audit::Wanted::default()
        };
        let mut entries = audit::list(&mut conn, &wanted, 1000).await.expect("the audit");
        entries.reverse();
        entries.into_iter().map(|e| e.action).collect()
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: PeopleResult<T>) -> Refused {
    match result {
        Err(PeopleError::Refused(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}
