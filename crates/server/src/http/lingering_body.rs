//! Reads on when a handler does not want the rest of a body, so that the client reads the response.
//!
//! A server that closes a connection while the client still sends resets it, and the client sees "connection reset" instead
//! of the response that says why: for example that a file is too large (RFC 9112 §9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tokio_util::sync::CancellationToken;

/// How long the rest of a body is read and discarded.
const LINGER: Duration = Duration::from_secs(10);

/// A body whose rest is read in the background when it is dropped before its end.
pub(super) struct LingeringBody {
    /// `None` after the end.
    body: Option<Body>,
    shutdown: CancellationToken,
}

impl LingeringBody {
    pub(super) fn new(body: Body, shutdown: CancellationToken) -> Self {
        Self { body: Some(body), shutdown }
    }
}

impl HttpBody for LingeringBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for LingeringBody {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) else { return };
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move {
            let discarded = tokio::time::timeout(LINGER, discard(body));
            let _ = shutdown.run_until_cancelled(discarded).await;
        });
    }
}

async fn discard(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}
