//! Keeping accounts: for admins.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use zeroize::Zeroizing;

use super::frame::{StaffFrame, shown};
use crate::{
    accounts::{
        account::{Account, AccountId, Role, Scope},
        api::desk,
        store::{self, NewPassword},
    },
    app::App,
    districts::district::DistrictLevel,
    error::ApiError,
    gate::Staff,
    kernel::{id::DistrictId, random},
};

/// A district to choose.
struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// What stands in the form of an account.
#[derive(Default)]
struct Fields {
    id: String,
    name: String,
    role: String,
    whole_city: bool,
    districts: Vec<String>,
    /// What the button of the form says to do.
    act: String,
}

impl Fields {
    fn read(body: &[u8]) -> Self {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.trim().to_owned();
            match name.as_ref() {
                "id" => fields.id = value,
                "name" => fields.name = value,
                "role" => fields.role = value,
                "scope" => fields.whole_city = value == "city",
                "district" => fields.districts.push(value),
                "act" => fields.act = value,
                _ => {}
            }
        }
        fields
    }

    fn of(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            role: account.role.code().to_owned(),
            whole_city: account.scope == Scope::City,
            districts: match &account.scope {
                Scope::City => Vec::new(),
                Scope::Districts(ids) => ids.iter().map(ToString::to_string).collect(),
            },
            act: String::new(),
        }
    }

    /// Name, role and districts, proved.
    fn prove(&self, app: &App) -> Result<(String, Role, Scope), String> {
        let name = crate::kernel::text::cell(&self.name).filter(|n| n.chars().count() <= 40);
        let name = name.ok_or("お名前を1〜40文字で書いてください")?;
        let role: Role = self.role.parse()?;
        let ground = app.ground();
        let known = |id: &String| {
            let found = ground.areas.find(id).map(|d| d.id.clone());
            found.ok_or_else(|| format!("地区「{id}」はありません"))
        };
        let districts = self
            .districts
            .iter()
            .map(known)
            .collect::<Result<Vec<DistrictId>, _>>()?;
        let needs = role == Role::Coordinator && !self.whole_city && districts.is_empty();
        if needs {
            return Err("地域福祉コーディネーターには、担当の地区か「市の全体」を選んでください".into());
        }
        let scope = if self.whole_city {
            Scope::City
        } else {
            Scope::Districts(districts)
        };
        Ok((name, role, scope))
    }
}

#[derive(Template)]
#[template(path = "staff/accounts.html")]
struct AccountsPage {
    frame: StaffFrame,
    accounts: Vec<(Account, String)>,
    form: Fields,
    roles: [Role; 5],
    districts: Vec<Choice>,
    fault: Option<String>,
    /// A new account's name and its first password, shown this once.
    made: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    frame: StaffFrame,
    account: Account,
    form: Fields,
    roles: [Role; 5],
    districts: Vec<Choice>,
    fault: Option<String>,
    made: Option<(String, String)>,
}

fn choices(app: &App, chosen: &[String]) -> Vec<Choice> {
    let ground = app.ground();
    let all = ground
        .areas
        .list()
        .iter()
        .filter(|d| d.level == DistrictLevel::PromotionCouncil);
    all.map(|d| Choice {
        id: d.id.to_string(),
        name: d.name.clone(),
        chosen: chosen.iter().any(|c| c == d.id.as_str()),
    })
    .collect()
}

fn scope_words(app: &App, scope: &Scope) -> String {
    match scope {
        Scope::City => "市の全体".into(),
        Scope::Districts(ids) if ids.is_empty() => "なし".into(),
        Scope::Districts(ids) => {
            let name = |id: &DistrictId| app.district_name(id.as_str()).unwrap_or_else(|| id.to_string());
            ids.iter().map(name).collect::<Vec<_>>().join("、")
        }
    }
}

async fn list_page(
    app: &App,
    staff: &Staff,
    status: StatusCode,
    form: Fields,
    fault: Option<String>,
    made: Option<(String, String)>,
) -> Result<Response, ApiError> {
    let accounts = store::list(&mut *app.db().read().await?).await?;
    let page = AccountsPage {
        frame: StaffFrame::new(app, "アカウント", "/accounts", Some(staff)),
        accounts: accounts
            .into_iter()
            .map(|a| {
                let words = scope_words(app, &a.scope);
                (a, words)
            })
            .collect(),
        districts: choices(app, &form.districts),
        form,
        roles: Role::ALL,
        fault,
        made,
    };
    Ok(shown(status, &page))
}

/// `GET /accounts`.
pub async fn list(State(app): State<App>, staff: Staff) -> Result<Response, ApiError> {
    list_page(&app, &staff, StatusCode::OK, Fields::default(), None, None).await
}

/// A first password that is read out on the telephone once.
fn first_password() -> Zeroizing<String> {
    let parts: Vec<String> = (0..4).map(|_| random::plain_letters(4)).collect();
    Zeroizing::new(parts.join("-"))
}

