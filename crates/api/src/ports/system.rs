//! Time, randomness, password hashing and background tasks.

use async_trait::async_trait;
use futures::future::BoxFuture;
use padlock_domain::{Password, PasswordHash, Timestamp};

/// The clock that all rules use.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Waits at least this many milliseconds of real time.
    async fn sleep(&self, millis: u32);
}

/// Randomness from the operating system.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable bytes. It aborts the process when the system provides none.
    fn fill(&self, bytes: &mut [u8]);
}

/// Returns `N` random bytes.
pub fn random_bytes<const N: usize>(source: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    source.fill(&mut bytes);
    bytes
}

/// The queue of passwords to be hashed is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign-ins at once")]
pub struct HasherBusy;

/// Hashes passwords (Argon2id, RFC 9106) off the threads that answer requests, behind a bounded queue.
#[async_trait]
pub trait Hasher: Send + Sync {
    /// Hashes a new password.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherBusy>;

    /// Returns whether the password matches. Without a hash (an unknown login) it takes the same time and returns `false`.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HasherBusy>;
}

/// A background task. It is not cancelled with the request that began it.
pub type Task = BoxFuture<'static, ()>;

/// Runs tasks in the background.
pub trait Spawn: Send + Sync {
    /// Starts `task` without waiting for it.
    fn spawn(&self, task: Task);
}
