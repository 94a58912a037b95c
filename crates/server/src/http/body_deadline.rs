//! How long a body may take to arrive. A client that sends a byte now and then never pauses for long, and would hold its
//! connection for hours.

use std::io;
use std::time::Duration;

use axum::body::Body;
use futures::future::{Either, select};
use futures::{StreamExt, stream};
use tokio::time::sleep;

/// For all of it: a megabyte over a slow line.
const WHOLE: Duration = Duration::from_secs(60);

/// The body, which fails where its end takes too long.
pub(super) fn in_time(body: Body) -> Body {
    let arriving = (body.into_data_stream(), Box::pin(sleep(WHOLE)));
    Body::from_stream(stream::unfold(arriving, |(mut pieces, mut deadline)| async {
        let piece = match select(pieces.next(), &mut deadline).await {
            Either::Left((piece, _)) => piece?,
            Either::Right(_) => Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut))),
        };
        Some((piece, (pieces, deadline)))
    }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt;

    use super::*;

    /// So many bytes, ten seconds apart.
    fn dawdling(bytes: usize) -> Body {
        Body::from_stream(stream::iter(0..bytes).then(|_| async {
            sleep(Duration::from_secs(10)).await;
            Ok::<_, Infallible>("x")
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn what_dawdles_is_given_up() {
        assert!(in_time(dawdling(7)).collect().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_arrives_in_time_is_whole() {
        assert_eq!(in_time(dawdling(5)).collect().await.unwrap().to_bytes(), "xxxxx");
        assert_eq!(in_time(Body::empty()).collect().await.unwrap().to_bytes(), "");
    }
}
