//! Looking through one's own cases by opening them. Nothing of it is kept in an index, and the words asked are not recorded.

use sqlx::AnyConnection;

use super::{
    Opened,
    listing::{Reader, list},
    needs, notes,
    opened::load,
};
use crate::{
    accounts::account::Actor,
    kernel::text::{normalize, to_katakana},
    people::{
        case::{CaseLine, Reason},
        error::{PeopleError, PeopleResult},
        ids::CaseId,
        vault::{Vault, VaultError},
    },
};

/// The actor's own cases in whose identity, household, notes and needs every word of `words` stands somewhere: in any width,
/// hiragana or katakana alike. An empty question finds nothing.
pub async fn search_own(reader: &Reader<'_>, actor: &Actor, words: &str) -> PeopleResult<Vec<CaseLine>> {
    let asked: Vec<String> = fold(words).split(' ').map(ToOwned::to_owned).collect();
    let asked: Vec<String> = asked.into_iter().filter(|w| !w.is_empty()).take(20).collect();
    let mut found = Vec::new();
    if asked.is_empty() {
        return Ok(found);
    }
    let lines = list(reader, actor).await?;
    let mut conn = reader.db.read().await?;
    for line in lines {
        if line.reason != Reason::Own || line.shredded {
            continue;
        }
        // One that was shredded between the list and here is not found.
        if let Some(text) = text_of(&mut conn, reader.vault, &line.row.id).await?
            && asked.iter().all(|word| text.contains(word))
        {
            found.push(line);
        }
    }
    drop(conn);
    reader
        .read(actor, format!("search count={}", found.len()))
        .await?;
    Ok(found)
}

fn fold(text: &str) -> String {
    to_katakana(&normalize(text))
}

async fn text_of(conn: &mut AnyConnection, vault: &Vault, id: &CaseId) -> PeopleResult<Option<String>> {
    match load(&mut *conn, vault, id).await {
        Ok(Some(opened)) => Ok(Some(fold(&everything(conn, &opened).await?))),
        Ok(None) | Err(PeopleError::Vault(VaultError::NoKey)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn everything(conn: &mut AnyConnection, opened: &Opened) -> PeopleResult<String> {
    let mut all: Vec<String> = vec![opened.row().person.to_string()];
    let profile = &opened.case.profile;
    let who = &profile.identity;
    all.extend(
        [&who.name, &who.kana, &who.telephone, &who.calling_times]
            .into_iter()
            .flatten()
            .cloned(),
    );
    for member in &profile.household.0 {
        all.push(member.relation.clone());
        all.extend([&member.name, &member.remark].into_iter().flatten().cloned());
    }
    for note in notes::all(&mut *conn, opened).await? {
        let note = note.now.note;
        all.push(note.gist);
        all.extend(note.with);
        all.extend(note.next.map(|n| n.what));
    }
    for need in needs::all(&mut *conn, opened).await? {
        let need = need.need;
        all.extend(need.avoid.places);
        all.extend(need.avoid.people);
        for wants in std::iter::once(need.wants).chain(need.household.into_iter().map(|m| m.wants)) {
            all.extend(wants.wishes);
            all.extend(wants.strengths);
        }
    }
    // A line for each: a word never matches across two fields.
    Ok(all.join("\n"))
}
