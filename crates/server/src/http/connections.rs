//! Takes in connections: bounded in number, patient with slow ones only so long, and ending when the server stops.

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

/// Connections at once on one listener; more wait to be taken in.
const MOST: usize = 2_000;
/// How long a client may take for a request's head, and an idle connection may stay. A head half-sent holds up the end
/// of the server for as long.
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may pause in a body, and in taking an answer.
const PAUSE: Duration = Duration::from_secs(30);
/// How long to wait when the process has no file left for one more connection.
const EXHAUSTED: Duration = Duration::from_millis(250);

/// Serves `app` on `listener` until `shutdown`; then lets every connection finish the request it is at. Connections
/// run on `tasks`, for whoever wants to wait for them.
pub async fn serve(listener: TcpListener, app: Router, shutdown: CancellationToken, tasks: TaskTracker) {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let taken = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = shutdown.cancelled() => return,
            taken = taken => taken,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (app, shutdown) = (app.clone(), shutdown.clone());
                tasks.spawn(async move {
                    // Answers are small: waiting to fill a packet only delays them.
                    let _ = stream.set_nodelay(true);
                    connection(stream, peer, app, shutdown).await;
                    drop(place);
                });
            }
            // A client that went away again is no news.
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken in");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    peer: SocketAddr,
    app: Router,
    shutdown: CancellationToken,
) {
    // Whoever asks for something large and does not take it would hold the place for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(PAUSE));
    let service = service_fn(move |request: Request<Incoming>| {
        let app = app.clone();
        let mut request = request.map(|body| Body::new(Box::pin(TimeoutBody::new(PAUSE, body))));
        request.extensions_mut().insert(ClientAddress(peer.ip().to_canonical()));
        async move { Ok::<Response, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 * 1024)
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
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;

    const LENGTH: usize = 1_000_000;

    /// A client that has asked for something larger than what is on its way to it at once.
    async fn asking() -> DuplexStream {
        let (mut client, server) = duplex(10_000);
        let app = Router::new().route("/", get(|| async { vec![b'x'; LENGTH] }));
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        tokio::spawn(connection(server, peer, app, CancellationToken::new()));
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        client
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_hung_up_on() {
        let mut client = asking().await;
        sleep(PAUSE * 2).await;
        let mut taken = Vec::new();
        let _ = client.read_to_end(&mut taken).await;
        assert!(taken.len() < LENGTH / 2, "{}", taken.len());
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_slow_gets_all_of_it() {
        let mut client = asking().await;
        let (mut taken, mut piece) = (0, vec![0; 50_000]);
        loop {
            match client.read(&mut piece).await.unwrap() {
                0 => break,
                read => taken += read,
            }
            sleep(PAUSE / 2).await;
        }
        assert!(taken > LENGTH, "{taken}");
    }
}
