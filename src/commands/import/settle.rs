//! What depends on the ground is settled again when the ground has moved: drawn outlines, places, districts of entries.

use crate::{
    app::App,
    db::DbResult,
    districts::{self, outlines, placing},
    ground::Ground,
    resources::{
        resource::NewResource,
        store::{self, Upserted},
    },
};

/// After districts, boundary, population or places have changed: draws the outlines nobody gave, takes over the newest
/// population, places every entry that has no point of its own, and assigns those nobody placed by hand. The end is
/// the same in whatever order the files came. Returns the districts that are different now.
pub async fn ground(conn: &mut sqlx::AnyConnection, app: &App) -> DbResult<Upserted> {
    let city = &app.settings().city;
    let mut areas = districts::store::all(&mut *conn).await?;
    for figure in districts::store::population(&mut *conn).await? {
        // In order of year: the newest stands.
        if let Some(district) = areas.iter_mut().find(|d| d.id == figure.district) {
            district.population = Some(figure.total);
        }
    }
    let boundary = districts::store::boundary(&mut *conn, city.code.value.as_str()).await?;
    outlines::fill(&mut areas, boundary.as_ref().map(|b| &b.outline));
    let done = districts::store::upsert(&mut *conn, app.clock(), &areas).await?;
    let ground = Ground::read(&mut *conn, &city.name.value).await?;
    entries(conn, app, &ground).await?;
    Ok(done)
}

/// An entry at its place on this ground.
pub fn settled(mut entry: NewResource, ground: &Ground) -> NewResource {
    entry.location = placing::place(&entry, &ground.gazetteer);
    entry
}

async fn entries(conn: &mut sqlx::AnyConnection, app: &App, ground: &Ground) -> DbResult<()> {
    let mut after = String::new();
    loop {
        let page = store::list(&mut *conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.entered.id.to_string();
        let (mut placed, mut moved) = (Vec::new(), Vec::new());
        for (resource, _) in page.into_iter().filter(|(r, _)| !r.archived) {
            let entry = settled(resource.entered.clone(), ground);
            let district = ground.areas.decide(&entry);
            if entry != resource.entered {
                placed.push((entry, district));
            } else if district != resource.district {
                moved.push((entry.id, district));
            }
        }
        store::upsert(&mut *conn, app.clock(), &placed).await?;
        if !moved.is_empty() {
            store::reassign(&mut *conn, app.clock(), &moved).await?;
        }
    }
}
