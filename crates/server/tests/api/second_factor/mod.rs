//! The second factor.

mod access_table;
mod concurrency;
mod delayed_bodies;
mod enrolment;
mod fresh_codes;
mod recovery_codes;
mod step_up;
mod windows;
