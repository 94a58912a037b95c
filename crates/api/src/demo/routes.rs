//! `/demo/clock` and `/demo/outbox`: there in the demo alone. Anybody may use them: so is all its data.

use axum::Json;
use axum::extract::State;
use padlock_contract::demo::{AdvanceClock, DemoClock, Message};
use padlock_contract::{Page, Problem};

use crate::app_state::Api;
use crate::demo_controls::Controls;
use crate::http::json::Json as Body;
use crate::http::problem::{ApiError, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(clock, move_clock)).routes(routes!(outbox))
}

/// The furthest that the clock is moved at once, in seconds.
const FURTHEST: u32 = 31 * 24 * 60 * 60;

/// The demo's clock.
#[utoipa::path(get, path = "/demo/clock", tag = "Demo", responses(
    (status = 200, body = DemoClock),
    (status = 404, description = "This is not the demo", body = Problem),
))]
pub(crate) async fn clock(State(api): State<Api>) -> Result<Json<DemoClock>> {
    Ok(Json(shown(controls(&api)?)))
}

/// Moves the demo's clock on.
#[utoipa::path(post, path = "/demo/clock", tag = "Demo", request_body = AdvanceClock, responses(
    (status = 200, body = DemoClock),
    (status = 404, description = "This is not the demo", body = Problem),
    (status = 422, description = "Too far", body = Problem),
))]
pub(crate) async fn move_clock(State(api): State<Api>, Body(form): Body<AdvanceClock>) -> Result<Json<DemoClock>> {
    let controls = controls(&api)?;
    if form.advance_seconds > FURTHEST {
        return Err(ApiError::field("advance_seconds", "At most 31 days at a time."));
    }
    controls.clock.advance(form.advance_seconds);
    Ok(Json(shown(controls)))
}

/// What the demo would have sent, the latest first.
#[utoipa::path(get, path = "/demo/outbox", tag = "Demo", responses(
    (status = 200, body = Page<Message>),
    (status = 404, description = "This is not the demo", body = Problem),
))]
pub(crate) async fn outbox(State(api): State<Api>) -> Result<Json<Page<Message>>> {
    Ok(Json(Page { items: controls(&api)?.outbox.messages(), next_cursor: None }))
}

fn controls(api: &Api) -> Result<&Controls> {
    api.config.demo.as_ref().ok_or_else(|| ApiError::not_found("address"))
}

fn shown(controls: &Controls) -> DemoClock {
    use crate::ports::Clock;
    DemoClock { now: controls.clock.now().into(), ahead_seconds: controls.clock.ahead() }
}
