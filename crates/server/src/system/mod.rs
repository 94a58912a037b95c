//! Adapters of the machine: time, randomness, hashing and tasks.

mod clock;
mod entropy;
mod hasher;
mod tasks;

pub use clock::SystemClock;
pub use entropy::SystemEntropy;
pub use hasher::ArgonHasher;
pub use tasks::Tasks;
