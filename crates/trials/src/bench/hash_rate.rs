//! The highest possible rate of password hashes on this machine.

use std::num::NonZero;
use std::thread;
use std::time::Duration;

use padlock_api::auth::password_hashing::{self, Argon2Memory};
use padlock_domain::Password;
use padlock_trials::{PASSWORD, Stopwatch};

const DURATION: Duration = Duration::from_secs(2);

/// Measures how many passwords per second all cores hash together, with the code of the server.
pub(crate) fn hashes_per_second() -> f64 {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let password = Password::from_input(PASSWORD.to_owned()).unwrap();
    let stopwatch = Stopwatch::start();
    let hash_repeatedly = || {
        let (mut memory, mut count) = (Argon2Memory::default(), 0_u32);
        while stopwatch.elapsed() < DURATION {
            password_hashing::hash(&password, [7; 16], &mut memory).unwrap();
            count += 1;
        }
        count
    };
    let count: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(hash_repeatedly)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    f64::from(count) / stopwatch.elapsed().as_secs_f64()
}
