//! The [`Entropy`] port over the operating system.

use padlock_api::ports::Entropy;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that asks the machine")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Every secret would be guessable from here on.
            tracing::error!(%error, "the operating system gives no randomness");
            std::process::abort();
        }
    }
}