/// `POST /accounts`: a new account with a first password, shown once.
pub async fn add(State(app): State<App>, staff: Staff, RawForm(body): RawForm) -> Result<Response, ApiError> {
    let fields = Fields::read(&body);
    let proved = AccountId::new(&fields.id)
        .map_err(|e| format!("サインインの名前は、{e}"))
        .and_then(|id| Ok((id, fields.prove(&app)?)));
    let (id, (name, role, scope)) = match proved {
        Ok(proved) => proved,
        Err(fault) => {
            return list_page(
                &app,
                &staff,
                StatusCode::UNPROCESSABLE_ENTITY,
                fields,
                Some(fault),
                None,
            )
            .await;
        }
    };
    let (desk, password) = (desk(&app)?, first_password());
    let hash = desk.hasher().hash(password.clone()).await;
    let mut tx = desk.trail().begin(app.db(), Some(&staff.actor.id)).await?;
    let new = NewPassword { hash, initial: true };
    if !store::insert(&mut tx, &id, &name, role, &scope, &new).await? {
        drop(tx);
        let fault = format!("「{id}」という名前は、もう使われています");
        return list_page(&app, &staff, StatusCode::CONFLICT, fields, Some(fault), None).await;
    }
    tx.commit().await?;
    let made = Some((id.to_string(), password.to_string()));
    list_page(&app, &staff, StatusCode::OK, Fields::default(), None, made).await
}

fn account_page(
    app: &App,
    staff: &Staff,
    account: Account,
    form: Fields,
    told: Result<Option<(String, String)>, (StatusCode, String)>,
) -> Response {
    let (status, fault, made) = match told {
        Ok(made) => (StatusCode::OK, None, made),
        Err((status, fault)) => (status, Some(fault), None),
    };
    let page = AccountPage {
        frame: StaffFrame::new(app, &account.name, "/accounts/", Some(staff)),
        districts: choices(app, &form.districts),
        account,
        form,
        roles: Role::ALL,
        fault,
        made,
    };
    shown(status, &page)
}

async fn found(app: &App, id: &str) -> Result<Account, ApiError> {
    let id = AccountId::new(id).map_err(|_| ApiError::NotFound)?;
    store::find(&mut *app.db().read().await?, &id)
        .await?
        .ok_or(ApiError::NotFound)
}

/// `GET /accounts/{id}`.
pub async fn one(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> Result<Response, ApiError> {
    let account = found(&app, &id).await?;
    let form = Fields::of(&account);
    Ok(account_page(&app, &staff, account, form, Ok(None)))
}

/// `POST /accounts/{id}`: change, disable, a new first password, or take a lost second factor away.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let account = found(&app, &id).await?;
    let fields = Fields::read(&body);
    let (desk, id) = (desk(&app)?, account.id.clone());
    let refused = |fields, account, fault: &str| {
        Ok(account_page(
            &app,
            &staff,
            account,
            fields,
            Err((StatusCode::UNPROCESSABLE_ENTITY, fault.to_owned())),
        ))
    };
    let mut made = None;
    // In the writer's turn: two admins who disable each other at once are not both let do it.
    let mut recorded = desk.trail().begin(app.db(), Some(&staff.actor.id)).await?;
    let last = account.role == Role::Admin && !store::another_admin(recorded.conn(), &id).await?;
    let tx = &mut recorded;
    match fields.act.as_str() {
        "change" => {
            let (name, role, scope) = match fields.prove(&app) {
                Ok(proved) => proved,
                Err(fault) => return refused(fields, account, &fault),
            };
            if last && role != Role::Admin {
                return refused(fields, account, "管理者がいなくなるため、役割を変えられません");
            }
            store::update(tx, &id, &name, role, &scope).await?;
        }
        "disable" if last => return refused(fields, account, "管理者がいなくなるため、止められません"),
        // Pressed twice, it is done once.
        "disable" if account.disabled => return Ok(Redirect::to("/accounts").into_response()),
        "disable" => {
            store::disable(tx, &id).await?;
        }
        "password" => {
            let password = first_password();
            let hash = desk.hasher().hash(password.clone()).await;
            store::set_password(tx, &id, &NewPassword { hash, initial: true }).await?;
            made = Some((id.to_string(), password.to_string()));
        }
        "factor" if !account.second_factor => return Ok(Redirect::to("/accounts").into_response()),
        "factor" => {
            store::remove_factor(tx, &id).await?;
        }
        _ => {
            return refused(
                fields,
                account,
                "何をするのか読めませんでした。画面を開きなおしてください",
            );
        }
    }
    recorded.commit().await?;
    if made.is_none() {
        return Ok(Redirect::to("/accounts").into_response());
    }
    let account = found(&app, id.as_str()).await?;
    let form = Fields::of(&account);
    Ok(account_page(&app, &staff, account, form, Ok(made)))
}
