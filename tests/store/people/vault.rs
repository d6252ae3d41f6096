//! The keys: made once, bound to whom they are for, and gone when they are destroyed.

use std::{fs, os::unix::fs::PermissionsExt};

use sqlx::{Connection, Row, SqliteConnection};
use yosatte::{
    accounts::secret::MasterKey,
    people::{
        ids::PersonRef,
        vault::{NAME, Owner, Place, Vault, VaultError},
    },
};

use super::master;

fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(case);
}

const PLACE: Place<'static> = Place {
    table: "case_note",
    column: "sealed",
    row: "N1",
};

fn one() -> Owner {
    Owner::from(&PersonRef::new("AAAAAA").expect("a pseudonym"))
}

fn other() -> Owner {
    Owner::from(&PersonRef::new("BBBBBB").expect("a pseudonym"))
}

#[test]
fn a_text_opens_for_its_person_and_its_place_alone() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&master(), folder.path()).await.unwrap();
        assert!(vault.create(&one()).await.unwrap());
        assert!(vault.create(&other()).await.unwrap());
        assert!(
            !vault.create(&one()).await.unwrap(),
            "a key is never written over"
        );
        let sealed = vault.seal(&one(), &PLACE, "母の電話".as_bytes()).await.unwrap();
        assert_eq!(
            vault.open_text(&one(), &PLACE, &sealed).await.unwrap().as_slice(),
            "母の電話".as_bytes()
        );
        for place in [
            Place { row: "N2", ..PLACE },
            Place {
                table: "case_need",
                ..PLACE
            },
            Place {
                column: "gist",
                ..PLACE
            },
        ] {
            let opened = vault.open_text(&one(), &place, &sealed).await;
            assert!(matches!(opened, Err(VaultError::TextDamaged)), "{place:?}");
        }
        let opened = vault.open_text(&other(), &PLACE, &sealed).await;
        assert!(matches!(opened, Err(VaultError::TextDamaged)));
        let mut changed = sealed.into_bytes();
        let last = changed.len() - 5;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        let opened = vault
            .open_text(&one(), &PLACE, &String::from_utf8(changed).unwrap())
            .await;
        assert!(matches!(opened, Err(VaultError::TextDamaged)));
    });
}

#[test]
fn another_master_key_is_refused_in_words() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&master(), folder.path()).await.unwrap();
        vault.create(&one()).await.unwrap();
        vault.close().await;
        let wrong = Vault::open(&MasterKey::of_bytes([1; 32]), folder.path()).await;
        assert!(matches!(wrong, Err(VaultError::WrongMasterKey)));
        let again = Vault::open(&master(), folder.path()).await.unwrap();
        assert_eq!(again.list().await.unwrap(), [one()]);
    });
}

#[test]
fn the_file_is_its_owners_alone_and_so_is_its_backup() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NAME);
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let vault = Vault::open(&master(), folder.path()).await.unwrap();
        vault.create(&one()).await.unwrap();
        let sealed = vault.seal(&one(), &PLACE, b"x").await.unwrap();
        let away = tempfile::tempdir().unwrap();
        let backup = away.path().join(NAME);
        vault.backup_to(&backup).await.unwrap();
        for path in [&file, &backup] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(vault.backup_to(&backup).await.is_err(), "nothing is written over");
        // From the backup it can be read again: that is why it is kept apart, and only for a while.
        assert!(vault.destroy(&one()).await.unwrap());
        let restored = Vault::open(&master(), away.path()).await.unwrap();
        assert!(restored.open_text(&one(), &PLACE, &sealed).await.is_ok());
    });
}

#[test]
fn a_destroyed_key_is_nowhere_in_the_file() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NAME);
        let vault = Vault::open(&master(), folder.path()).await.unwrap();
        for n in 0..200 {
            let person = PersonRef::new(&format!("P{n}")).unwrap();
            vault.create(&Owner::from(&person)).await.unwrap();
        }
        vault.create(&one()).await.unwrap();
        let sealed = vault.seal(&one(), &PLACE, b"x").await.unwrap();
        let wrapped: String = {
            let mut conn = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
                .await
                .unwrap();
            let row = sqlx::query("SELECT wrapped FROM wrapped_key WHERE owner = 'person:AAAAAA'")
                .fetch_one(&mut conn)
                .await
                .unwrap();
            let wrapped = row.get("wrapped");
            conn.close().await.unwrap();
            wrapped
        };
        let holds = |needle: &str| {
            let bytes = fs::read(&file).unwrap();
            bytes.windows(needle.len()).any(|w| w == needle.as_bytes())
        };
        assert!(holds(&wrapped), "or this test looks for the wrong thing");
        assert!(vault.destroy(&one()).await.unwrap());
        assert!(!vault.destroy(&one()).await.unwrap(), "again is no harm");
        assert!(!holds(&wrapped));
        assert!(!holds("person:AAAAAA"));
        let files: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|f| f.unwrap().file_name())
            .collect();
        assert_eq!(files, [NAME], "no journal is left");
        let opened = vault.open_text(&one(), &PLACE, &sealed).await;
        assert!(matches!(opened, Err(VaultError::NoKey)));
    });
}

#[test]
fn a_wrapped_key_that_was_moved_to_somebody_else_does_not_open() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&master(), folder.path()).await.unwrap();
        vault.create(&one()).await.unwrap();
        let address = format!("sqlite://{}", folder.path().join(NAME).display());
        let mut conn = SqliteConnection::connect(&address).await.unwrap();
        sqlx::query("INSERT INTO wrapped_key SELECT 'person:BBBBBB', wrapped FROM wrapped_key")
            .execute(&mut conn)
            .await
            .unwrap();
        conn.close().await.unwrap();
        assert!(matches!(vault.key(&other()).await, Err(VaultError::KeyDamaged)));
    });
}
