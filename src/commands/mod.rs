//! The command line, one file a command.

pub mod check;
pub mod demo;
pub mod import;
pub mod search;
pub mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{app::App, kernel::clock::Clock};

/// よさって: 地域の社会資源をさがす
#[derive(Debug, Parser)]
#[command(name = "yosatte", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// データを置くフォルダ
    #[arg(long, global = true, env = "YOSATTE_DATA", default_value = "./var")]
    data: PathBuf,
    /// 時計をこの時刻に固定する(RFC 3339、試験用)
    #[arg(long, global = true)]
    now: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// サービスを始める
    Serve {
        /// 待ち受けるアドレス
        #[arg(long, env = "YOSATTE_LISTEN", default_value = "127.0.0.1:8080")]
        listen: String,
    },
    /// 見本の市で始める(専用のフォルダ ./var-demo を使う)
    Demo {
        /// 待ち受けるアドレス
        #[arg(long, env = "YOSATTE_LISTEN", default_value = "127.0.0.1:8080")]
        listen: String,
    },
    /// ファイルを取り込む
    Import(import::Options),
    /// ことばと場所でさがす
    Search(search::Options),
    /// 索引を作り直す
    Reindex,
    /// データベース・索引・地区が合っているか確かめる
    Check,
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
                eprintln!("--now は 2026-11-24T10:00:00+09:00 のように書いてください(値: {text})");
                return Ok(Exit::Usage);
            }
        },
    };
    let data = arguments.data;
    match arguments.command {
        Command::Demo { listen } => {
            let data = if data.as_os_str() == "./var" {
                PathBuf::from("./var-demo")
            } else {
                data
            };
            let app = App::open(&data, clock).await?;
            demo::fill(&app).await?;
            serve::serve(app, &listen).await
        }
        Command::Serve { listen } => serve::serve(App::open(&data, clock).await?, &listen).await,
        Command::Import(options) => import::run(&App::open(&data, clock).await?, &options).await,
        Command::Search(options) => search::run(&App::open(&data, clock).await?, &options).await,
        Command::Reindex => {
            let index = data.join("index");
            if index.exists() {
                std::fs::remove_dir_all(&index)?;
            }
            let app = App::open(&data, clock).await?;
            println!("索引を作り直しました: {}件", app.settle().await?);
            Ok(Exit::Done)
        }
        Command::Check => check::run(&App::open(&data, clock).await?).await,
    }
}
