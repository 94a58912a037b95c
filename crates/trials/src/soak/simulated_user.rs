//! A client with an authenticator app that signs in, enters codes and reads.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use padlock_domain::second_factor::totp::{Seed, Step};
use padlock_trials::{Client, PASSWORD, Response, Stopwatch, current_step, totp_code};
use serde_json::json;

use crate::report::DurationsByRequest;

const READS: [&str; 6] =
    ["/session", "/apps", "/apps/shop/environments", "/apps/shop/packages", "/apps/shop/activity", "/account"];

pub(crate) struct SimulatedUser {
    pub(crate) client: Client,
    login: String,
    seed: Seed,
    /// The time step of the last code that was sent.
    last_step: Step,
    signed_in: bool,
    rng: fastrand::Rng,
}

impl SimulatedUser {
    /// Creates a visitor who is signed in and has just enrolled.
    pub(crate) fn sign_in_and_enrol(portal: SocketAddr, login: &str, rng: fastrand::Rng) -> Self {
        let mut client = Client::signed_in(portal, login);
        let last_step = current_step();
        let seed = client.enrol(true);
        Self { client, login: login.to_owned(), seed, last_step, signed_in: true, rng }
    }

    /// Sends requests until `stop` is set or the server does not respond.
    pub(crate) fn visit(&mut self, stop: &AtomicBool) -> DurationsByRequest {
        let mut durations = DurationsByRequest::default();
        while !stop.load(Ordering::Relaxed) && self.send_request(&mut durations).is_ok() {}
        durations
    }

    fn send_request(&mut self, durations: &mut DurationsByRequest) -> io::Result<()> {
        let stopwatch = Stopwatch::start();
        if !self.signed_in {
            if current_step() > self.last_step && self.sign_in(durations)? {
                self.verify_code(durations)?;
            }
            std::thread::sleep(Duration::from_millis(200));
        } else if self.rng.u16(0..2_000) == 0 {
            let response = self.client.delete("/session")?;
            durations.add("sign out", response.status, stopwatch.elapsed());
            self.signed_in = response.status != 204;
        } else {
            let path = self.rng.choice(READS).unwrap();
            let response = self.client.get(path)?;
            durations.add("read", response.status, stopwatch.elapsed());
            // An acknowledged session survives every fault of the server.
            self.expect_status(&response, &[200, 503]);
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn sign_in(&mut self, durations: &mut DurationsByRequest) -> io::Result<bool> {
        let stopwatch = Stopwatch::start();
        let response = self.client.sign_in(&self.login, PASSWORD)?;
        durations.add("sign in", response.status, stopwatch.elapsed());
        self.expect_status(&response, &[200, 429, 503, 507]);
        Ok(response.status == 200)
    }

    /// Enters the current code. A code is accepted once, so the next attempt must wait for the next time step.
    fn verify_code(&mut self, durations: &mut DurationsByRequest) -> io::Result<()> {
        self.last_step = current_step();
        let stopwatch = Stopwatch::start();
        let response = self.client.post("/verify-2fa-code", &json!({ "code": totp_code(&self.seed, 0) }))?;
        durations.add("code", response.status, stopwatch.elapsed());
        self.client.update_token(&response);
        self.signed_in = response.status == 200;
        self.expect_status(&response, &[200, 503, 507]);
        Ok(())
    }

    fn expect_status(&self, response: &Response, allowed: &[u16]) {
        assert!(allowed.contains(&response.status), "{}: {}\n{}", self.login, response.head, response.text());
    }
}

/// Subscribes to an app's events until `stop` is set, and returns how many arrived.
pub(crate) fn count_events(client: &Client, app: &str, stop: &AtomicBool) -> usize {
    let request = client.request("GET", &format!("/apps/{app}/events"));
    let Ok(mut stream) = request.send_part(client.portal, usize::MAX) else { return 0 };
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let (mut events, mut buffer) = (0, [0; 4_096]);
    while !stop.load(Ordering::Relaxed) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => events += String::from_utf8_lossy(&buffer[..read]).matches("event: change").count(),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    events
}
