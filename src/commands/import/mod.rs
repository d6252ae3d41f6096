//! `yosatte import KIND FILE…`: one transaction a file, every problem told by its row.

mod districts;
mod encoding;
mod lists;
mod settle;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use self::encoding::Encoding;
use super::Exit;
use crate::{
    app::App,
    exchange::{
        report::{Problem, Severity},
        sheet,
    },
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
        let outcome = match read(file, options.encoding) {
            Ok(content) => bytes(app, options.kind, &content, &options.choices).await,
            Err(error) => Err(error),
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
                    } else if options.choices.dry_run {
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
    if !options.choices.dry_run {
        app.settle().await?;
    }
    Ok(exit)
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
