//! Sending a deployment package to the repository. It goes on when its dialog, or the page, is left.

mod check;
mod dialog;
mod drop;
mod state;
mod strip;

pub use dialog::{UploadButton, UploadDialog};
pub use drop::DropArea;
pub use state::{has_upload, provide_uploads};
pub use strip::UploadStrip;
