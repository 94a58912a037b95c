//! The environments of an app: listing, starting, stopping and restarting them.

use axum::Json;
use axum::extract::State;
use padlock_contract::environments::Environment;
use padlock_contract::{Page, Problem};
use padlock_domain::{AccountId, Deployment, Operation, environment as domain};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{EnvironmentDeployments, Serving};
use super::{lifecycle, responses};
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal, authorised, find_environment};
use crate::deployments::responses::deployment as deployment_response;
use crate::http::{ApiError, Path, Result};
use crate::ports::ReadTransaction;
use crate::second_factor::fresh_code::{FreshCode, VerifiedFreshCode};

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::ViewEnvironment], routes!(list)))
        .routes(authorised(&[Operation::ViewEnvironment], routes!(show)))
        .routes(authorised(&[Operation::Start], routes!(start)))
        .routes(authorised(&[Operation::Stop], routes!(stop)))
        .routes(authorised(&[Operation::Restart], routes!(restart)))
}

/// Lists an app's environments in promotion order, each with the operations on it and whether the caller may use them.
#[utoipa::path(get, path = "/apps/{app}/environments", tag = "Environments", params(("app" = String, Path)), responses(
    (status = 200, body = Page<Environment>),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Principal,
    Path(app): Path<String>,
) -> Result<Json<Page<Environment>>> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    if environments.is_empty() {
        caller.authorise_empty_list(Operation::ViewEnvironment)?;
    }
    let items = responses_for(&api, &access, &environments, &environments, tx.as_mut()).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Returns an environment, by slug or id.
#[utoipa::path(get, path = "/apps/{app}/environments/{env}", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: Principal,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    load_response(&api, &access, &env, tx.as_mut()).await.map(Json)
}

/// Starts a stopped environment.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/start", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn start(
    State(api): State<Api>,
    caller: Principal,
    code: FreshCode,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    perform(&api, &caller, code, &app, &env, Operation::Start).await
}

/// Stops a running environment.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/stop", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn stop(
    State(api): State<Api>,
    caller: Principal,
    code: FreshCode,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    perform(&api, &caller, code, &app, &env, Operation::Stop).await
}

/// Restarts a running environment.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/restart", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn restart(
    State(api): State<Api>,
    caller: Principal,
    code: FreshCode,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    perform(&api, &caller, code, &app, &env, Operation::Restart).await
}

async fn perform(
    api: &Api,
    caller: &Principal,
    code: FreshCode,
    app: &str,
    env: &str,
    operation: Operation,
) -> Result<Json<Environment>> {
    let attempt = |code: VerifiedFreshCode| async move {
        let code = &code;
        api.write(|mut tx| async move {
            let access = LockedAppAccess::load(&mut tx, caller, &api.ports, app).await?;
            let environment = access.environment(&mut *tx, env).await?;
            let purpose = format!("to {} {}", operation.name(), environment.name);
            let on = AppTarget::Environment(&environment);
            let grant = code.authorise(&mut tx, &access, (operation, ""), on, &purpose).await?;
            let change = match operation {
                Operation::Stop => lifecycle::stop(&mut tx, environment, grant).await?,
                _ => lifecycle::begin_start(&mut tx, environment, grant).await?,
            };
            Ok::<_, ApiError>(tx.commit((access.into_inner().app, change)).await?)
        })
        .await
    };
    let (changed_app, change) = code.retry_with(api, caller, false, attempt).await?;
    change.apply(api, &changed_app).await;
    // A start takes a while, in which the member may have left.
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), caller, &api.ports, app).await?;
    load_response(api, &access, env, tx.as_mut()).await.map(Json)
}

async fn load_response(api: &Api, access: &AppAccess, env: &str, tx: &mut dyn ReadTransaction) -> Result<Environment> {
    let environments = tx.environments(access.app.id).await?;
    let missing = || ApiError::not_found("environment");
    let environment = find_environment(&environments, env).ok_or_else(missing)?;
    let shown = std::slice::from_ref(environment);
    let responses = responses_for(api, access, shown, &environments, tx).await?;
    responses.into_iter().next().ok_or_else(missing)
}

/// Returns the responses for the environments `shown`. `environments` are all environments of the app.
async fn responses_for(
    api: &Api,
    access: &AppAccess,
    shown: &[domain::Environment],
    environments: &[domain::Environment],
    tx: &mut dyn ReadTransaction,
) -> Result<Vec<Environment>> {
    let ids: Vec<_> = shown.iter().map(|environment| environment.id).collect();
    let latest = tx.latest_deployments(&ids).await?;
    let releases = shown.iter().filter_map(|environment| Some(environment.state.release()?.deployment));
    let present: Vec<_> = releases.filter(|id| latest.iter().all(|latest| latest.id != *id)).collect();
    let present = tx.deployments(&present).await?;
    let of = |environment: &domain::Environment| {
        let present_id = environment.state.release().map(|release| release.deployment);
        let latest_of = latest.iter().find(|deployment| deployment.environment == environment.id);
        let present_of = latest.iter().chain(&present).find(|deployment| Some(deployment.id) == present_id);
        (latest_of.cloned(), present_of.cloned())
    };
    let deployments: Vec<_> = shown.iter().map(of).collect();
    let serving = Serving::load(api.ports.runtime.as_ref(), shown).await;
    // Collected, because the compiler cannot prove that the iterator may be held across an await.
    let people: Vec<AccountId> = deployments
        .iter()
        .flat_map(|(latest, present)| latest.iter().chain(present))
        .map(|deployment| deployment.requested_by)
        .collect();
    let names = DisplayNames::load(tx, people.into_iter()).await?;
    let now = api.ports.now();
    let response = |(environment, (latest, present)): (&_, &(Option<Deployment>, Option<Deployment>))| {
        let present = present.as_ref();
        let deployments = EnvironmentDeployments {
            latest: latest
                .as_ref()
                .map(|latest| deployment_response(latest, environments, &names, &api.unpack_progress)),
            deployed_by: present.map(|deployment| names.person(deployment.requested_by)),
            deployed_at: present.and_then(|deployment| deployment.end).map(|end| end.at.into()),
        };
        let grant = access.authorise_read(Operation::ViewEnvironment, AppTarget::Environment(environment), now)?;
        responses::environment(grant, environment, access, deployments, &serving, api.ports.runtime.as_ref(), now)
    };
    shown.iter().zip(&deployments).map(response).collect()
}
