//! Owners are told about guesses: at their codes, and at their password.

use padlock_domain::SignedDuration;
use serde_json::json;

use crate::client::Client;
use crate::for_each_backend;
use crate::test_api::{TestApi, wait_until};

for_each_backend!(
    the_fifth_wrong_code_in_a_row_is_told,
    twenty_wrong_passwords_are_told_once_a_day,
    wrong_passwords_in_a_session_count_too,
);

const WRONG_CODES: &str = "Padlock: wrong codes were tried for your account";
const WRONG_PASSWORDS: &str = "Padlock: wrong passwords were tried for your account";

async fn emails(api: &TestApi, subject: &str) -> usize {
    let is_it = |email: &&padlock_contract::demo::Message| email.subject == subject;
    api.emails().await.iter().filter(is_it).filter(|email| email.to == "tess@padlock.example").count()
}

async fn notices(client: &Client, words: &str) -> usize {
    let account = client.get("/account").await.expect(200).json();
    let notices = account["notices"].as_array().unwrap();
    notices.iter().filter(|notice| notice["text"].as_str().unwrap().contains(words)).count()
}

async fn the_fifth_wrong_code_in_a_row_is_told(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    api.clock.advance(SignedDuration::from_mins(1));
    for _ in 0..4 {
        tess.verify(&authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
    }
    assert_eq!((emails(&api, WRONG_CODES).await, notices(&tess, "wrong codes").await), (0, 0));
    tess.verify(&authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
    wait_until(async || emails(&api, WRONG_CODES).await == 1).await;
    assert_eq!(notices(&tess, "5 wrong codes in a row were tried after your password").await, 1);
    for _ in 0..3 {
        api.clock.advance(SignedDuration::from_mins(2));
        tess.verify(&authenticator.wrong_code(&api)).await;
    }
    assert_eq!((emails(&api, WRONG_CODES).await, notices(&tess, "wrong codes").await), (1, 1), "once in a row");
}

/// Tries wrong passwords from so many addresses that no limit delays them.
async fn guess(api: &TestApi, count: u8) {
    for n in 0..count {
        let mut stranger = api.anonymous();
        stranger.address = [192, 0, 2, n].into();
        let form = json!({ "login": "tess@padlock.example", "password": "not her password" });
        stranger.post("/sign-in", form).await.problem(401, "wrong_credentials");
    }
}

async fn twenty_wrong_passwords_are_told_once_a_day(api: TestApi) {
    let tess = api.browser("tess").await;
    guess(&api, 19).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!((emails(&api, WRONG_PASSWORDS).await, notices(&tess, "wrong passwords").await), (0, 0));
    guess(&api, 1).await;
    wait_until(async || emails(&api, WRONG_PASSWORDS).await == 1).await;
    assert_eq!(notices(&tess, "20 wrong passwords were tried for your account within a day").await, 1);
    guess(&api, 30).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(emails(&api, WRONG_PASSWORDS).await, 1, "once a day");
    api.clock.advance(SignedDuration::from_hours(24));
    guess(&api, 20).await;
    wait_until(async || emails(&api, WRONG_PASSWORDS).await == 2).await;
}

async fn wrong_passwords_in_a_session_count_too(api: TestApi) {
    let tess = api.browser("tess").await;
    guess(&api, 19).await;
    let form = json!({ "method": "authenticator", "password": "not hers" });
    tess.post("/account/second-factor", form).await.problem(401, "wrong_credentials");
    wait_until(async || emails(&api, WRONG_PASSWORDS).await == 1).await;
}
