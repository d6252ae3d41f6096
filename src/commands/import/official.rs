//! `import care-offices`, `disability-offices`, `shelters` and `public-facilities`: entries from official open data.

use std::{collections::BTreeMap, io::Cursor};

use serde::{Serialize, de::DeserializeOwned};

use super::{Choices, Outcome, settle};
use crate::{
    app::App,
    districts::{
        self,
        geojson_in::{point, stream},
    },
    exchange::{
        official::{
            self, Origin,
            address::Keep,
            facilities,
            offices::{self, Office, Register},
            parts::{self, Part},
            shelters::{self, Shelter, ShelterRow},
            sources,
        },
        report::Problem,
        sheet,
    },
    kernel::id::ResourceId,
    resources::{resource::NewResource, store},
};

/// Rows of a file with the entry and the part of it that each tells.
struct Told<T> {
    outcome: Outcome,
    rows: Vec<(usize, ResourceId, String, T)>,
}

impl<T> Default for Told<T> {
    fn default() -> Self {
        Self {
            outcome: Outcome::default(),
            rows: Vec::new(),
        }
    }
}

fn keep<'a>(app: &'a App, choices: &Choices) -> Keep<'a> {
    let city = &app.settings().city;
    Keep {
        code: &city.code.value,
        name: &city.name.value,
        all: choices.all,
    }
}

/// Care offices or disability offices: one service a file.
pub async fn offices(
    app: &App,
    register: Register,
    file: &str,
    content: &[u8],
    choices: &Choices,
) -> anyhow::Result<Outcome> {
    let keep = keep(app, choices);
    let mut told: Told<Office> = Told::default();
    for lines in sheet::read_bytes(content)? {
        let mut read = offices::parse(register, lines, &keep)?;
        told.outcome.elsewhere += read.elsewhere;
        told.outcome
            .report
            .extend(std::mem::take(&mut read.parsed.problems));
        let rows = read.parsed.entries.into_iter();
        told.rows.extend(rows.map(|(row, read)| {
            let part = read.part().to_owned();
            (row, read.id, part, read.office)
        }));
    }
    let hall = app.settings().city.centre.value;
    let make = |id: ResourceId, rows: &BTreeMap<String, Office>| offices::resource(register, id, rows, hall);
    write(app, register.origin(), file, told, &make, choices).await
}

/// Shelters, as GeoJSON or a table.
pub async fn shelters(app: &App, file: &str, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let keep = keep(app, choices);
    let mut told: Told<Shelter> = Told::default();
    let mut elsewhere = 0;
    let mut add = |row: usize, read: ShelterRow| {
        told.rows.push((row, read.id, read.list.to_owned(), read.shelter));
    };
    if let Some(text) = super::ground::json(content) {
        let mut problems = Vec::new();
        let mut take = |number: usize, feature: stream::Feature| {
            let read = match point(&feature) {
                Some(Ok(at)) => shelters::parse_feature(number, &feature.properties, at.into(), &keep),
                Some(Err(why)) => Err(Problem::error(number, "座標", "", why)),
                None => Err(Problem::error(number, "geometry", "", "点(Point)ではありません")),
            };
            match read {
                Ok(Some(read)) => add(number, read),
                Ok(None) => elsewhere += 1,
                Err(problem) => problems.push(problem),
            }
        };
        if let Err(why) = stream::each(Cursor::new(text), &mut take) {
            return Ok(super::ground::refused(vec![why]));
        }
        told.outcome.report = problems.into();
        if told.rows.is_empty() && told.outcome.report.problems.is_empty() && elsewhere == 0 {
            return Ok(super::ground::refused(vec!["地物が1つもありません".into()]));
        }
    } else {
        let mut problems = Vec::new();
        for lines in sheet::read_bytes(content)? {
            let (mut parsed, others) = shelters::parse_table(lines, &keep)?;
            elsewhere += others;
            problems.append(&mut parsed.problems);
            parsed.entries.into_iter().for_each(|(row, read)| add(row, read));
        }
        told.outcome.report = problems.into();
    }
    told.outcome.elsewhere = elsewhere;
    let make = |id: ResourceId, rows: &BTreeMap<String, Shelter>| shelters::resource(id, rows);
    write(app, &official::SHELTERS, file, told, &make, choices).await
}

