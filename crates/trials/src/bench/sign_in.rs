//! Sign-ins with a password and a code by 1, 8 and 64 clients at once, and the memory that they take.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, Durations, Installation, PASSWORD, ServerProcess, Stopwatch, current_step, totp_code};
use serde_json::json;

use crate::engine::Engine;
use crate::hash_rate::hashes_per_second;
use crate::results::Results;

/// A code is accepted once per half minute and account, so each sign-in of a measurement needs another account.
const ACCOUNTS: usize = 800;
const DURATION: Duration = Duration::from_secs(15);
const ENROLMENT_THREADS: usize = 4;

/// The results of better-auth (Node.js, better-sqlite3) on a two-core machine with the same Argon2 parameters and 8 clients.
const BETTER_AUTH_RATE: f64 = 42.0;
const BETTER_AUTH_CODE_P99_MS: f64 = 150.0;
/// The minimum rate of sign-ins in relation to the highest possible rate of hashes.
const MIN_HASH_SHARE: f64 = 0.7;
const MAX_MEMORY_MIB: u64 = 64;

pub(crate) fn run(program: &Path, engine: &Engine, results: &mut Results) {
    let mut installation = Installation::new(program);
    engine.create_database(&mut installation);
    let (server, accounts) = start_with_enrolled_accounts(&installation);
    for clients in [1, 8, 64] {
        let before = hashes_per_second();
        let mut measured = measure(&server, &accounts, clients);
        let possible = f64::midpoint(before, hashes_per_second());
        let rate = measured.rate();
        let share = rate / possible;
        let name = |name: &str| format!("{name}, {clients} clients");
        results.report(&name("sign-in"), &measured.passwords.summary());
        let share_value = format!("{rate:.0}/s, {:.0} % of {possible:.0}", share * 100.0);
        let peak = server.peak_memory_mib();
        if clients == 8 {
            let share_name = name("sign-ins of the hashes possible");
            results.compare(&share_name, &share_value, "≥ 70 %", share >= MIN_HASH_SHARE);
            let (value, met) = (format!("{rate:.0}/s"), rate >= 2.0 * BETTER_AUTH_RATE);
            results.compare(&name("sign-ins"), &value, "≥ 84/s, 2 × better-auth", met);
            let met = measured.codes.percentile_millis(99) <= BETTER_AUTH_CODE_P99_MS / 4.0;
            results.compare(&name("code step"), &measured.codes.summary(), "p99 ≤ 37.5 ms", met);
            let value = format!("{peak} MiB");
            results.compare("memory at 8 clients, peak", &value, "≤ 64 MiB", peak <= MAX_MEMORY_MIB);
        } else {
            results.report(&name("sign-ins of the hashes possible"), &share_value);
            results.report(&name("code step"), &measured.codes.summary());
            results.report(&name("memory, peak"), &format!("{peak} MiB"));
        }
        if measured.throttled > 0 {
            results.report(&name("throttled (429)"), &measured.throttled.to_string());
        }
    }
    server.stop();
}

struct Account {
    login: String,
    seed: Seed,
}

/// Starts a server whose accounts all need a code at sign-in.
fn start_with_enrolled_accounts(installation: &Installation) -> (ServerProcess, Vec<Account>) {
    let logins: Vec<_> = (0..ACCOUNTS).map(|n| format!("person{n}@padlock.example")).collect();
    let server = installation.start();
    let portal = server.portal;
    let enrol = |login: &String| {
        installation.add_account(login);
        Account { login: login.clone(), seed: Client::signed_in(portal, login).enrol(true) }
    };
    let accounts = thread::scope(|scope| {
        let threads: Vec<_> = logins
            .chunks(ACCOUNTS.div_ceil(ENROLMENT_THREADS))
            .map(|logins| scope.spawn(move || logins.iter().map(enrol).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    (server, accounts)
}

#[derive(Default)]
struct Measured {
    passwords: Durations,
    codes: Durations,
    throttled: usize,
    elapsed: Duration,
}

impl Measured {
    /// Returns the number of complete sign-ins per second.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn rate(&self) -> f64 {
        self.codes.count() as f64 / self.elapsed.as_secs_f64()
    }
}

fn measure(server: &ServerProcess, accounts: &[Account], clients: usize) -> Measured {
    // The codes of the current time step may have been used.
    let used = current_step();
    while current_step() <= used {
        thread::sleep(Duration::from_millis(200));
    }
    let (next, total, stopwatch) = (AtomicUsize::new(0), Mutex::new(Measured::default()), Stopwatch::start());
    thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let measured = sign_in_repeatedly(server, accounts, &next, &stopwatch);
                let mut total = total.lock().unwrap();
                total.passwords.append(measured.passwords);
                total.codes.append(measured.codes);
                total.throttled += measured.throttled;
            });
        }
    });
    Measured { elapsed: stopwatch.elapsed(), ..total.into_inner().unwrap() }
}

fn sign_in_repeatedly(server: &ServerProcess, accounts: &[Account], next: &AtomicUsize, total: &Stopwatch) -> Measured {
    let mut measured = Measured::default();
    while total.elapsed() < DURATION
        && let Some(account) = accounts.get(next.fetch_add(1, Ordering::Relaxed))
    {
        let mut client = Client::anonymous(server.portal);
        loop {
            let stopwatch = Stopwatch::start();
            let response = client.sign_in(&account.login, PASSWORD).unwrap();
            if response.status != 429 {
                let _ = response.expect(200);
                measured.passwords.add(stopwatch.elapsed());
                break;
            }
            measured.throttled += 1;
            thread::sleep(Duration::from_millis(50));
        }
        let stopwatch = Stopwatch::start();
        let code = totp_code(&account.seed, 0);
        let _ = client.post("/verify-2fa-code", &json!({ "code": code })).unwrap().expect(200);
        measured.codes.add(stopwatch.elapsed());
    }
    measured
}
