//! `yosatte user`: accounts from the command line; the first admin is made here.

use std::io::{self, IsTerminal, Read};

use anyhow::Context;
use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    accounts::{
        account::{AccountId, Role, Scope},
        desk::Desk,
        password,
        store::{self, NewPassword},
    },
    app::App,
    kernel::text,
};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// アカウントを作る(パスワードは標準入力から読みます)
    Add(Add),
    /// アカウントの一覧
    List,
    /// アカウントを止める(開いている画面もすぐに使えなくなります)
    Disable {
        /// サインインの名前
        name: String,
    },
}

/// A new account.
#[derive(Debug, Args)]
pub struct Add {
    /// サインインの名前(英数字、「_」「-」)
    name: String,
    /// 役割(coordinator、planner、multi_agency、admin、conference_member か、その日本語)
    #[arg(long)]
    role: String,
    /// 画面に出るお名前(なければサインインの名前)
    #[arg(long)]
    label: Option<String>,
    /// 担当の地区(IDか名前、くり返し可)
    #[arg(long, value_name = "ID", conflicts_with = "all_districts")]
    district: Vec<String>,
    /// 市の全体を担当する
    #[arg(long)]
    all_districts: bool,
}

/// Needs a master key: nothing about accounts goes unrecorded.
pub fn desk(app: &App) -> Option<&Desk> {
    let desk = app.desk();
    if desk.is_none() {
        remark!(
            "アカウントには鍵が要ります。「yosatte key new FILE」で作り、「--master-key-file FILE」で示してください"
        );
    }
    desk
}

/// Runs it.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let Some(desk) = desk(app) else {
        return Ok(Exit::Failed);
    };
    match options {
        Options::Add(new) => add(app, desk, new).await,
        Options::List => list(app).await,
        Options::Disable { name } => disable(app, desk, name).await,
    }
}

async fn add(app: &App, desk: &Desk, new: &Add) -> anyhow::Result<Exit> {
    let proved = prove(app, new);
    let (id, name, role, scope) = match proved {
        Ok(proved) => proved,
        Err(why) => {
            remark!("{why}");
            return Ok(Exit::Usage);
        }
    };
    let password = read_password()?;
    if let Err(fault) = password::strong(&password, &[id.as_str(), &name]) {
        remark!("{fault}");
        return Ok(Exit::Failed);
    }
    let hash = desk.hasher().hash(password).await;
    let mut tx = desk.trail().begin(app.db(), None).await?;
    let new = NewPassword { hash, initial: false };
    if !store::insert(&mut tx, &id, &name, role, &scope, &new).await? {
        remark!("「{id}」という名前は、もう使われています");
        return Ok(Exit::Failed);
    }
    tx.commit().await?;
    say!("アカウントを作りました: {id}({})", role.label());
    Ok(Exit::Done)
}

fn prove(app: &App, new: &Add) -> Result<(AccountId, String, Role, Scope), String> {
    let id = AccountId::new(&new.name)
        .map_err(|e| format!("サインインの名前「{}」は使えません。{e}", new.name))?;
    let role: Role = new.role.parse()?;
    let name = text::cell(new.label.as_deref().unwrap_or(&new.name)).unwrap_or_else(|| id.to_string());
    let ground = app.ground();
    let known = |text: &String| {
        let found = ground.areas.find(text).map(|d| d.id.clone());
        found.ok_or_else(|| {
            format!("地区「{text}」はありません。先に「yosatte import districts」で取り込んでください")
        })
    };
    let districts = new.district.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    if role == Role::Coordinator && districts.is_empty() && !new.all_districts {
        return Err("地域福祉コーディネーターには --district ID か --all-districts を付けてください".into());
    }
    let scope = if new.all_districts {
        Scope::City
    } else {
        Scope::Districts(districts)
    };
    Ok((id, name, role, scope))
}

/// From a terminal without showing it, else all of standard input.
fn read_password() -> anyhow::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        let typed = rpassword::prompt_password("パスワード(12文字以上。画面には出ません): ");
        return typed.map(Zeroizing::new).context("パスワードを読めません");
    }
    let mut text = Zeroizing::new(String::new());
    io::stdin()
        .take(10_000)
        .read_to_string(&mut text)
        .context("パスワードを読めません")?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn list(app: &App) -> anyhow::Result<Exit> {
    for account in store::list(&mut *app.db().read().await?).await? {
        let scope = match &account.scope {
            Scope::City => "市の全体".to_owned(),
            Scope::Districts(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        let state = if account.disabled { "停止" } else { "使用中" };
        say!(
            "{}\t{}\t{}\t{scope}\t{state}",
            account.id,
            account.name,
            account.role.code()
        );
    }
    Ok(Exit::Done)
}

async fn disable(app: &App, desk: &Desk, name: &str) -> anyhow::Result<Exit> {
    let mut tx = desk.trail().begin(app.db(), None).await?;
    let done = match AccountId::new(name) {
        Ok(id) => {
            let account = store::find(tx.conn(), &id).await?;
            let admin = account.is_some_and(|a| a.role == Role::Admin && !a.disabled);
            if admin && !store::another_admin(tx.conn(), &id).await? {
                remark!("「{name}」は最後の管理者です。先に、ほかの管理者を作ってください");
                return Ok(Exit::Failed);
            }
            store::disable(&mut tx, &id).await?
        }
        Err(_) => false,
    };
    if !done {
        remark!("「{name}」という使用中のアカウントはありません");
        return Ok(Exit::Failed);
    }
    tx.commit().await?;
    say!("アカウントを止めました: {name}");
    Ok(Exit::Done)
}
