//! Whether every record still has its key. A record without one is shredded, or its key was lost: nobody can tell by the record.

use std::collections::HashSet;

use sqlx::{AnyConnection, Row};

use crate::people::{
    error::PeopleResult,
    ids::{ConferenceId, PersonRef},
    store::rows::parsed,
    vault::{Owner, Vault},
};

/// How many cases and conferences there are whose key is not in the vault.
pub async fn without_key(conn: &mut AnyConnection, vault: &Vault) -> PeopleResult<usize> {
    let held: HashSet<Owner> = vault.list().await?.into_iter().collect();
    let mut owners = Vec::new();
    for row in sqlx::query("SELECT person FROM support_case")
        .fetch_all(&mut *conn)
        .await?
    {
        let person = parsed(&row, "support_case", "person", |t| PersonRef::new(t).ok())?;
        owners.push(Owner::from(&person));
    }
    for row in sqlx::query("SELECT id FROM conference").fetch_all(conn).await? {
        let id: String = row.try_get("id")?;
        owners.extend(ConferenceId::new(&id).ok().map(|id| Owner::from(&id)));
    }
    Ok(owners.iter().filter(|owner| !held.contains(owner)).count())
}
