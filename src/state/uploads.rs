//! The upload of a package. It belongs to the whole portal, so that it continues when the visitor goes to another page.

mod check;

use futures::future::{AbortHandle, abortable};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::packages::Package;
use web_sys::File;

use self::check::file_error;
pub use self::check::max_size_text;
use crate::api::{ApiError, ApiResult, use_api};
use crate::format::{format_size, percent};

/// The uploads of this tab: one at a time.
#[derive(Clone, Copy)]
pub struct Uploads {
    current: RwSignal<Option<Upload>>,
    abort_handle: StoredValue<Option<AbortHandle>>,
    /// A file that was dropped on the page of an app (by slug), until the dialog is there to send it.
    dropped: RwSignal<Option<(String, File)>>,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The slug of the app.
    pub app: String,
    /// The name of the file.
    pub file_name: String,
    /// The state of the upload.
    pub state: UploadState,
}

/// The state of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// The file is being sent or, once all of it is sent, checked by the server.
    InProgress {
        /// The bytes that are sent.
        sent: u64,
        /// The bytes of the whole file.
        total: u64,
    },
    /// The visitor cancelled it. Holds the percentage that was sent.
    Cancelled(u64),
    /// It failed. Holds the message.
    Failed(String),
    /// The package is in the repository.
    Done(Box<Package>),
}

/// Makes [`use_uploads`] work below. To be called once, around all pages.
pub fn provide_uploads() {
    let uploads = Uploads::new();
    provide_context(uploads);
    let before_unload = window_event_listener(ev::beforeunload, move |event| {
        if uploads.is_in_progress_untracked() {
            event.prevent_default();
        }
    });
    // Signing out aborts the upload.
    let abort_handle = uploads.abort_handle;
    on_cleanup(move || {
        before_unload.remove();
        if let Some(abort_handle) = abort_handle.try_update_value(Option::take).flatten() {
            abort_handle.abort();
        }
    });
}

/// Whether there is an upload to this app, in progress or ended.
#[must_use]
pub fn has_upload(app: &str) -> bool {
    use_uploads().find(app).is_some()
}

/// Returns the uploads of this tab.
pub fn use_uploads() -> Uploads {
    use_context().unwrap_or_else(Uploads::new)
}

impl Uploads {
    fn new() -> Self {
        Self { current: RwSignal::new(None), abort_handle: StoredValue::new(None), dropped: RwSignal::new(None) }
    }

    /// Keeps a file that was dropped on the page of an app, for [`send_dropped`](Self::send_dropped).
    pub fn keep_dropped(self, app: String, file: File) {
        self.dropped.set(Some((app, file)));
    }

    /// Sends the file that was dropped on the page of this app, if any, and tracks it.
    pub fn send_dropped(self, app: &str) {
        if !self.dropped.with(|dropped| dropped.as_ref().is_some_and(|(dropped_on, _)| dropped_on == app)) {
            return;
        }
        if let Some((_, file)) = self.dropped.try_update(Option::take).flatten() {
            self.send(app, file);
        }
    }

    /// Returns the upload to this app, if any, and tracks it.
    pub fn find(self, app: &str) -> Option<Upload> {
        self.current.with(|current| current.as_ref().filter(|upload| upload.app == app).cloned())
    }

    /// Whether an upload to any app is in progress; tracks it.
    pub fn is_in_progress(self) -> bool {
        self.current.with(is_in_progress)
    }

    fn is_in_progress_untracked(self) -> bool {
        self.current.with_untracked(is_in_progress)
    }

    /// Sends a file. A file that the server would refuse fails at once; nothing happens while another upload is in
    /// progress.
    pub fn send(self, app: &str, file: File) {
        if self.is_in_progress_untracked() {
            return;
        }
        let total = to_integer(file.size());
        let state = UploadState::InProgress { sent: 0, total };
        let upload = Upload { app: app.to_owned(), file_name: file.name(), state };
        if let Some(error_text) = file_error(&upload.file_name, total) {
            self.current.set(Some(Upload { state: UploadState::Failed(error_text), ..upload }));
            return;
        }
        self.current.set(Some(upload));
        let on_progress = move |sent: u64, total: u64| self.set_state(UploadState::InProgress { sent, total });
        let (request, abort_handle) = abortable(use_api().upload(app, file, on_progress));
        self.abort_handle.set_value(Some(abort_handle));
        spawn_local(async move {
            // An aborted upload is not an error: `cancel` has set its state.
            if let Ok(result) = request.await {
                self.finish(result);
            }
        });
    }

