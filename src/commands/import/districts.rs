//! `import districts`: outlines and centres; what stood by the old ones is assigned again.

use super::{Choices, Outcome, settle};
use crate::{app::App, districts, exchange::sheet, resources::store::Upserted};

/// GeoJSON outlines, or a table of centres.
pub async fn districts(app: &App, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let text = sheet::decode(content)?;
    let wrong = |problems: Vec<String>| anyhow::anyhow!(problems.join("\n"));
    let (mut read, population) = if text.trim_start().starts_with('{') {
        (
            districts::geojson_in::districts(&text).map_err(wrong)?,
            Vec::new(),
        )
    } else {
        districts::centres_csv::parse(&text).map_err(wrong)?
    };
    let mut tx = app.db().write().await?;
    districts::outlines::fill(&mut read, None);
    let done = districts::store::upsert(tx.conn(), app.clock(), &read).await?;
    districts::store::upsert_population(tx.conn(), &population).await?;
    if !choices.dry_run {
        // Moved outlines move the entries that nobody placed by hand.
        let areas = districts::areas::Areas::new(districts::store::all(tx.conn()).await?);
        settle::reassign(tx.conn(), app, &areas).await?;
        tx.commit().await?;
        app.reload_ground().await?;
    }
    let done = Upserted {
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
    };
    Ok(Outcome {
        done,
        ..Outcome::default()
    })
}
