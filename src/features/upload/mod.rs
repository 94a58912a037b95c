//! Uploading a deployment package to the repository. An upload continues when its dialog is closed or the visitor goes
//! to another page.

mod dialog;
mod drop;
mod progress_bar;

pub use dialog::{UploadButton, UploadDialog};
pub use drop::DropArea;
pub use progress_bar::UploadProgressBar;
