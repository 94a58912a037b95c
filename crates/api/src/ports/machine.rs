//! Time, randomness, hashing and tasks.

use async_trait::async_trait;
use futures::future::BoxFuture;
use padlock_domain::Timestamp;
use padlock_domain::account::PasswordHash;
use padlock_domain::password::Password;

/// The clock. Everything that the rules compare with is read from here.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;

    /// Comes back after at least this many milliseconds of real time.
    async fn sleep(&self, millis: u32);
}

/// Randomness from the operating system.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable bytes, or stops the process: nothing may go on without.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` fresh random bytes.
pub fn entropy<const N: usize>(source: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    source.fill(&mut bytes);
    bytes
}

/// Too many passwords wait to be hashed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign-ins at once")]
pub struct HasherBusy;

/// Password hashing (Argon2id), off the threads that answer requests, behind a bounded queue.
#[async_trait]
pub trait Hasher: Send + Sync {
    /// Hashes a new password.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherBusy>;

    /// Whether the password fits. With no hash (an unknown login) it takes the same time and answers `false`.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HasherBusy>;
}

/// A task that runs to its end whatever happens to the request that began it.
pub type Task = BoxFuture<'static, ()>;

/// Runs tasks in the background.
pub trait Spawn: Send + Sync {
    /// Begins `task` now and does not wait for it.
    fn spawn(&self, task: Task);
}
