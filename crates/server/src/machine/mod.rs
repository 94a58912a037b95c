//! Time, randomness, hashing and tasks, from the machine.

mod clock;
mod hasher;
mod random;
mod tasks;

pub use clock::SystemClock;
pub use hasher::ArgonHasher;
pub use random::SystemEntropy;
pub use tasks::Tasks;
