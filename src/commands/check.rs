//! `yosatte check`: do database, index and districts agree?

use std::collections::HashMap;

use super::Exit;
use crate::{
    app::App,
    resources::{
        public::{Audience, visible},
        store,
    },
};

/// Says what agrees and what does not.
pub async fn run(app: &App) -> anyhow::Result<Exit> {
    let taken_in = app.settle().await?;
    if taken_in > 0 {
        println!("まだ索引になかった変更を索引に入れました: {taken_in}件");
    }
    let snapshot = app.searcher().snapshot();
    // What is left at the end is in the index and not among the public rows.
    let mut indexed: HashMap<&str, i64> = snapshot.iter().map(|f| (f.id(), f.version())).collect();
    let mut conn = app.db().read().await?;
    let (mut public, mut outside, mut misplaced, mut after) = (0_usize, 0_usize, 0_usize, String::new());
    let (mut missing, mut older) = (0_usize, 0_usize);
    let ground = app.ground();
    loop {
        let page = store::list(&mut conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.entered.id.to_string();
        for (resource, offers) in &page {
            if visible(resource, offers, Audience::Public).is_some() {
                public += 1;
                match indexed.remove(resource.entered.id.as_str()) {
                    None => missing += 1,
                    Some(version) => older += usize::from(version != resource.version),
                }
            }
            let decided = ground.areas.decide(&resource.entered);
            misplaced += usize::from(decided != resource.district);
            outside += usize::from(resource.entered.location.is_some() && resource.district.is_none());
        }
    }
    println!("公開している社会資源: {public}件、索引: {}件", snapshot.len());
    println!(
        "索引にないもの: {missing}件、索引が古いもの: {older}件、索引にだけあるもの: {}件",
        indexed.len()
    );
    println!("どの地区にも入らない社会資源: {outside}件、地区の割り当てが古いもの: {misplaced}件");
    if missing + older + indexed.len() + misplaced == 0 && public == snapshot.len() {
        println!("合っています");
        return Ok(Exit::Done);
    }
    println!("合っていません。「yosatte reindex」で索引を作り直してください");
    Ok(Exit::Failed)
}
