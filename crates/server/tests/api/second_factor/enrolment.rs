//! The enrolment of authenticator apps.

use padlock_api::demo::PASSWORD;
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    an_enrolment_returns_a_secret_and_recovery_codes,
    a_pending_enrolment_is_no_second_factor_and_expires,
    only_the_session_that_began_an_enrolment_can_confirm_it,
    a_pending_enrolment_is_resumed_with_the_same_secret,
    a_code_from_a_wrong_clock_is_explained,
    an_enrolment_allows_five_codes,
    an_enrolment_requires_the_password,
    a_first_enrolment_requires_a_mail_code_if_configured,
    a_mail_code_is_limited_to_five_attempts_and_ten_minutes,
    replacing_a_factor_requires_a_new_code,
    invalid_enrolment_requests_are_refused,
);

async fn an_enrolment_returns_a_secret_and_recovery_codes(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let secret = pending["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "160 bits in Base32, without padding");
    assert_eq!(
        pending["otpauth_uri"],
        format!(
            "otpauth://totp/Padlock:tess%40padlock.example?secret={secret}&issuer=Padlock&algorithm=SHA1&digits=6&period=30"
        )
    );
    let other = api.browser("omar").await.begin_enrolment().await.expect(201).json();
    assert_ne!(other["secret"], pending["secret"]);

    let enrolled = tess.enrol(&api).await;
    assert_eq!(enrolled.recovery_codes.len(), 12);
    let mut distinct = enrolled.recovery_codes.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 12);
    for code in &enrolled.recovery_codes {
        assert!(code.split('-').map(str::len).eq([5, 5, 5]), "{code}");
    }
    assert!(enrolled.response["authorised_until"].is_string());
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["method"], "authenticator");
    assert_eq!((&account["second_factor"]["sign_in"], &account["recovery_codes_left"]), (&json!(false), &json!(12)));
    assert_eq!(account["recovery_codes_saved"], false);
    assert!(account["notices"][0]["text"].as_str().unwrap().starts_with("Two-factor authentication was set up"));
    // Neither later responses nor the email contain the secrets.
    let outbox = serde_json::to_string(&api.emails().await).unwrap();
    for text in [account.to_string(), outbox] {
        assert!(!text.contains(&enrolled.recovery_codes[0]) && !text.contains(secret), "{text}");
    }
    let email = &api.emails().await[0];
    assert_eq!(
        (email.to.as_str(), email.subject.as_str()),
        ("tess@padlock.example", "Padlock: two-factor authentication was set up")
    );
}

async fn a_pending_enrolment_is_no_second_factor_and_expires(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let first = tess.begin_enrolment().await.expect(201).json();
    let authenticator = Authenticator::scan(&first);
    tess.verify(&authenticator.code(&api)).await.problem(409, "not_enrolled");
    tess.operate("production", "stop").await.problem(401, "step_up_required");
    assert!(tess.get("/account").await.expect(200).json()["second_factor"].is_null());
    // A second enrolment replaces the first.
    let second = tess.begin_enrolment().await.expect(201).json();
    tess.confirm(&first, &authenticator.code(&api)).await.problem(410, "enrolment_expired");
    let cancel = |enrolment: &Value| {
        ["/account/second-factor/pending?enrolment_id=", enrolment["enrolment_id"].as_str().unwrap()].concat()
    };
    tess.delete(&cancel(&first)).await.problem(404, "not_found");
    tess.delete(&cancel(&second)).await.expect(204);
    tess.confirm(&second, &Authenticator::scan(&second).code(&api)).await.problem(410, "enrolment_expired");
    // An enrolment expires after 15 minutes.
    let third = tess.begin_enrolment().await.expect(201).json();
    api.clock.advance(SignedDuration::from_mins(15));
    tess.confirm(&third, &Authenticator::scan(&third).code(&api)).await.problem(410, "enrolment_expired");
    assert!(tess.get("/account").await.expect(200).json()["second_factor"].is_null());
    api.cleanup().await.unwrap();
    tess.enrol(&api).await;
}

async fn only_the_session_that_began_an_enrolment_can_confirm_it(api: TestApi) {
    let tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Authenticator::scan(&pending).code(&api);
    for other in [api.browser("tess").await, api.browser("omar").await, api.script("tess").await] {
        other.confirm(&pending, &code).await.problem(410, "enrolment_expired");
    }
    api.anonymous().confirm(&pending, &code).await.problem(401, "not_signed_in");
    // The refused requests have neither used the code nor ended the enrolment.
    tess.confirm(&pending, &code).await.expect(200);
    tess.confirm(&pending, &code).await.problem(401, "not_signed_in");
}

