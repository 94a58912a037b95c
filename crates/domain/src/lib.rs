//! The rules of Padlock.
//!
//! No I/O, no async, no clock and no randomness: time and entropy come in as arguments, decisions go out as values.
//! Start with [`access`], which says who may do what, and [`operation`], which holds that table as data.

pub mod access;
pub mod account;
pub mod account_entry;
pub mod activity;
pub mod app;
pub mod deployment;
pub mod device;
pub mod environment;
pub mod grant;
pub mod ids;
pub mod operation;
pub mod package;
pub mod password;
pub mod permission;
pub mod reason;
pub mod second_factor;
pub mod session;
pub mod slug;
pub mod throttle;

pub use jiff::{SignedDuration, Timestamp};
