//! `yosatte check`: do database, indexes and districts agree?

use std::collections::HashMap;

use anyhow::Context;

use super::{Exit, check_districts::Districts, say::say};
use crate::{
    accounts::audit,
    app::App,
    people::store::without_key,
    resources::{public::VisibleResource, store},
    search::{
        document::digest,
        index::IndexError,
        parts::{self, Both, Part},
        snapshot::Snapshot,
    },
};

/// Says what agrees and what does not.
pub async fn run(app: &App) -> anyhow::Result<Exit> {
    let taken_in = app.settle().await?;
    if taken_in > 0 {
        say!("まだ索引になかった変更を索引に入れました: {taken_in}件");
    }
    let snapshots = Both::try_new(|part| {
        let held = app.searcher().held(part);
        held.map(|held| held.for_staff()).context("索引がありません")
    })?;
    let mut compared = Both {
        public: Compared::new(&snapshots.public),
        rest: Compared::new(&snapshots.rest),
    };
    let mut conn = app.db().read().await?;
    let mut after = String::new();
    let ground = app.ground();
    let mut districts = Districts::new(&ground.areas);
    loop {
        let page = store::list(&mut conn, &after, 2000).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.entered.id.to_string();
        for (resource, offers) in &page {
            let entries = parts::entries(resource, offers);
            for part in Part::ALL {
                if let Some(entry) = entries.of(part) {
                    let words = entry.district.as_ref().and_then(|d| ground.words(d.as_str()));
                    compared.of_mut(part).ask(entry, words.as_deref())?;
                }
            }
            districts.look(resource);
        }
    }
    let public_level = compared.public.tell("公開している社会資源");
    let rest_level = compared.rest.tell("関係者だけに見える内容のある社会資源");
    let orphans = store::orphans(&mut conn).await?;
    say!("社会資源のない参加の機会: {orphans}件");
    if let Some(told) = app.open_to_others()? {
        say!("{told}");
    }
    let placed = districts.tell();
    let audited = audit(app).await?;
    if let Some(vault) = app.vault() {
        let lost = without_key(&mut conn, vault).await?;
        say!(
            "鍵のない記録(廃棄したあとに古い控えから戻したのでなければ、keys.db が失われています): {lost}件"
        );
    }
    let level = public_level && rest_level;
    if level && placed && orphans == 0 && audited {
        say!("合っています");
        return Ok(Exit::Done);
    }
    say!("合っていません。次のことをしてください");
    if !level {
        say!("・索引: 「yosatte reindex」で作り直す");
    }
    if !placed {
        say!("・地区: 地区のファイルをもう一度「yosatte import districts」で取り込む(割り当て直されます)");
    }
    if !audited {
        say!("・監査: 上の番号のころに、だれがデータのファイルに触れたかを調べる(直す命令はありません)");
    }
    if orphans > 0 {
        say!("・参加の機会: もとの社会資源のファイルをもう一度「yosatte import resources」で取り込む");
    }
    Ok(Exit::Failed)
}

/// Whether the audit is whole. Without the key nobody can tell, and that is said.
async fn audit(app: &App) -> anyhow::Result<bool> {
    let mut conn = app.db().read().await?;
    let Some(desk) = app.desk() else {
        let held = audit::list(&mut conn, &audit::Wanted::default(), 1).await?;
        if !held.is_empty() {
            say!("監査の記録: 鍵がないため、確かめられません(--master-key-file で示してください)");
        }
        return Ok(held.is_empty());
    };
    let verdict = audit::verify(desk.trail(), &mut conn).await?;
    say!(
        "監査の記録: {}件、おかしいもの: {}件",
        verdict.entries,
        verdict.faults.len()
    );
    for fault in &verdict.faults {
        say!("・{fault}");
    }
    Ok(verdict.faults.is_empty())
}

/// One index beside the rows that belong in it.
struct Compared<'s> {
    /// Entries in the index.
    held: usize,
    /// Those of them that no row has asked for yet, with their digests: at the end, what is in the index alone.
    unasked: HashMap<&'s str, u64>,
    rows: usize,
    missing: usize,
    older: usize,
}

impl<'s> Compared<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            held: snapshot.len(),
            unasked: snapshot.iter().map(|f| (f.id(), f.digest())).collect(),
            rows: 0,
            missing: 0,
            older: 0,
        }
    }

    fn ask(&mut self, entry: &VisibleResource, district: Option<&str>) -> Result<(), IndexError> {
        self.rows += 1;
        match self.unasked.remove(entry.id.as_str()) {
            None => self.missing += 1,
            Some(known) => self.older += usize::from(known != digest(entry, district)?),
        }
        Ok(())
    }

    /// Says what it found; whether all of it agrees.
    fn tell(&self, what: &str) -> bool {
        say!("{what}: {}件、索引: {}件", self.rows, self.held);
        say!(
            "索引にないもの: {}件、索引が古いもの: {}件、索引にだけあるもの: {}件",
            self.missing,
            self.older,
            self.unasked.len()
        );
        self.missing + self.older + self.unasked.len() == 0 && self.rows == self.held
    }
}
