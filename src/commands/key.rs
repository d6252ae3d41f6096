//! `yosatte key new FILE`: makes the master key.

use std::path::PathBuf;

use clap::Subcommand;

use super::{
    Exit,
    say::{remark, say},
};
use crate::accounts::secret::MasterKey;

/// What to do with the master key.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// 新しい鍵を作る(本人だけが読めるファイルに。上書きはしません)
    New {
        /// 鍵を置くファイル(データのフォルダの外)
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Makes it and says what it is worth.
pub fn run(options: &Options) -> anyhow::Result<Exit> {
    let Options::New { file } = options;
    if let Err(error) = MasterKey::create(file) {
        remark!("{error}");
        return Ok(Exit::Failed);
    }
    say!("鍵を作りました: {}", file.display());
    say!(
        "この鍵がないと、封をした記録はだれにも読めません。データの控えとは別の所に、写しをしまってください"
    );
    say!(
        "使うには「--master-key-file {}」か、設定の master_key_file に書きます",
        file.display()
    );
    Ok(Exit::Done)
}