/// A city's own list of its buildings.
pub async fn facilities(app: &App, file: &str, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    let keep = keep(app, choices);
    let mut told = Told::default();
    for lines in sheet::read_bytes(content)? {
        let (mut parsed, elsewhere) = facilities::parse(lines, &keep)?;
        told.outcome.elsewhere += elsewhere;
        told.outcome.report.extend(std::mem::take(&mut parsed.problems));
        let rows = parsed.entries.into_iter();
        told.rows
            .extend(rows.map(|(row, (id, facility))| (row, id, "施設".to_owned(), facility)));
    }
    let make = |id: ResourceId, rows: &BTreeMap<String, facilities::Facility>| {
        rows.values()
            .next()
            .map(|facility| facilities::resource(id, facility))
    };
    write(app, &official::FACILITIES, file, told, &make, choices).await
}

/// How an entry is made of what all files said about it.
type Make<'a, T> = &'a (dyn Fn(ResourceId, &BTreeMap<String, T>) -> Option<NewResource> + Sync);

/// Writes the parts, makes their entries again from all parts, places and assigns them: one transaction.
async fn write<T: Serialize + DeserializeOwned>(
    app: &App,
    origin: &Origin,
    file: &str,
    told: Told<T>,
    make: Make<'_, T>,
    choices: &Choices,
) -> anyhow::Result<Outcome> {
    let Told { mut outcome, rows } = told;
    outcome.rows = Some(rows.len());
    outcome.judge(choices);
    if outcome.failed {
        return Ok(outcome);
    }
    let said = rows.iter().map(|(_, id, part, body)| {
        Ok(Part {
            entry: id.to_string(),
            part: part.clone(),
            body: serde_json::to_string(body)?,
        })
    });
    let said = said.collect::<Result<Vec<_>, serde_json::Error>>()?;
    let mut first_row: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, id, ..) in &rows {
        first_row.entry(id.as_str()).or_insert(*row);
    }
    let ids: Vec<&str> = first_row.keys().copied().collect();
    let ground = app.ground();
    let mut tx = app.db().write().await?;
    parts::upsert(tx.conn(), &said).await?;
    let mut entries = Vec::with_capacity(ids.len());
    for (id, rows) in parts::of::<T>(tx.conn(), &ids).await? {
        let row = first_row.get(id.as_str()).copied().unwrap_or_default();
        let Some(entry) = make(ResourceId::new(id)?, &rows) else {
            continue;
        };
        let entry = settle::settled(entry, &ground);
        let assigned = ground.areas.assign(&entry);
        let mut look = |column: &str, message: String| {
            outcome
                .report
                .add(Problem::warning(row, column, &entry.name, message));
        };
        match &entry.location {
            Some(location) => location.doubt.iter().for_each(|d| look("緯度", d.clone())),
            None if entry.doubted_point.is_some() => {
                look(
                    "緯度",
                    "位置要確認: 座標が市役所などに置かれていて、住所からも位置を決められません".into(),
                );
            }
            None => look(
                "住所",
                "位置がありません。地名(import places)を取り込むと、住所から決まることがあります".into(),
            ),
        }
        assigned
            .remark
            .into_iter()
            .for_each(|remark| look("住所", remark));
        entries.push((entry, assigned.district));
    }
    let done = store::upsert(tx.conn(), app.clock(), &entries).await?;
    outcome.add(done);
    if origin == &official::SHELTERS && done.added + done.changed > 0 {
        // Their names place entries that give only a venue.
        settle::ground(tx.conn(), app).await?;
        districts::store::ground_moved(tx.conn(), app.clock()).await?;
    }
    let held = sources::count(tx.conn(), origin).await?;
    sources::record(
        tx.conn(),
        app.clock(),
        origin,
        file,
        held,
        done.added + done.changed > 0,
    )
    .await?;
    if !choices.dry_run {
        tx.commit().await?;
        app.reload_ground().await?;
    }
    Ok(outcome)
}
