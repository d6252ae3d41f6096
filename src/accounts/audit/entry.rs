//! One entry, how it is sealed into the chain, and reading entries back.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sqlx::{AnyConnection, Row};

use crate::{accounts::account::AccountId, db::DbResult};

/// What was done. The code is kept; the label is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Action {
    /// As kept.
    pub code: &'static str,
    /// For people.
    pub label: &'static str,
}

macro_rules! actions {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $label:literal;)*) => {
        impl Action {
            $($(#[$meta])* pub const $name: Self = Self { code: $code, label: $label };)*
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

actions! {
    /// Signed in.
    SIGN_IN = "session.begin", "サインイン";
    /// A sign-in that was refused.
    SIGN_IN_REFUSED = "session.refused", "サインインできなかった";
    /// Signed out.
    SIGN_OUT = "session.end", "サインアウト";
    /// Ended other sessions of one's own.
    SESSION_END_OTHER = "session.end_other", "ほかの画面をサインアウトした";
    /// The password was given again.
    CONFIRM = "session.confirm", "パスワードの再確認";
    /// An account was made.
    ACCOUNT_ADD = "account.add", "アカウントを作った";
    /// Role, districts or name changed.
    ACCOUNT_CHANGE = "account.change", "アカウントを変えた";
    /// An account was disabled.
    ACCOUNT_DISABLE = "account.disable", "アカウントを止めた";
    /// A password was changed.
    PASSWORD_CHANGE = "account.password", "パスワードを変えた";
    /// A new first password was made for somebody.
    PASSWORD_RESET = "account.password.reset", "新しい最初のパスワードを作った";
    /// Somebody read what was done with their account.
    NOTICE_READ = "account.notice", "自分のアカウントについての知らせを読んだ";
    /// A second factor was set up.
    FACTOR_ADD = "account.factor.add", "確認コードを設定した";
    /// A second factor was taken away.
    FACTOR_REMOVE = "account.factor.remove", "確認コードを外した";
    /// A recovery code was used.
    RECOVERY_USED = "account.recovery", "予備コードを使った";
    /// An API token was issued.
    TOKEN_ISSUE = "token.issue", "トークンを発行した";
    /// An API token was revoked.
    TOKEN_REVOKE = "token.revoke", "トークンを止めた";
    /// The audit was read.
    AUDIT_READ = "audit.read", "監査の記録を見た";
    /// A list of cases was read.
    CASE_LIST = "case.list", "ケースの一覧を見た";
    /// A case was read.
    CASE_READ = "case.read", "ケースを見た";
    /// A case was begun.
    CASE_ADD = "case.add", "ケースを始めた";
    /// A case was changed.
    CASE_CHANGE = "case.change", "ケースを変えた";
    /// A case was ended.
    CASE_CLOSE = "case.close", "ケースを終えた";
    /// A note was written.
    NOTE_ADD = "case.note.add", "経過を書いた";
    /// A note was corrected.
    NOTE_CHANGE = "case.note.change", "経過を直した";
    /// A need was written.
    NEED_SAVE = "case.need.save", "ニーズを書いた";
    /// An opportunity was proposed for a need.
    MATCH_PROPOSE = "case.match.propose", "候補にした";
    /// A match went a step on, or somebody looked after it.
    MATCH_STEP = "case.match.step", "つなぎの経過を書いた";
    /// The basis changed.
    BASIS_CHANGE = "case.basis", "記録の根拠を変えた";
    /// A consent was recorded.
    CONSENT_ADD = "case.consent.add", "同意を記録した";
    /// A consent was withdrawn.
    CONSENT_WITHDRAW = "case.consent.withdraw", "同意の撤回を記録した";
    /// A case was shared with a conference.
    SHARE_ADD = "case.share.add", "会議に共有した";
    /// That ended.
    SHARE_END = "case.share.end", "共有を終えた";
    /// A case was referred.
    REFER = "case.refer", "多機関協働につないだ";
    /// A case changed hands.
    HAND_OVER = "case.hand_over", "引き継いだ";
    /// A record was exported.
    CASE_EXPORT = "case.export", "記録を書き出した";
    /// Shredding was asked for.
    SHRED_PROPOSE = "case.shred.propose", "廃棄を申し出た";
    /// Shredding was agreed to.
    SHRED_APPROVE = "case.shred.approve", "廃棄を承認した";
    /// A record was shredded.
    SHRED = "case.shred", "廃棄した";
    /// A conference was made.
    CONFERENCE_ADD = "conference.add", "会議を作った";
    /// A conference was changed.
    CONFERENCE_CHANGE = "conference.change", "会議を変えた";
    /// Members changed.
    CONFERENCE_MEMBERS = "conference.members", "会議の構成員を変えた";
    /// What is shared with a conference was read.
    CONFERENCE_READ = "conference.read", "会議に共有された内容を見た";
    /// A backup was taken.
    BACKUP = "backup", "控えを取った";
    /// The folder was filled from a backup.
    RESTORE = "restore", "控えから戻した";
}

impl Action {
    /// The label of a code; the code itself when a newer program wrote it.
    pub fn label_of(code: &str) -> &str {
        Self::ALL
            .iter()
            .find(|a| a.code == code)
            .map_or(code, |a| a.label)
    }
}

/// What is to be recorded. `detail` holds codes, dates and ids only: never a person's words.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// The kind of thing, as `case`.
    pub entity: &'static str,
    /// Its id.
    pub entity_id: &'a str,
    /// The pseudonym of the person concerned.
    pub person: Option<&'a str>,
    /// More, for who reads the audit.
    pub detail: String,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Listed {
    /// Number in the chain, from 1 without a gap.
    pub seq: i64,
    /// RFC 3339.
    pub at: String,
    /// The account, or `command-line`.
    pub account: String,
    /// Code of the action.
    pub action: String,
    /// Kind of thing.
    pub entity: String,
    /// Its id.
    pub entity_id: String,
    /// Pseudonym.
    pub person: Option<String>,
    /// More.
    pub detail: String,
    #[serde(skip)]
    pub(super) mac: String,
}

impl Listed {
    /// The seal of this entry upon the one before. Fields are led by their length, so that none can borrow from the next.
    pub(super) fn seal(&self, key: &[u8; 32], before: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        let seq = self.seq.to_string();
        let person = self
            .person
            .as_ref()
            .map_or_else(|| "-".to_owned(), |p| format!("+{p}"));
        for field in [
            before,
            &seq,
            &self.at,
            &self.account,
            &self.action,
            &self.entity,
            &self.entity_id,
            &person,
            &self.detail,
        ] {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        mac.finalize()
            .into_bytes()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }

    pub(super) fn from_row(row: &sqlx::any::AnyRow) -> DbResult<Self> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            account: row.try_get("account")?,
            action: row.try_get("action")?,
            entity: row.try_get("entity")?,
            entity_id: row.try_get("entity_id")?,
            person: row.try_get("person")?,
            detail: row.try_get("detail")?,
            mac: row.try_get("mac")?,
        })
    }
}

/// Which entries are wanted; what is `None` is not asked.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this person.
    pub person: Option<String>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this day, `2026-11-24`.
    pub day: Option<chrono::NaiveDate>,
    /// Older than this number.
    pub before: Option<i64>,
}

/// Up to `limit` entries, newest first.
pub async fn list(conn: &mut AnyConnection, wanted: &Wanted, limit: i64) -> DbResult<Vec<Listed>> {
    // An empty text stands for 'not asked': the two databases guess the type of a bound NULL differently.
    let rows = sqlx::query(
        "SELECT * FROM audit WHERE ($1 = '' OR person = $1) AND ($2 = '' OR account = $2) \
         AND ($3 = '' OR substr(at, 1, 10) = $3) AND seq < $4 ORDER BY seq DESC LIMIT $5",
    )
    .bind(wanted.person.as_deref().unwrap_or_default())
    .bind(wanted.account.as_ref().map(AccountId::as_str).unwrap_or_default())
    .bind(wanted.day.map(|d| d.to_string()).unwrap_or_default())
    .bind(wanted.before.unwrap_or(i64::MAX))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(Listed::from_row).collect()
}
