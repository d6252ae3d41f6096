//! `import districts`, `boundary`, `places` and `population`: the ground that entries stand on.

use std::io::{Cursor, Read};

use sqlx::AnyConnection;

use super::{Choices, Outcome, settle};
use crate::{
    app::App,
    db::DbResult,
    districts::{
        self,
        district::{District, Population},
        geojson_in::{self, Wanted},
        store,
    },
    exchange::{
        official::{self, Origin, address::Keep, population, sources, towns},
        report::Problem,
        sheet,
    },
    resources::store::Upserted,
};

/// Every problem of a file that is refused as a whole.
pub fn refused(problems: Vec<String>) -> Outcome {
    let problems: Vec<Problem> = problems
        .into_iter()
        .map(|p| Problem::error(0, "", "", p))
        .collect();
    Outcome {
        report: problems.into(),
        failed: true,
        ..Outcome::default()
    }
}

/// The file as JSON text in UTF-8, when it begins like JSON in any of the encodings.
pub fn json(content: &[u8]) -> Option<Vec<u8>> {
    let first = |text: &[u8]| text.iter().copied().find(|b| !b.is_ascii_whitespace());
    let plain = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    if matches!(first(plain), Some(b'{' | b'[')) {
        return Some(plain.to_vec());
    }
    if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") {
        let text = sheet::decode(content).ok()?;
        return text
            .trim_start()
            .starts_with(['{', '['])
            .then(|| text.into_owned().into_bytes());
    }
    None
}

/// The rows of all sheets of a table.
fn rows(content: &[u8]) -> anyhow::Result<Vec<(usize, Vec<String>)>> {
    let lines = sheet::read_bytes(content)?.into_iter().flatten();
    Ok(lines
        .map(|l| (l.number, l.cells().map(str::to_owned).collect()))
        .collect())
}

/// Notes where the data came from, then keeps or drops everything.
async fn finish(
    app: &App,
    mut tx: crate::db::WriteTx,
    choices: &Choices,
    note: (&Origin, &str, usize, bool),
) -> anyhow::Result<()> {
    let (origin, file, entries, changed) = note;
    sources::record(tx.conn(), app.clock(), origin, file, entries, changed).await?;
    if !choices.dry_run {
        tx.commit().await?;
        app.reload_ground().await?;
    }
    Ok(())
}

/// GeoJSON of outlines or centres, or a table of centres.
pub async fn districts(app: &App, file: &str, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let read = match json(content) {
        Some(text) => geojson_in::districts(Cursor::new(text)),
        None => districts::centres_csv::rows(rows(content)?.into_iter()),
    };
    let (told, figures) = match read {
        Ok(read) => read,
        Err(problems) => return Ok(refused(problems)),
    };
    let mut tx = app.db().write().await?;
    let before = store::all(tx.conn()).await?;
    let merged: Vec<District> = told
        .iter()
        .map(|newer| match before.iter().find(|d| d.id == newer.id) {
            Some(older) => store::merge(older.clone(), newer),
            None => newer.clone(),
        })
        .collect();
    store::upsert(tx.conn(), app.clock(), &merged).await?;
    let people = own_figures(tx.conn(), &figures).await?;
    settle::ground(tx.conn(), app).await?;
    let after = store::all(tx.conn()).await?;
    let mut done = Upserted::default();
    for district in &told {
        let of = |list: &[District]| list.iter().find(|d| d.id == district.id).cloned();
        match of(&before) {
            None => done.added += 1,
            Some(old) if of(&after).as_ref() != Some(&old) => done.changed += 1,
            Some(_) => done.unchanged += 1,
        }
    }
    let changed = done.added + done.changed + people > 0;
    finish(
        app,
        tx,
        choices,
        (&official::DISTRICTS, file, after.len(), changed),
    )
    .await?;
    Ok(Outcome::of(done))
}

/// Figures that came beside districts never stand over those of a population file.
async fn own_figures(conn: &mut AnyConnection, figures: &[Population]) -> DbResult<usize> {
    const BESIDE: &str = "地区のファイルの人口";
    let known = store::population(&mut *conn).await?;
    let own = |figure: &Population| {
        let twin = known
            .iter()
            .find(|k| (&k.district, k.year) == (&figure.district, figure.year));
        twin.is_none_or(|k| k.source.as_deref().is_some_and(|s| s.starts_with(BESIDE)))
    };
    let figures: Vec<Population> = figures
        .iter()
        .map(|f| Population {
            source: Some(
                f.source
                    .as_ref()
                    .map_or(BESIDE.to_owned(), |s| format!("{BESIDE}({s})")),
            ),
            ..f.clone()
        })
        .filter(own)
        .collect();
    let done = store::upsert_population(conn, &figures).await?;
    Ok(done.added + done.changed)
}

