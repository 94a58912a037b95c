//! `GET /apps` and `GET /apps/{app}`.

use axum::Json;
use axum::extract::State;
use padlock_contract::apps::{App, PackagePermissions};
use padlock_contract::{Page, Person};
use padlock_domain::access::{Decision, authorise_app};
use padlock_domain::{Operation, app as domain};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::errors::reason_response;
use crate::auth::{AppAccess, SignedIn};
use crate::environments::responses::environment_summary;
use crate::http::{Path, Result};
use crate::ports::ReadTransaction;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// Lists the caller's apps, ordered by name.
#[utoipa::path(get, path = "/apps", tag = "Apps", responses((status = 200, body = Page<App>)))]
pub(crate) async fn list(State(api): State<Api>, caller: SignedIn) -> Result<Json<Page<App>>> {
    let mut tx = api.ports.store.read().await?;
    let mut items = Vec::new();
    for app in tx.apps_of(caller.account.id).await? {
        let access = AppAccess::for_app(tx.as_mut(), &caller, app).await?;
        items.push(app_response(&api, &caller, access, tx.as_mut()).await?);
    }
    Ok(Json(Page { items, next_cursor: None }))
}

/// Returns one of the caller's apps, by slug or id.
#[utoipa::path(get, path = "/apps/{app}", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, body = App),
    (status = 404, description = "Unknown, or the account is not in the team", body = padlock_contract::Problem),
))]
pub(crate) async fn show(State(api): State<Api>, caller: SignedIn, Path(app): Path<String>) -> Result<Json<App>> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    Ok(Json(app_response(&api, &caller, access, tx.as_mut()).await?))
}

async fn app_response(api: &Api, caller: &SignedIn, access: AppAccess, tx: &mut dyn ReadTransaction) -> Result<App> {
    let environments = tx.environments(access.app.id).await?;
    let actor = access.actor(caller, &api.ports);
    let upload = authorise_app(actor, Operation::UploadPackage, &access.app, &environments, api.ports.now());
    let reasons = match upload {
        Decision::Refused(reasons) => {
            reasons.iter().map(|r| reason_response(r, &access.app.name, &access.technical_contact_name)).collect()
        }
        Decision::Grant(_) | Decision::StepUp(_) => Vec::new(),
    };
    let domain::App { id, slug, name, promotion, technical_contact } = access.app;
    Ok(App {
        id: id.to_string(),
        slug: slug.to_string(),
        name,
        promotion: promotion.into(),
        technical_contact: Person { id: technical_contact.to_string(), name: access.technical_contact_name },
        environments: environments.iter().map(|e| environment_summary(e, api.ports.runtime.as_ref())).collect(),
        packages: PackagePermissions { allowed: reasons.is_empty(), reasons },
    })
}
