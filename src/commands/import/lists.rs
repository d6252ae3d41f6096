//! `import resources` and `import opportunities`: the city's own lists. A file is read twice: once to tell everything that is wrong with it,
//! and once to write it, so that a list of any length never stands in memory whole.

use std::{collections::HashSet, sync::Arc};

use tokio::{sync::mpsc, task::spawn_blocking};

use super::{Choices, Outcome};
use crate::{
    app::App,
    exchange::{
        held::{self, Known, Row},
        lists::{self, Columns, Entry},
        report::Report,
        resources,
        sheet::SheetError,
        update,
    },
    ground::Ground,
    kernel::id::DistrictId,
    resources::{
        opportunity::NewOpportunity,
        resource::NewResource,
        store::{self, Upserted},
    },
};

/// Entries written at once.
const BATCH: usize = 500;
/// Batches read ahead of the writer.
const AHEAD: usize = 4;

/// An entry with the district it belongs to.
type Placed = (Entry, Option<DistrictId>);

/// Reads the resources of a file on this ground.
fn read(
    content: &[u8],
    ground: &Ground,
    report: &mut Report,
    sink: &mut dyn FnMut(Entry) -> bool,
) -> Result<(), SheetError> {
    let ask = resources::Ground {
        district: &|name| ground.areas.find(name).map(|d| d.id.clone()),
        geocode: &|address| ground.gazetteer.locate(address).map(|l| l.point),
    };
    lists::resources(content, &ask, report, sink)
}

/// 社会資源, one sheet or several, with 参加の機会 beside them or without.
pub async fn resources(app: &App, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let content: Arc<[u8]> = content.into();
    let ground = app.ground();
    let known = known(app).await?;
    let (survey_content, survey_ground) = (content.clone(), ground.clone());
    let (report, held, combined) = spawn_blocking(move || {
        let (mut report, mut rows, mut combined) = (Report::default(), Vec::new(), false);
        read(&survey_content, &survey_ground, &mut report, &mut |entry| {
            combined |= !entry.opportunities.is_empty();
            rows.push(Row::of(&entry));
            true
        })?;
        let held = held::hold(&known, &rows, &mut report);
        Ok::<_, SheetError>((report, held, combined))
    })
    .await??;
    let mut outcome = Outcome {
        failed: report.has_errors() && !choices.skip_invalid,
        report,
        ..Outcome::default()
    };
    if outcome.failed {
        return Ok(outcome);
    }
    let (send, mut batches) = mpsc::channel(AHEAD);
    let reader = spawn_blocking(move || send_batches(&content, &ground, &held, &send));
    let mut tx = app.db().write().await?;
    let mut offers = Upserted::default();
    while let Some(batch) = batches.recv().await {
        write(app, tx.conn(), batch, &mut outcome.done, &mut offers).await?;
    }
    reader.await??;
    outcome.opportunities = combined.then_some(offers);
    if !choices.dry_run {
        tx.commit().await?;
    }
    Ok(outcome)
}

/// Reads the file again and sends what is to be written.
fn send_batches(
    content: &[u8],
    ground: &Ground,
    held: &HashSet<usize>,
    send: &mpsc::Sender<Vec<Placed>>,
) -> Result<(), SheetError> {
    let (mut at, mut batch) = (0_usize, Vec::with_capacity(BATCH));
    read(content, ground, &mut Report::default(), &mut |entry| {
        at += 1;
        if held.contains(&(at - 1)) {
            return true;
        }
        let district = ground.areas.decide(&entry.resource);
        batch.push((entry, district));
        if batch.len() < BATCH {
            return true;
        }
        // The writer that is gone has said why.
        send.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))
            .is_ok()
    })?;
    let _ = send.blocking_send(batch);
    Ok(())
}

