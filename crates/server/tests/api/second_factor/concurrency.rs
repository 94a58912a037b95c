//! Concurrent use of codes, and concurrent guesses.

use futures::future::join_all;
use serde_json::json;

use super::enrolment::{begin_with, mail_code, other_than};
use crate::authenticator::Authenticator;
use crate::client::{Client, assert_statuses, count};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    a_code_is_accepted_once_across_forty_sessions,
    a_recovery_code_is_accepted_once_in_two_hundred_requests,
    a_recovery_code_is_accepted_once_by_different_routes,
    concurrent_wrong_codes_are_limited_to_five,
    an_enrolment_is_confirmed_once,
    an_enrolment_is_either_confirmed_or_cancelled,
    a_challenge_creates_one_session,
    concurrent_guesses_at_a_mail_code_are_limited,
);

async fn browsers(api: &TestApi, name: &str, count: usize) -> Vec<Client> {
    join_all((0..count).map(|_| api.browser(name))).await
}

async fn a_code_is_accepted_once_across_forty_sessions(api: TestApi) {
    let (_, authenticator) = api.browser_with_authenticator("tess").await;
    let sessions = browsers(&api, "tess", 40).await;
    let code = json!({ "code": authenticator.next_code(&api) });
    let requests = (0..100).map(|n| sessions[n % 40].post("/verify-2fa-code", code.clone()));
    let responses = join_all(requests).await;
    assert_eq!(count(&responses, 200), 1);
    assert_statuses(&responses, &[200, 401, 429]);
    // Only the session whose code was accepted has a window.
    let mut open = 0;
    for response in responses.iter().filter(|response| response.status == 200) {
        let mut verified_session = api.anonymous();
        verified_session.update_secret(response);
        open += usize::from(verified_session.is_unlocked().await);
    }
    for session in &sessions {
        let now = session.get("/session").await;
        open += usize::from(now.status == 200 && !now.json()["authorised_until"].is_null());
    }
    assert_eq!(open, 1);
}

async fn a_recovery_code_is_accepted_once_in_two_hundred_requests(api: TestApi) {
    let codes = api.browser("tess").await.enrol(&api).await.recovery_codes;
    let sessions = browsers(&api, "tess", 20).await;
    let form = json!({ "code": codes[0] });
    let responses = join_all((0..200).map(|n| sessions[n % 20].post("/verify-2fa-code", form.clone()))).await;
    assert_eq!(count(&responses, 200), 1);
    assert_statuses(&responses, &[200, 401, 429]);
    let account = api.browser("tess").await.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], 11);
}

/// New recovery codes have the same numbers as the old ones: a request that has verified an old one must not use up the new
/// one.
async fn a_recovery_code_is_accepted_once_by_different_routes(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let codes = tess.enrol(&api).await.recovery_codes;
    let form = json!({ "password": padlock_api::demo::PASSWORD, "code": codes[2] });
    let sessions = browsers(&api, "tess", 4).await;
    let verify = json!({ "code": codes[2] });
    let replacements = join_all((0..50).map(|_| tess.post("/account/recovery-codes", form.clone())));
    let windows = join_all((0..50).map(|n| sessions[n % 4].post("/verify-2fa-code", verify.clone())));
    let (replacements, windows) = futures::join!(replacements, windows);
    assert_statuses(&replacements, &[200, 401, 429]);
    assert_statuses(&windows, &[200, 401, 429]);
    assert_eq!(count(&replacements, 200) + count(&windows, 200), 1);
    let left = tess.get("/account").await.expect(200).json()["recovery_codes_left"].clone();
    assert_eq!(left, if count(&replacements, 200) == 1 { 12 } else { 11 }, "no new code was used");
}

async fn concurrent_wrong_codes_are_limited_to_five(api: TestApi) {
    let (_, authenticator) = api.browser_with_authenticator("tess").await;
    let sessions = browsers(&api, "tess", 20).await;
    let form = json!({ "code": authenticator.wrong_code(&api) });
    let responses = join_all((0..200).map(|n| sessions[n % 20].post("/verify-2fa-code", form.clone()))).await;
    assert_statuses(&responses, &[401, 429]);
    let verified = count(&responses, 401);
    assert!((1..=5).contains(&verified), "{verified} were verified");
    let mut left: Vec<_> = responses.iter().filter_map(|response| response.json()["attempts_left"].as_u64()).collect();
    left.sort_unstable();
    assert_eq!(left, (5 - verified as u64..5).collect::<Vec<_>>(), "each attempt is recorded");
}

async fn an_enrolment_is_confirmed_once(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Authenticator::scan(&pending).code(&api);
    let responses = join_all((0..100).map(|_| tess.confirm(&pending, &code))).await;
    assert_eq!(count(&responses, 200), 1);
    assert_statuses(&responses, &[200, 401, 410]);
    let confirmed = responses.iter().find(|response| response.status == 200).unwrap();
    tess.update_secret(confirmed);
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], 12);
    // The codes in the response are valid.
    tess.verify(confirmed.json()["recovery_codes"][11].as_str().unwrap()).await.expect(200);
}

async fn an_enrolment_is_either_confirmed_or_cancelled(api: TestApi) {
    let tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Authenticator::scan(&pending).code(&api);
    let confirmations = join_all((0..50).map(|_| tess.confirm(&pending, &code)));
    let cancellations = join_all((0..50).map(|_| tess.delete("/account/second-factor/pending")));
    let (confirmations, cancellations) = futures::join!(confirmations, cancellations);
    let confirmed = count(&confirmations, 200);
    assert_eq!(confirmed + count(&cancellations, 204), 1);
    assert_statuses(&confirmations, &[200, 401, 410]);
    assert_statuses(&cancellations, &[204, 401, 404]);
    let account = api.browser("tess").await.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], if confirmed == 1 { 12 } else { 0 });
}

async fn a_challenge_creates_one_session(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let authenticator = tess.enrol_for(&api, true).await.authenticator;
    let mut waiting = api.anonymous();
    waiting.sign_in("tess").await;
    let form = json!({ "code": authenticator.next_code(&api) });
    let responses = join_all((0..100).map(|_| waiting.post("/verify-2fa-code", form.clone()))).await;
    assert_eq!(count(&responses, 200), 1);
    assert_statuses(&responses, &[200, 401, 429]);
    let sessions = tess.get("/sessions").await.expect(200).json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 2);
}

async fn concurrent_guesses_at_a_mail_code_are_limited(api: TestApi) {
    let api = api.restarted(|c| c.first_binding = padlock_contract::second_factor::FirstBinding::Mail);
    let tess = api.browser("tess").await;
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let code = other_than(&mail_code(&api).await);
    let responses = join_all((0..100).map(|_| begin_with(&tess, &code))).await;
    let verified = responses.iter().filter(|response| response.json()["code"] == "wrong_code").count();
    assert!((1..=4).contains(&verified), "{verified} were verified; the fifth ends the code");
    assert!(responses.iter().all(|response| response.status != 201));
}
