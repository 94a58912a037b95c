//! The body of a form, handed to the form's reader piece by piece.
//!
//! The reader takes whatever is there at once, and keeps everything until it has seen the whole head of a part. So a form
//! that has no file, or a head without an end, would be gathered in memory up to the largest package.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt};

/// How much a form may weigh beside the file in it, in bytes.
pub(super) const BESIDE_FILE: u64 = 64 * 1024;

/// How far a form has come, known to its reader and to its body.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<Marks>);

#[derive(Default)]
struct Marks {
    at_file: AtomicBool,
    too_much: AtomicBool,
}

impl Progress {
    /// Says that the file has begun: from here on it counts as one.
    pub(super) fn reached_file(&self) {
        self.0.at_file.store(true, Ordering::Relaxed);
    }

    /// Whether more than [`BESIDE_FILE`] came before the file.
    pub(super) fn too_much(&self) -> bool {
        self.0.too_much.load(Ordering::Relaxed)
    }
}

/// The body with pauses in it, so that the form's reader looks at each piece before it gets the next, and an end where too
/// much comes before the file.
pub(super) fn paced(body: Body, progress: Progress) -> Body {
    Body::from_stream(Paced { body: body.into_data_stream(), given: 0, pause: false, progress })
}

struct Paced {
    body: BodyDataStream,
    given: u64,
    pause: bool,
    progress: Progress,
}

impl Stream for Paced {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = ready!(self.body.poll_next_unpin(context));
        if let Some(Ok(bytes)) = &piece {
            if self.given > BESIDE_FILE && !self.progress.0.at_file.load(Ordering::Relaxed) {
                self.progress.0.too_much.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(axum::Error::new(io::Error::other("too much before the file")))));
            }
            self.given += bytes.len() as u64;
            self.pause = true;
        }
        Poll::Ready(piece)
    }
}
