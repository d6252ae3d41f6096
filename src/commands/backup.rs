//! `yosatte backup` and `restore`: a copy of everything while the service runs, and back into an empty folder.

use std::path::{Path, PathBuf};

use clap::Args;
use sqlx::Row;

use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    accounts::audit::{self, Action, Entry},
    app::App,
    config::Settings,
    db::{DATABASE, backup},
};

/// Where the copy goes.
#[derive(Debug, Args)]
pub struct BackupOptions {
    /// 控えのファイル(まだないもの)
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Which copy comes back.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// 控えのファイル
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Takes a copy; the keys of persons are never in it.
pub async fn write(app: &App, options: &BackupOptions) -> anyhow::Result<Exit> {
    if options.file.exists() {
        remark!("{} はもうあります。控えは上書きしません", options.file.display());
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
    match backup::write(app.db(), &options.file).await {
        Ok(rows) => {
            say!(
                "控えを取りました: {}({rows}行、確かめずみ)",
                options.file.display()
            );
            Ok(Exit::Done)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&options.file);
            remark!("控えを取れませんでした: {error}");
            Ok(Exit::Failed)
        }
    }
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
    std::fs::create_dir_all(folder)?;
    backup::restore(&options.file, &folder.join(DATABASE)).await?;
    say!("控えから戻しました: {rows}行");
    Ok(Exit::Done)
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
