//! `yosatte check`: do database, index and districts agree?

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
    app.settle().await?;
    let mut conn = app.db().read().await?;
    let (mut public, mut outside, mut misplaced, mut after) = (0_usize, 0_usize, 0_usize, String::new());
    let ground = app.ground();
    loop {
        let page = store::list(&mut conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.entered.id.to_string();
        for (resource, offers) in &page {
            public += usize::from(visible(resource, offers, Audience::Public).is_some());
            let decided = ground.areas.decide(&resource.entered);
            misplaced += usize::from(decided != resource.district);
            outside += usize::from(resource.entered.location.is_some() && resource.district.is_none());
        }
    }
    let (indexed, facts) = app.searcher().counts();
    println!("公開している社会資源: {public}件、索引: {indexed}件、地図: {facts}件");
    println!("どの地区にも入らない社会資源: {outside}件、地区の割り当てが古いもの: {misplaced}件");
    if public as u64 == indexed && public == facts && misplaced == 0 {
        println!("合っています");
        return Ok(Exit::Done);
    }
    println!("合っていません。「yosatte reindex」で索引を作り直してください");
    Ok(Exit::Failed)
}
