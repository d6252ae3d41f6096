//! One person's whole record for 開示請求: after the password was given again.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    case_answers::{CaseAnswer, NeedAnswer, NoteAnswer},
    consents::ConsentAnswer,
    done,
    hands::HandOverAnswer,
    on_case,
    problems::Reading,
    shares::{ReferralAnswer, ShareAnswer},
    told, vault,
};
use crate::{
    accounts::policy::Act,
    app::App,
    error::ApiError,
    gate::Staff,
    guard::NoQuery,
    people::{disclosure::Disclosure, store},
};

/// Everything that is kept of one person.
#[derive(Serialize, ToSchema)]
pub struct DisclosureAnswer {
    /// When it was taken out, RFC 3339.
    pub exported_at: String,
    /// By whom.
    pub exported_by: String,
    /// Identity, household, ground, dates.
    pub case: CaseAnswer,
    /// 経過記録 with every version.
    pub notes: Vec<NoteAnswer>,
    /// Needs, the archived ones too.
    pub needs: Vec<NeedAnswer>,
    /// Consents, the withdrawn ones too.
    pub consents: Vec<ConsentAnswer>,
    /// With which conferences it was shared.
    pub shares: Vec<ShareAnswer>,
    /// To whom it was referred.
    pub referrals: Vec<ReferralAnswer>,
    /// Through whose hands it went.
    pub hand_overs: Vec<HandOverAnswer>,
}

fn all<T: Into<A>, A>(rows: Vec<T>) -> Vec<A> {
    rows.into_iter().map(Into::into).collect()
}

impl From<Disclosure> for DisclosureAnswer {
    fn from(whole: Disclosure) -> Self {
        Self {
            exported_at: whole.exported_at,
            exported_by: whole.exported_by,
            case: (&whole.case).into(),
            notes: all(whole.notes),
            needs: all(whole.needs),
            consents: all(whole.consents),
            shares: all(whole.shares),
            referrals: all(whole.referrals),
            hand_overs: all(whole.hand_overs),
        }
    }
}

/// Takes a whole record out.
#[utoipa::path(get, path = "/api/v1/cases/{id}/export", tag = "記録", summary = "1人の記録をすべて取り出す(開示請求)",
    description = "5分以内にパスワードを入れている必要がある(/account/confirm)。なければ 403。",
    params(("id" = String, Path, description = "ケースのID")),
    responses((status = 200, description = "記録のすべて", body = DisclosureAnswer), Reading))]
pub async fn export(
    _: NoQuery,
    Path(id): Path<String>,
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<DisclosureAnswer>, ApiError> {
    let (mut rec, id) = on_case(&app, &staff, Act::ExportCase, &id).await?;
    let whole = store::disclosure::export(&mut rec, vault(&app)?, &id)
        .await
        .map_err(told)?;
    done(rec, Json(whole.ok_or(ApiError::NotFound)?.into())).await
}
