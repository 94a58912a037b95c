//! Accepts connections: limits their number, closes slow ones and shuts them down gracefully.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use padlock_api::ClientAddress;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

/// The maximum number of connections of one listener. Further connections wait in the backlog of the operating system.
const MAX_CONNECTIONS: usize = 2_000;
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How long a client may take to send a request head. Also the keep-alive timeout, and how long an incomplete request
/// head delays the shutdown.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may pause between two reads of a request body, or between two writes of a response.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait after an error such as too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(250);

/// Serves `app` until `shutdown` is cancelled, then lets every connection finish its request. Connections are tasks of
/// `tasks`, which the caller can wait for.
pub async fn serve(listener: TcpListener, app: Router, shutdown: CancellationToken, tasks: TaskTracker) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accept = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = accept => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (app, shutdown) = (app.clone(), shutdown.clone());
                tasks.spawn(async move {
                    // Responses are small: filling packets would only delay them.
                    let _ = stream.set_nodelay(true);
                    serve_connection(stream, peer, app, shutdown).await;
                    drop(permit);
                });
            }
            Err(error) if is_disconnect(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

fn is_disconnect(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    peer: SocketAddr,
    app: Router,
    shutdown: CancellationToken,
) {
    // Closes the connection of a client that does not read its response.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALL_TIMEOUT));
    let service = service_fn(move |request: Request<Incoming>| {
        let app = app.clone();
        let mut request = request.map(|body| Body::new(Box::pin(TimeoutBody::new(STALL_TIMEOUT, body))));
        request.extensions_mut().insert(ClientAddress(peer.ip().to_canonical()));
        async move { Ok::<Response, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection failed");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;

    const LENGTH: usize = 1_000_000;

    /// Requests a response that is much larger than the buffer of the connection.
    async fn request_large_response() -> DuplexStream {
        let (mut client, server) = duplex(10_000);
        let app = Router::new().route("/", get(|| async { vec![b'x'; LENGTH] }));
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        tokio::spawn(serve_connection(server, peer, app, CancellationToken::new()));
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        client
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_disconnected() {
        let mut client = request_large_response().await;
        sleep(STALL_TIMEOUT * 2).await;
        let mut received = Vec::new();
        let _ = client.read_to_end(&mut received).await;
        assert!(received.len() < LENGTH / 2, "{}", received.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_receives_everything() {
        let mut client = request_large_response().await;
        let (mut received, mut buffer) = (0, vec![0; 50_000]);
        loop {
            match client.read(&mut buffer).await.unwrap() {
                0 => break,
                read => received += read,
            }
            sleep(STALL_TIMEOUT / 2).await;
        }
        assert!(received > LENGTH, "{received}");
    }
}
