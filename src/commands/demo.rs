//! `yosatte demo`: the example city the binary carries; every entry is marked 見本.

use rust_embed::RustEmbed;

use super::import::{self, Choices, Kind};
use crate::{app::App, districts};

#[derive(RustEmbed)]
#[folder = "data/oshu/"]
struct ExampleCity;

/// Brings the example city in; a second start changes nothing.
pub async fn fill(app: &App) -> anyhow::Result<()> {
    let list = ExampleCity::get("districts.csv").ok_or_else(|| anyhow::anyhow!("見本の地区がありません"))?;
    let list = std::str::from_utf8(&list.data)?;
    let (mut areas, population) =
        districts::centres_csv::parse(list).map_err(|problems| anyhow::anyhow!(problems.join("\n")))?;
    districts::outlines::fill(&mut areas, None);
    let mut tx = app.db().write().await?;
    districts::store::upsert(tx.conn(), app.clock(), &areas).await?;
    districts::store::upsert_population(tx.conn(), &population).await?;
    tx.commit().await?;
    app.reload_ground().await?;
    for (folder, kind) in [
        ("resources/", Kind::Resources),
        ("opportunities/", Kind::Opportunities),
    ] {
        let mut names: Vec<_> = ExampleCity::iter().filter(|n| n.starts_with(folder)).collect();
        names.sort();
        for name in names {
            let Some(file) = ExampleCity::get(&name) else {
                continue;
            };
            let outcome = import::bytes(app, kind, &file.data, &Choices::default()).await?;
            if outcome.failed {
                for problem in &outcome.report.problems {
                    eprintln!("{name}: {problem}");
                }
                anyhow::bail!("見本のファイル {name} を取り込めません");
            }
        }
    }
    app.settle().await?;
    Ok(())
}
