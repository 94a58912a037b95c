//! `GET /apps` and `GET /apps/{app}`.

use axum::Json;
use axum::extract::State;
use padlock_contract::apps::{App, PackagePermissions};
use padlock_contract::{Page, Person};
use padlock_domain::access::{Decision, authorise_app};
use padlock_domain::{Environment, Operation, app as domain};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::errors::reason_response;
use crate::auth::{AppAccess, SignedIn};
use crate::environments::responses::{Serving, environment_summary};
use crate::http::{Path, Result};

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// Lists the caller's apps, ordered by name.
#[utoipa::path(get, path = "/apps", tag = "Apps", responses((status = 200, body = Page<App>)))]
pub(crate) async fn list(State(api): State<Api>, caller: SignedIn) -> Result<Json<Page<App>>> {
    let mut tx = api.ports.store.read().await?;
    let apps = tx.apps_of(caller.account.id).await?;
    let ids: Vec<_> = apps.iter().map(|app| app.id).collect();
    let mut memberships = tx.memberships_of(caller.account.id).await?;
    let environments = tx.environments_of(&ids).await?;
    let names = DisplayNames::load(tx.as_mut(), apps.iter().map(|app| app.technical_contact)).await?;
    drop(tx);
    let serving = Serving::load(api.ports.runtime.as_ref(), &environments).await;
    let mut items = Vec::with_capacity(apps.len());
    for app in apps {
        // The two lists are of one snapshot.
        let Some(index) = memberships.iter().position(|membership| membership.app == app.id) else { continue };
        let membership = memberships.swap_remove(index);
        let technical_contact_name = names.person(app.technical_contact).name;
        let of_app: Vec<_> = environments.iter().filter(|environment| environment.app == app.id).cloned().collect();
        let access = AppAccess { app, membership, technical_contact_name };
        items.push(app_response(&api, &caller, access, &of_app, &serving));
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
    let environments = tx.environments(access.app.id).await?;
    drop(tx);
    let serving = Serving::load(api.ports.runtime.as_ref(), &environments).await;
    Ok(Json(app_response(&api, &caller, access, &environments, &serving)))
}

fn app_response(
    api: &Api,
    caller: &SignedIn,
    access: AppAccess,
    environments: &[Environment],
    serving: &Serving,
) -> App {
    let actor = access.actor(caller, &api.ports);
    let upload = authorise_app(actor, Operation::UploadPackage, &access.app, environments, api.ports.now());
    let reasons = match upload {
        Decision::Refused(reasons) => {
            reasons.iter().map(|r| reason_response(r, &access.app.name, &access.technical_contact_name)).collect()
        }
        Decision::Grant(_) | Decision::StepUp(_) => Vec::new(),
    };
    let domain::App { id, slug, name, promotion, technical_contact } = access.app;
    App {
        id: id.to_string(),
        slug: slug.to_string(),
        name,
        promotion: promotion.into(),
        technical_contact: Person { id: technical_contact.to_string(), name: access.technical_contact_name },
        environments: environments.iter().map(|environment| environment_summary(environment, serving)).collect(),
        packages: PackagePermissions { allowed: reasons.is_empty(), reasons },
    }
}