    /// Cancels the upload by aborting the request; the server keeps nothing of an incomplete file.
    pub fn cancel(self) {
        self.abort();
        self.set_state(UploadState::Cancelled(self.percent_sent()));
    }

    /// Forgets an upload that has ended.
    pub fn clear(self) {
        if !self.is_in_progress_untracked() {
            self.current.set(None);
        }
    }

    fn abort(self) {
        if let Some(abort_handle) = self.abort_handle.try_update_value(Option::take).flatten() {
            abort_handle.abort();
        }
    }

    fn finish(self, result: ApiResult<Package>) {
        let state = match result {
            Ok(package) => UploadState::Done(Box::new(package)),
            Err(ApiError::Network) => UploadState::Failed(interrupted_text(self.percent_sent())),
            Err(error) => UploadState::Failed(error.message()),
        };
        self.set_state(state);
    }

    /// Sets the state of an upload that is in progress; an upload that has ended keeps its state.
    fn set_state(self, state: UploadState) {
        self.current.try_update(|current| {
            if let Some(upload) = current.as_mut().filter(|upload| upload.state.is_in_progress()) {
                upload.state = state;
            }
        });
    }

    fn percent_sent(self) -> u64 {
        self.current.with_untracked(|current| match current.as_ref().map(|upload| &upload.state) {
            Some(UploadState::InProgress { sent, total }) => percent(*sent, *total),
            _ => 0,
        })
    }
}

impl UploadState {
    /// Whether the upload has not ended.
    pub const fn is_in_progress(&self) -> bool {
        matches!(self, Self::InProgress { .. })
    }

    /// Returns how much is sent, "2.0 MB of 3.1 MB", or, once all of it is, that the server checks the package. Empty
    /// after the end.
    pub fn progress_text(&self) -> String {
        match self {
            Self::InProgress { sent, total } if sent < total => {
                [&format_size(*sent), " of ", &format_size(*total)].concat()
            }
            Self::InProgress { .. } => "Sent. The package is being checked.".to_owned(),
            Self::Cancelled(_) | Self::Failed(_) | Self::Done(_) => String::new(),
        }
    }

    /// Returns the percentage that is sent. `None` after the end, and while the server checks the package, which takes
    /// an unknown time.
    pub fn percent(&self) -> Option<u64> {
        match self {
            Self::InProgress { sent, total } if sent < total => Some(percent(*sent, *total)),
            _ => None,
        }
    }
}

fn is_in_progress(upload: &Option<Upload>) -> bool {
    upload.as_ref().is_some_and(|upload| upload.state.is_in_progress())
}

/// Returns the message for an upload that the visitor cancelled.
pub fn cancelled_text(percent: u64) -> String {
    format!("Upload cancelled at {percent} %. Nothing was stored.")
}

fn interrupted_text(percent: u64) -> String {
    format!("Upload stopped at {percent} %. Nothing was stored. Try again.")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
fn to_integer(bytes: f64) -> u64 {
    bytes as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_shown_in_bytes_and_per_cent() {
        let half = UploadState::InProgress { sent: 2_000_000, total: 3_140_000 };
        assert_eq!(half.progress_text(), "2.0 MB of 3.1 MB");
        assert_eq!(half.percent(), Some(63));
        let all = UploadState::InProgress { sent: 5, total: 5 };
        assert_eq!(all.percent(), None);
        assert!(all.progress_text().contains("checked"));
        assert_eq!(cancelled_text(30), "Upload cancelled at 30 %. Nothing was stored.");
        assert_eq!(interrupted_text(64), "Upload stopped at 64 %. Nothing was stored. Try again.");
    }
}