/// The outline of the municipality, from a file of any size.
pub async fn boundary(
    app: &App,
    file: &str,
    reader: impl Read,
    choices: &Choices,
) -> anyhow::Result<Outcome> {
    let city = &app.settings().city;
    let wanted = Wanted {
        code: &city.code.value,
        name: &city.name.value,
        all: choices.all,
    };
    let read = match geojson_in::boundaries(reader, &wanted) {
        Ok(read) => read,
        Err(problems) => return Ok(refused(problems)),
    };
    let mut tx = app.db().write().await?;
    let mut done = Upserted::default();
    for boundary in &read {
        let one = store::upsert_boundary(tx.conn(), boundary).await?;
        done.added += one.added;
        done.changed += one.changed;
        done.unchanged += one.unchanged;
    }
    let changed = done.added + done.changed > 0;
    if changed {
        settle::ground(tx.conn(), app).await?;
        store::ground_moved(tx.conn(), app.clock()).await?;
    }
    let entries = store::count_boundaries(tx.conn()).await?;
    finish(app, tx, choices, (&official::BOUNDARY, file, entries, changed)).await?;
    Ok(Outcome::of(done))
}

/// Towns with their points.
pub async fn places(app: &App, file: &str, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let city = &app.settings().city;
    if choices.all {
        anyhow::bail!(
            "places に --all は使えません。町字の名前だけでは、どの市区町村のものか分からないからです"
        );
    }
    let keep = Keep {
        code: &city.code.value,
        name: &city.name.value,
        all: false,
    };
    let mut reads = Vec::new();
    match json(content) {
        Some(text) => match towns::parse_json(Cursor::new(text)) {
            Ok(read) => reads.push(read),
            Err(why) => return Ok(refused(vec![why])),
        },
        None => {
            for lines in sheet::read_bytes(content)? {
                reads.push(towns::parse_table(lines, &keep)?);
            }
        }
    }
    let mut outcome = Outcome::default();
    for read in &mut reads {
        outcome.report.extend(std::mem::take(&mut read.parsed.problems));
        outcome.elsewhere += read.elsewhere;
    }
    outcome.judge(choices);
    if outcome.failed {
        return Ok(outcome);
    }
    let mut tx = app.db().write().await?;
    let mut note = (&official::TOWNS_GEOLONIA, 0, false);
    for read in reads {
        let towns: Vec<_> = read.parsed.entries.into_iter().map(|(_, place)| place).collect();
        let one = store::upsert_places(tx.conn(), &towns).await?;
        outcome.add(one);
        note = (
            read.origin,
            store::count_places(tx.conn(), read.origin.key).await?,
            note.2 || one.added + one.changed > 0,
        );
    }
    let (origin, entries, changed) = note;
    if changed {
        settle::ground(tx.conn(), app).await?;
        store::ground_moved(tx.conn(), app.clock()).await?;
    }
    finish(app, tx, choices, (origin, file, entries, changed)).await?;
    Ok(outcome)
}

/// People by district.
pub async fn population(app: &App, file: &str, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let ground = app.ground();
    let district = |name: &str| ground.areas.find(name).map(|d| d.id.clone());
    let mut outcome = Outcome::default();
    let mut figures = Vec::new();
    for lines in sheet::read_bytes(content)? {
        let mut parsed = population::parse(lines, &district)?;
        outcome.report.extend(std::mem::take(&mut parsed.problems));
        figures.extend(parsed.entries.into_iter().map(|(_, figure)| figure));
    }
    outcome.judge(choices);
    if outcome.failed {
        return Ok(outcome);
    }
    let mut tx = app.db().write().await?;
    let done = store::upsert_population(tx.conn(), &figures).await?;
    outcome.add(done);
    let changed = done.added + done.changed > 0;
    if changed {
        settle::ground(tx.conn(), app).await?;
    }
    let entries = store::count_population(tx.conn()).await?;
    finish(app, tx, choices, (&official::POPULATION, file, entries, changed)).await?;
    Ok(outcome)
}

impl Outcome {
    /// Rows counted, nothing to say.
    fn of(done: Upserted) -> Self {
        Self {
            done,
            ..Self::default()
        }
    }

    /// Adds what one more write did.
    pub fn add(&mut self, done: Upserted) {
        self.done.added += done.added;
        self.done.changed += done.changed;
        self.done.unchanged += done.unchanged;
    }

    /// Fails when an error keeps a row out and nobody said to leave such rows.
    pub fn judge(&mut self, choices: &Choices) {
        self.failed = !choices.skip_invalid && self.report.has_errors();
    }
}
