//! Routes of deployments: creating one and reading one.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::{Problem, paths};
use padlock_domain::deployment::{self as domain, PreviousEnvironment};
use padlock_domain::{DeploymentId, Environment, Operation, Package, PackageId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses;
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal, authorised, find_environment};
use crate::http::{ApiError, Json as Body, Path, Result};
use crate::jobs::Job;
use crate::ports::{JobRecord, ReadTransaction};
use crate::refusals::deployments::refused_deployment;
use crate::second_factor::fresh_code::{FreshCode, VerifiedFreshCode};
use crate::unit_of_work::{Committed, UnitOfWork};

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::Deploy, Operation::Transport], routes!(create)))
        .routes(authorised(&[Operation::ViewHistory], routes!(show)))
}

/// Deploys a package from the repository or, with `from`, transports it from the preceding environment.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/deployments", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path)), request_body = NewDeployment, responses(
    (status = 202, description = "Begun; its progress is under `Location`", body = Deployment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 404, description = "The package or environment is unknown", body = Problem),
    (status = 409, description = "`moved`, `not_promoted` or `wrong_state`", body = Problem),
))]
pub(crate) async fn create(
    State(api): State<Api>,
    caller: Principal,
    code: FreshCode,
    Path((app, env)): Path<(String, String)>,
    Body(new): Body<NewDeployment>,
) -> Result<Response> {
    let replaces = new.replaces.as_ref().map(|shown| shown.as_ref().map(|id| id.parse()).transpose()).transpose();
    let replaces = replaces.map_err(|_| ApiError::field("replaces", "This is not the id of a package."))?;
    let requested = &RequestedDeployment {
        id: DeploymentId::new(api.ports.now(), api.ports.random()),
        app: &app,
        environment: &env,
        replaces,
        content: serde_json::to_string(&new).map_err(|error| ApiError::internal(&error))?,
        new: &new,
    };
    let (api, caller) = (&api, &caller);
    let attempt = |code| async move {
        let code = &code;
        api.write(|tx| requested.begin(api, caller, code, tx)).await
    };
    let begun = code.retry_with(api, caller, false, attempt).await?;
    api.bus.publish_environment(&begun.target);
    api.begin_leased_job(begun.job);

    let deployment = &begun.deployment;
    let body = responses::deployment(deployment, &begun.environments, &begun.names, &api.unpack_progress);
    let location = format!("{}{}/{}", paths::BASE, paths::deployments(&app, &env), deployment.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response())
}

/// What a request for a deployment says.
struct RequestedDeployment<'a> {
    id: DeploymentId,
    app: &'a str,
    environment: &'a str,
    replaces: Option<Option<PackageId>>,
    /// The whole request, which a fresh code is bound to.
    content: String,
    new: &'a NewDeployment,
}

/// A deployment whose transaction is committed.
struct BegunDeployment {
    deployment: domain::Deployment,
    job: JobRecord,
    environments: Vec<Environment>,
    target: Environment,
    names: DisplayNames,
}

impl RequestedDeployment<'_> {
    /// Authorises the deployment and saves it with the busy environment and its job.
    async fn begin(
        &self,
        api: &Api,
        caller: &Principal,
        code: &VerifiedFreshCode,
        mut tx: UnitOfWork,
    ) -> Result<Committed<BegunDeployment>> {
        let new = self.new;
        let access = LockedAppAccess::load(&mut tx, caller, &api.ports, self.app).await?;
        let environments = tx.environments(access.app.id).await?;
        let missing = || ApiError::not_found("environment");
        let target = find_environment(&environments, self.environment).ok_or_else(missing)?;
        let source = match &new.from {
            Some(from) => Some(
                find_environment(&environments, from)
                    .ok_or_else(|| ApiError::field("from", "This app has no such environment."))?,
            ),
            None => None,
        };
        let package = access.package(&mut *tx, &new.package_id).await?.package;
        let operation = if source.is_some() { Operation::Transport } else { Operation::Deploy };
        let on = AppTarget::Environment(target);
        access.require_allowed(operation, on, tx.now())?;
        let request = domain::Request {
            id: self.id,
            package: &package,
            target,
            source,
            replaces: self.replaces,
            start: new.start,
            promotion: access.app.promotion,
            previous: previous_environment(target, &environments, &package, &mut *tx).await?,
        };
        // Nobody is asked for a code only to be refused.
        let refused = |refusal| refused_deployment(refusal, &request, &access.technical_contact_name);
        request.validate().map_err(refused)?;
        let purpose =
            format!("to {} {} {} to {}", operation.name(), access.app.name, package.manifest.version, target.name);
        let grant = code.authorise(&mut tx, &access, (operation, &self.content), on, &purpose).await?;
        let (deployment, changed) = domain::create(grant, &request).map_err(refused)?;

        // The deployment and the busy environment are saved in one transaction: the grant is used for both or neither.
        tx.add_deployment(&deployment).await?;
        let job = Job::Deployment { deployment: deployment.id };
        let job = tx.add_leased_job(deployment.id.into(), &job, &api.config.worker).await?;
        tx.save_environment(&changed, target.revision).await?.applied_or_else(ApiError::busy)?;
        let names = DisplayNames::load(&mut *tx, [deployment.requested_by].into_iter()).await?;
        let target = target.clone();
        Ok(tx.commit(BegunDeployment { deployment, job, environments, target, names }).await?)
    }
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

/// Returns a deployment with its progress or outcome.
#[utoipa::path(get, path = "/apps/{app}/environments/{env}/deployments/{id}", tag = "Deployments",
    params(("app" = String, Path), ("env" = String, Path), ("id" = String, Path)), responses(
    (status = 200, body = Deployment),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: Principal,
    Path((app, env, id)): Path<(String, String, String)>,
) -> Result<Json<Deployment>> {
    let missing = || ApiError::not_found("deployment");
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    let environment = find_environment(&environments, &env).ok_or_else(missing)?;
    let (operation, on) = (Operation::ViewHistory, AppTarget::Environment(environment));
    access.authorise_read(operation, on, api.ports.now())?.consume(operation, environment.id)?;
    let id = id.parse().map_err(|_| missing())?;
    let deployment = tx.deployment(id).await?.filter(|d| d.environment == environment.id).ok_or_else(missing)?;
    let names = DisplayNames::load(tx.as_mut(), [deployment.requested_by].into_iter()).await?;
    Ok(Json(responses::deployment(&deployment, &environments, &names, &api.unpack_progress)))
}
