//! `yosatte import KIND FILE…`: one transaction a file, every problem told by its row.

use std::{collections::HashSet, path::PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use super::Exit;
use crate::{
    app::App,
    db::DbResult,
    districts,
    exchange::{
        opportunities,
        report::{Problem, Severity},
        resources::{self, Ground},
        sheet,
    },
    kernel::id::ResourceId,
    resources::store::{self, Upserted},
};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 社会資源 (resources.csv)
    Resources,
    /// 参加の機会 (opportunities.csv)
    Opportunities,
    /// 地区の拠点の一覧(CSV: 地区コード, 地区, 旧市町村, 緯度, 経度 …)
    Districts,
}

/// The command's words.
#[derive(Debug, Args)]
pub struct Options {
    /// ファイルの種類
    #[arg(value_enum)]
    kind: Kind,
    /// ファイル(CSV か XLSX)
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 調べるだけで、何も書かない
    #[arg(long)]
    dry_run: bool,
    /// 誤りのある行をとばして、残りを取り込む
    #[arg(long)]
    skip_invalid: bool,
}

/// What one file did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Rows counted.
    pub done: Upserted,
    /// Everything to say.
    pub problems: Vec<Problem>,
    /// Nothing was written because of errors.
    pub failed: bool,
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    let bar = ProgressBar::new(options.files.len() as u64);
    for file in &options.files {
        let name = file.display();
        let outcome = match sheet::read_file(file) {
            Ok(content) => bytes(app, options.kind, &content, options.dry_run, options.skip_invalid).await,
            Err(error) => Err(error.into()),
        };
        bar.inc(1);
        match outcome {
            Ok(outcome) => {
                for problem in &outcome.problems {
                    bar.suspend(|| eprintln!("{name}: {problem}"));
                }
                let Upserted {
                    added,
                    changed,
                    unchanged,
                } = outcome.done;
                let skipped = outcome
                    .problems
                    .iter()
                    .filter(|p| p.severity == Severity::Error)
                    .map(|p| p.row)
                    .collect::<HashSet<_>>()
                    .len();
                bar.suspend(|| {
                    if outcome.failed {
                        println!("{name}: {skipped}行に誤りがあるので、何も取り込みませんでした(--skip-invalid で残りを取り込めます)");
                    } else if options.dry_run {
                        println!("{name}: 調べました。追加{added}件、変更{changed}件、変わらず{unchanged}件になります(まだ書いていません)");
                    } else {
                        println!("{name}: 追加{added}件、変更{changed}件、変わらず{unchanged}件、とばした行{skipped}行");
                    }
                });
                if outcome.failed {
                    exit = Exit::Failed;
                }
            }
            Err(error) => {
                bar.suspend(|| eprintln!("{name}: {error}"));
                exit = Exit::Failed;
            }
        }
    }
    bar.finish_and_clear();
    if !options.dry_run {
        app.settle().await?;
    }
    Ok(exit)
}

/// Imports one file's content in one transaction.
pub async fn bytes(
    app: &App,
    kind: Kind,
    content: &[u8],
    dry_run: bool,
    skip_invalid: bool,
) -> anyhow::Result<Outcome> {
    match kind {
        Kind::Districts => import_districts(app, content, dry_run).await,
        Kind::Resources => import_resources(app, content, dry_run, skip_invalid).await,
        Kind::Opportunities => import_opportunities(app, content, dry_run, skip_invalid).await,
    }
}

async fn import_districts(app: &App, content: &[u8], dry_run: bool) -> anyhow::Result<Outcome> {
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
    if !dry_run {
        // Moved outlines move the entries that nobody placed by hand.
        let areas = districts::areas::Areas::new(districts::store::all(tx.conn()).await?);
        reassign(tx.conn(), app, &areas).await?;
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

async fn reassign(
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
            .map(|(r, _)| {
                let point = r.entered.location.as_ref().map(|l| l.point);
                (r, areas.decide(r.entered.entered_district.as_ref(), point))
            })
            .filter(|(r, decided)| r.district != *decided)
            .map(|(r, decided)| (r.entered.id.clone(), decided))
            .collect();
        store::reassign(&mut *conn, app.clock(), &moves).await?;
    }
}

async fn import_resources(
    app: &App,
    content: &[u8],
    dry_run: bool,
    skip_invalid: bool,
) -> anyhow::Result<Outcome> {
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
            let point = entry.location.as_ref().map(|l| l.point);
            let decided = ground.areas.decide(entry.entered_district.as_ref(), point);
            (entry, decided)
        }));
    }
    outcome.failed = !skip_invalid && outcome.problems.iter().any(|p| p.severity == Severity::Error);
    if !outcome.failed {
        let mut tx = app.db().write().await?;
        outcome.done = store::upsert(tx.conn(), app.clock(), &entries).await?;
        if !dry_run {
            tx.commit().await?;
        }
    }
    Ok(outcome)
}

async fn import_opportunities(
    app: &App,
    content: &[u8],
    dry_run: bool,
    skip_invalid: bool,
) -> anyhow::Result<Outcome> {
    let known = store::ids(&mut *app.db().read().await?).await?;
    let mut outcome = Outcome::default();
    let mut entries = Vec::new();
    for lines in sheet::read_bytes(content)? {
        let mut parsed = opportunities::parse(lines, &|id| known.contains(id))?;
        outcome.problems.append(&mut parsed.problems);
        entries.extend(parsed.entries.into_iter().map(|(_, entry)| entry));
    }
    outcome.failed = !skip_invalid && outcome.problems.iter().any(|p| p.severity == Severity::Error);
    if !outcome.failed {
        let mut tx = app.db().write().await?;
        outcome.done = store::upsert_opportunities(tx.conn(), app.clock(), &entries).await?;
        if !dry_run {
            tx.commit().await?;
        }
    }
    Ok(outcome)
}
