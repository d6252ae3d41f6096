//! Sharing a case with a conference, as far as the ground of the record allows; and ending that.

use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Head, end,
    form::{Form, Kind, Spec, choice, coded_choices, field},
    open, pressed, to_case, words,
};
use crate::{
    accounts::{
        pages::frame::{StaffFrame, shown},
        policy::Act,
    },
    app::App,
    error::ApiError,
    gate::Staff,
    people::{
        api::{on_case, told, vault},
        basis::{LegalBasis, Sharing},
        conference::Conference,
        consent::{Consent, Part, Recipient},
        error::PeopleError,
        ids::ShareId,
        need::StoredNeed,
        share::NewShare,
        store,
    },
};

const SPECS: &[Spec] = &[
    field("conference", "どの会議と", Kind::Radio).needed(),
    field("need", "どのニーズを", Kind::Radio),
    field("scope", "何を知らせるか", Kind::Checks),
];

#[derive(Template)]
#[template(path = "people/share.html")]
struct SharePage {
    frame: StaffFrame,
    head: Head,
    form: Form,
    /// Why nothing can be shared, when it cannot.
    not: Option<String>,
    basis: &'static str,
    /// What was agreed, a line for each conference that can be chosen.
    agreed: Vec<String>,
    no_need: bool,
}

/// Whether a ground, and what was agreed, let this conference know anything.
fn open_to(basis: LegalBasis, conference: &Conference, consents: &[Consent]) -> bool {
    let consent = agreed_with(conference, consents).next().is_some();
    basis.allows(Sharing::Conference {
        kind: conference.kind,
        consent,
    })
}

fn agreed_with<'a>(conference: &Conference, consents: &'a [Consent]) -> impl Iterator<Item = &'a Consent> {
    let wanted = Recipient::Conference(conference.id.clone());
    consents
        .iter()
        .filter(move |c| c.stands() && c.given.recipients.contains(&wanted))
}

fn why_not(basis: LegalBasis, none_at_all: bool) -> String {
    match basis {
        LegalBasis::Engaging => format!("{}。", basis.refusal()),
        _ if none_at_all => {
            "いま開いている会議がありません。会議を作るか、会議を受け持つ人に、構成員に加えてもらってください。".into()
        }
        LegalBasis::Consented => {
            "取り消されていない同意の相手に、あなたの会議が入っていません。その会議に知らせてよいという同意を記録してください。".into()
        }
        LegalBasis::StatutoryConference => format!("{}。支援会議を作ってください。", basis.refusal()),
    }
}

async fn page(
    app: &App,
    staff: &Staff,
    id: &str,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (mut rec, opened) = open(app, staff, Act::ShareCase, id).await?;
    let needs = store::needs::list(&mut rec, &opened).await.map_err(told)?;
    let needs: Vec<StoredNeed> = needs.into_iter().filter(|n| !n.archived).collect();
    let consents = store::consents::list(&mut rec, &opened).await.map_err(told)?;
    let mine = store::conferences::of_account(&mut rec, vault(app)?, &staff.actor.id)
        .await
        .map_err(told)?;
    rec.commit().await?;
    let (basis, today) = (opened.row().basis, app.clock().today());
    let going: Vec<Conference> = mine.into_iter().filter(|c| !c.is_over(today)).collect();
    let fit: Vec<&Conference> = going.iter().filter(|c| open_to(basis, c, &consents)).collect();
    let name = |c: &Conference| format!("{}({})", c.name, c.kind.label());
    let mut form = form.unwrap_or_else(|| {
        let mut form = Form::new(SPECS);
        if let [only] = fit.as_slice() {
            form.set("conference", only.id.as_str());
        }
        if let [only] = needs.as_slice() {
            form.set("need", only.id.as_str());
        }
        form
    });
    form.offer(
        "conference",
        fit.iter().map(|c| choice(c.id.as_str(), name(c))).collect(),
    );
    let mut wishes: Vec<_> = needs
        .iter()
        .map(|n| {
            let wish: String = n
                .need
                .wants
                .wishes
                .as_deref()
                .unwrap_or("希望はまだ書かれていません")
                .chars()
                .take(40)
                .collect();
            choice(n.id.as_str(), format!("{wish}({})", words::moment(&n.updated_at)))
        })
        .collect();
    wishes.push(choice("", "ニーズは知らせない"));
    form.offer("need", wishes);
    form.offer("scope", coded_choices!(Part));
    let agreed = fit.iter().flat_map(|c| {
        agreed_with(c, &consents).map(move |k| format!("{}: {}", name(c), words::parts(&k.given.scope)))
    });
    let page = SharePage {
        frame: StaffFrame::new(app, "会議と共有する", "/cases/", Some(staff)),
        head: Head::of(&opened),
        not: fit.is_empty().then(|| why_not(basis, going.is_empty())),
        basis: basis.label(),
        agreed: if basis == LegalBasis::Consented {
            agreed.collect()
        } else {
            Vec::new()
        },
        no_need: needs.is_empty(),
        form,
    };
    Ok(shown(status, &page))
}

/// `GET /cases/{id}/share`.
pub async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    page(&app, &staff, &id, None, StatusCode::OK).await
}

/// `POST /cases/{id}/share`.
pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let mut form = Form::read(SPECS, &body);
    let (mut rec, case) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let vault = vault(&app)?;
    let done = async {
        let new = NewShare::read(&form.json())?;
        store::shares::add(&mut rec, vault, &case, &new).await
    };
    let done = done.await;
    match end(rec, done, &mut form).await? {
        Ok(_) => Ok(to_case(case.as_str(), "shared")),
        Err(status) => page(&app, &staff, &id, Some(form), status).await,
    }
}

/// `POST /cases/{id}/shares/{share}/end`.
pub async fn finish(
    State(app): State<App>,
    staff: Staff,
    Path((id, share)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (mut rec, case) = on_case(&app, &staff, Act::ShareCase, &id).await?;
    let which = ShareId::new(&share).map_err(|_| told(PeopleError::NotFound))?;
    let done = store::shares::end(&mut rec, &case, &which).await;
    pressed(&app, &staff, &case, (rec, done), "ended").await
}
