//! `yosatte reindex`: the indexes made anew from the rows, beside those that answer meanwhile.

use super::{Exit, say::say};
use crate::{app::App, search::parts::Part};

/// Makes them, or has the running service make them.
pub async fn run(app: &App) -> anyhow::Result<Exit> {
    app.searcher().ask_to_rebuild()?;
    app.settle().await?;
    let count = |part| {
        let held = app.searcher().held(part);
        held.map_or(0, |held| held.for_staff().len())
    };
    say!(
        "索引を作り直しました: 公開{}件、関係者だけに見える内容のあるもの{}件",
        count(Part::Public),
        count(Part::Rest)
    );
    Ok(Exit::Done)
}
