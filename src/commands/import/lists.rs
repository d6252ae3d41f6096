//! `import resources` and `import opportunities`: the city's own lists.

use super::{Choices, Outcome};
use crate::{
    app::App,
    exchange::{
        opportunities,
        report::Severity,
        resources::{self, Ground},
        sheet,
    },
    resources::store,
};

/// 社会資源, one sheet or several.
pub async fn resources(app: &App, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let ground = app.ground();
    let district = |name: &str| ground.areas.find(name).map(|d| d.id.clone());
    let geocode = |address: &str| ground.gazetteer.locate(address).map(|l| l.point);
    let ask = Ground {
        district: &district,
        geocode: &geocode,
    };
    let mut outcome = Outcome::default();
    let mut entries = Vec::new();
    for lines in sheet::read_bytes(content)? {
        let mut parsed = resources::parse(lines, &ask)?;
        outcome.problems.append(&mut parsed.problems);
        entries.extend(parsed.entries.into_iter().map(|(_, entry)| {
            let decided = ground.areas.decide(&entry);
            (entry, decided)
        }));
    }
    outcome.failed = !choices.skip_invalid && outcome.problems.iter().any(|p| p.severity == Severity::Error);
    if !outcome.failed {
        let mut tx = app.db().write().await?;
        outcome.done = store::upsert(tx.conn(), app.clock(), &entries).await?;
        if !choices.dry_run {
            tx.commit().await?;
        }
    }
    Ok(outcome)
}

/// 参加の機会 of resources that are there.
pub async fn opportunities(app: &App, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let known = store::ids(&mut *app.db().read().await?).await?;
    let mut outcome = Outcome::default();
    let mut entries = Vec::new();
    for lines in sheet::read_bytes(content)? {
        let mut parsed = opportunities::parse(lines, &|id| known.contains(id))?;
        outcome.problems.append(&mut parsed.problems);
        entries.extend(parsed.entries.into_iter().map(|(_, entry)| entry));
    }
    outcome.failed = !choices.skip_invalid && outcome.problems.iter().any(|p| p.severity == Severity::Error);
    if !outcome.failed {
        let mut tx = app.db().write().await?;
        outcome.done = store::upsert_opportunities(tx.conn(), app.clock(), &entries).await?;
        if !choices.dry_run {
            tx.commit().await?;
        }
    }
    Ok(outcome)
}
