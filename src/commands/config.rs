//! `yosatte config`: what is set, and where each value came from.

use std::path::PathBuf;

use clap::Args;

use super::{
    Exit,
    say::{remark, say},
};
use crate::config::{self, Fault, Settings};

/// Settings that every command takes.
#[derive(Debug, Args)]
pub struct Flags {
    /// 設定ファイル(なければ ./yosatte.toml)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// データを置くフォルダ
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// 市区町村コード
    #[arg(long, global = true, value_name = "CODE")]
    city_code: Option<String>,
    /// 市区町村の名前
    #[arg(long, global = true, value_name = "NAME")]
    city_name: Option<String>,
    /// 市役所の位置(緯度,経度)
    #[arg(long, global = true, value_name = "LAT,LNG", allow_hyphen_values = true)]
    city_centre: Option<String>,
    /// 内容の誤りを知らせる窓口
    #[arg(long, global = true, value_name = "TEXT")]
    city_contact: Option<String>,
    /// 鍵のファイル(データのフォルダの外)
    #[arg(long, global = true, value_name = "FILE")]
    master_key_file: Option<String>,
    /// 確認コードを全員に求めるか(required か optional)
    #[arg(long, global = true, value_name = "WHO")]
    second_factor: Option<String>,
    /// 前に立つ中継の機械(X-Forwarded-For を信じるアドレスか範囲、「,」で区切る)
    #[arg(long, global = true, value_name = "ADDR,…")]
    trusted_proxies: Option<String>,
}

/// Settings of a running service.
#[derive(Debug, Args)]
pub struct ServeFlags {
    /// 待ち受けるアドレス
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// 住民がひらくときの住所(紙のQRコードに入ります)
    #[arg(long, value_name = "URL")]
    public_base_url: Option<String>,
}

/// The settings in force with these flags, and every fault in them.
pub fn read(flags: &Flags, serving: Option<&ServeFlags>) -> (Settings, Vec<Fault>) {
    let mut given = config::Flags::new();
    let mut put = |name, value: &Option<String>| {
        if let Some(value) = value {
            given.insert(name, value.clone());
        }
    };
    put("data", &flags.data);
    put("city.code", &flags.city_code);
    put("city.name", &flags.city_name);
    put("city.centre", &flags.city_centre);
    put("city.contact", &flags.city_contact);
    put("master_key_file", &flags.master_key_file);
    put("second_factor", &flags.second_factor);
    put("trusted_proxies", &flags.trusted_proxies);
    if let Some(serving) = serving {
        put("listen", &serving.listen);
        put("public_base_url", &serving.public_base_url);
    }
    let variable = |name: &str| std::env::var(name).ok();
    let file = flags.config.clone().or_else(|| {
        variable("YOSATTE_CONFIG")
            .filter(|f| !f.is_empty())
            .map(PathBuf::from)
    });
    Settings::read(&given, &variable, file)
}

/// Prints the settings, one a line, and the faults.
pub fn show(settings: &Settings, faults: &[Fault]) -> Exit {
    match &settings.file {
        Some(file) => say!("# 設定ファイル: {}", file.display()),
        None => say!("# 設定ファイル: なし(このフォルダの {} を読みます)", config::FILE),
    }
    for (name, value, origin) in settings.shown() {
        say!("{name:<16} {value}  # {origin}");
    }
    for fault in faults {
        remark!("{fault}");
    }
    if faults.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}
