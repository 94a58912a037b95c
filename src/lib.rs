//! The Padlock portal: a single-page app, rendered in the browser.

#![expect(unreachable_pub, reason = "#[component] makes pub items, in private modules too")]

pub mod address;
pub mod app;
pub mod authorised;
pub mod countdown;
pub mod features;
pub mod format;
pub mod gateway;
pub mod inside;
pub mod lazy;
pub mod load;
pub mod outlook;
pub mod router;
pub mod routes;
#[cfg(any(test, feature = "preview"))]
mod served;
pub mod session;
pub mod tabs;
#[cfg(test)]
mod testing;
pub mod ui;