async fn a_pending_enrolment_is_resumed_with_the_same_secret(api: TestApi) {
    let path = "/account/second-factor/pending";
    let pending_in_account =
        async |client: &Client| client.get("/account").await.expect(200).json()["pending_enrolment"].clone();
    let (tess, other) = (api.browser("tess").await, api.browser("tess").await);
    tess.get(path).await.problem(404, "not_found");
    assert_eq!(pending_in_account(&tess).await, false);
    let begun = tess.begin_enrolment().await.expect(201).json();
    let resumed = tess.get(path).await.expect(200);
    assert_eq!(resumed.headers["cache-control"], "no-store");
    assert_eq!(resumed.json(), begun);
    assert_eq!(pending_in_account(&tess).await, true);
    for stranger in [&other, &api.browser("omar").await] {
        stranger.get(path).await.problem(404, "not_found");
        stranger.delete(path).await.problem(404, "not_found");
        assert_eq!(pending_in_account(stranger).await, false);
    }
    api.anonymous().get(path).await.problem(401, "not_signed_in");
    tess.confirm(&begun, &Authenticator::scan(&begun).wrong_code(&api)).await.problem(401, "wrong_code");
    assert_eq!(tess.get(path).await.expect(200).json(), begun, "it stays the same after a wrong code");

    tess.delete(path).await.expect(204);
    tess.delete(path).await.problem(404, "not_found");
    tess.get(path).await.problem(404, "not_found");
    tess.begin_enrolment().await.expect(201);
    api.clock.advance(SignedDuration::from_mins(15));
    tess.get(path).await.problem(404, "not_found");
    assert_eq!(pending_in_account(&tess).await, false);

    let again = tess.begin_enrolment().await.expect(201).json();
    for _ in 0..5 {
        tess.confirm(&again, &Authenticator::scan(&again).wrong_code(&api)).await.problem(401, "wrong_code");
    }
    tess.get(path).await.problem(404, "not_found");
}

