//! Password hashing without threads.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use padlock_domain::{Password, PasswordHash};

use crate::auth::password_hashing::{self, Argon2Memory, Cost};
use crate::ports::{Entropy, Hasher, HasherBusy, random_bytes};

/// Hashes passwords on the calling thread, since a browser tab has no other.
pub struct InlineHasher {
    memory: Mutex<Argon2Memory>,
    entropy: Arc<dyn Entropy>,
    cost: Cost,
}

impl InlineHasher {
    /// Returns a hasher for passwords that everybody knows.
    #[must_use]
    pub fn for_public_passwords(entropy: Arc<dyn Entropy>) -> Self {
        Self { cost: Cost::PUBLIC_PASSWORD, ..Self::new(entropy) }
    }

    /// Returns a hasher that takes its salts from `entropy`.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { memory: Mutex::default(), entropy, cost: Cost::STANDARD }
    }
}

#[async_trait]
impl Hasher for InlineHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherBusy> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        password_hashing::hash_at(self.cost, &password, random_bytes(self.entropy.as_ref()), &mut memory)
            .ok_or(HasherBusy)
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HasherBusy> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(password_hashing::verify(&password, hash.as_ref(), &mut memory))
    }
}
