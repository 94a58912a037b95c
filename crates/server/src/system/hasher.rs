//! The [`Hasher`] port: Argon2id on its own threads, one hash a core, with memory that is used again and a queue that
//! is bounded. However many sign in at once, memory stays flat.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use padlock_api::auth::password_hashing::{self, Memory};
use padlock_api::ports::{Entropy, Hasher, HasherBusy, entropy};
use padlock_domain::account::PasswordHash;
use padlock_domain::password::Password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many may wait for their turn: about half a second's worth on two cores.
const QUEUE: usize = 64;

/// Argon2id with pooled memory.
pub struct ArgonHasher {
    /// One permit for each hash that runs or waits.
    places: Arc<Semaphore>,
    /// One permit for each hash that runs.
    turns: Arc<Semaphore>,
    memory: Arc<Mutex<Vec<Memory>>>,
    entropy: Arc<dyn Entropy>,
}

impl ArgonHasher {
    /// As many hashes at once as there are cores.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            places: Arc::new(Semaphore::new(cores + QUEUE)),
            turns: Arc::new(Semaphore::new(cores)),
            memory: Arc::new(Mutex::new(Vec::with_capacity(cores))),
            entropy,
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| HasherBusy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| HasherBusy)?;
        let memory = Arc::clone(&self.memory);
        tokio::task::spawn_blocking(move || {
            // Both are given back when the hash is done, not when whoever asked for it gives up waiting.
            let _held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, turn);
            let mut block = memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let result = work(&mut block);
            memory.lock().unwrap_or_else(PoisonError::into_inner).push(block);
            result
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "hashing ended badly");
            HasherBusy
        })
    }
}

#[async_trait]
impl Hasher for ArgonHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherBusy> {
        let salt = entropy(&*self.entropy);
        self.run(move |memory| password_hashing::hash(password.expose(), salt, memory))
            .await?
            .map(PasswordHash::new)
            .ok_or(HasherBusy)
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HasherBusy> {
        self.run(move |memory| {
            password_hashing::verify(password.expose(), hash.as_ref().map(PasswordHash::expose), memory)
        })
        .await
    }
}
