//! A package on its way onto an environment: by **Transport** from the environment before, or by **Deploy** from the
//! repository. One dialog: what goes where, what differs, Continue, how it goes.

mod ask;
mod comparison;
mod dialog;
mod differences;
mod plan;
mod send;
mod watch;

pub use dialog::TransportDialog;
