//! `GET /apps/{app}/events`: what changes in an app, as it happens (server-sent events).

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
use padlock_domain::session::SecretHash;

use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::signed_in::SignedIn;
use crate::http::concurrency_limit::ConcurrencyPermit;
use crate::http::problem::{ApiError, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(listen))
}

/// In how many seconds a place may be free.
const RETRY_AFTER_SECONDS: u64 = 30;

/// How often a quiet stream says that it is there, and looks whether its session still is, in milliseconds.
const KEEP_ALIVE_MILLIS: u32 = 15_000;

/// Changes in an app. Each event is named `change`; its data is a `Change`.
#[utoipa::path(get, path = "/apps/{app}/events", tag = "Apps", params(("app" = String, Path)), responses(
    (status = 200, description = "A stream of `change` events", content_type = "text/event-stream", body = Change),
    (status = 404, description = "Unknown or not mine", body = Problem),
    (status = 429, description = "I listen in too many places", body = Problem),
))]
pub(crate) async fn listen(State(api): State<Api>, caller: SignedIn, Path(app): Path<String>) -> Result<Response> {
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    drop(tx);
    let permit = api.listeners.acquire(caller.account.id);
    let permit = permit.ok_or_else(|| {
        ApiError::too_many_requests("You listen in too many places. Close some of them.", RETRY_AFTER_SECONDS)
    })?;
    let receiver = api.bus.subscribe(team.app.id);
    let state = Listener { api, session: caller.session.secret, receiver, _permit: permit };
    // Something at once, so that proxies and browsers know that the stream is open.
    let hello = stream::once(async { Bytes::from_static(b": open\nretry: 2000\n\n") });
    let frames = hello.chain(stream::unfold(state, Listener::next)).map(Ok::<_, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(frames));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

struct Listener {
    _permit: ConcurrencyPermit,
    api: Api,
    session: SecretHash,
    receiver: Receiver<Change>,
}

impl Listener {
    /// The next frame; none when the session or the server has ended.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let clock = self.api.ports.clock.clone();
        let outcome = {
            let change = std::pin::pin!(self.receiver.recv_direct());
            match select(change, clock.sleep(KEEP_ALIVE_MILLIS)).await {
                Either::Left((change, _)) => Some(change),
                Either::Right(_) => None,
            }
        };
        if !self.session_lives().await {
            return None;
        }
        let frame = match outcome {
            None => Bytes::from_static(b": pulse\n\n"),
            Some(Ok(change)) => frame(&change),
            Some(Err(RecvError::Overflowed(_))) => frame(&Change::Missed),
            Some(Err(RecvError::Closed)) => return None,
        };
        Some((frame, self))
    }

    async fn session_lives(&self) -> bool {
        let now = self.api.ports.now();
        match self.api.ports.store.read().await {
            Ok(mut tx) => matches!(tx.session(&self.session).await, Ok(Some(session)) if session.is_live(now)),
            Err(_) => false,
        }
    }
}

fn frame(change: &Change) -> Bytes {
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("event: change\ndata: {data}\n\n").into()
}
