//! `GET /apps/{app}/events`: the changes in an app as server-sent events.

use async_broadcast::{Receiver, RecvError};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures::future::{Either, select};
use futures::{StreamExt, stream};
use http::{HeaderName, HeaderValue, header};
use padlock_contract::Problem;
use padlock_contract::events::{CHANGE_EVENT, Change, HEARTBEAT_EVENT};
use padlock_domain::{AccountId, AppId, Operation};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, Principal, authorised};
use crate::http::concurrency_limit::ConcurrencyPermit;
use crate::http::{ApiError, Path, Result};

/// When a client that has too many streams may try again, in seconds.
const RETRY_AFTER_SECONDS: u64 = 30;

/// How often a stream without changes checks whether it may go on, in milliseconds.
const CHECK_MILLIS: u32 = 4_000;
/// After how many checks without a change the stream sends a heartbeat: less than half of
/// [`SILENCE_MILLIS`](padlock_contract::events::SILENCE_MILLIS).
const CHECKS_PER_HEARTBEAT: u32 = 2;

/// Tells nginx and the proxies that imitate it not to hold events back.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(authorised(&[Operation::ViewApp], routes!(stream_events)))
}

/// Streams the changes in an app. The data of each event named `change` is a `Change`. An event named `heartbeat` is sent at
/// once and then at least every ten seconds.
#[utoipa::path(get, path = "/apps/{app}/events", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, description = "A stream of `change` events", content_type = "text/event-stream", body = Change),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
    (status = 429, description = "The account has too many event streams open", body = Problem),
))]
pub(crate) async fn stream_events(
    State(api): State<Api>,
    caller: Principal,
    Path(app): Path<String>,
) -> Result<Response> {
    let app = authorise(&api, &caller, &app).await?;
    let permit = api.event_streams.acquire(caller.account.id);
    let permit = permit.ok_or_else(|| {
        ApiError::too_many_requests("You listen in too many places. Close some of them.", RETRY_AFTER_SECONDS)
    })?;
    let receiver = api.bus.subscribe(app);
    let event_stream = EventStream { api, caller, app, receiver, _permit: permit };
    // Sent at once, so that proxies and browsers know that the stream is open.
    let opening = stream::iter([Bytes::from_static(b"retry: 2000\n\n"), heartbeat()]);
    let events = opening.chain(stream::unfold(event_stream, EventStream::next)).map(Ok::<_, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// Returns the id of the app if the caller may listen to its changes.
async fn authorise(api: &Api, caller: &Principal, app: &str) -> Result<AppId> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load_for_stream(tx.as_mut(), caller, &api.ports, app).await?;
    let environments = tx.environments(access.app.id).await?;
    let (operation, on) = (Operation::ViewApp, AppTarget::App(&environments));
    access.authorise_read(operation, on, api.ports.now())?.consume(operation, access.app.id)?;
    Ok(access.app.id)
}

struct EventStream {
    _permit: ConcurrencyPermit<AccountId>,
    api: Api,
    caller: Principal,
    app: AppId,
    receiver: Receiver<Change>,
}

impl EventStream {
    /// Returns the next event, or `None` when the stream has to end.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let clock = self.api.ports.clock.clone();
        for _ in 0..CHECKS_PER_HEARTBEAT {
            let received = {
                let next = std::pin::pin!(self.receiver.recv_direct());
                match select(next, clock.sleep(CHECK_MILLIS)).await {
                    Either::Left((change, _)) => Some(change),
                    Either::Right(_) => None,
                }
            };
            // As for a new request.
            if let Err(error) = authorise(&self.api, &self.caller, &self.app.to_string()).await {
                tracing::info!(account = %self.caller.account.id, ?error, "an event stream ends");
                return None;
            }
            let bytes = match received {
                None => continue,
                Some(Ok(change)) => event(&change),
                Some(Err(RecvError::Overflowed(_))) => event(&Change::Missed),
                Some(Err(RecvError::Closed)) => return None,
            };
            return Some((bytes, self));
        }
        Some((heartbeat(), self))
    }
}

fn event(change: &Change) -> Bytes {
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("event: {CHANGE_EVENT}\ndata: {data}\n\n").into()
}

fn heartbeat() -> Bytes {
    format!("event: {HEARTBEAT_EVENT}\ndata: {{}}\n\n").into()
}
