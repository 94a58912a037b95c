//! Tools for developers and designers: the kit page and the tools of the preview. No release build contains them.

#[cfg(any(test, feature = "preview"))]
pub mod inline_site;
pub mod kit;
#[cfg(feature = "preview")]
pub mod preview;
