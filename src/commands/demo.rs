//! `yosatte demo`: the example city the binary carries; every entry is marked 見本.

use rust_embed::RustEmbed;

use super::{
    import::{self, Choices, Kind},
    say::remark,
};
use crate::app::App;

#[derive(RustEmbed)]
#[folder = "data/oshu/"]
struct ExampleCity;

/// Brings the example city in; a second start changes nothing.
pub async fn fill(app: &App) -> anyhow::Result<()> {
    take(app, Kind::Districts, "districts.csv").await?;
    for (folder, kind) in [
        ("resources/", Kind::Resources),
        ("opportunities/", Kind::Opportunities),
    ] {
        let mut names: Vec<_> = ExampleCity::iter().filter(|n| n.starts_with(folder)).collect();
        names.sort();
        for name in names {
            take(app, kind, &name).await?;
        }
    }
    app.settle().await?;
    Ok(())
}

async fn take(app: &App, kind: Kind, name: &str) -> anyhow::Result<()> {
    let file = ExampleCity::get(name).ok_or_else(|| anyhow::anyhow!("見本のファイル {name} がありません"))?;
    let outcome = import::bytes(app, kind, name, &file.data, &Choices::default()).await?;
    if outcome.failed {
        for problem in &outcome.report.problems {
            remark!("{name}: {problem}");
        }
        anyhow::bail!("見本のファイル {name} を取り込めません");
    }
    Ok(())
}
