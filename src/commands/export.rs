//! `yosatte export KIND`: entries as files. The public gets what is public; the operator's own copy has to be asked for.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::{Exit, say::remark};
use crate::{
    app::App,
    exchange::{
        export::{self, Feature, Features, Table},
        opportunities, resources,
    },
    ground::Ground,
    kernel::id::DistrictId,
    resources::{
        opportunity::Opportunity,
        public::{Audience, visible},
        resource::Resource,
        store,
    },
};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 社会資源 (resources.csv)
    Resources,
    /// 参加の機会 (opportunities.csv)
    Opportunities,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// CSV(UTF-8、BOM つき。Excel でそのまま開けます)
    Csv,
    /// Excel(.xlsx)
    Xlsx,
    /// GeoJSON(位置のあるものだけ)
    Geojson,
}

/// The command's words.
#[derive(Debug, Args)]
pub struct Options {
    /// 書き出すもの
    #[arg(value_enum)]
    kind: Kind,
    /// ファイルの形(なければ --output の名前の終わりから決め、それもなければ CSV)
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 書き出すファイル(なければ標準出力)
    #[arg(long)]
    output: Option<PathBuf>,
    /// 関係者のみの行と項目(代表者、備考、正確な位置など)も含む控えを書き出す。取り込み直すと元どおりになる。公開しないこと
    #[arg(long)]
    staff: bool,
}

impl Options {
    fn format(&self) -> Format {
        let ending = self
            .output
            .as_deref()
            .and_then(Path::extension)
            .and_then(|e| e.to_str());
        self.format
            .unwrap_or(match ending.map(str::to_lowercase).as_deref() {
                Some("xlsx") => Format::Xlsx,
                Some("geojson" | "json") => Format::Geojson,
                _ => Format::Csv,
            })
    }
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let format = options.format();
    if options.staff {
        remark!("注意: 関係者のみの情報を含む控えです。公開したり、市の外へ渡したりしないでください");
    }
    let Some(path) = &options.output else {
        if format == Format::Xlsx && io::stdout().is_terminal() {
            remark!("Excelファイルは画面に出せません。--output FILE.xlsx を付けてください");
            return Ok(Exit::Usage);
        }
        return match write(app, options, format, BufWriter::new(io::stdout())).await {
            // Whoever read it has read enough.
            Err(error) if is_closed(&error) => Ok(Exit::Done),
            Err(error) => Err(error),
            Ok(_) => Ok(Exit::Done),
        };
    };
    // A reader never meets half a file, and a failure leaves the one before.
    let mut part = path.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let count = match File::create(&part) {
        Ok(file) => write(app, options, format, BufWriter::new(file)).await,
        Err(error) => Err(error.into()),
    };
    let done = count.and_then(|count| Ok((count, std::fs::rename(&part, path)?)));
    match done {
        Ok((count, ())) => {
            remark!("{}: {count}件を書き出しました", path.display());
            Ok(Exit::Done)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            remark!("{} に書き出せません: {error}", path.display());
            Ok(Exit::Failed)
        }
    }
}

fn is_closed(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Writes everything, a page of the database at a time, and says how many entries it were.
async fn write<W: Write + Send>(
    app: &App,
    options: &Options,
    format: Format,
    to: W,
) -> anyhow::Result<usize> {
    let ground = app.ground();
    let (headings, sheet) = match options.kind {
        Kind::Resources => (resources::COLUMNS, "社会資源"),
        Kind::Opportunities => (opportunities::COLUMNS, "参加の機会"),
    };
    let mut file = match format {
        Format::Csv => Out::Rows(Table::csv(to, headings)?),
        Format::Xlsx => Out::Rows(Table::xlsx(to, sheet, headings)?),
        Format::Geojson => Out::Places(Features::new(to)?),
    };
    let mut conn = app.db().read().await?;
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let page = store::list(&mut conn, &after, 500).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.entered.id.to_string();
        for (resource, own) in page.iter().filter(|(resource, _)| !resource.archived) {
            count += match &mut file {
                Out::Rows(table) => add_rows(table, options, &ground, resource, own)?,
                Out::Places(features) => add_places(features, options, &ground, resource, own)?,
            };
        }
    }
    match file {
        Out::Rows(table) => table.finish()?,
        Out::Places(features) => features.finish()?,
    }
    Ok(count)
}

enum Out<W: Write + Send> {
    Rows(Table<W>),
    Places(Features<W>),
}

/// A district's name where that leads back to it, else its id.
fn label(ground: &Ground, id: &DistrictId) -> String {
    let name = ground.areas.find(id.as_str()).map(|d| d.name.clone());
    name.filter(|name| ground.areas.find(name).is_some_and(|d| d.id == *id))
        .unwrap_or_else(|| id.to_string())
}

fn add_rows<W: Write + Send>(
    table: &mut Table<W>,
    options: &Options,
    ground: &Ground,
    resource: &Resource,
    own: &[Opportunity],
) -> anyhow::Result<usize> {
    let name = |id: &DistrictId| label(ground, id);
    let rows: Vec<Vec<String>> = match (options.kind, options.staff) {
        (Kind::Resources, true) => vec![export::staff(&resource.entered, &name)],
        (Kind::Opportunities, true) => own
            .iter()
            .filter(|o| !o.archived)
            .map(|o| export::offer(&o.entered))
            .collect(),
        (kind, false) => match (visible(resource, own, Audience::Public), kind) {
            (None, _) => Vec::new(),
            (Some(entry), Kind::Resources) => vec![export::public(&entry, &name)],
            (Some(entry), Kind::Opportunities) => entry.opportunities.iter().map(export::offer).collect(),
        },
    };
    for row in &rows {
        table.row(row)?;
    }
    Ok(rows.len())
}

fn add_places<W: Write>(
    features: &mut Features<W>,
    options: &Options,
    ground: &Ground,
    resource: &Resource,
    own: &[Opportunity],
) -> anyhow::Result<usize> {
    let audience = if options.staff {
        Audience::Staff
    } else {
        Audience::Public
    };
    let Some(entry) = visible(resource, own, audience) else {
        return Ok(0);
    };
    let Some(point) = entry.point else { return Ok(0) };
    let found: Vec<Feature> = match options.kind {
        Kind::Resources => {
            let district = entry
                .district
                .as_ref()
                .and_then(|id| ground.areas.find(id.as_str()));
            vec![Feature {
                id: entry.id.to_string(),
                point,
                properties: export::resource_properties(&entry, district.map(|d| d.name.clone())),
            }]
        }
        Kind::Opportunities => entry
            .opportunities
            .iter()
            .map(|o| Feature {
                id: o.id.to_string(),
                point,
                properties: export::offer_properties(o, &entry),
            })
            .collect(),
    };
    for feature in &found {
        features.add(feature)?;
    }
    Ok(found.len())
}
