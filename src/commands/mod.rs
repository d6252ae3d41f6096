//! The command line, one file a command.

pub mod backup;
pub mod check;
mod check_districts;
pub mod config;
pub mod demo;
pub mod export;
pub mod import;
pub mod key;
pub mod matching;
pub mod reindex;
pub mod say;
pub mod search;
pub mod serve;
pub mod token;
pub mod user;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use self::say::remark;
use crate::{app::App, config::Origin, kernel::clock::Clock};

/// よさって: 地域の社会資源をさがす
#[derive(Debug, Parser)]
#[command(name = "yosatte", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(flatten)]
    settings: config::Flags,
    /// 時計をこの時刻に固定する(RFC 3339、試験用)
    #[arg(long, global = true)]
    now: Option<String>,
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// What is logged unless `YOSATTE_LOG` says otherwise: a service tells what it does; a command only what is amiss,
    /// because its own words are the answer.
    pub fn log_filter(&self) -> &'static str {
        match self.command {
            Command::Serve(_) | Command::Demo(_) => "warn,yosatte=info",
            _ => "warn",
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// サービスを始める
    Serve(config::ServeFlags),
    /// 見本の市で始める(専用のフォルダ ./var-demo を使う)
    Demo(config::ServeFlags),
    /// ファイルを取り込む
    Import(import::Options),
    /// ファイルに書き出す
    Export(export::Options),
    /// ことばと場所でさがす
    Search(search::Options),
    /// ニーズのファイル(JSON)に合う参加の機会をさがす
    Match(matching::Options),
    /// 索引を作り直す
    Reindex,
    /// データベース・索引・地区が合っているか確かめる
    Check,
    /// アカウント
    #[command(subcommand)]
    User(user::Options),
    /// APIのトークン
    #[command(subcommand)]
    Token(token::Options),
    /// 記録に封をする鍵
    #[command(subcommand)]
    Key(key::Options),
    /// 控えを取る(動かしたまま。封をした記録の鍵は入りません)
    Backup(backup::BackupOptions),
    /// 控えから、空のフォルダに戻す
    Restore(backup::RestoreOptions),
    /// いまの設定と、それぞれがどこで決まったかを示す
    Config,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// It could not be done; why was said.
    Failed,
    /// Wrong use.
    Usage,
}

/// Runs a command.
pub async fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let clock = match &arguments.now {
        None => Clock::System,
        Some(text) => match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(at) => Clock::Fixed(at),
            Err(_) => {
                remark!("--now は 2026-11-24T10:00:00+09:00 のように書いてください(値: {text})");
                return Ok(Exit::Usage);
            }
        },
    };
    let serving = match &arguments.command {
        Command::Serve(flags) | Command::Demo(flags) => Some(flags),
        _ => None,
    };
    let (mut settings, faults) = config::read(&arguments.settings, serving);
    if let Command::Config = arguments.command {
        return Ok(config::show(&settings, &faults));
    }
    if !faults.is_empty() {
        for fault in &faults {
            remark!("{fault}");
        }
        return Ok(Exit::Usage);
    }
    if let Command::Key(options) = &arguments.command {
        return key::run(options);
    }
    if matches!(arguments.command, Command::Demo(_)) && settings.data.origin == Origin::Default {
        settings.data.value = PathBuf::from("./var-demo");
    }
    if let Command::Restore(options) = &arguments.command {
        let exit = backup::restore(&settings, options).await?;
        if exit != Exit::Done {
            return Ok(exit);
        }
    }
    let app = App::open(settings, clock).await?;
    match &arguments.command {
        Command::Demo(_) => {
            demo::fill(&app).await?;
            serve::serve(app).await
        }
        Command::Serve(_) => serve::serve(app).await,
        Command::Import(options) => import::run(&app, options).await,
        Command::Export(options) => export::run(&app, options).await,
        Command::Search(options) => search::run(&app, options).await,
        Command::Match(options) => matching::run(&app, options).await,
        Command::Reindex => reindex::run(&app).await,
        Command::Check => check::run(&app).await,
        Command::User(options) => user::run(&app, options).await,
        Command::Token(options) => token::run(&app, options).await,
        Command::Backup(options) => backup::write(&app, options).await,
        Command::Restore(_) => {
            backup::restored(&app).await?;
            app.settle().await?;
            Ok(Exit::Done)
        }
        Command::Config | Command::Key(_) => unreachable!("done above, without opening the data"),
    }
}
