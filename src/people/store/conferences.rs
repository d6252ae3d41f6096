//! Conferences and who sits in them.

use chrono::NaiveDate;
use sqlx::{AnyConnection, Row};

use super::rows::{bad, day, get, one, parsed, parsed_or_none, put, today};
use crate::{
    accounts::{
        account::{AccountId, Role},
        audit::{Action, Entry, Recorded},
        store as accounts,
    },
    people::{
        conference::{Conference, ConferenceKind, ConferenceText, Member, NewConference, is_over},
        error::{PeopleError, PeopleResult, Refused},
        ids::ConferenceId,
        vault::{Owner, Vault},
    },
};

async fn recorded(rec: &mut Recorded, action: Action, id: &ConferenceId, detail: String) -> PeopleResult<()> {
    let entry = Entry {
        entity: "conference",
        entity_id: id.as_str(),
        person: None,
        detail,
    };
    Ok(rec.record(action, entry).await?)
}

/// Makes a conference, kept by `keeper`. Its key is on disk before this returns.
pub async fn add(
    rec: &mut Recorded,
    vault: &Vault,
    keeper: &AccountId,
    new: &NewConference,
) -> PeopleResult<ConferenceId> {
    let today = today(rec)?;
    if new.ends_on < today {
        return Err(Refused::ConferenceOver.into());
    }
    let id = ConferenceId::random();
    let owner = Owner::from(&id);
    vault.create(&owner).await?;
    let text = ConferenceText {
        name: new.name.clone(),
    };
    let sealed = put(&vault.key(&owner).await?, "conference", id.as_str(), &text)?;
    sqlx::query("INSERT INTO conference (id, version, kind, ends_on, sealed) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(1_i64)
        .bind(new.kind.code())
        .bind(new.ends_on.to_string())
        .bind(sealed)
        .execute(rec.conn())
        .await?;
    let member = Member {
        account: keeper.clone(),
        explained_on: Some(today),
        keeps: true,
    };
    write_members(rec.conn(), &id, &[member]).await?;
    let detail = format!("kind={} ends_on={}", new.kind.code(), new.ends_on);
    recorded(rec, Action::CONFERENCE_ADD, &id, detail).await?;
    Ok(id)
}

/// Changes name and last day (the kind stays); one that has ended stays ended. Returns the new version.
pub async fn change(
    rec: &mut Recorded,
    vault: &Vault,
    id: &ConferenceId,
    version: i64,
    name: &str,
    ends_on: NaiveDate,
) -> PeopleResult<i64> {
    let today = today(rec)?;
    let (_, ended) = kind_and_end(rec.conn(), id).await?.ok_or(PeopleError::NotFound)?;
    // What was shared with it ended with it: a conference that goes on again would show it to whoever sits in it now.
    if is_over(ended, today) && ends_on > ended {
        return Err(Refused::ConferenceProlonged.into());
    }
    let key = vault.key(&Owner::from(id)).await?;
    let text = ConferenceText {
        name: name.to_owned(),
    };
    let done = sqlx::query(
        "UPDATE conference SET version = version + 1, ends_on = $1, sealed = $2 WHERE id = $3 AND version = $4",
    )
    .bind(ends_on.to_string())
    .bind(put(&key, "conference", id.as_str(), &text)?)
    .bind(id.as_str())
    .bind(version)
    .execute(rec.conn())
    .await?;
    one(&done)?;
    recorded(rec, Action::CONFERENCE_CHANGE, id, format!("ends_on={ends_on}")).await?;
    Ok(version + 1)
}

/// Names who sits in it, over who did. At least one keeps it. Returns the new version.
pub async fn set_members(
    rec: &mut Recorded,
    id: &ConferenceId,
    version: i64,
    members: &[Member],
) -> PeopleResult<i64> {
    let today = today(rec)?;
    if members
        .iter()
        .any(|m| m.explained_on.is_some_and(|day| day > today))
    {
        return Err(Refused::Future.into());
    }
    if !members.iter().any(|m| m.keeps) {
        return Err(Refused::Account("会議を受け持つ人が1人は要ります").into());
    }
    let before = members_of(rec.conn(), id).await?;
    for member in members {
        // Who sat in it already may have been disabled since: that is no reason to refuse the whole list.
        let found = accounts::find(rec.conn(), &member.account).await?;
        match found {
            None => return Err(Refused::Account("ありません").into()),
            Some(a) if a.disabled && before.iter().all(|m| m.account != a.id) => {
                return Err(Refused::Account("止められています").into());
            }
            Some(a) if member.keeps && !matches!(a.role, Role::Coordinator | Role::MultiAgency) => {
                return Err(Refused::Account("会議を受け持てる役割ではありません").into());
            }
            Some(_) => {}
        }
    }
    let done = sqlx::query("UPDATE conference SET version = version + 1 WHERE id = $1 AND version = $2")
        .bind(id.as_str())
        .bind(version)
        .execute(rec.conn())
        .await?;
    one(&done)?;
    write_members(rec.conn(), id, members).await?;
    let names: Vec<String> = members
        .iter()
        .map(|m| {
            let explained = m.explained_on.map_or_else(|| "-".to_owned(), |d| d.to_string());
            format!("{}:{explained}", m.account)
        })
        .collect();
    recorded(rec, Action::CONFERENCE_MEMBERS, id, names.join(",")).await?;
    Ok(version + 1)
}

async fn write_members(conn: &mut AnyConnection, id: &ConferenceId, members: &[Member]) -> PeopleResult<()> {
    sqlx::query("DELETE FROM conference_member WHERE conference_id = $1")
        .bind(id.as_str())
        .execute(&mut *conn)
        .await?;
    for member in members {
        sqlx::query(
            "INSERT INTO conference_member (conference_id, account, explained_on, keeps) VALUES ($1, $2, $3, $4)",
        )
        .bind(id.as_str())
        .bind(member.account.as_str())
        .bind(member.explained_on.map(|d| d.to_string()))
        .bind(i64::from(member.keeps))
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Who sits in a conference, by name.
pub(super) async fn members_of(conn: &mut AnyConnection, id: &ConferenceId) -> PeopleResult<Vec<Member>> {
    const T: &str = "conference_member";
    let rows =
        sqlx::query("SELECT account, explained_on, keeps FROM conference_member WHERE conference_id = $1")
            .bind(id.as_str())
            .fetch_all(conn)
            .await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(Member {
            account: parsed(&row, T, "account", |t| AccountId::new(t).ok())?,
            explained_on: parsed_or_none(&row, T, "explained_on", day)?,
            keeps: row.try_get::<i64, _>("keeps")? != 0,
        });
    }
    members.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(members)
}

/// Kind and last day; `None` when there is no such conference.
pub(super) async fn kind_and_end(
    conn: &mut AnyConnection,
    id: &ConferenceId,
) -> PeopleResult<Option<(ConferenceKind, NaiveDate)>> {
    let row = sqlx::query("SELECT kind, ends_on FROM conference WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let kind = parsed(&row, "conference", "kind", ConferenceKind::parse)?;
        Ok((kind, parsed(&row, "conference", "ends_on", day)?))
    })
    .transpose()
}

/// One conference, and that it was read.
pub async fn find(rec: &mut Recorded, vault: &Vault, id: &ConferenceId) -> PeopleResult<Option<Conference>> {
    let found = whole(rec.conn(), vault, id).await?;
    if found.is_some() {
        recorded(rec, Action::CONFERENCE_READ, id, "head".into()).await?;
    }
    Ok(found)
}

async fn whole(
    conn: &mut AnyConnection,
    vault: &Vault,
    id: &ConferenceId,
) -> PeopleResult<Option<Conference>> {
    let Some((kind, ends_on)) = kind_and_end(conn, id).await? else {
        return Ok(None);
    };
    let row = sqlx::query("SELECT version, sealed FROM conference WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(&mut *conn)
        .await?;
    let text: String = row.try_get("sealed")?;
    let key = vault.key(&Owner::from(id)).await?;
    let text: ConferenceText = get(&key, "conference", id.as_str(), &text)?;
    Ok(Some(Conference {
        id: id.clone(),
        version: row.try_get("version")?,
        kind,
        name: text.name,
        ends_on,
        members: members_of(conn, id).await?,
    }))
}

/// The conferences an account sits in or keeps, those that end last first; over or not, for whoever keeps them must be able to
/// change the day. Recorded as one reading.
pub async fn of_account(
    rec: &mut Recorded,
    vault: &Vault,
    account: &AccountId,
) -> PeopleResult<Vec<Conference>> {
    let rows = sqlx::query("SELECT conference_id FROM conference_member WHERE account = $1")
        .bind(account.as_str())
        .fetch_all(rec.conn())
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parsed(&row, "conference_member", "conference_id", |t| {
            ConferenceId::new(t).ok()
        })?;
        let one = whole(rec.conn(), vault, &id).await?;
        found.push(one.ok_or_else(|| bad("conference", id.as_str()))?);
    }
    found.sort_by(|a, b| (b.ends_on, &a.id).cmp(&(a.ends_on, &b.id)));
    let entry = Entry {
        entity: "conference",
        entity_id: "*",
        person: None,
        detail: format!("count={}", found.len()),
    };
    rec.record(Action::CONFERENCE_READ, entry).await?;
    Ok(found)
}

/// The conference of this id, or [`PeopleError::NotFound`]; refused when it is over.
pub(super) async fn going_on(rec: &mut Recorded, id: &ConferenceId) -> PeopleResult<ConferenceKind> {
    let today = today(rec)?;
    let found = kind_and_end(rec.conn(), id).await?;
    let (kind, ends_on) = found.ok_or(PeopleError::NotFound)?;
    if crate::people::conference::is_over(ends_on, today) {
        return Err(Refused::ConferenceOver.into());
    }
    Ok(kind)
}
