//! Deployments: asking for one, and looking at one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::events::Change;
use padlock_contract::{ErrorCode, Problem, paths};
use padlock_domain::deployment::{self, Refusal};
use padlock_domain::environment::Environment;
use padlock_domain::ids::DeploymentId;
use padlock_domain::operation::Operation;
use padlock_domain::package::Package;
use padlock_domain::reason::Reason;

use super::{job, responses};
use crate::account::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::app_access::named_environment;
use crate::auth::errors::refused as not_allowed;
use crate::auth::signed_in::SignedIn;
use crate::http::json::Json as Body;
use crate::http::problem::{ApiError, Result};
use crate::packages::responses::package_ref;
use crate::ports::{Transaction, Update};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show))
}

/// Deploys a package from the repository, or with `from` transports it from the environment before.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/deployments", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path)), request_body = NewDeployment, responses(
    (status = 202, description = "Begun; look at it under `Location`", body = Deployment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 403, description = "A permission is missing", body = Problem),
    (status = 404, description = "The package or environment is unknown", body = Problem),
    (status = 409, description = "`moved`, `not_promoted` or `wrong_state`", body = Problem),
))]
pub(crate) async fn create(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env)): Path<(String, String)>,
    Body(new): Body<NewDeployment>,
) -> Result<Response> {
    let mut tx = api.ports.store.write().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let environments = tx.environments(team.app.id).await?;
    let missing = || ApiError::not_found("environment");
    let target = named_environment(&environments, &env).ok_or_else(missing)?;
    let source = match &new.from {
        Some(from) => Some(
            named_environment(&environments, from)
                .ok_or_else(|| ApiError::field("from", "This app has no such environment."))?,
        ),
        None => None,
    };
    let package = package(&new, &team, tx.as_mut()).await?;
    let operation = if source.is_some() { Operation::Transport } else { Operation::Deploy };
    let words = format!("to {} {} {} to {}", operation.name(), team.app.name, package.manifest.version, target.name);
    let grant = team.authorise(tx.as_mut(), &caller, &api.ports, operation, target, &words).await?;

    let replaces = new.replaces.map(|seen| seen.map(|id| id.parse()).transpose()).transpose();
    let replaces = replaces.map_err(|_| ApiError::field("replaces", "This is not the id of a package."))?;
    let before = before(target, &environments, &package, tx.as_mut()).await?;
    let request = deployment::Request {
        id: DeploymentId::new(api.ports.now(), api.ports.random()),
        package: &package,
        target,
        source,
        replaces,
        start: new.start,
        promotion: team.app.promotion,
        before,
    };
    let (deployment, changed) =
        deployment::request(grant, &request).map_err(|refusal| refused(refusal, &request, &team))?;

    // The job and the mark on its environment are one: the grant is spent by both or neither.
    tx.add_deployment(&deployment).await?;
    if tx.save_environment(&changed, target.revision).await? == Update::Stale {
        return Err(ApiError::busy());
    }
    let names = DisplayNames::load(tx.as_mut(), [deployment.requested_by].into_iter()).await?;
    tx.commit().await?;
    let (id, app_id, slug) = (deployment.id, team.app.id, target.slug.to_string());
    api.bus.publish(app_id, Change::Environment { environment: slug });
    api.ports.spawn.spawn(Box::pin(job::run(api.clone(), id)));

    let body = responses::deployment(&deployment, &environments, &names);
    let place = format!("{}{}/{id}", paths::BASE, paths::deployments(&app, &env));
    let mut response = (StatusCode::ACCEPTED, Json(body)).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn package(new: &NewDeployment, team: &AppAccess, tx: &mut dyn Transaction) -> Result<Package> {
    let missing = || ApiError::not_found("package");
    let id = new.package_id.parse().map_err(|_| missing())?;
    tx.package(team.app.id, id).await?.ok_or_else(missing)
}

/// The environment before the target, and whether the package has run there.
async fn before<'a>(
    target: &Environment,
    environments: &'a [Environment],
    package: &Package,
    tx: &mut dyn Transaction,
) -> Result<Option<(&'a Environment, bool)>> {
    let before = environments.iter().filter(|e| e.position < target.position).max_by_key(|e| e.position);
    Ok(match before {
        Some(before) => Some((before, tx.has_run(package.id, before.id).await?)),
        None => None,
    })
}

fn refused(refusal: Refusal, request: &deployment::Request<'_>, team: &AppAccess) -> ApiError {
    match refusal {
        Refusal::Moved { environment, now } => {
            let detail = match &now {
                Some(now) => format!("{environment} holds {} by now. Look again before going on.", now.version),
                None => format!("{environment} is empty by now. Look again before going on."),
            };
            ApiError::new(ErrorCode::Moved, detail).current_package(now.as_ref().map(package_ref))
        }
        Refusal::NotPromoted { before } => ApiError::new(
            ErrorCode::NotPromoted,
            format!(
                "{} has not run on {before} yet. Deploy it there first, then transport it to {}.",
                request.package.manifest.version, request.target.name
            ),
        ),
        Refusal::NotAdjacent => {
            let message = format!("A transport to {} comes from the environment just before it.", request.target.name);
            ApiError::field("from", message)
        }
        Refusal::Busy => not_allowed(&[Reason::Busy], &request.target.name, &team.contact),
        Refusal::WrongGrant => ApiError::internal(&"a grant for another operation"),
    }
}

/// How a deployment goes, or how it ended.
#[utoipa::path(get, path = "/apps/{app}/environments/{env}/deployments/{id}", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path), ("id" = String, Path)), responses(
    (status = 200, body = Deployment),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env, id)): Path<(String, String, String)>,
) -> Result<Json<Deployment>> {
    let missing = || ApiError::not_found("deployment");
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let environments = tx.environments(team.app.id).await?;
    let environment = named_environment(&environments, &env).ok_or_else(missing)?;
    let id = id.parse().map_err(|_| missing())?;
    let deployment = tx.deployment(id).await?.filter(|d| d.environment == environment.id).ok_or_else(missing)?;
    let names = DisplayNames::load(tx.as_mut(), [deployment.requested_by].into_iter()).await?;
    Ok(Json(responses::deployment(&deployment, &environments, &names)))
}
