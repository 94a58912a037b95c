//! The routes. Each handler carries its part of the OpenAPI document, so that the two cannot drift apart.

mod account;
mod activity;
mod activity_file;
mod apps;
mod demo;
mod deployments;
mod docs;
mod enrolment;
mod environments;
mod events;
mod health;
mod mail_code;
mod package_content;
mod package_form;
mod package_upload;
mod packages;
mod portal;
mod recovery_codes;
mod session;
mod sessions;
mod sign_in;
mod verify;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use padlock_contract::{ErrorCode, paths};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::ApiError;
use crate::guard;
use crate::state::Api;

#[derive(OpenApi)]
#[openapi(info(
    title = "Padlock",
    description = "Carries deployment packages from Test through Acceptance to Production. Errors are problem \
                   documents (RFC 9457); what wants the second factor answers 401 with a challenge (RFC 9470)."
))]
struct Document;

fn versioned() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(verify::verify))
        .routes(routes!(session::show, session::sign_out))
        .routes(routes!(session::lock))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(account::show))
        .routes(routes!(account::dismiss))
        .routes(routes!(mail_code::send))
        .routes(routes!(enrolment::begin))
        .routes(routes!(enrolment::confirm))
        .routes(routes!(enrolment::drop_pending))
        .routes(routes!(recovery_codes::regenerate))
        .routes(routes!(recovery_codes::view))
        .routes(routes!(recovery_codes::saved))
        .routes(routes!(portal::show))
        .routes(routes!(apps::list))
        .routes(routes!(apps::show))
        .routes(routes!(environments::list))
        .routes(routes!(environments::show))
        .routes(routes!(environments::start))
        .routes(routes!(environments::stop))
        .routes(routes!(environments::restart))
        .routes(routes!(deployments::create))
        .routes(routes!(deployments::show))
        .routes(routes!(packages::list, package_upload::upload))
        .routes(routes!(packages::show, packages::delete))
        .routes(routes!(package_content::download))
        .routes(routes!(events::listen))
        .routes(routes!(demo::clock, demo::move_clock))
        .routes(routes!(demo::outbox))
        .routes(routes!(activity::list))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
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
            .merge(docs::routes(&document))
            .fallback(|| async { ApiError::new(ErrorCode::NotFound, "There is no such address in the API.") })
            .method_not_allowed_fallback(|| async {
                ApiError::new(ErrorCode::MethodNotAllowed, "This address does not take that method.")
            })
            .layer(from_fn_with_state(self.clone(), guard::to_the_end))
            .layer(from_fn_with_state(self.clone(), guard::same_origin))
            .layer(from_fn(guard::headers))
            .with_state(self.clone())
    }
}
