//! Limits how much of a multipart form is buffered before its file begins.
//!
//! The multipart parser reads everything that is available and buffers it until it has seen the whole head of a part.
//! Without a limit, a form that has no file or an endless head would fill memory up to the size of the largest package.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt};

/// The size limit of a form without the file in it, in bytes.
pub(super) const MAX_FORM_OVERHEAD: u64 = 64 * 1024;

/// How far a form was read, shared by its parser and its body.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<Flags>);

#[derive(Default)]
struct Flags {
    file_reached: AtomicBool,
    limit_exceeded: AtomicBool,
}

impl Progress {
    /// Records that the file has begun; the limit of the form no longer applies.
    pub(super) fn mark_file_reached(&self) {
        self.0.file_reached.store(true, Ordering::Relaxed);
    }

    /// Returns whether more than [`MAX_FORM_OVERHEAD`] came before the file.
    pub(super) fn limit_exceeded(&self) -> bool {
        self.0.limit_exceeded.load(Ordering::Relaxed)
    }
}

/// Wraps a form's body. It yields between chunks, so that the parser sees each chunk before the next, and fails when too
/// much comes before the file.
pub(super) fn limit_form_overhead(body: Body, progress: Progress) -> Body {
    Body::from_stream(LimitedForm { body: body.into_data_stream(), bytes_read: 0, yield_first: false, progress })
}

struct LimitedForm {
    body: BodyDataStream,
    bytes_read: u64,
    yield_first: bool,
    progress: Progress,
}

impl Stream for LimitedForm {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.yield_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let chunk = ready!(self.body.poll_next_unpin(context));
        if let Some(Ok(bytes)) = &chunk {
            if self.bytes_read > MAX_FORM_OVERHEAD && !self.progress.0.file_reached.load(Ordering::Relaxed) {
                self.progress.0.limit_exceeded.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(axum::Error::new(io::Error::other("too much before the file")))));
            }
            self.bytes_read += bytes.len() as u64;
            self.yield_first = true;
        }
        Poll::Ready(chunk)
    }
}
