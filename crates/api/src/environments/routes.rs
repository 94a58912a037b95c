//! Environments: their cards, and start, stop and restart.

use axum::Json;
use axum::extract::{Path, State};
use padlock_contract::environments::Environment;
use padlock_contract::{Page, Problem};
use padlock_domain::environment as domain;
use padlock_domain::operation::Operation;

use super::{lifecycle, responses};
use crate::account::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::app_access::named_environment;
use crate::auth::signed_in::SignedIn;
use crate::deployments::responses::deployment as deployment_response;
use crate::http::problem::Result;
use crate::ports::Transaction;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(start))
        .routes(routes!(stop))
        .routes(routes!(restart))
}

/// An app's environments in promotion order, with every operation on each and how it looks to me.
#[utoipa::path(get, path = "/apps/{app}/environments", tag = "Environments", params(("app" = String, Path)), responses(
    (status = 200, body = Page<Environment>),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: SignedIn,
    Path(app): Path<String>,
) -> Result<Json<Page<Environment>>> {
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let environments = tx.environments(team.app.id).await?;
    let mut items = Vec::with_capacity(environments.len());
    for environment in &environments {
        items.push(card(&api, &caller, &team, environment, &environments, tx.as_mut()).await?);
    }
    Ok(Json(Page { items, next_cursor: None }))
}

/// One environment's card.
#[utoipa::path(get, path = "/apps/{app}/environments/{env}", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    fresh_card(&api, &caller, &team, &env, tx.as_mut()).await.map(Json)
}

/// Starts what is stopped.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/start", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 403, description = "A permission is missing", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn start(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    act(&api, &caller, &app, &env, Operation::Start).await
}

/// Stops what runs.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/stop", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 403, description = "A permission is missing", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn stop(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    act(&api, &caller, &app, &env, Operation::Stop).await
}

/// Stops and starts what runs.
#[utoipa::path(post, path = "/apps/{app}/environments/{env}/restart", tag = "Environments",
    params(("app" = String, Path), ("env" = String, Path)), responses(
    (status = 200, body = Environment),
    (status = 401, description = "`step_up_required`", body = Problem),
    (status = 403, description = "A permission is missing", body = Problem),
    (status = 409, description = "`wrong_state`", body = Problem),
))]
pub(crate) async fn restart(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, env)): Path<(String, String)>,
) -> Result<Json<Environment>> {
    act(&api, &caller, &app, &env, Operation::Restart).await
}

async fn act(api: &Api, caller: &SignedIn, app: &str, env: &str, operation: Operation) -> Result<Json<Environment>> {
    let mut tx = api.ports.store.write().await?;
    let team = AppAccess::load(tx.as_mut(), caller, app).await?;
    let environment = team.environment(tx.as_mut(), env).await?;
    let words = format!("to {} {}", operation.name(), environment.name);
    let grant = team.authorise(tx.as_mut(), caller, &api.ports, operation, &environment, &words).await?;
    match operation {
        Operation::Stop => lifecycle::stop(api, &team.app, environment, grant, tx).await?,
        _ => lifecycle::start(api, &team.app, environment, grant, tx).await?,
    }
    let mut tx = api.ports.store.read().await?;
    fresh_card(api, caller, &team, env, tx.as_mut()).await.map(Json)
}

async fn fresh_card(
    api: &Api,
    caller: &SignedIn,
    team: &AppAccess,
    env: &str,
    tx: &mut dyn Transaction,
) -> Result<Environment> {
    let environments = tx.environments(team.app.id).await?;
    let missing = || crate::http::problem::ApiError::not_found("environment");
    let environment = named_environment(&environments, env).ok_or_else(missing)?;
    card(api, caller, team, environment, &environments, tx).await
}

async fn card(
    api: &Api,
    caller: &SignedIn,
    team: &AppAccess,
    of: &domain::Environment,
    environments: &[domain::Environment],
    tx: &mut dyn Transaction,
) -> Result<Environment> {
    let deployment = match tx.latest_deployment(of.id).await? {
        Some(latest) => {
            let names = DisplayNames::load(tx, [latest.requested_by].into_iter()).await?;
            Some(deployment_response(&latest, environments, &names))
        }
        None => None,
    };
    let actor = team.actor(caller, &api.ports);
    Ok(responses::card(of, &team.app, actor, &team.contact, deployment, &api.ports))
}
