//! `yosatte import KIND FILE…`: one transaction a file, every problem told by its row.

mod encoding;
mod ground;
mod lists;
mod official;
mod settle;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use self::encoding::Encoding;
use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    app::App,
    exchange::{official::offices::Register, report::Report, sheet},
    resources::store::Upserted,
};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 社会資源 (resources.csv)
    Resources,
    /// 参加の機会 (opportunities.csv)
    Opportunities,
    /// 地区の区域か拠点(GeoJSON、CSV: 地区コード, 地区, 旧市町村, 緯度, 経度 …)
    Districts,
    /// 市区町村の境界(国土数値情報 N03 の GeoJSON)
    Boundary,
    /// 地名(Geolonia 住所データ、位置参照情報)
    Places,
    /// 地区別の人口(CSV: 地区, 年, 総人口, 65歳以上, 75歳以上, 世帯数)
    Population,
    /// 介護サービス事業所(厚生労働省のオープンデータ)
    CareOffices,
    /// 障害福祉サービス等事業所(WAM NET のオープンデータ)
    DisabilityOffices,
    /// 指定避難所・指定緊急避難場所(国土地理院)
    Shelters,
    /// 公共施設一覧(推奨データセット、自治体標準オープンデータセット)
    PublicFacilities,
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
    /// ほかの市区町村の行も取り込む(事業所、公共施設、境界)
    #[arg(long)]
    pub all: bool,
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
    /// Rows read, where several rows may be one entry.
    pub rows: Option<usize>,
    /// Rows of other municipalities that were left.
    pub elsewhere: usize,
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |m| m.len());
    let bar = ProgressBar::new(options.files.iter().map(size).sum());
    for file in &options.files {
        let name = file.display();
        match one(app, options, file, &bar).await.map_err(|e| by_name(file, e)) {
            Ok(outcome) => {
                for problem in &outcome.report.problems {
                    bar.suspend(|| remark!("{name}: {problem}"));
                }
                if let Some(more) = outcome.report.untold() {
                    bar.suspend(|| remark!("{name}: {more}"));
                }
                bar.suspend(|| say!("{name}: {}", summary(&outcome, &options.choices)));
                if outcome.failed {
                    exit = Exit::Failed;
                }
            }
            Err(error) => {
                bar.suspend(|| remark!("{name}: {error}"));
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
fn summary(outcome: &Outcome, choices: &Choices) -> String {
    let left_out = outcome.report.left_out();
    if outcome.failed && left_out == 0 {
        return "何も取り込みませんでした".to_owned();
    }
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
    let rows = outcome
        .rows
        .map_or(String::new(), |n| format!("{n}行を読みました。"));
    let mut line = if choices.dry_run {
        format!("調べました。{rows}{counts}、とばす行{left_out}行になります(まだ書いていません)")
    } else {
        format!("{rows}{counts}、とばした行{left_out}行")
    };
    if outcome.elsewhere > 0 {
        line += &format!("。ほかの市区町村の{}行は取り込んでいません", outcome.elsewhere);
    }
    line
}

/// One file, whatever its kind.
async fn one(app: &App, options: &Options, file: &Path, bar: &ProgressBar) -> anyhow::Result<Outcome> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if options.kind == Kind::Boundary && options.encoding.is_none() {
        // A file of the whole country is larger than memory should be.
        let reader = bar.wrap_read(std::fs::File::open(file).map_err(sheet::SheetError::Io)?);
        return ground::boundary(app, &name, reader, &options.choices).await;
    }
    let content = read(file, options.encoding)?;
    let outcome = bytes(app, options.kind, &name, &content, &options.choices).await;
    bar.inc(content.len() as u64);
    outcome
}

/// Whoever has a file called .xlsx knows nothing of character sets: when its bytes are neither a workbook nor a text, it is damaged.
fn by_name(file: &Path, error: anyhow::Error) -> anyhow::Error {
    let book = file
        .extension()
        .is_some_and(|e| ["xlsx", "xlsm"].iter().any(|name| e.eq_ignore_ascii_case(name)));
    let no_text = error.is::<encoding::NotThis>()
        || matches!(error.downcast_ref(), Some(sheet::SheetError::Encoding { .. }));
    if book && no_text {
        return sheet::SheetError::Damaged("Excelファイルの中身ではありません".into()).into();
    }
    error
}

/// A file's content, in UTF-8 when its character set was named.
fn read(file: &Path, encoding: Option<Encoding>) -> anyhow::Result<Vec<u8>> {
    let content = sheet::read_file(file)?;
    Ok(match encoding {
        Some(encoding) => encoding.as_utf8(&content)?.into_owned(),
        None => content,
    })
}

/// Imports the content of one file of this name in one transaction.
pub async fn bytes(
    app: &App,
    kind: Kind,
    file: &str,
    content: &[u8],
    choices: &Choices,
) -> anyhow::Result<Outcome> {
    match kind {
        Kind::Resources => lists::resources(app, content, choices).await,
        Kind::Opportunities => lists::opportunities(app, content, choices).await,
        Kind::Districts => ground::districts(app, file, content, choices).await,
        Kind::Boundary => ground::boundary(app, file, content, choices).await,
        Kind::Places => ground::places(app, file, content, choices).await,
        Kind::Population => ground::population(app, file, content, choices).await,
        Kind::CareOffices => official::offices(app, Register::Care, file, content, choices).await,
        Kind::DisabilityOffices => official::offices(app, Register::Disability, file, content, choices).await,
        Kind::Shelters => official::shelters(app, file, content, choices).await,
        Kind::PublicFacilities => official::facilities(app, file, content, choices).await,
    }
}
