//! Jobs: what has to be done after a transaction, such as sending an email. They are rows of the store, written in the
//! transaction that causes them, and survive a crash of the process.

mod job;
mod outcome;
mod running;
mod signal;
pub(crate) mod store;
mod worker;

pub use job::Job;
pub(crate) use job::{JOB_LEASE, MAX_JOB_DELAY, cleanup_job_id};
pub(crate) use outcome::JobOutcome;
pub(crate) use running::RunningJobs;
pub(crate) use signal::JobSignal;
