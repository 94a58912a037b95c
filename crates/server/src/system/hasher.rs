//! The [`Hasher`] port: Argon2id with one hash per core at a time, reused memory and a bounded queue, so that memory stays
//! constant however many people sign in.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use padlock_api::auth::password_hashing::{self, Argon2Memory};
use padlock_api::ports::{Entropy, Hasher, HasherBusy, random_bytes};
use padlock_domain::{Password, PasswordHash};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// About half a second of work on two cores.
const MAX_WAITING: usize = 64;

/// The [`Hasher`] port over Argon2id.
pub struct ArgonHasher {
    /// One permit for each running or waiting hash.
    queue: Arc<Semaphore>,
    /// One permit for each running hash.
    cores: Arc<Semaphore>,
    memory: Arc<Mutex<Vec<Argon2Memory>>>,
    entropy: Arc<dyn Entropy>,
}

impl ArgonHasher {
    /// Creates a hasher that uses every core.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            queue: Arc::new(Semaphore::new(cores + MAX_WAITING)),
            cores: Arc::new(Semaphore::new(cores)),
            memory: Arc::new(Mutex::new(Vec::with_capacity(cores))),
            entropy,
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Argon2Memory) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let queued = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| HasherBusy)?;
        let running = Arc::clone(&self.cores).acquire_owned().await.map_err(|_| HasherBusy)?;
        let pool = Arc::clone(&self.memory);
        tokio::task::spawn_blocking(move || {
            // Held until the hash is done, even if the caller is cancelled.
            let _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (queued, running);
            let mut memory = pool.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let result = work(&mut memory);
            pool.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            result
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "a hash failed");
            HasherBusy
        })
    }
}

#[async_trait]
impl Hasher for ArgonHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherBusy> {
        let salt = random_bytes(&*self.entropy);
        self.run(move |memory| password_hashing::hash(&password, salt, memory)).await?.ok_or(HasherBusy)
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HasherBusy> {
        self.run(move |memory| password_hashing::verify(&password, hash.as_ref(), memory)).await
    }
}
