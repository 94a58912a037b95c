//! Somebody with an authenticator app who signs in, proves it, reads and listens.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use padlock_domain::second_factor::totp::{Seed, Step};
use padlock_trials::{Answer, Client, PASSWORD, Watch, code, step};
use serde_json::json;

use crate::report::Times;

const READS: [&str; 6] =
    ["/session", "/apps", "/apps/shop/environments", "/apps/shop/packages", "/apps/shop/activity", "/account"];

pub(crate) struct Visitor {
    pub(crate) client: Client,
    login: String,
    seed: Seed,
    /// The last step whose code was tried.
    tried: Step,
    signed_in: bool,
    rng: fastrand::Rng,
}

impl Visitor {
    /// Somebody who has just enrolled, and is asked for a code at each sign-in from now on.
    pub(crate) fn enrolled(to: SocketAddr, login: &str, rng: fastrand::Rng) -> Self {
        let mut client = Client::signed_in(to, login);
        let tried = step();
        let seed = client.enrol();
        Self { client, login: login.to_owned(), seed, tried, signed_in: true, rng }
    }

    /// Goes on until told to stop, or until there is nobody to answer.
    pub(crate) fn visit(&mut self, stop: &AtomicBool) -> Times {
        let mut times = Times::default();
        while !stop.load(Ordering::Relaxed) && self.once(&mut times).is_ok() {}
        times
    }

    fn once(&mut self, times: &mut Times) -> io::Result<()> {
        let watch = Watch::start();
        if !self.signed_in {
            if step() > self.tried && self.sign_in(times)? {
                self.prove(times)?;
            }
            std::thread::sleep(Duration::from_millis(200));
        } else if self.rng.u16(0..2_000) == 0 {
            let answer = self.client.delete("/session")?;
            times.add("sign out", answer.status, watch.spent());
            self.signed_in = !matches!(answer.status, 204);
        } else {
            let path = self.rng.choice(READS).unwrap();
            let answer = self.client.get(path)?;
            times.add("read", answer.status, watch.spent());
            // What was acknowledged lasts: also a session, whatever happens to the server.
            assert!(matches!(answer.status, 200 | 503), "{}, {path}: {}", self.login, answer.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn sign_in(&mut self, times: &mut Times) -> io::Result<bool> {
        let watch = Watch::start();
        let answer = self.client.sign_in(&self.login, PASSWORD)?;
        times.add("sign in", answer.status, watch.spent());
        assert!(matches!(answer.status, 200 | 429 | 503 | 507), "{}: {}", self.login, answer.text());
        Ok(answer.status == 200)
    }

    /// A code works once. Where the answer to it was lost, or it was refused, the next one is waited for.
    fn prove(&mut self, times: &mut Times) -> io::Result<()> {
        self.tried = step();
        let watch = Watch::start();
        let answer = self.client.post("/verify-2fa-code", &json!({ "code": code(&self.seed, 0) }))?;
        times.add("code", answer.status, watch.spent());
        self.client.adopt(&answer);
        self.signed_in = answer.status == 200;
        assert!(self.signed_in || is_busy(&answer), "{}: {}", self.login, answer.text());
        Ok(())
    }
}

fn is_busy(answer: &Answer) -> bool {
    matches!(answer.status, 503 | 507)
}

/// Listens to an app's changes until told to stop, and says how many came.
pub(crate) fn listen(client: &Client, app: &str, stop: &AtomicBool) -> usize {
    let request = client.request("GET", &format!("/apps/{app}/events"));
    let Ok(mut stream) = request.begin(client.to, usize::MAX) else { return 0 };
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let (mut heard, mut buffer) = (0, [0; 4_096]);
    while !stop.load(Ordering::Relaxed) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => heard += String::from_utf8_lossy(&buffer[..read]).matches("event: change").count(),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    heard
}
