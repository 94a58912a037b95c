//! Tests of the server's adapters and of the program as a whole.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod api_walkthrough;
mod blobs;
mod command_line;
mod connections;
mod crash_recovery;
mod database_locked;
mod disconnects;
mod disk_full;
mod file_permissions;
mod hostile_packages;
mod load;
mod operator;
mod outages;
mod portal;
mod runtime;
mod security_headers;
mod store;
mod support;
mod trusted_proxies;
mod web_security;
