//! The client address behind proxies, observed through the throttling of sign-ins.

use padlock_trials::{Request, ServerProcess};
use serde_json::json;

use crate::support::installation;

const MAX_GUESSES: usize = 60;

/// Sends wrong passwords for different logins until the address is throttled, at most `max`, and returns how many were
/// verified.
fn guess(server: &ServerProcess, max: usize, forwarded_for: impl Fn(usize) -> String) -> usize {
    for n in 0..max {
        let form = json!({ "login": format!("nobody{n}@padlock.example"), "password": "correct horse battery" });
        let request = Request::new("POST", "/api/v1/sign-in").json(&form).header("X-Forwarded-For", &forwarded_for(n));
        let response = request.send(server.portal).unwrap();
        match response.status {
            401 => {}
            429 => return n,
            _ => panic!("{}: {}", response.head, response.text()),
        }
    }
    max
}

/// An address may send thirty guesses at once; on slow machines some more become available meanwhile.
#[track_caller]
fn assert_throttled(verified: usize) {
    assert!((30..MAX_GUESSES).contains(&verified), "{verified}");
}

#[test]
fn a_forwarded_address_is_ignored_without_trusted_proxies() {
    let installation = installation();
    let server = installation.start();
    assert_throttled(guess(&server, MAX_GUESSES, |n| format!("192.0.2.{n}")));
}

#[test]
fn the_last_address_that_is_not_a_trusted_proxy_counts() {
    let installation = installation();
    let server = installation.start_with(&["--trusted-proxies", "::1,127.0.0.0/8,10.0.0.1"]);
    // The proxies append to what the client has sent.
    assert_throttled(guess(&server, MAX_GUESSES, |n| format!("203.0.113.{n}, 192.0.2.1, 10.0.0.1")));
    let same_client = guess(&server, 5, |_| "192.0.2.1".to_owned());
    assert!(same_client < 5, "{same_client}");
    assert_eq!(guess(&server, 5, |_| "198.51.100.7".to_owned()), 5);
}
