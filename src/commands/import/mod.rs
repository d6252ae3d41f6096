//! `yosatte import KIND FILE…`: one transaction a file, every problem told by its row.

mod districts;
mod encoding;
mod lists;
mod settle;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use self::encoding::Encoding;
use super::Exit;
use crate::{
    app::App,
    exchange::{report::Report, sheet},
    resources::store::Upserted,
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
    /// 文字コード(ふつうは自動で見分けます)
    #[arg(long, value_enum)]
    encoding: Option<Encoding>,
    #[command(flatten)]
    choices: Choices,
}

/// How a file is taken in.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Choices {
    /// 調べるだけで、何も書かない
    #[arg(long)]
    pub dry_run: bool,
    /// 誤りのある行をとばして、残りを取り込む
    #[arg(long)]
    pub skip_invalid: bool,
}

/// What one file did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Rows counted.
    pub done: Upserted,
    /// Rows of opportunities counted, when the file held both.
    pub opportunities: Option<Upserted>,
    /// Everything to say.
    pub report: Report,
    /// Nothing was written because of errors.
    pub failed: bool,
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    let bar = ProgressBar::new(options.files.len() as u64);
    for file in &options.files {
        let name = file.display();
        let outcome = match read(file, options.encoding) {
            Ok(content) => bytes(app, options.kind, &content, &options.choices).await,
            Err(error) => Err(error),
        };
        bar.inc(1);
        match outcome {
            Ok(outcome) => {
                for problem in &outcome.report.problems {
                    bar.suspend(|| eprintln!("{name}: {problem}"));
                }
                if let Some(more) = outcome.report.untold() {
                    bar.suspend(|| eprintln!("{name}: {more}"));
                }
                bar.suspend(|| println!("{name}: {}", summary(&outcome, options.choices.dry_run)));
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
    if !options.choices.dry_run {
        app.settle().await?;
    }
    Ok(exit)
}

/// What a file did, in one line.
fn summary(outcome: &Outcome, dry_run: bool) -> String {
    let left_out = outcome.report.left_out();
    if outcome.failed {
        return format!(
            "{left_out}行に誤りがあるので、何も取り込みませんでした(--skip-invalid で残りを取り込めます)"
        );
    }
    let counts = |done: &Upserted| {
        format!(
            "追加{}件、変更{}件、変わらず{}件",
            done.added, done.changed, done.unchanged
        )
    };
    let counts = match &outcome.opportunities {
        None => counts(&outcome.done),
        Some(offers) => format!(
            "社会資源 {}。参加の機会 {}",
            counts(&outcome.done),
            counts(offers)
        ),
    };
    if dry_run {
        format!("調べました。{counts}、とばす行{left_out}行になります(まだ書いていません)")
    } else {
        format!("{counts}、とばした行{left_out}行")
    }
}

/// A file's content, in UTF-8 when its character set was named.
fn read(file: &Path, encoding: Option<Encoding>) -> anyhow::Result<Vec<u8>> {
    let content = sheet::read_file(file)?;
    Ok(match encoding {
        Some(encoding) => encoding.as_utf8(&content)?.into_owned(),
        None => content,
    })
}

/// Imports one file's content in one transaction.
pub async fn bytes(app: &App, kind: Kind, content: &[u8], choices: &Choices) -> anyhow::Result<Outcome> {
    match kind {
        Kind::Districts => districts::districts(app, content, choices).await,
        Kind::Resources => lists::resources(app, content, choices).await,
        Kind::Opportunities => lists::opportunities(app, content, choices).await,
    }
}
