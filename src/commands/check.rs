//! `yosatte check`: do database, index and districts agree?

use std::collections::HashMap;

use super::{Exit, check_districts::Districts};
use crate::{
    app::App,
    resources::{
        public::{Audience, visible},
        store,
    },
    search::document::digest,
};

/// Says what agrees and what does not.
pub async fn run(app: &App) -> anyhow::Result<Exit> {
    let taken_in = app.settle().await?;
    if taken_in > 0 {
        println!("まだ索引になかった変更を索引に入れました: {taken_in}件");
    }
    let snapshot = app.searcher().snapshot();
    // What is left at the end is in the index and not among the public rows.
    let mut indexed: HashMap<&str, u64> = snapshot.iter().map(|f| (f.id(), f.digest())).collect();
    let mut conn = app.db().read().await?;
    let (mut public, mut missing, mut older, mut after) = (0_usize, 0_usize, 0_usize, String::new());
    let ground = app.ground();
    let mut districts = Districts::new(&ground.areas);
    loop {
        let page = store::list(&mut conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.entered.id.to_string();
        for (resource, offers) in &page {
            if let Some(entry) = visible(resource, offers, Audience::Public) {
                public += 1;
                let words = entry.district.as_ref().and_then(|d| ground.words(d.as_str()));
                match indexed.remove(entry.id.as_str()) {
                    None => missing += 1,
                    Some(known) => older += usize::from(known != digest(&entry, words.as_deref())?),
                }
            }
            districts.look(resource);
        }
    }
    println!("公開している社会資源: {public}件、索引: {}件", snapshot.len());
    println!(
        "索引にないもの: {missing}件、索引が古いもの: {older}件、索引にだけあるもの: {}件",
        indexed.len()
    );
    let orphans = store::orphans(&mut conn).await?;
    println!("社会資源のない参加の機会: {orphans}件");
    let placed = districts.tell();
    let level = missing + older + indexed.len() == 0 && public == snapshot.len();
    if level && placed && orphans == 0 {
        println!("合っています");
        return Ok(Exit::Done);
    }
    println!("合っていません。次のことをしてください");
    if !level {
        println!("・索引: 「yosatte reindex」で作り直す");
    }
    if !placed {
        println!(
            "・地区: 地区のファイルをもう一度「yosatte import districts」で取り込む(割り当て直されます)"
        );
    }
    if orphans > 0 {
        println!("・参加の機会: もとの社会資源のファイルをもう一度「yosatte import resources」で取り込む");
    }
    Ok(Exit::Failed)
}
