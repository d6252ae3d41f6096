//! Whether the chain is whole: no entry edited, none removed, none cut off.

use sqlx::{AnyConnection, Row};

use super::{
    entry::{Action, Listed},
    heads,
    trail::{Trail, TrailError},
};

/// What was found. Sound when `faults` is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Entries looked at.
    pub entries: i64,
    /// What is wrong, in words; the first of each kind.
    pub faults: Vec<String>,
}

/// Entries read at a time.
const PAGE: i64 = 1000;

/// Walks the whole chain, and holds it against the file of heads.
pub async fn verify(trail: &Trail, conn: &mut AnyConnection) -> Result<Verdict, TrailError> {
    let said = heads::read(trail.heads_path())?;
    let mut verdict = Verdict::default();
    let mut done = said.as_ref().map(|s| s.done.clone()).unwrap_or_default();
    let (mut before, mut at) = (String::new(), 0_i64);
    let (mut broken, mut unsaid) = (false, Vec::new());
    // Anyone may write into the file that it begins late; the entry of the restore itself is sealed.
    let mut begins = said.as_ref().map(|s| s.since.clone()).unwrap_or_default();
    let mut since = 0;
    loop {
        let rows = sqlx::query("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(at)
            .bind(PAGE)
            .fetch_all(&mut *conn)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let entry = Listed::from_row(row)?;
            verdict.entries += 1;
            if entry.seq != at + 1 && !broken {
                verdict.faults.push(format!(
                    "監査の記録の{}番から{}番までがありません",
                    at + 1,
                    entry.seq - 1
                ));
                broken = true;
            }
            if entry.mac != entry.seal(trail.key(), &before) && !broken {
                verdict
                    .faults
                    .push(format!("監査の記録の{}番が書きかえられています", entry.seq));
                broken = true;
            }
            if done.remove(&entry.seq).is_some_and(|mac| mac != entry.mac) && !broken {
                verdict
                    .faults
                    .push(format!("監査の記録の{}番が控えと違います", entry.seq));
                broken = true;
            }
            if !said
                .as_ref()
                .is_some_and(|s| s.announced.contains_key(&entry.seq))
            {
                unsaid.push(entry.seq);
            }
            if entry.action == Action::RESTORE.code && begins.get(&at).is_some_and(|mac| *mac == before) {
                begins.remove(&at);
                since = at;
            }
            (before, at) = (entry.mac, entry.seq);
        }
    }
    let head = sqlx::query("SELECT seq, mac FROM audit_head WHERE id = 1")
        .fetch_one(&mut *conn)
        .await?;
    let (seq, mac): (i64, String) = (head.try_get("seq")?, head.try_get("mac")?);
    if (seq, mac.as_str()) != (at, before.as_str()) {
        verdict.faults.push(format!(
            "監査の記録の終わり({at}番)が、しるし({seq}番)と合いません"
        ));
    }
    if let Some(first) = said.as_ref().and_then(|s| s.replaced.first()) {
        verdict.faults.push(format!(
            "監査の記録の{first}番から、一度切りすてられて書きなおされています"
        ));
    }
    if let Some((first, _)) = begins.first_key_value() {
        verdict.faults.push(format!(
            "監査の控えに、控えから戻したというしるし({first}番)がありますが、監査の記録にはありません"
        ));
    }
    let unsaid = unsaid.iter().filter(|seq| **seq > since).count();
    match said {
        None if at > 0 => verdict.faults.push(format!(
            "監査の控え {} がありません",
            trail.heads_path().display()
        )),
        Some(said) if said.strange > 0 => {
            verdict
                .faults
                .push(format!("監査の控えに読めない行が{}行あります", said.strange));
        }
        Some(_) if unsaid > 0 => verdict.faults.push(format!(
            "監査の控え {} に、{unsaid}件の記録のしるしがありません",
            trail.heads_path().display()
        )),
        _ => {}
    }
    if let Some((first, _)) = done.first_key_value() {
        verdict.faults.push(format!(
            "控えにある監査の記録が{}件、データベースにありません({first}番から)",
            done.len()
        ));
    }
    Ok(verdict)
}
