//! What depends on the ground is settled again when the ground has moved.

use crate::{app::App, db::DbResult, districts, kernel::id::ResourceId, resources::store};

/// Assigns every resource that nobody placed by hand to the district it lies in now.
pub async fn reassign(
    conn: &mut sqlx::AnyConnection,
    app: &App,
    areas: &districts::areas::Areas,
) -> DbResult<()> {
    let mut after = String::new();
    loop {
        let page = store::list(&mut *conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.entered.id.to_string();
        let moves: Vec<(ResourceId, _)> = page
            .iter()
            .map(|(r, _)| (r, areas.decide(&r.entered)))
            .filter(|(r, decided)| r.district != *decided)
            .map(|(r, decided)| (r.entered.id.clone(), decided))
            .collect();
        store::reassign(&mut *conn, app.clock(), &moves).await?;
    }
}