async fn write(
    app: &App,
    conn: &mut sqlx::AnyConnection,
    batch: Vec<Placed>,
    done: &mut Upserted,
    offered: &mut Upserted,
) -> anyhow::Result<()> {
    let ids: Vec<&str> = batch
        .iter()
        .map(|(entry, _)| entry.resource.id.as_str())
        .collect();
    let stored = store::find_many(&mut *conn, &ids).await?;
    let ground = app.ground();
    let mut resources: Vec<(NewResource, Option<DistrictId>)> = Vec::with_capacity(batch.len());
    let mut offers: Vec<NewOpportunity> = Vec::new();
    let by_id: std::collections::HashMap<&str, _> = stored
        .iter()
        .filter(|(resource, _)| !resource.archived)
        .map(|(resource, own)| (resource.entered.id.as_str(), (resource, own)))
        .collect();
    for (entry, district) in batch {
        let Entry {
            mut resource,
            opportunities,
            columns,
            ..
        } = entry;
        let before = by_id.get(resource.id.as_str());
        for mut offer in opportunities {
            if let Some(same) = before.and_then(|(_, own)| own.iter().find(|o| o.entered.id == offer.id)) {
                update::keep_opportunity(&mut offer, &same.entered, &columns);
            }
            offers.push(offer);
        }
        let district = match before {
            Some((stored, _)) => {
                update::keep(&mut resource, &stored.entered, &columns);
                ground.areas.decide(&resource)
            }
            None => district,
        };
        resources.push((resource, district));
    }
    add(done, store::upsert(&mut *conn, app.clock(), &resources).await?);
    add(
        offered,
        store::upsert_opportunities(conn, app.clock(), &offers).await?,
    );
    Ok(())
}

fn add(sum: &mut Upserted, more: Upserted) {
    sum.added += more.added;
    sum.changed += more.changed;
    sum.unchanged += more.unchanged;
}

/// What is compared of all stored resources.
async fn known(app: &App) -> anyhow::Result<Vec<Known>> {
    let mut conn = app.db().read().await?;
    let (mut known, mut after) = (Vec::new(), String::new());
    loop {
        let page = store::list(&mut conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else {
            return Ok(known);
        };
        after = last.entered.id.to_string();
        known.extend(
            page.iter()
                .filter(|(r, _)| !r.archived)
                .map(|(r, _)| Known::of(&r.entered)),
        );
    }
}

/// 参加の機会 of resources that are there.
pub async fn opportunities(app: &App, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let content: Arc<[u8]> = content.into();
    let known = Arc::new(store::ids(&mut *app.db().read().await?).await?);
    let (survey_content, survey_known) = (content.clone(), known.clone());
    let report = spawn_blocking(move || {
        let mut report = Report::default();
        lists::opportunities(
            &survey_content,
            &|id| survey_known.contains(id),
            &mut report,
            &mut |_, _| true,
        )?;
        Ok::<_, SheetError>(report)
    })
    .await??;
    let mut outcome = Outcome {
        failed: report.has_errors() && !choices.skip_invalid,
        report,
        ..Outcome::default()
    };
    if outcome.failed {
        return Ok(outcome);
    }
    let (send, mut batches) = mpsc::channel::<Vec<(NewOpportunity, Columns)>>(AHEAD);
    let reader = spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let mut report = Report::default();
        lists::opportunities(
            &content,
            &|id| known.contains(id),
            &mut report,
            &mut |offer, columns| {
                batch.push((offer, columns.clone()));
                batch.len() < BATCH
                    || send
                        .blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))
                        .is_ok()
            },
        )?;
        let _ = send.blocking_send(batch);
        Ok::<_, SheetError>(())
    });
    let mut tx = app.db().write().await?;
    while let Some(batch) = batches.recv().await {
        let ids: Vec<&str> = batch
            .iter()
            .map(|(offer, _)| offer.resource_id.as_str())
            .collect();
        let stored = store::opportunities_of(tx.conn(), &ids).await?;
        let offers: Vec<NewOpportunity> = batch
            .into_iter()
            .map(|(mut offer, columns)| {
                let own = stored.get(offer.resource_id.as_str());
                if let Some(same) = own.and_then(|own| own.iter().find(|o| o.entered.id == offer.id)) {
                    update::keep_opportunity(&mut offer, &same.entered, &columns);
                }
                offer
            })
            .collect();
        add(
            &mut outcome.done,
            store::upsert_opportunities(tx.conn(), app.clock(), &offers).await?,
        );
    }
    reader.await??;
    if !choices.dry_run {
        tx.commit().await?;
    }
    Ok(outcome)
}
