//! Routes of deployments: creating one and reading one.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::{ErrorCode, Problem, paths};
use padlock_domain::deployment::{self, PreviousEnvironment, Refusal};
use padlock_domain::{DeploymentId, Environment, Operation, Package, Reason};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses;
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::errors::refused;
use crate::auth::{AppAccess, SignedIn, find_environment};
use crate::http::{ApiError, Json as Body, Path, Result};
use crate::jobs::Job;
use crate::packages::responses::{not_promoted_message, package_ref};
use crate::ports::ReadTransaction;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show))
}

/// Deploys a package from the repository or, with `from`, transports it from the preceding environment.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/deployments", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path)), request_body = NewDeployment, responses(
    (status = 202, description = "Begun; its progress is under `Location`", body = Deployment),
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
    let replaces = new.replaces.as_ref().map(|shown| shown.as_ref().map(|id| id.parse()).transpose()).transpose();
    let replaces = replaces.map_err(|_| ApiError::field("replaces", "This is not the id of a package."))?;
    let id = DeploymentId::new(api.ports.now(), api.ports.random());
    let (api_ref, caller, app_name, env_name, new) = (&api, &caller, app.as_str(), env.as_str(), &new);
    let (deployment, job, environments, target, names) = api
        .write(|mut tx| async move {
            let api = api_ref;
            let access = AppAccess::load(&mut *tx, caller, app_name).await?;
            let environments = tx.environments(access.app.id).await?;
            let missing = || ApiError::not_found("environment");
            let target = find_environment(&environments, env_name).ok_or_else(missing)?;
            let source = match &new.from {
                Some(from) => Some(
                    find_environment(&environments, from)
                        .ok_or_else(|| ApiError::field("from", "This app has no such environment."))?,
                ),
                None => None,
            };
            let package = access.package(&mut *tx, &new.package_id).await?.package;
            let operation = if source.is_some() { Operation::Transport } else { Operation::Deploy };
            let purpose =
                format!("to {} {} {} to {}", operation.name(), access.app.name, package.manifest.version, target.name);
            let grant = access.authorise(&mut tx, caller, &api.ports, operation, target, &purpose).await?;

            let previous = previous_environment(target, &environments, &package, &mut *tx).await?;
            let request = deployment::Request {
                id,
                package: &package,
                target,
                source,
                replaces,
                start: new.start,
                promotion: access.app.promotion,
                previous,
            };
            let (deployment, changed) =
                deployment::create(grant, &request).map_err(|refusal| refusal_response(refusal, &request, &access))?;

            // The deployment and the busy environment are saved in one transaction: the grant is used for both or neither.
            tx.add_deployment(&deployment).await?;
            let job = Job::Deployment { deployment: deployment.id };
            let job = tx.add_leased_job(deployment.id.into(), &job, &api.config.worker).await?;
            tx.save_environment(&changed, target.revision).await?.applied_or_else(ApiError::busy)?;
            let names = DisplayNames::load(&mut *tx, [deployment.requested_by].into_iter()).await?;
            let target = target.clone();
            Ok::<_, ApiError>(tx.commit((deployment, job, environments, target, names)).await?)
        })
        .await?;
    api.bus.publish_environment(&target);
    api.begin_leased_job(job);

    let body = responses::deployment(&deployment, &environments, &names, &api.unpack_progress);
    let location = format!("{}{}/{}", paths::BASE, paths::deployments(&app, &env), deployment.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response())
}

/// Returns the environment before the target, if any, and whether the package has run there.
async fn previous_environment<'a>(
    target: &Environment,
    environments: &'a [Environment],
    package: &Package,
    tx: &mut dyn ReadTransaction,
) -> Result<Option<PreviousEnvironment<'a>>> {
    match environments.iter().filter(|e| e.position < target.position).max_by_key(|e| e.position) {
        Some(environment) => {
            let has_run = tx.has_run(package.id, environment.id).await?;
            Ok(Some(PreviousEnvironment { environment, has_run }))
        }
        None => Ok(None),
    }
}

fn refusal_response(refusal: Refusal, request: &deployment::Request<'_>, access: &AppAccess) -> ApiError {
    match refusal {
        Refusal::Changed { environment, current_package } => {
            let detail = match &current_package {
                Some(package) => format!("{environment} holds {} by now. Look again before going on.", package.version),
                None => format!("{environment} is empty by now. Look again before going on."),
            };
            ApiError::new(ErrorCode::Changed, detail).current_package(current_package.as_ref().map(package_ref))
        }
        Refusal::NotPromoted { previous } => ApiError::new(
            ErrorCode::NotPromoted,
            not_promoted_message(&request.package.manifest.version, &previous, &request.target.name),
        ),
        Refusal::NotAdjacent => {
            let message = format!("A transport to {} comes from the environment just before it.", request.target.name);
            ApiError::field("from", message)
        }
        Refusal::Busy => refused(&[Reason::Busy], &request.target.name, &access.technical_contact_name),
        Refusal::WrongGrant => ApiError::internal(&"a grant for another operation"),
    }
}

/// Returns a deployment with its progress or outcome.
#[utoipa::path(get, path = "/apps/{app}/environments/{env}/deployments/{id}", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path), ("id" = String, Path)), responses(
    (status = 200, body = Deployment),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env, id)): Path<(String, String, String)>,
) -> Result<Json<Deployment>> {
    let missing = || ApiError::not_found("deployment");
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    let environment = find_environment(&environments, &env).ok_or_else(missing)?;
    let id = id.parse().map_err(|_| missing())?;
    let deployment = tx.deployment(id).await?.filter(|d| d.environment == environment.id).ok_or_else(missing)?;
    let names = DisplayNames::load(tx.as_mut(), [deployment.requested_by].into_iter()).await?;
    Ok(Json(responses::deployment(&deployment, &environments, &names, &api.unpack_progress)))
}
