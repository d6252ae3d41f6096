//! The running program's state: one database, one searcher, the districts, a clock.

use std::{
    path::Path,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use crate::{
    accounts::{
        desk::Desk,
        secret::{self, MasterKey},
    },
    board::Boards,
    config::Settings,
    db::{self, Db, change_log},
    ground::Ground,
    kernel::clock::Clock,
    map::api::Shelf,
    matching::board::Board,
    people::{
        store::{finish_shredding, without_key},
        vault::Vault,
    },
    search::{self, suggest::Suggester, sync::Searcher},
    telemetry::Telemetry,
};

/// How long a command waits for the keeper of the index to move on.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every handler and command may use.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    db: Db,
    clock: Clock,
    desk: Option<Desk>,
    vault: Option<Vault>,
    searcher: Searcher,
    ground: RwLock<Arc<Ground>>,
    boards: Boards,
    telemetry: Telemetry,
    suggester: Suggester,
    shelf: Shelf,
}

impl App {
    /// Opens everything under the data folder of the settings.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let folder = settings.data.value.as_path();
        let db = Db::open_folder(folder).await?;
        let key_file = settings.master_key_file.value.as_deref();
        let master = MasterKey::find(std::env::var(secret::VARIABLE).ok(), key_file, folder)?;
        let vault = match &master {
            Some(master) => {
                let vault = Vault::open(master, folder).await?;
                // What was decided before the machine stopped is done before anyone is answered.
                finish_shredding(&db, &vault).await?;
                let lost = without_key(&mut *db.read().await?, &vault).await?;
                if lost > 0 {
                    tracing::error!(
                        "鍵のない記録が{lost}件あります。廃棄したあとに古い控えから戻したのでなければ、keys.db が失われています。鍵の控えから戻してください"
                    );
                }
                Some(vault)
            }
            None => None,
        };
        let desk = master
            .map(|master| Desk::open(master, folder, clock.clone()))
            .transpose()?;
        let searcher = Searcher::open(folder, &db).await?;
        let app = Self(Arc::new(Inner {
            settings,
            db,
            clock,
            desk,
            vault,
            searcher,
            ground: RwLock::default(),
            boards: Boards::default(),
            telemetry: Telemetry::default(),
            suggester: Suggester::default(),
            shelf: Shelf::default(),
        }));
        app.reload_ground().await?;
        Ok(app)
    }

    /// What is set, and by whom.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.settings.data.value
    }

    /// What is to be said of a data folder that others on the machine can look into.
    pub fn open_to_others(&self) -> std::io::Result<Option<String>> {
        let (open, folder) = (db::is_open_to_others(self.folder())?, self.folder().display());
        Ok(open.then(|| {
            format!(
                "データのフォルダ「{folder}」を、この機械のほかの利用者が見られます。「chmod 700 {folder}」で閉じてください"
            )
        }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Where people sign in; `None` without a master key, and then there are no accounts.
    pub fn desk(&self) -> Option<&Desk> {
        self.0.desk.as_ref()
    }

    /// The keys of persons; there exactly when there is a desk.
    pub fn vault(&self) -> Option<&Vault> {
        self.0.vault.as_ref()
    }

    /// The searcher.
    pub fn searcher(&self) -> &Searcher {
        &self.0.searcher
    }

    /// What an operator may know.
    pub fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    /// Completions.
    pub fn suggester(&self) -> &Suggester {
        &self.0.suggester
    }

    /// Vector tiles.
    pub fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// Districts and place words as they are now.
    pub fn ground(&self) -> Arc<Ground> {
        self.0.ground.read().expect("the ground is only replaced").clone()
    }

    /// What matching asks, no older than the index is behind (half a second after a change).
    pub async fn board(&self) -> anyhow::Result<Arc<Board>> {
        self.0.boards.get(self.db()).await
    }

    /// Reads the districts again.
    pub async fn reload_ground(&self) -> anyhow::Result<()> {
        let mut conn = self.db().read().await?;
        let ground = Ground::read(&mut conn, &self.settings().city.name.value).await?;
        drop(conn);
        *self.0.ground.write().expect("the ground is only replaced") = Arc::new(ground);
        Ok(())
    }

    /// Brings the index up to what is committed now, waiting for the process that keeps it when that is another one.
    pub async fn settle(&self) -> anyhow::Result<usize> {
        let target = change_log::head(&mut *self.db().read().await?).await?;
        let (mut done, mut seen, mut since) = (0, None, tokio::time::Instant::now());
        loop {
            done += self.catch_up().await?;
            let at = self.searcher().level();
            if at >= Some(target) && !self.searcher().is_rebuilding() {
                return Ok(done);
            }
            if at != seen {
                (seen, since) = (at, tokio::time::Instant::now());
            }
            anyhow::ensure!(
                since.elapsed() < PATIENCE,
                "索引を受け持っているほかのプロセスが追いついていません。データは保存されています"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// One step of keeping the index level; returns how many entries were looked at.
    async fn catch_up(&self) -> anyhow::Result<usize> {
        // What districts are called is among the words of their entries: it is known before these are indexed.
        if self.searcher().districts_moved(self.db()).await? {
            self.reload_ground().await?;
        }
        let ground = self.ground();
        let words = |id: &str| ground.words(id);
        let began = Instant::now();
        let target = change_log::head(&mut *self.db().read().await?).await?;
        let done = self.searcher().catch_up(self.db(), &words).await?;
        if self.searcher().level() >= Some(target) {
            self.telemetry().level_since(began);
        }
        Ok(done)
    }

    /// Follows the change log until told to stop, so that what another process imports is found within half a second.
    pub async fn follow(self, mut stop: tokio::sync::watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.catch_up().await {
                tracing::error!(%error, "索引の更新に失敗しました。次にまた試します");
            }
            // Coordinators ask in the middle of a conversation: the board is there before they do.
            if (self.desk().is_some() || self.0.boards.is_asked())
                && let Err(error) = self.0.boards.refresh(self.db()).await
            {
                tracing::error!(%error, "マッチングの準備に失敗しました。次にまた試します");
            }
            if let Err(error) = search::api::keep_suggestions(&self).await {
                tracing::error!(%error, "ことばの続きの更新に失敗しました。次にまた試します");
            }
            tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return,
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
    }

    /// A district's name for people.
    pub fn district_name(&self, id: &str) -> Option<String> {
        self.ground().areas.find(id).map(|d| d.name.clone())
    }
}
