//! The dialog that deploys a package: **Transport** takes it from the previous environment, **Deploy** from the
//! repository. It shows what would change, asks for confirmation, and shows the progress.

mod comparison;
mod confirm;
mod dialog;
mod differences;
mod plan;
mod progress;
mod submit;

pub use dialog::TransportDialog;
