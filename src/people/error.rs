//! Why something is not done with a record: in words for people, and never in a person's own.

use chrono::NaiveDate;

use super::{basis::LegalBasis, matches::MatchState, vault::VaultError};
use crate::{accounts::audit::TrailError, db::DbError, kernel::fields::Problem};

/// The result of anything done with a record.
pub type PeopleResult<T> = Result<T, PeopleError>;

/// A rule of the domain that forbids it now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The case is closed.
    #[error("このケースは終了しています")]
    Closed,
    /// The case is not closed.
    #[error("このケースはまだ終了していません")]
    NotClosed,
    /// The basis of the record does not allow it.
    #[error("記録の根拠が「{}」のあいだは、共有もつなぎもできません。本人の同意を記録するか、支援会議で扱ってください", .0.label())]
    Basis(LegalBasis),
    /// 支援会議 is the only way out without consent.
    #[error("本人の同意がないときに共有できるのは、支援会議だけです(重層的支援会議には同意が要ります)")]
    OnlyStatutory,
    /// No consent that still stands.
    #[error("取り消されていない本人の同意がありません")]
    NoConsent,
    /// A consent stands, but not for this recipient and all of this.
    #[error("同意の範囲に、その相手またはその内容が入っていません")]
    BeyondConsent,
    /// The review date is too far, or past.
    #[error("見直しの日は、きょうより後で{0}までにしてください")]
    Review(NaiveDate),
    /// The day of the end would shorten the time a record is kept.
    #[error("終了の日は、{0}からきょうまでにしてください")]
    ClosingDay(NaiveDate),
    /// It ended.
    #[error("この会議は終わっています")]
    ConferenceOver,
    /// It ended, and would go on again.
    #[error("この会議は終わっています。終わりの日は延ばせないので、新しい会議を作ってください")]
    ConferenceProlonged,
    /// Ended or withdrawn already.
    #[error("もう終わっています")]
    Ended,
    /// The account is not one that can take it.
    #[error("そのアカウントには渡せません({0})")]
    Account(&'static str),
    /// Still to be kept.
    #[error("保存期間が{0}まで続いています")]
    Kept(NaiveDate),
    /// Nobody asked for it.
    #[error("廃棄の申し出がありません")]
    NotProposed,
    /// One account counts once.
    #[error("同じ人が2回承認することはできません")]
    ApprovedAlready,
    /// Somebody else chose the password not long ago: it may be their hand.
    #[error("最初のパスワードを受けとってから{0}日のあいだは、廃棄を承認できません")]
    OpenedLately(i64),
    /// Fewer than two.
    #[error("廃棄には、別の2人の承認が要ります")]
    TwoApprovals,
    /// A next action that is not there, or done.
    #[error("次の行動がないか、もう済んでいます")]
    NothingDue,
    /// The same opportunity goes on for the same need.
    #[error("この機会は、このニーズの候補にもうなっています")]
    MatchedAlready,
    /// It does not go that way.
    #[error("「{}」から「{}」へは進められません", .0.label(), .1.label())]
    Step(MatchState, MatchState),
    /// The day to look after it lies behind.
    #[error("次に見る日は、きょうか、そのあとにしてください")]
    NextPast,
    /// Matches go on in it.
    #[error("つなぎが{0}件つづいています。それぞれ、終わったか不成立かを書いてから終了してください")]
    OpenMatches(usize),
    /// It fails at a gate that was not named.
    #[error("条件に合わないところがあります({0})。承知のうえで候補にするときは、その条件を挙げてください")]
    Gates(String),
    /// A date after today.
    #[error("先の日付は書けません")]
    Future,
}

/// Everything that can stand in the way.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The audit cannot be written, or the database failed in it.
    #[error(transparent)]
    Trail(#[from] TrailError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A stored row does not prove itself; what stands in it is not said.
    #[error("保存された行を読めません({0} {1})")]
    Row(&'static str, String),
    /// Not there, or not to be known.
    #[error("見つかりません")]
    NotFound,
    /// Somebody else was faster.
    #[error("ほかの人が先に変更しました。開きなおしてください")]
    Stale,
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What came in is not valid.
    #[error("{}", invalid(.0))]
    Invalid(Vec<Problem>),
}

fn invalid(problems: &[Problem]) -> String {
    let all: Vec<String> = problems
        .iter()
        .map(|p| format!("{}: {}", p.pointer, p.detail))
        .collect();
    all.join("\n")
}

impl From<DbError> for PeopleError {
    fn from(error: DbError) -> Self {
        Self::Trail(error.into())
    }
}

impl From<sqlx::Error> for PeopleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Trail(error.into())
    }
}

impl From<Vec<Problem>> for PeopleError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Invalid(problems)
    }
}
