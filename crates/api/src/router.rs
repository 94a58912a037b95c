//! The router of the API. Each handler carries its part of the OpenAPI document, so that the two cannot drift apart.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use padlock_contract::{ErrorCode, paths};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app_state::Api;
use crate::http::middleware;
use crate::http::problem::ApiError;
use crate::{
    account, activity, apps, demo, deployments, environments, health, live_updates, packages, portal, second_factor,
    sessions,
};

#[derive(OpenApi)]
#[openapi(info(
    title = "Padlock",
    description = "Carries deployment packages from Test through Acceptance to Production. Errors are problem \
                   documents (RFC 9457); what wants the second factor answers 401 with a challenge (RFC 9470)."
))]
struct Document;

fn versioned() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(sessions::router())
        .merge(second_factor::router())
        .merge(account::routes::router())
        .merge(apps::routes::router())
        .merge(environments::routes::router())
        .merge(deployments::routes::router())
        .merge(packages::router())
        .merge(live_updates::routes::router())
        .merge(activity::routes::router())
        .merge(portal::router())
        .merge(demo::routes::router())
        .merge(health::router())
}

/// The OpenAPI document of all routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, document) = OpenApiRouter::new().nest(paths::BASE, versioned()).split_for_parts();
    document
}

impl Api {
    /// The router: everything below `/api`.
    pub fn router(&self) -> Router {
        let (router, document) = OpenApiRouter::new().nest(paths::BASE, versioned()).split_for_parts();
        router
            .merge(crate::openapi::routes(&document))
            .fallback(|| async { ApiError::new(ErrorCode::NotFound, "There is no such address in the API.") })
            .method_not_allowed_fallback(|| async {
                ApiError::new(ErrorCode::MethodNotAllowed, "This address does not take that method.")
            })
            .layer(from_fn_with_state(self.clone(), middleware::to_the_end))
            .layer(from_fn_with_state(self.clone(), middleware::same_origin))
            .layer(from_fn(middleware::headers))
            .with_state(self.clone())
    }
}
