//! Tests of components and pages in a browser: focus, keyboard, accessible names and descriptions.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod code;
mod enrolment;
mod kit;
mod server;
mod stage;
mod step_up;
mod views;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
