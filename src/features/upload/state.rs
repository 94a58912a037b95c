//! The upload under way, if there is one. It belongs to the program, not to a page.

use futures::future::{AbortHandle, abortable};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::packages::Package;
use web_sys::File;

use super::check::refusal;
use crate::format::{percent, size};
use crate::gateway::{Answer, Failure, use_api};

/// The uploads of this tab: one at a time.
#[derive(Clone, Copy)]
pub(super) struct Uploads {
    now: RwSignal<Option<Upload>>,
    stop: StoredValue<Option<AbortHandle>>,
    /// What was dropped on the page of an app (by slug), until its dialog is there to send it.
    dropped: RwSignal<Option<(String, File)>>,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upload {
    /// The slug of the app it is for.
    pub app: String,
    /// The file's name.
    pub file_name: String,
    /// How far it is.
    pub state: Sending,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// So many bytes of so many have gone out.
    Under {
        /// Gone out.
        sent: u64,
        /// In all.
        of: u64,
    },
    /// It was called off when so many per cent had gone out.
    Cancelled(u64),
    /// It did not get there. In words.
    Failed(String),
    /// It is in the repository.
    Done(Box<Package>),
}

/// Makes [`use_uploads`] work below; once, around all pages.
pub fn provide_uploads() {
    let uploads = Uploads::new();
    provide_context(uploads);
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if uploads.under_way_untracked() {
            event.prevent_default();
        }
    });
    // Whoever signs out takes the upload along.
    let stop = uploads.stop;
    on_cleanup(move || {
        leaving.remove();
        if let Some(stop) = stop.try_update_value(Option::take).flatten() {
            stop.abort();
        }
    });
}

/// Whether there is an upload to this app, under way or just ended.
#[must_use]
pub fn has_upload(app: &str) -> bool {
    use_uploads().of(app).is_some()
}

/// The uploads of this tab.
pub(super) fn use_uploads() -> Uploads {
    use_context().unwrap_or_else(Uploads::new)
}

impl Uploads {
    fn new() -> Self {
        Self { now: RwSignal::new(None), stop: StoredValue::new(None), dropped: RwSignal::new(None) }
    }

    /// Keeps a file that was dropped on an app's page for its dialog.
    pub(super) fn drop_on(self, app: String, file: File) {
        self.dropped.set(Some((app, file)));
    }

    /// Sends what was dropped on this app's page.
    pub(super) fn send_dropped(self, app: &str) {
        if !self.dropped.with(|dropped| dropped.as_ref().is_some_and(|(onto, _)| onto == app)) {
            return;
        }
        if let Some((_, file)) = self.dropped.try_update(Option::take).flatten() {
            self.send(app, file);
        }
    }

    /// What is known of the upload to this app.
    pub(super) fn of(self, app: &str) -> Option<Upload> {
        self.now.with(|now| now.as_ref().filter(|upload| upload.app == app).cloned())
    }

    /// Whether one is under way, to whatever app.
    pub(super) fn under_way(self) -> bool {
        self.now.with(is_under_way)
    }

    fn under_way_untracked(self) -> bool {
        self.now.with_untracked(is_under_way)
    }

    /// Sends a file, unless it is plain that it would be refused or another one is under way.
    pub(super) fn send(self, app: &str, file: File) {
        if self.under_way_untracked() {
            return;
        }
        let of = whole(file.size());
        let upload = Upload { app: app.to_owned(), file_name: file.name(), state: Sending::Under { sent: 0, of } };
        if let Some(why) = refusal(&upload.file_name, of) {
            self.now.set(Some(Upload { state: Sending::Failed(why), ..upload }));
            return;
        }
        self.now.set(Some(upload));
        let progress = move |sent: u64, of: u64| self.reach(Sending::Under { sent, of });
        let (sending, stop) = abortable(use_api().upload(app, file, progress));
        self.stop.set_value(Some(stop));
        spawn_local(async move {
            // Stopped by hand, it has been told already.
            if let Ok(answer) = sending.await {
                self.end(answer);
            }
        });
    }

    /// Stops it. Dropping the request is what stops it, and the server keeps nothing of half a file.
    pub(super) fn cancel(self) {
        self.abort();
        self.reach(Sending::Cancelled(self.reached()));
    }

    /// Forgets how the last one went.
    pub(super) fn forget(self) {
        if !self.under_way_untracked() {
            self.now.set(None);
        }
    }

    fn abort(self) {
        if let Some(stop) = self.stop.try_update_value(Option::take).flatten() {
            stop.abort();
        }
    }

    fn end(self, answer: Answer<Package>) {
        let state = match answer {
            Ok(package) => Sending::Done(Box::new(package)),
            Err(Failure::Offline) => Sending::Failed(stopped(self.reached())),
            Err(failure) => Sending::Failed(failure.sentence()),
        };
        self.reach(state);
    }

    fn reach(self, state: Sending) {
        self.now.try_update(|now| {
            if let Some(upload) = now.as_mut().filter(|upload| matches!(upload.state, Sending::Under { .. })) {
                upload.state = state;
            }
        });
    }

    fn reached(self) -> u64 {
        self.now.with_untracked(|now| match now.as_ref().map(|upload| &upload.state) {
            Some(Sending::Under { sent, of }) => percent(*sent, *of),
            _ => 0,
        })
    }
}

impl Sending {
    /// "2.0 MB of 3.1 MB"; once all is out, what it waits for.
    pub(super) fn figures(&self) -> String {
        match self {
            Self::Under { sent, of } if sent < of => [&size(*sent), " of ", &size(*of)].concat(),
            Self::Under { .. } => "Sent. The package is being checked.".to_owned(),
            Self::Cancelled(_) | Self::Failed(_) | Self::Done(_) => String::new(),
        }
    }

    /// From 0 to 100; nothing while the server looks into it, which takes nobody knows how long.
    pub(super) fn percent(&self) -> Option<u64> {
        match self {
            Self::Under { sent, of } if sent < of => Some(percent(*sent, *of)),
            _ => None,
        }
    }
}

fn is_under_way(now: &Option<Upload>) -> bool {
    now.as_ref().is_some_and(|upload| matches!(upload.state, Sending::Under { .. }))
}

/// What is said to whoever called it off.
pub(super) fn cancelled(percent: u64) -> String {
    format!("Upload cancelled at {percent} %. Nothing was stored.")
}

fn stopped(percent: u64) -> String {
    format!("Upload stopped at {percent} %. Nothing was stored. Try again.")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size")]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_bytes_and_per_cent() {
        let half = Sending::Under { sent: 2_000_000, of: 3_140_000 };
        assert_eq!(half.figures(), "2.0 MB of 3.1 MB");
        assert_eq!(half.percent(), Some(63));
        let all = Sending::Under { sent: 5, of: 5 };
        assert_eq!(all.percent(), None);
        assert!(all.figures().contains("checked"));
        assert_eq!(cancelled(30), "Upload cancelled at 30 %. Nothing was stored.");
        assert_eq!(stopped(64), "Upload stopped at 64 %. Nothing was stored. Try again.");
    }
}
