//! The router of the API, merged from those of the capabilities. Each handler carries its part of the OpenAPI document.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use padlock_contract::{ErrorCode, paths};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app_state::Api;
use crate::http::problem::panic_response;
use crate::http::{ApiError, middleware};
use crate::{
    accounts, activity, apps, demo, deployments, environments, health, live_updates, packages, portal, second_factor,
    sessions,
};

#[derive(OpenApi)]
#[openapi(info(
    title = "Padlock",
    description = "Carries deployment packages from Test through Acceptance to Production. Errors are problem \
                   documents (RFC 9457); operations that require the second factor return 401 with a challenge (RFC 9470)."
))]
struct Document;

fn versioned() -> (Router<Api>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .merge(sessions::router())
        .merge(second_factor::router())
        .merge(accounts::routes::router())
        .merge(apps::routes::router())
        .merge(environments::routes::router())
        .merge(deployments::routes::router())
        .merge(packages::router())
        .merge(live_updates::routes::router())
        .merge(activity::routes::router())
        .merge(portal::router())
        .merge(demo::routes::router())
        .merge(health::router());
    let (router, mut document) =
        OpenApiRouter::with_openapi(Document::openapi()).nest(paths::BASE, routes).split_for_parts();
    crate::openapi::complete(&mut document);
    (router, document)
}

/// Returns the OpenAPI document of all routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    versioned().1
}

impl Api {
    /// Returns the router of everything below `/api`.
    pub fn router(&self) -> Router {
        let (router, document) = versioned();
        router
            .merge(crate::openapi::routes(document, &self.config.public_origin))
            .fallback(|| async { ApiError::new(ErrorCode::NotFound, "There is no such address in the API.") })
            .method_not_allowed_fallback(|| async {
                ApiError::new(ErrorCode::MethodNotAllowed, "This address does not take that method.")
            })
            .layer(CatchPanicLayer::custom(panic_response))
            .layer(from_fn_with_state(self.clone(), middleware::run_to_completion))
            .layer(from_fn_with_state(packages::UPLOAD_ROUTE, middleware::media_type))
            .layer(from_fn_with_state(self.clone(), middleware::same_origin))
            .layer(from_fn(middleware::set_headers))
            .with_state(self.clone())
    }
}