async fn a_code_from_a_wrong_clock_is_explained(api: TestApi) {
    let tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let authenticator = Authenticator::scan(&pending);
    let problem = tess.confirm(&pending, &authenticator.code_at(&api, 4)).await.problem(401, "wrong_code");
    let detail = "Your phone's clock is about 2 minutes fast. Switch on automatic time on it, then try the next code.";
    assert_eq!(problem["detail"], detail);
    let problem = tess.confirm(&pending, &authenticator.code_at(&api, -6)).await.problem(401, "wrong_code");
    assert!(problem["detail"].as_str().unwrap().contains("about 3 minutes slow"), "{problem}");
    let problem = tess.confirm(&pending, &authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
    assert!(!problem["detail"].as_str().unwrap().contains("clock"), "{problem}");
    for code in ["12345", "abcdef", "7K3MQ-9X2VA-B8NCD", ""] {
        tess.confirm(&pending, code).await.problem(422, "invalid_fields");
    }
    tess.confirm(&pending, &authenticator.code(&api)).await.expect(200);
}

async fn an_enrolment_allows_five_codes(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let authenticator = Authenticator::scan(&pending);
    for left in (0..5).rev() {
        let problem = tess.confirm(&pending, &authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
        assert_eq!(problem["attempts_left"], left);
    }
    tess.confirm(&pending, &authenticator.code(&api)).await.problem(410, "enrolment_expired");
    assert!(tess.get("/account").await.expect(200).json()["second_factor"].is_null());
    tess.enrol(&api).await;
}

async fn an_enrolment_requires_the_password(api: TestApi) {
    let tess = api.browser("tess").await;
    let begin = |password: &str| json!({ "method": "authenticator", "password": password });
    for _ in 0..5 {
        tess.post("/account/second-factor", begin("not hers")).await.problem(401, "wrong_credentials");
    }
    let problem = tess.post("/account/second-factor", begin(PASSWORD)).await.problem(429, "too_many_requests");
    api.clock.advance(SignedDuration::from_secs(problem["retry_after"].as_i64().unwrap()));
    tess.post("/account/second-factor", begin(PASSWORD)).await.expect(201);
    api.anonymous().begin_enrolment().await.problem(401, "not_signed_in");
}

/// Returns the code in the latest email.
pub(super) async fn mail_code(api: &TestApi) -> String {
    let text = api.emails().await[0].text.clone();
    let code = text.split("Your code is ").nth(1).unwrap().split('.').next().unwrap();
    assert_eq!(code.len(), 6);
    code.to_owned()
}

pub(super) async fn begin_with(client: &Client, mail_code: &str) -> Response {
    let form = json!({ "method": "authenticator", "password": PASSWORD, "mail_code": mail_code });
    client.post("/account/second-factor", form).await
}

/// Returns a different code.
pub(super) fn other_than(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

async fn a_first_enrolment_requires_a_mail_code_if_configured(api: TestApi) {
    let api = api.restarted(|config| config.first_binding = FirstBinding::Mail);
    let tess = api.browser("tess").await;
    assert_eq!(tess.get("/account").await.expect(200).json()["first_binding"], "mail");
    tess.begin_enrolment().await.problem(401, "mail_code_required");
    // A first enrolment cannot be declared as a replacement.
    let replace = json!({ "method": "authenticator", "password": PASSWORD, "replace": true, "code": "123456" });
    tess.post("/account/second-factor", replace).await.problem(401, "mail_code_required");
    let sent = tess.post("/account/mail-code", json!({})).await.expect(202).json();
    assert_eq!((&sent["sent_to"], &sent["resend_after"]), (&json!("t…s@padlock.example"), &json!(60)));
    tess.post("/account/mail-code", json!({})).await.problem(429, "too_many_requests");
    let code = mail_code(&api).await;
    // The code is valid for one account.
    begin_with(&api.browser("omar").await, &code).await.problem(401, "mail_code_required");
    assert_eq!(begin_with(&tess, &other_than(&code)).await.problem(401, "wrong_code")["attempts_left"], 4);
    let pending = begin_with(&tess, &code).await.expect(201).json();
    begin_with(&tess, &code).await.problem(401, "mail_code_required");
    tess.confirm(&pending, &Authenticator::scan(&pending).code(&api)).await.expect(200);
}

async fn a_mail_code_is_limited_to_five_attempts_and_ten_minutes(api: TestApi) {
    let api = api.restarted(|config| config.first_binding = FirstBinding::Mail);
    let tess = api.browser("tess").await;
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let first = mail_code(&api).await;
    for left in (1..5).rev() {
        assert_eq!(begin_with(&tess, &other_than(&first)).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    begin_with(&tess, &other_than(&first)).await.problem(401, "mail_code_required");
    begin_with(&tess, &first).await.problem(401, "mail_code_required");
    // A new code expires after ten minutes.
    api.clock.advance(SignedDuration::from_mins(1));
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let second = mail_code(&api).await;
    api.clock.advance(SignedDuration::from_mins(10));
    begin_with(&tess, &second).await.problem(401, "mail_code_required");
    begin_with(&tess, "12 34").await.problem(422, "invalid_fields");
}

async fn replacing_a_factor_requires_a_new_code(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let mut other = api.browser("tess").await;
    let old = tess.enrol(&api).await;
    other.verify(&old.authenticator.next_code(&api)).await.expect(200);
    let form = |code: Option<&str>| {
        let mut form = json!({ "method": "authenticator", "password": PASSWORD, "replace": true });
        if let Some(code) = code {
            form["code"] = code.into();
        }
        form
    };
    tess.begin_enrolment().await.problem(409, "already_enrolled");
    tess.post("/account/second-factor", form(None)).await.problem(401, "fresh_code_required");
    let wrong = old.authenticator.wrong_code(&api);
    tess.post("/account/second-factor", form(Some(&wrong))).await.problem(401, "wrong_code");
    let code = old.authenticator.next_code(&api);
    let pending = tess.post("/account/second-factor", form(Some(&code))).await.expect(201).json();
    // The old factor is valid until the confirmation.
    api.browser("tess").await.verify(&old.authenticator.next_code(&api)).await.expect(200);
    let authenticator = Authenticator::scan(&pending);
    let response = tess.confirm(&pending, &authenticator.code(&api)).await.expect(200);
    tess.update_secret(&response);
    let codes: Value = response.json()["recovery_codes"].clone();
    assert!(tess.is_unlocked().await);
    assert!(!other.is_unlocked().await, "a new factor closes the windows of all other sessions");
    other.verify(&old.authenticator.next_code(&api)).await.problem(401, "wrong_code");
    other.verify(&old.recovery_codes[0]).await.problem(401, "wrong_code");
    other.verify(codes[0].as_str().unwrap()).await.expect(200);
    other.verify(&authenticator.code(&api)).await.expect(200);
}

async fn invalid_enrolment_requests_are_refused(api: TestApi) {
    let tess = api.browser("tess").await;
    for form in [
        json!({ "method": "sms", "phone": "+31612345678", "password": PASSWORD }),
        json!({ "method": "authenticator", "phone": "+31612345678", "password": PASSWORD }),
        json!({ "method": "passkey", "password": PASSWORD }),
        json!({ "method": "authenticator" }),
        json!({ "method": "authenticator", "password": PASSWORD, "secret": "GEZDGNBVGY3TQOJQ" }),
        json!({ "method": "authenticator", "password": PASSWORD, "verified": true }),
    ] {
        tess.post("/account/second-factor", form).await.problem(422, "invalid_fields");
    }
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Authenticator::scan(&pending).code(&api);
    for (field, value) in [("authorised_until", json!("2099-01-01T00:00:00Z")), ("account", json!("omar"))] {
        let mut form = json!({ "enrolment_id": pending["enrolment_id"], "code": code });
        form[field] = value;
        tess.post("/account/second-factor/confirm", form).await.problem(422, "invalid_fields");
    }
    for id in ["", "none", "../../etc/passwd"] {
        let form = json!({ "enrolment_id": id, "code": code });
        tess.post("/account/second-factor/confirm", form).await.problem(410, "enrolment_expired");
    }
    tess.confirm(&pending, &code).await.expect(200);
}
