//! What the machine can do at most, measured beside what the server does.

use std::num::NonZero;
use std::thread;
use std::time::Duration;

use padlock_api::auth::password_hashing::{self, Memory};
use padlock_trials::{PASSWORD, Watch};

const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// Hashes of passwords in a second, with every core at work on nothing else: the same code as the server's.
pub(crate) fn hashes_a_second() -> f64 {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let watch = Watch::start();
    let one = || {
        let (mut memory, mut many) = (Memory::default(), 0_u32);
        while watch.spent() < LONG_ENOUGH {
            password_hashing::hash(PASSWORD, [7; 16], &mut memory).unwrap();
            many += 1;
        }
        many
    };
    let many: u32 = thread::scope(|scope| {
        let all: Vec<_> = (0..cores).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    f64::from(many) / watch.spent().as_secs_f64()
}
