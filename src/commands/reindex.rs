//! `yosatte reindex`: the index made anew from the rows, beside the one that answers meanwhile.

use super::Exit;
use crate::app::App;

/// Makes it, or has the running service make it.
pub async fn run(app: &App) -> anyhow::Result<Exit> {
    app.searcher().ask_to_rebuild()?;
    app.settle().await?;
    println!("索引を作り直しました: {}件", app.searcher().snapshot().len());
    Ok(Exit::Done)
}
