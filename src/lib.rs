//! The Padlock portal: a single-page app, rendered in the browser.

#![expect(unreachable_pub, reason = "#[component] makes pub items, in private modules too")]

pub mod api;
pub mod app;
mod areas;
mod browser_storage;
#[cfg(any(test, feature = "preview", debug_assertions))]
pub mod dev;
pub mod features;
pub mod format;
pub mod lazy;
pub mod navigation;
pub mod routes;
pub mod state;
pub mod static_shell;
#[cfg(test)]
mod testing;
pub mod ui;
