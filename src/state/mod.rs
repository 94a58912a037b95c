//! State that several features share. It knows the API, never a feature.

pub mod account;
pub mod app_state;
pub mod authorised_window;
pub mod countdown;
pub mod my_apps;
pub mod operation_status;
pub mod portal;
pub mod query;
pub mod session;
mod session_channel;
pub mod step_up;
pub mod theme;
pub mod uploads;
