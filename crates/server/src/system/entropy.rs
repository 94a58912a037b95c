//! The [`Entropy`] port over the random number generator of the operating system.

use padlock_api::ports::Entropy;

/// The random number generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the adapter of the random number generator")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Without randomness, every secret would be guessable.
            tracing::error!(%error, "the operating system provides no random numbers");
            std::process::abort();
        }
    }
}
