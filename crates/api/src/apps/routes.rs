//! `GET /apps` and `GET /apps/{app}`.

use crate::auth::errors::reason_response;
use crate::environments::responses::summary;
use axum::Json;
use axum::extract::{Path, State};
use padlock_contract::Page;
use padlock_contract::apps::{App, PackageRights};
use padlock_domain::access::{self, Decision};
use padlock_domain::app as domain;
use padlock_domain::operation::Operation;

use crate::account::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::signed_in::SignedIn;
use crate::http::problem::Result;
use crate::ports::Transaction;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// The apps that I belong to, by name.
#[utoipa::path(get, path = "/apps", tag = "Apps", responses((status = 200, body = Page<App>)))]
pub(crate) async fn list(State(api): State<Api>, caller: SignedIn) -> Result<Json<Page<App>>> {
    let mut tx = api.ports.store.read().await?;
    let mut items = Vec::new();
    for app in tx.apps_of(caller.account.id).await? {
        let team = AppAccess::load(tx.as_mut(), &caller, app.slug.as_str()).await?;
        items.push(describe(&api, &caller, team, tx.as_mut()).await?);
    }
    Ok(Json(Page { items, next_cursor: None }))
}

/// One of my apps, by slug or id.
#[utoipa::path(get, path = "/apps/{app}", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, body = App),
    (status = 404, description = "Unknown or not mine", body = padlock_contract::Problem),
))]
pub(crate) async fn show(State(api): State<Api>, caller: SignedIn, Path(app): Path<String>) -> Result<Json<App>> {
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    Ok(Json(describe(&api, &caller, team, tx.as_mut()).await?))
}

async fn describe(api: &Api, caller: &SignedIn, team: AppAccess, tx: &mut dyn Transaction) -> Result<App> {
    let environments = tx.environments(team.app.id).await?;
    let actor = team.actor(caller, &api.ports);
    let upload = access::authorise_app(actor, Operation::UploadPackage, &team.app, &environments, api.ports.now());
    let reasons = match upload {
        Decision::Refused(reasons) => {
            reasons.iter().map(|r| reason_response(r, &team.app.name, &team.contact)).collect()
        }
        Decision::Grant(_) | Decision::StepUp(_) => Vec::new(),
    };
    let domain::App { id, slug, name, promotion, technical_contact } = team.app;
    let names = DisplayNames::load(tx, [technical_contact].into_iter()).await?;
    Ok(App {
        id: id.to_string(),
        slug: slug.to_string(),
        name,
        promotion: promotion.into(),
        technical_contact: names.person(technical_contact),
        environments: environments.iter().map(|e| summary(e, api.ports.runtime.as_ref())).collect(),
        packages: PackageRights { edit: reasons.is_empty(), reasons },
    })
}
