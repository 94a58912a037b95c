//! `GET /apps` and `GET /apps/{app}`.

use axum::Json;
use axum::extract::State;
use padlock_contract::apps::{App, PackagePermissions};
use padlock_contract::{Page, Person};
use padlock_domain::{Environment, Operation, app as domain};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, Principal, authorised};
use crate::environments::responses::{Serving, environment_summary};
use crate::http::{Path, Result};
use crate::refusals::access::reason_response;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::ViewApp], routes!(list)))
        .routes(authorised(&[Operation::ViewApp], routes!(show)))
}

/// Lists the caller's apps, ordered by name.
#[utoipa::path(get, path = "/apps", tag = "Apps", responses((status = 200, body = Page<App>)))]
pub(crate) async fn list(State(api): State<Api>, caller: Principal) -> Result<Json<Page<App>>> {
    let mut tx = api.ports.store.read().await?;
    let caller = caller.reload(tx.as_mut(), &api.ports).await?;
    let apps = tx.apps_of(caller.account.id).await?;
    if apps.is_empty() {
        caller.authorise_empty_list(Operation::ViewApp)?;
    }
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
        let access = AppAccess { app, membership, technical_contact_name, caller: caller.clone() };
        items.push(app_response(&api, access, &of_app, &serving)?);
    }
    Ok(Json(Page { items, next_cursor: None }))
}

/// Returns one of the caller's apps, by slug or id.
#[utoipa::path(get, path = "/apps/{app}", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, body = App),
    (status = 404, description = "Unknown, or the account is not in the team", body = padlock_contract::Problem),
))]
pub(crate) async fn show(State(api): State<Api>, caller: Principal, Path(app): Path<String>) -> Result<Json<App>> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    drop(tx);
    let serving = Serving::load(api.ports.runtime.as_ref(), &environments).await;
    app_response(&api, access, &environments, &serving).map(Json)
}

fn app_response(api: &Api, access: AppAccess, environments: &[Environment], serving: &Serving) -> Result<App> {
    let (on, now) = (AppTarget::App(environments), api.ports.now());
    access.authorise_read(Operation::ViewApp, on, now)?.consume(Operation::ViewApp, access.app.id)?;
    let upload = access.status(Operation::UploadPackage, on, now);
    let reason = |reason| reason_response(reason, &access.app.name, &access.technical_contact_name);
    let reasons: Vec<_> = upload.reasons.iter().map(reason).collect();
    let domain::App { id, slug, name, promotion, technical_contact } = access.app;
    Ok(App {
        id: id.to_string(),
        slug: slug.to_string(),
        name,
        promotion: promotion.into(),
        technical_contact: Person { id: technical_contact.to_string(), name: access.technical_contact_name },
        environments: environments.iter().map(|environment| environment_summary(environment, serving)).collect(),
        packages: PackagePermissions { allowed: reasons.is_empty(), reasons },
    })
}
