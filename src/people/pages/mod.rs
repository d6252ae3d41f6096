//! Persons' records for people: one file a page. A form is read as the JSON that programs send, so that every rule stands once.

pub mod basis;
pub mod begin;
pub mod case;
pub mod close;
pub mod conference;
pub mod conferences;
pub mod consent;
pub mod edit;
pub mod export;
mod form;
pub mod hand_over;
pub mod home;
mod lines;
pub mod list;
pub mod matches;
pub mod need;
pub mod notes;
pub mod paper;
pub mod refer;
pub mod share;
pub mod shredding;
mod words;
pub mod workspace;

use std::collections::HashMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    api::{on_case, told, vault},
    case::CaseStatus,
    error::{PeopleError, PeopleResult},
    ids::CaseId,
    store::{self, Opened},
};
use crate::{
    accounts::{
        account::{Account, AccountId, Role},
        audit::Recorded,
        policy::Act,
        store as accounts,
    },
    app::App,
    districts::district::DistrictLevel,
    error::ApiError,
    gate::Staff,
    search::api::pairs,
};
use form::{Choice, Form, choice};

/// What was just done, by the code in the address: an address never carries more.
const DONE: &[(&str, &str)] = &[
    ("begun", "相談を受けつけました。"),
    ("note", "経過記録を書きとめました。"),
    ("corrected", "経過記録を直しました。前の文も残っています。"),
    ("settled", "次の行動を「済んだ」にしました。"),
    ("saved", "保存しました。"),
    ("need", "ニーズを書きとめました。"),
    (
        "matched",
        "候補にしました。つぎに、受け入れ先に打診してください。",
    ),
    ("stepped", "つなぎの経過を書きとめました。"),
    ("consent", "同意を記録しました。"),
    ("consented", "同意を記録し、記録の根拠を「本人同意」にしました。"),
    (
        "withdrawn",
        "同意の撤回を記録しました。この同意による共有とつなぎは、いま終わりました。",
    ),
    ("shared", "会議と共有しました。"),
    ("ended", "終えました。相手にはもう見えません。"),
    ("referred", "多機関協働推進員につなぎました。"),
    ("handed", "ケースを渡しました。"),
    ("taken", "ケースを引き受けました。"),
    ("basis", "記録の根拠と見直しの日を改めました。"),
    ("closed", "ケースを終了しました。共有とつなぎも終わりました。"),
    ("reopened", "ケースを再開しました。"),
    ("conference", "会議を作りました。つぎに、構成員を決めてください。"),
    ("members", "構成員を改めました。"),
    (
        "proposed",
        "廃棄を申し出ました。別の2人が承認すると、廃棄できます。",
    ),
    ("approved", "廃棄を承認しました。"),
    ("shredded", "廃棄しました。廃棄記録が残りました。"),
];

/// The words for `done=` in an address.
fn done_in(raw: Option<&str>) -> Option<&'static str> {
    let asked = pairs(raw.unwrap_or_default());
    let (_, code) = asked.into_iter().find(|(name, _)| name == "done")?;
    DONE.iter()
        .find(|(known, _)| *known == code)
        .map(|(_, words)| *words)
}

fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Back to a case, with what was done.
fn to_case(id: &str, done: &str) -> Response {
    go(&format!("/cases/{id}?done={done}"))
}

/// Whose case a page is about.
pub(super) struct Head {
    /// The case.
    pub id: String,
    /// Pseudonym.
    pub person: String,
    /// The name, as far as it is known.
    pub name: Option<String>,
    /// Its version.
    pub version: i64,
    /// Whether it has ended.
    pub closed: bool,
}

impl Head {
    fn of(opened: &Opened) -> Self {
        let row = opened.row();
        Self {
            id: row.id.to_string(),
            person: row.person.to_string(),
            name: opened.case.profile.identity.name.clone(),
            version: row.version,
            closed: row.status == CaseStatus::Closed,
        }
    }
}

/// Opens a case for an act, when the policy lets it.
async fn open(app: &App, staff: &Staff, act: Act, id: &str) -> Result<(Recorded, Opened), ApiError> {
    let (mut rec, id) = on_case(app, staff, act, id).await?;
    let opened = store::read(&mut rec, vault(app)?, &id).await.map_err(told)?;
    Ok((rec, opened.ok_or(ApiError::NotFound)?))
}

/// Ends an act: on disk when it was done, undone and taken into the form when not.
async fn end<T>(
    rec: Recorded,
    done: PeopleResult<T>,
    form: &mut Form,
) -> Result<Result<T, StatusCode>, ApiError> {
    match done {
        Ok(value) => {
            rec.commit().await?;
            Ok(Ok(value))
        }
        Err(error) => {
            drop(rec);
            form.take(error).map(Err)
        }
    }
}

/// Ends an act that a single button asked for: back to the case, or the case with why not.
async fn pressed(
    app: &App,
    staff: &Staff,
    case: &CaseId,
    (rec, done): (Recorded, PeopleResult<()>),
    words: &str,
) -> Result<Response, ApiError> {
    match done {
        Ok(()) => {
            rec.commit().await?;
            Ok(to_case(case.as_str(), words))
        }
        Err(PeopleError::Refused(why)) => {
            drop(rec);
            let said = case::Said {
                fault: Some(format!("{why}。")),
                ..case::Said::default()
            };
            case::page(app, staff, case.as_str(), said, StatusCode::CONFLICT).await
        }
        Err(other) => Err(told(other)),
    }
}

/// Colleagues by account.
struct Colleagues(Vec<Account>, HashMap<String, String>);

impl Colleagues {
    async fn read(rec: &mut Recorded) -> Result<Self, ApiError> {
        let all = accounts::list(rec.conn()).await?;
        let names = all.iter().map(|a| (a.id.to_string(), a.name.clone())).collect();
        Ok(Self(all, names))
    }

    /// The name colleagues read; what was written down, where there is none.
    fn name(&self, id: &str) -> String {
        self.1.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// Those of these roles who sign in, for a choice.
    fn choices(&self, roles: &[Role], but: &[&AccountId]) -> Vec<Choice> {
        let fit = |a: &&Account| roles.contains(&a.role) && !a.disabled && !but.contains(&&a.id);
        let all = self.0.iter().filter(fit);
        all.map(|a| choice(a.id.as_str(), format!("{}({})", a.name, a.role.label())))
            .collect()
    }
}

/// The districts, for a choice.
fn districts(app: &App, none: &str) -> Vec<Choice> {
    let ground = app.ground();
    let all = ground.areas.list().iter();
    let own = all.filter(|d| d.level == DistrictLevel::PromotionCouncil);
    std::iter::once(choice("", none))
        .chain(own.map(|d| choice(d.id.as_str(), d.name.clone())))
        .collect()
}

/// Whether a form's hidden button says to do this.
fn says(form: &Form, what: &str) -> bool {
    form.get("act") == what
}
