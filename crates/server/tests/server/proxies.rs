//! Whose address counts, with a proxy in front and without.

use crate::portal::Running;
use crate::support::ask;

impl Running {
    /// Guesses at a new login each time, until the address may not any more, or `most` were looked at; says how many were.
    async fn guesses(&self, most: usize, forwarded: impl Fn(usize) -> String) -> usize {
        for n in 0..most {
            let head = format!(
                "POST /api/v1/sign-in HTTP/1.1\nHost: {}\nContent-Type: application/json\n{}",
                self.portal,
                forwarded(n)
            );
            let body = format!(r#"{{"login":"nobody{n}@padlock.example","password":"correct horse battery"}}"#);
            let answer = ask(self.portal, &head, &body).await;
            match answer.status {
                401 => {}
                429 => return n,
                _ => panic!("{}: {}", answer.head, answer.body),
            }
        }
        most
    }
}

/// More than that are never looked at.
const MANY: usize = 60;

/// Thirty, and what came back meanwhile on a slow machine.
fn is_the_stock(looked_at: usize) -> bool {
    (30..MANY).contains(&looked_at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_header_changes_nothing() {
    let running = Running::start(&[]).await;
    let looked_at = running.guesses(MANY, |n| format!("X-Forwarded-For: 192.0.2.{n}")).await;
    assert!(is_the_stock(looked_at), "{looked_at}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_says_who_asks() {
    let running = Running::start(&["--trusted-proxies", "::1,127.0.0.0/8,10.0.0.1"]).await;
    // What the client wrote stands left of what the proxies added.
    let one = running.guesses(MANY, |n| format!("X-Forwarded-For: 203.0.113.{n}, 192.0.2.1, 10.0.0.1")).await;
    assert!(is_the_stock(one), "{one}");
    let again = running.guesses(5, |_| "X-Forwarded-For: 192.0.2.1".to_owned()).await;
    assert!(again < 5, "{again}");
    let other = running.guesses(5, |_| "X-Forwarded-For: 198.51.100.7".to_owned()).await;
    assert_eq!(other, 5);
    running.stop().await;
}
