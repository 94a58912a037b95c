//! `GET /apps/{app}/events`: the changes in an app as server-sent events.

use async_broadcast::{Receiver, RecvError};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use futures::future::{Either, select};
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use padlock_contract::Problem;
use padlock_contract::events::Change;
use padlock_domain::SecretHash;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::{AppAccess, SignedIn};
use crate::http::concurrency_limit::ConcurrencyPermit;
use crate::http::{ApiError, Result};

/// When a client that has too many streams may try again, in seconds.
const RETRY_AFTER_SECONDS: u64 = 30;

/// How often a stream without changes sends a comment and checks its session, in milliseconds.
const KEEP_ALIVE_MILLIS: u32 = 15_000;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(stream_events))
}

/// Streams the changes in an app. Each event is named `change`; its data is a `Change`.
#[utoipa::path(get, path = "/apps/{app}/events", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, description = "A stream of `change` events", content_type = "text/event-stream", body = Change),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
    (status = 429, description = "The account has too many event streams open", body = Problem),
))]
pub(crate) async fn stream_events(
    State(api): State<Api>,
    caller: SignedIn,
    Path(app): Path<String>,
) -> Result<Response> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    drop(tx);
    let permit = api.event_streams.acquire(caller.account.id);
    let permit = permit.ok_or_else(|| {
        ApiError::too_many_requests("You listen in too many places. Close some of them.", RETRY_AFTER_SECONDS)
    })?;
    let receiver = api.bus.subscribe(access.app.id);
    let event_stream = EventStream { api, session: caller.session.secret_hash, receiver, _permit: permit };
    // Sent at once, so that proxies and browsers know that the stream is open.
    let opening = stream::once(async { Bytes::from_static(b": open\nretry: 2000\n\n") });
    let events = opening.chain(stream::unfold(event_stream, EventStream::next)).map(Ok::<_, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

struct EventStream {
    _permit: ConcurrencyPermit,
    api: Api,
    session: SecretHash,
    receiver: Receiver<Change>,
}

impl EventStream {
    /// Returns the next event or comment, or `None` when the session or the server has ended.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let clock = self.api.ports.clock.clone();
        let received = {
            let next = std::pin::pin!(self.receiver.recv_direct());
            match select(next, clock.sleep(KEEP_ALIVE_MILLIS)).await {
                Either::Left((change, _)) => Some(change),
                Either::Right(_) => None,
            }
        };
        if !self.session_is_live().await {
            return None;
        }
        let bytes = match received {
            None => Bytes::from_static(b": pulse\n\n"),
            Some(Ok(change)) => event(&change),
            Some(Err(RecvError::Overflowed(_))) => event(&Change::Missed),
            Some(Err(RecvError::Closed)) => return None,
        };
        Some((bytes, self))
    }

    async fn session_is_live(&self) -> bool {
        let now = self.api.ports.now();
        match self.api.ports.store.read().await {
            Ok(mut tx) => matches!(tx.session(&self.session).await, Ok(Some(session)) if session.is_live(now)),
            Err(_) => false,
        }
    }
}

fn event(change: &Change) -> Bytes {
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("event: change\ndata: {data}\n\n").into()
}
