//! Accepts connections: limits their number, closes slow ones and shuts them down gracefully.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Once};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use padlock_api::{ClientAddress, ConcurrencyLimit, ConcurrencyPermit, problem_response};
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::throttle::ClientNetwork;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use super::cookie_filter::WithoutCookies;
use super::lingering_body::LingeringBody;
use super::trusted_proxies::TrustedProxies;

/// The maximum number of connections of one listener. Further connections wait in the backlog of the operating system.
const MAX_CONNECTIONS: usize = 2_000;
/// How many connections one client may have, and how many requests in progress behind a proxy. A client is an IPv4 address
/// or an IPv6 /64. A proxy without a limit of its own could pass on all connections of one client.
const MAX_PER_CLIENT: u16 = 200;
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How long a client may take to send a request head. Also the keep-alive timeout, and how long an incomplete request
/// head delays the shutdown.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may pause between two reads of a request body, or between two writes of a response.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait after an error such as too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(250);

/// What a listener serves, and how.
#[derive(Clone)]
pub struct Listener {
    app: Router,
    /// Proxies hold connections for many clients.
    proxies: Arc<TrustedProxies>,
    drops_cookies: bool,
    connections: ConcurrencyLimit<ClientNetwork>,
    /// The requests that clients have in progress behind proxies.
    requests: ConcurrencyLimit<ClientNetwork>,
}

impl Listener {
    /// Creates a listener behind these proxies, or none.
    #[must_use]
    pub fn new(app: Router, proxies: Arc<TrustedProxies>) -> Self {
        let (connections, requests) = (ConcurrencyLimit::new(MAX_PER_CLIENT), ConcurrencyLimit::new(MAX_PER_CLIENT));
        Self { app, proxies, drops_cookies: false, connections, requests }
    }

    /// Drops the cookies of requests before anything reads them, so that a head is accepted however many they are.
    #[must_use]
    pub fn without_cookies(self) -> Self {
        Self { drops_cookies: true, ..self }
    }

    /// Serves until `shutdown` is cancelled, then lets every connection finish its request. Connections are tasks of
    /// `tasks`, which the caller can wait for.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken, tasks: TaskTracker) {
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
                    let peer = peer.ip().to_canonical();
                    // A connection too many is closed at once, so that it is in nobody's way.
                    let Some(client_permit) = self.admit(peer) else { continue };
                    let (listener, shutdown) = (self.clone(), shutdown.clone());
                    tasks.spawn(async move {
                        // Responses are small: filling packets would only delay them.
                        let _ = stream.set_nodelay(true);
                        listener.serve_connection(stream, peer, shutdown).await;
                        drop((permit, client_permit));
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

    /// Returns a permit for a connection, or `None` if the client has too many. Proxies need none.
    fn admit(&self, peer: IpAddr) -> Option<Option<ConcurrencyPermit<ClientNetwork>>> {
        if self.proxies.trusts(peer) {
            return Some(None);
        }
        let permit = self.connections.acquire(ClientNetwork::from(peer));
        if permit.is_none() {
            static WARNED: Once = Once::new();
            WARNED.call_once(|| {
                tracing::warn!(
                    "a client has {MAX_PER_CLIENT} connections, and further ones are closed: if it is a proxy, name it \
                     with --trusted-proxies"
                );
            });
        }
        permit.map(Some)
    }

    async fn serve_connection(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: IpAddr,
        shutdown: CancellationToken,
    ) {
        // Closes the connection of a client that does not read its response.
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(STALL_TIMEOUT));
        let stream = Box::pin(stream);
        if self.drops_cookies {
            self.serve_stream(WithoutCookies::new(stream), peer, shutdown).await;
        } else {
            self.serve_stream(stream, peer, shutdown).await;
        }
    }

    async fn serve_stream(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: IpAddr,
        shutdown: CancellationToken,
    ) {
        let ends = shutdown.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let (listener, ends) = (self.clone(), ends.clone());
            async move { Ok::<Response, Infallible>(listener.respond(request, peer, ends).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
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

    async fn respond(self, request: Request<Incoming>, peer: IpAddr, shutdown: CancellationToken) -> Response {
        let client = self.proxies.client_address(peer, request.headers());
        let permit = if self.proxies.trusts(peer) {
            match self.requests.acquire(ClientNetwork::from(client)) {
                None => return too_many_requests(),
                permit => permit,
            }
        } else {
            None
        };
        let mut request = request.map(|body| limit_body(body, shutdown));
        request.extensions_mut().insert(ClientAddress(client));
        let response = self.app.oneshot(request).await.unwrap_or_else(|never| match never {});
        // The request is in progress until its response was sent.
        match permit {
            None => response,
            Some(permit) => response.map(|body| {
                Body::new(body.map_frame(move |frame| {
                    let _ = &permit;
                    frame
                }))
            }),
        }
    }
}

fn too_many_requests() -> Response {
    let detail = format!("{MAX_PER_CLIENT} requests of yours are in progress. Wait until some have ended.");
    let mut problem = Problem::new(ErrorCode::TooManyRequests, detail);
    problem.retry_after = Some(1);
    problem_response(&problem)
}

fn is_disconnect(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Limits how long the client may pause within a body. A `TimeoutBody` around no body would not say that there is none.
fn limit_body(body: Incoming, shutdown: CancellationToken) -> Body {
    if body.is_end_stream() {
        return Body::empty();
    }
    let body = Body::new(Box::pin(TimeoutBody::new(STALL_TIMEOUT, body)));
    Body::new(LingeringBody::new(body, shutdown))
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
        let listener = Listener::new(app, Arc::new(TrustedProxies::new(Vec::new())));
        tokio::spawn(listener.serve_connection(server, [127, 0, 0, 1].into(), CancellationToken::new()));
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
