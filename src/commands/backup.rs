//! `yosatte backup` and `restore`: a copy of everything while the service runs, and back into an empty folder.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::NaiveDateTime;
use clap::Args;
use sqlx::Row;

use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    accounts::{
        audit::{self, Action, Entry},
        secret::{self, MasterKey},
    },
    app::App,
    config::Settings,
    db::{self, DATABASE, backup},
    people::{
        store::without_key,
        vault::{self, Vault},
    },
};

/// Where the copy goes.
#[derive(Debug, Args)]
pub struct BackupOptions {
    /// 控えのファイル(まだないもの)
    #[arg(
        value_name = "FILE",
        required_unless_present = "keys",
        conflicts_with = "keys"
    )]
    file: Option<PathBuf>,
    /// 記録の鍵だけを、別のフォルダに控える(30日より古い控えは消します)
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
}

/// Which copy comes back.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// 控えのファイル
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 記録の鍵の控え(なければ、封をした記録は読めません)
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

/// Takes a copy; the keys of persons are never in it.
pub async fn write(app: &App, options: &BackupOptions) -> anyhow::Result<Exit> {
    let Some(file) = &options.file else {
        return keys(app, options.keys.as_deref().unwrap_or(Path::new("."))).await;
    };
    if file.exists() {
        remark!("{} はもうあります。控えは上書きしません", file.display());
        return Ok(Exit::Failed);
    }
    // The copy holds the entry of its own making: it is recorded first.
    if let Some(desk) = app.desk() {
        let mut tx = desk.trail().begin(app.db(), None).await?;
        let entry = Entry {
            entity: "backup",
            entity_id: "",
            person: None,
            detail: String::new(),
        };
        tx.record(Action::BACKUP, entry).await?;
        tx.commit().await?;
    }
    // Under its own name it stands only whole: a run that is killed leaves what nobody takes for a copy.
    let part = part_of(file);
    let _ = std::fs::remove_file(&part);
    let written = backup::write(app.db(), &part).await;
    match written.and_then(|rows| Ok(put_in_place(&part, file).map(|()| rows)?)) {
        Ok(rows) => {
            say!("控えを取りました: {}({rows}行、確かめずみ)", file.display());
            Ok(Exit::Done)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            remark!("控えを取れませんでした: {error}");
            Ok(Exit::Failed)
        }
    }
}

/// Where a copy is written until it is whole.
fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Gives a whole copy its name, for good.
fn put_in_place(part: &Path, file: &Path) -> std::io::Result<()> {
    // Unlike a renaming, a link is refused where somebody else put a file meanwhile.
    std::fs::hard_link(part, file)?;
    std::fs::remove_file(part)?;
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// How long a copy of the keys may lie: a record that was shredded must not come back from it for ever.
const KEYS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Copies the keys of persons into a folder of their own, and clears away what has lain there too long.
async fn keys(app: &App, folder: &Path) -> anyhow::Result<Exit> {
    let Some(vault) = app.vault() else {
        remark!("鍵がないため、記録の鍵は控えられません(--master-key-file で示してください)");
        return Ok(Exit::Failed);
    };
    db::own_folder(folder)?;
    let now = app.clock().now();
    let file = folder.join(format!("keys-{}.db", now.format("%Y%m%d-%H%M%S")));
    if file.exists() {
        remark!("{} はもうあります。控えは上書きしません", file.display());
        return Ok(Exit::Failed);
    }
    vault.backup_to(&file).await?;
    say!("記録の鍵を控えました: {}", file.display());
    let lost = without_key(&mut *app.db().read().await?, vault).await?;
    if lost > 0 {
        // An older copy may be the last one that holds them.
        remark!(
            "鍵のない記録が{lost}件あるため、古い控えは消しません。keys.db が失われていないか、お確かめください"
        );
        return Ok(Exit::Failed);
    }
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let stamp = name
            .strip_prefix("keys-")
            .and_then(|rest| rest.strip_suffix(".db"));
        let taken = stamp.and_then(|s| NaiveDateTime::parse_from_str(s, "%Y%m%d-%H%M%S").ok());
        let old = taken.is_some_and(|t| (now.naive_local() - t).to_std().is_ok_and(|age| age > KEYS_KEPT));
        if old {
            std::fs::remove_file(entry.path())?;
            say!("30日を過ぎた控えを消しました: {name}");
        }
    }
    Ok(Exit::Done)
}

/// Fills an empty data folder from a copy. Nothing of it is opened before the copy has proved itself.
pub async fn restore(settings: &Settings, options: &RestoreOptions) -> anyhow::Result<Exit> {
    let folder = settings.data.value.as_path();
    if !is_empty(folder)? {
        remark!(
            "{} は空ではありません。控えは、空のフォルダ(またはまだないフォルダ)にだけ戻せます",
            folder.display()
        );
        return Ok(Exit::Failed);
    }
    let rows = match backup::verify(&options.file).await {
        Ok(rows) => rows,
        Err(error) => {
            remark!("{}: {error}", options.file.display());
            return Ok(Exit::Failed);
        }
    };
    if let Some(keys) = &options.keys
        && let Err(why) = proved(settings, keys).await
    {
        remark!("{}: {why}", keys.display());
        return Ok(Exit::Failed);
    }
    db::own_folder(folder)?;
    backup::restore(&options.file, &folder.join(DATABASE)).await?;
    if let Some(keys) = &options.keys {
        let into = folder.join(vault::NAME);
        std::fs::copy(keys, &into)?;
        std::fs::set_permissions(&into, std::fs::Permissions::from_mode(0o600))?;
    }
    say!("控えから戻しました: {rows}行");
    Ok(Exit::Done)
}

/// Whether a copy of the keys belongs to the master key: said before anything is put in place.
async fn proved(settings: &Settings, keys: &Path) -> Result<(), String> {
    let key_file = settings.master_key_file.value.as_deref();
    let master = MasterKey::find(
        std::env::var(secret::VARIABLE).ok(),
        key_file,
        &settings.data.value,
    );
    let master = master.map_err(|why| why.to_string())?;
    let master = master.ok_or("鍵がないため確かめられません(--master-key-file で示してください)")?;
    Vault::prove(&master, keys).await.map_err(|why| why.to_string())
}

/// After the folder is filled: the file of heads begins where the copy ends, and the audit says what happened.
pub async fn restored(app: &App) -> anyhow::Result<()> {
    let mut conn = app.db().read().await?;
    let head = sqlx::query("SELECT seq, mac FROM audit_head WHERE id = 1")
        .fetch_one(&mut *conn)
        .await?;
    let (seq, mac): (i64, String) = (head.try_get("seq")?, head.try_get("mac")?);
    drop(conn);
    audit::begin_heads(app.folder(), seq, &mac)?;
    if let Some(desk) = app.desk() {
        let mut tx = desk.trail().begin(app.db(), None).await?;
        let entry = Entry {
            entity: "backup",
            entity_id: "",
            person: None,
            detail: format!("{seq}番まで"),
        };
        tx.record(Action::RESTORE, entry).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn is_empty(folder: &Path) -> std::io::Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
