//! `/demo/clock` and `/demo/outbox`, which exist only in the demo and need no sign-in.

use axum::Json;
use axum::extract::State;
use padlock_contract::demo::{AdvanceClock, DemoClockResponse, Message};
use padlock_contract::{Page, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::demo::controls::DemoControls;
use crate::http::{ApiError, Json as Body, Result};
use crate::ports::Clock;

/// How far the clock may be moved at once, in seconds.
const MAX_ADVANCE_SECONDS: u32 = 31 * 24 * 60 * 60;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(clock, move_clock)).routes(routes!(outbox))
}

/// Returns the demo's clock.
#[utoipa::path(get, path = "/demo/clock", tag = "Demo", responses(
    (status = 200, body = DemoClockResponse),
    (status = 404, description = "This is not the demo", body = Problem),
))]
pub(crate) async fn clock(State(api): State<Api>) -> Result<Json<DemoClockResponse>> {
    Ok(Json(clock_response(controls(&api)?)))
}

/// Moves the demo's clock forward.
#[utoipa::path(post, path = "/demo/clock", tag = "Demo", request_body = AdvanceClock, responses(
    (status = 200, body = DemoClockResponse),
    (status = 404, description = "This is not the demo", body = Problem),
    (status = 422, description = "Too far", body = Problem),
))]
pub(crate) async fn move_clock(
    State(api): State<Api>,
    Body(form): Body<AdvanceClock>,
) -> Result<Json<DemoClockResponse>> {
    let controls = controls(&api)?;
    if form.advance_seconds > MAX_ADVANCE_SECONDS {
        return Err(ApiError::field("advance_seconds", "At most 31 days at a time."));
    }
    controls.clock.advance(form.advance_seconds);
    Ok(Json(clock_response(controls)))
}

/// Lists the messages that the demo kept instead of sending them, newest first.
#[utoipa::path(get, path = "/demo/outbox", tag = "Demo", responses(
    (status = 200, body = Page<Message>),
    (status = 404, description = "This is not the demo", body = Problem),
))]
pub(crate) async fn outbox(State(api): State<Api>) -> Result<Json<Page<Message>>> {
    Ok(Json(Page { items: controls(&api)?.outbox.messages(), next_cursor: None }))
}

fn controls(api: &Api) -> Result<&DemoControls> {
    api.config.demo.as_ref().ok_or_else(|| ApiError::not_found("address"))
}

fn clock_response(controls: &DemoControls) -> DemoClockResponse {
    DemoClockResponse { now: controls.clock.now().into(), ahead_seconds: controls.clock.seconds_ahead() }
}
