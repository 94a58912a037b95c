//! The operations of a route: what it may authorise, and that it does.
//!
//! A route of the API is declared with [`authorised`]. A handler learns who is asking only on such a route, and can authorise
//! only the declared operations. A response that claims success although nothing was authorised is not sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use padlock_contract::OPERATION_EXTENSION;
use padlock_domain::Operation;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa_axum::router::UtoipaMethodRouter;

use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::openapi::methods;

/// The operations of the route that handles a request, and whether the request was authorised for one of them.
#[derive(Debug, Clone)]
pub(crate) struct RouteOperations {
    operations: &'static [Operation],
    authorised: Arc<AtomicBool>,
}

impl RouteOperations {
    /// Returns the operations of the route.
    ///
    /// # Errors
    /// Returns an internal error if the route was not declared with [`authorised`].
    pub(super) fn of(parts: &Parts) -> Result<Self> {
        let operations = parts.extensions.get::<Self>().cloned();
        operations.ok_or_else(|| ApiError::internal(&"the route has no operation, so nobody can be authorised for it"))
    }

    /// Returns whether the route was declared for this operation.
    pub(super) fn declares(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// Records that the request was authorised for an operation.
    ///
    /// # Errors
    /// Returns an internal error if the route was not declared for this operation.
    pub(super) fn record(&self, operation: Operation) -> Result<()> {
        if !self.declares(operation) {
            let cause = format!("the route authorises {}, which it does not declare", operation.name());
            return Err(ApiError::internal(&cause));
        }
        self.authorised.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// Declares which operations the handlers of a route authorise, in the OpenAPI document too.
pub(crate) fn authorised(
    operations: &'static [Operation],
    (schemas, mut paths, handlers): UtoipaMethodRouter<Api>,
) -> UtoipaMethodRouter<Api> {
    let names: Vec<_> = operations.iter().map(|operation| operation.name()).collect();
    let value = match names.as_slice() {
        [name] => json!(name),
        names => json!(names),
    };
    for item in paths.paths.values_mut() {
        for (_, operation) in methods::of_mut(item) {
            let extensions = operation.extensions.get_or_insert_default();
            extensions.merge(ExtensionsBuilder::new().add(OPERATION_EXTENSION, value.clone()).build());
        }
    }
    let handlers = handlers.layer(from_fn(move |request, next| require_authorisation(operations, request, next)));
    (schemas, paths, handlers)
}

/// Handles a request, and replaces a response that claims success without an authorisation.
async fn require_authorisation(operations: &'static [Operation], mut request: Request, next: Next) -> Response {
    let route = RouteOperations { operations, authorised: Arc::default() };
    request.extensions_mut().insert(route.clone());
    let response = next.run(request).await;
    if response.status().is_success() && !route.authorised.load(Ordering::Relaxed) {
        return ApiError::internal_after_change(&"the handler responded without an authorisation").into_response();
    }
    response
}
