//! `yosatte token`: keys for programs that call the API.

use clap::Subcommand;

use super::{
    Exit,
    say::{remark, say},
    user::desk,
};
use crate::{
    accounts::{
        account::{AccountId, TokenScope},
        store,
    },
    app::App,
};

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// トークンを発行する(出すのはトークンだけで、二度と出ません)
    Issue {
        /// だれのトークンか
        name: String,
        /// 使える範囲(resources:read、cases:read、cases:write、audit:read。くり返し可)
        #[arg(long, value_name = "S")]
        scope: Vec<String>,
        /// 使える日数
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// トークンの一覧
    List,
    /// トークンを止める
    Revoke {
        /// 一覧に出るID
        id: String,
    },
}

/// Runs it.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let Some(desk) = desk(app) else {
        return Ok(Exit::Failed);
    };
    match options {
        Options::Issue { name, scope, days } => {
            let scopes: Result<Vec<TokenScope>, String> = scope.iter().map(|s| s.parse()).collect();
            let scopes = match scopes {
                Ok(scopes) if scopes.is_empty() => vec![TokenScope::ResourcesRead],
                Ok(scopes) => scopes,
                Err(why) => {
                    remark!("{why}");
                    return Ok(Exit::Usage);
                }
            };
            let found = match AccountId::new(name) {
                Ok(id) => store::find(&mut *app.db().read().await?, &id)
                    .await?
                    .filter(|a| !a.disabled),
                Err(_) => None,
            };
            let Some(account) = found else {
                remark!("「{name}」という使用中のアカウントはありません");
                return Ok(Exit::Failed);
            };
            let expires = app.clock().now() + chrono::Duration::days(i64::from(*days));
            let mut tx = desk.trail().begin(app.db(), None).await?;
            let token = store::issue_token(&mut tx, &account.id, &scopes, expires.timestamp()).await?;
            tx.commit().await?;
            say!("{token}");
        }
        Options::List => {
            let now = app.clock().now().timestamp();
            for token in store::tokens(&mut *app.db().read().await?).await? {
                let scopes: Vec<&str> = token.scopes.iter().map(|s| s.code()).collect();
                let state = match (token.revoked, token.expires_at > now) {
                    (true, _) => "停止",
                    (_, false) => "期限切れ",
                    _ => "使用中",
                };
                say!("{}\t{}\t{}\t{state}", token.id, token.account, scopes.join(" "));
            }
        }
        Options::Revoke { id } => {
            let mut tx = desk.trail().begin(app.db(), None).await?;
            if !store::revoke_token(&mut tx, id).await? {
                remark!("「{id}」という使用中のトークンはありません(「yosatte token list」で確かめられます)");
                return Ok(Exit::Failed);
            }
            tx.commit().await?;
            say!("トークンを止めました: {id}");
        }
    }
    Ok(Exit::Done)
}
