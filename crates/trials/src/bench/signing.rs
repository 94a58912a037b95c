//! Sign-ins, each followed by its code, by 1, 8 and 64 clients at once; what they take of memory.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, PASSWORD, Place, Process, Watch, code, dist, step};
use serde_json::json;

use crate::capacity::hashes_a_second;
use crate::table::{Table, Times};

/// A code works once, and the next one comes after half a minute: as many people as sign in until enough was seen.
const PEOPLE: usize = 800;
const LONG_ENOUGH: Duration = Duration::from_secs(15);
/// Who make them.
const HANDS: usize = 4;

/// Of better-auth (node, better-sqlite3) on a two-core machine at the same parameters, 8 clients.
const OTHERS_RATE: f64 = 42.0;
const OTHERS_CODE_P99: f64 = 150.0;
/// What of the machine's hashes the server turns into sign-ins, at least.
const SHARE: f64 = 0.7;
const MEMORY_MIB: u64 = 64;

pub(crate) fn run(program: &Path, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    dist(&folder.path().join("dist"));
    let place = Place::new(program, folder.path());
    let (server, people) = enrolled(&place);
    for clients in [1, 8, 64] {
        let before = hashes_a_second();
        let mut seen = measure(&server, &people, clients);
        let most = f64::midpoint(before, hashes_a_second());
        let rate = seen.rate();
        let share = rate / most;
        let name = |what: &str| format!("{what}, {clients} clients");
        table.told(&name("sign-in"), &seen.sign_ins.words());
        let of_most = format!("{rate:.0}/s, {:.0} % of {most:.0}", share * 100.0);
        if clients == 8 {
            table.held(&name("sign-ins of the hashes possible"), &of_most, "≥ 70 %", share >= SHARE);
            let figure = format!("{rate:.0}/s");
            table.held(&name("sign-ins"), &figure, "≥ 84/s, 2 × better-auth", rate >= 2.0 * OTHERS_RATE);
            let p99 = seen.codes.percentile(99);
            table.held(&name("code step"), &seen.codes.words(), "p99 ≤ 37.5 ms", p99 <= OTHERS_CODE_P99 / 4.0);
        } else {
            table.told(&name("sign-ins of the hashes possible"), &of_most);
            table.told(&name("code step"), &seen.codes.words());
        }
        if seen.put_off > 0 {
            table.told(&name("told to come later (429)"), &seen.put_off.to_string());
        }
        let peak = server.peak_mib();
        if clients == 8 {
            table.held("memory at 8 clients, peak", &format!("{peak} MiB"), "≤ 64 MiB", peak <= MEMORY_MIB);
        } else {
            table.told(&name("memory, peak"), &format!("{peak} MiB"));
        }
    }
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

/// Somebody with an authenticator app.
struct Person {
    login: String,
    seed: Seed,
}

/// A server with people who are asked for a code at each sign-in.
fn enrolled(place: &Place) -> (Process, Vec<Person>) {
    let logins: Vec<_> = (0..PEOPLE).map(|n| format!("person{n}@padlock.example")).collect();
    let of_each = PEOPLE.div_ceil(HANDS);
    let server = place.start();
    let to = server.portal;
    let enrol = |login: &String| {
        place.add_account(login);
        let seed = Client::signed_in(to, login).enrol();
        Person { login: login.clone(), seed }
    };
    let people = thread::scope(|scope| {
        let each = |logins: &[String]| logins.iter().map(enrol).collect::<Vec<_>>();
        let hands: Vec<_> = logins.chunks(of_each).map(|logins| scope.spawn(move || each(logins))).collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    (server, people)
}

/// What was seen.
#[derive(Default)]
struct Measured {
    sign_ins: Times,
    codes: Times,
    put_off: usize,
    spent: Duration,
}

impl Measured {
    /// Sign-ins with their codes, a second.
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    fn rate(&self) -> f64 {
        self.codes.many() as f64 / self.spent.as_secs_f64()
    }
}

fn measure(server: &Process, people: &[Person], clients: usize) -> Measured {
    // Nobody's next code is one that was used.
    let used = step();
    while step() <= used {
        thread::sleep(Duration::from_millis(200));
    }
    let (next, all, watch) = (AtomicUsize::new(0), Mutex::new(Measured::default()), Watch::start());
    thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let seen = one_after_another(server, people, &next, &watch);
                let mut all = all.lock().unwrap();
                all.sign_ins.join(seen.sign_ins);
                all.codes.join(seen.codes);
                all.put_off += seen.put_off;
            });
        }
    });
    Measured { spent: watch.spent(), ..all.into_inner().unwrap() }
}

/// Signs people in until nobody is left.
fn one_after_another(server: &Process, people: &[Person], next: &AtomicUsize, whole: &Watch) -> Measured {
    let mut seen = Measured::default();
    while whole.spent() < LONG_ENOUGH
        && let Some(person) = people.get(next.fetch_add(1, Ordering::Relaxed))
    {
        let mut client = Client::stranger(server.portal);
        let answer = loop {
            let watch = Watch::start();
            let answer = client.sign_in(&person.login, PASSWORD).unwrap();
            if answer.status != 429 {
                seen.sign_ins.add(watch.spent());
                break answer;
            }
            seen.put_off += 1;
            thread::sleep(Duration::from_millis(50));
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
        let watch = Watch::start();
        let proved = client.post("/verify-2fa-code", &json!({ "code": code(&person.seed, 0) })).unwrap();
        assert_eq!(proved.status, 200, "{}", proved.text());
        seen.codes.add(watch.spent());
    }
    seen
}
