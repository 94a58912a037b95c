//! Step-up: codes, attempts and the authorised window.

use http::header;
use padlock_domain::SignedDuration;
use serde_json::json;

use crate::for_each_backend;
use crate::permissions::operation;
use crate::test_api::TestApi;

for_each_backend!(
    a_step_up_opens_the_padlock,
    a_code_is_accepted_once_within_a_minute,
    a_used_code_is_told_from_a_wrong_one_only_soon_after_the_password,
    wrong_codes_delay_and_finally_block_the_factor,
    attempts_are_counted_per_factor,
    a_window_belongs_to_one_session_and_ends_after_eight_hours,
    an_idle_window_closes_early,
    a_code_can_be_required_at_sign_in,
    five_wrong_codes_end_a_sign_in,
    scripts_can_step_up,
    malformed_codes_are_not_counted_as_attempts,
);

async fn a_step_up_opens_the_padlock(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let body = tess.transport_form().await;
    tess.deploy("shop", "production", body.clone()).await.problem(401, "step_up_required");
    let enrolled = tess.enrol(&api).await;
    assert_eq!(operation(&tess.card("shop", "production").await, "transport")["padlock"], "open");
    let accepted = tess.deploy("shop", "production", body).await.expect(202).json();
    assert_eq!(tess.wait_for_deployment("shop", "production", &accepted["id"]).await["state"], "done");
    assert_eq!(tess.card("shop", "production").await["version"], "1.2.0");
    tess.operate("production", "restart").await.expect(200);

    tess.post("/session/lock", json!({})).await.expect(204);
    assert_eq!(operation(&tess.card("shop", "production").await, "restart")["padlock"], "closed");
    tess.operate("production", "restart").await.problem(401, "step_up_required");
    let verified = tess.verify(&enrolled.authenticator.next_code(&api)).await.expect(200).json();
    assert_eq!((&verified["state"], &verified["method"]), (&json!("signed_in"), &json!("authenticator")));
    assert_eq!(verified["recovery_codes_left"], 12);
    assert!(verified.get("session_token").is_none(), "a browser gets a cookie instead");
    tess.operate("production", "stop").await.expect(200);
}

async fn a_code_is_accepted_once_within_a_minute(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    // The code that confirmed the enrolment is not accepted again in any session.
    let confirming = authenticator.code(&api);
    let problem = tess.verify(&confirming).await.problem(401, "code_already_used");
    let wait = problem["retry_after"].as_u64().unwrap();
    assert!((1..=30).contains(&wait), "{problem}");
    assert_eq!(problem["detail"], format!("That code was used already. The next one comes in {wait} s."));
    api.browser("tess").await.verify(&confirming).await.problem(401, "code_already_used");

    let code = authenticator.next_code(&api);
    tess.verify(&code).await.expect(200);
    for spelling in [code.clone(), format!(" {} {} ", &code[..3], &code[3..]), full_width(&code)] {
        tess.verify(&spelling).await.problem(401, "code_already_used");
    }
    // Codes of earlier and later time steps are refused although they were never used.
    api.clock.advance(SignedDuration::from_mins(5));
    tess.verify(&authenticator.code_at(&api, 1)).await.problem(401, "wrong_code");
    tess.verify(&authenticator.code_at(&api, -2)).await.problem(401, "wrong_code");
    tess.verify(&authenticator.code_at(&api, -1)).await.expect(200);
    tess.verify(&full_width(&authenticator.code(&api))).await.expect(200);
}

async fn a_used_code_is_told_from_a_wrong_one_only_soon_after_the_password(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    api.clock.advance(SignedDuration::from_mins(11));
    let code = authenticator.code(&api);
    tess.verify(&code).await.expect(200);
    // Whoever has the session need not know the password.
    let used = tess.verify(&code).await.problem(401, "wrong_code");
    let wrong = tess.verify(&authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
    assert_eq!((&used["attempts_left"], &wrong["attempts_left"]), (&json!(4), &json!(3)));
    assert_eq!(used["detail"], "That code is not right, or it was used already. 4 tries left.");
    assert_eq!(used["detail"].as_str().unwrap().replace('4', "3"), wrong["detail"].as_str().unwrap());
    // In a new session the password was just proved.
    api.browser("tess").await.verify(&code).await.problem(401, "code_already_used");
}

fn full_width(code: &str) -> String {
    code.chars().map(|c| char::from_u32(0xff10 + c.to_digit(10).unwrap()).unwrap()).collect()
}

async fn wrong_codes_delay_and_finally_block_the_factor(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    api.clock.advance(SignedDuration::from_secs(30));
    let wrong = enrolled.authenticator.wrong_code(&api);
    for left in (0..5).rev() {
        let problem = tess.verify(&wrong).await.problem(401, "wrong_code");
        assert_eq!(problem["attempts_left"], left, "{problem}");
        assert_eq!(problem.get("retry_after").is_some(), left == 0, "{problem}");
    }
    let response = tess.verify(&enrolled.authenticator.code(&api)).await;
    assert!(response.headers.contains_key(header::RETRY_AFTER));
    let problem = response.problem(429, "too_many_requests");
    assert!(
        (59..=60).contains(&problem["retry_after"].as_u64().unwrap()),
        "correct codes have to wait, too: {problem}"
    );
    // Recovery codes have to wait, too.
    tess.verify(&enrolled.recovery_codes[0]).await.problem(429, "too_many_requests");

    for _ in 5..50 {
        api.clock.advance(SignedDuration::from_hours(1));
        tess.verify(&enrolled.authenticator.wrong_code(&api)).await.problem(401, "wrong_code");
    }
    api.clock.advance(SignedDuration::from_hours(24));
    tess.verify(&enrolled.authenticator.code(&api)).await.problem(429, "factor_blocked");
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["blocked"], true, "still enrolled");
    assert!(account["notices"][0]["text"].as_str().unwrap().contains("Too many wrong codes"), "{account}");
    tess.begin_enrolment().await.problem(409, "already_enrolled");
    tess.verify(&enrolled.recovery_codes[0]).await.expect(200);
    tess.verify(&enrolled.authenticator.next_code(&api)).await.expect(200);
}

async fn attempts_are_counted_per_factor(api: TestApi) {
    let (_, authenticator) = api.browser_with_authenticator("tess").await;
    api.clock.advance(SignedDuration::from_secs(30));
    let wrong = authenticator.wrong_code(&api);
    for left in (1..5).rev() {
        let mut another = api.browser("tess").await;
        another.address = std::net::IpAddr::from([127, 0, 1, left]);
        assert_eq!(another.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    // Neither wrong passwords nor a restart change the count.
    let anonymous = api.anonymous();
    for _ in 0..3 {
        let form = json!({ "login": "tess@padlock.example", "password": "not her password" });
        anonymous.post("/sign-in", form).await.problem(401, "wrong_credentials");
    }
    let api = api.restarted(|_| {});
    let mut after = api.browser("tess").await;
    assert_eq!(after.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], 0);
    api.browser("tess").await.verify(&authenticator.code(&api)).await.problem(429, "too_many_requests");
    // A correct code resets the count.
    api.clock.advance(SignedDuration::from_mins(1));
    after.verify(&authenticator.code(&api)).await.expect(200);
    assert_eq!(after.verify(&authenticator.wrong_code(&api)).await.problem(401, "wrong_code")["attempts_left"], 4);
}

async fn a_window_belongs_to_one_session_and_ends_after_eight_hours(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let other = api.browser("tess").await;
    let before = tess.headers[header::COOKIE].clone();
    let authenticator = tess.enrol(&api).await.authenticator;
    assert_ne!(tess.headers[header::COOKIE], before, "the session has a new secret");
    let mut old_secret = api.anonymous();
    old_secret.headers.insert(header::COOKIE, before);
    old_secret.get("/session").await.problem(401, "not_signed_in");
    assert!(tess.is_unlocked().await);
    assert!(!other.is_unlocked().await);
    let sessions = tess.get("/sessions").await.expect(200).json();
    let open = sessions["items"].as_array().unwrap().iter().filter(|s| !s["authorised_until"].is_null());
    assert_eq!(open.count(), 1);

    // The window is open for eight hours.
    api.clock.advance(SignedDuration::from_secs(8 * 60 * 60 - 5));
    assert!(tess.is_unlocked().await);
    api.clock.advance(SignedDuration::from_secs(5));
    assert!(!tess.is_unlocked().await);
    tess.operate("production", "stop").await.problem(401, "step_up_required");
    tess.verify(&authenticator.code(&api)).await.expect(200);
    tess.delete("/session").await.expect(204);
    assert!(!api.browser("tess").await.is_unlocked().await, "a new session has no window");
}

async fn an_idle_window_closes_early(api: TestApi) {
    let api = api.restarted(|config| config.window_idle_timeout = Some(SignedDuration::from_hours(1)));
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    let minutes = |n| api.clock.advance(SignedDuration::from_mins(n));
    minutes(50);
    tess.operate("production", "restart").await.expect(200);
    minutes(50);
    assert!(tess.is_unlocked().await, "the window was used");
    // Only operations that need the window count as its use.
    tess.operate("test", "restart").await.expect(200);
    minutes(11);
    assert!(!tess.is_unlocked().await);
    tess.operate("production", "restart").await.problem(401, "step_up_required");
    tess.verify(&enrolled.authenticator.code(&api)).await.expect(200);
    for _ in 0..9 {
        minutes(55);
        tess.operate("production", "restart").await;
    }
    assert!(!tess.is_unlocked().await, "the window ends after eight hours although it was used");
}

async fn a_code_can_be_required_at_sign_in(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol_for(&api, true).await;
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["sign_in"], true);

    let mut waiting = api.anonymous();
    let response = waiting.sign_in("tess").await.json();
    assert_eq!(response["state"], "two_factor_required");
    assert_eq!((&response["methods"], &response["attempts_left"]), (&json!(["authenticator"]), &json!(5)));
    assert!(response.get("account").is_none(), "the sign-in is not complete");
    for path in ["/session", "/account", "/apps", "/apps/shop/environments"] {
        waiting.get(path).await.problem(401, "not_signed_in");
    }
    let verified = waiting.verify(&enrolled.authenticator.next_code(&api)).await.expect(200).json();
    assert_eq!(verified["account"]["name"], "Tess Tanaka");
    assert!(waiting.is_unlocked().await, "the code at sign-in opens the window");

    let mut with_recovery = api.anonymous();
    with_recovery.sign_in("tess").await;
    with_recovery.verify(&enrolled.recovery_codes[3]).await.expect(200);
    let mut late = api.anonymous();
    late.sign_in("tess").await;
    api.clock.advance(SignedDuration::from_mins(10));
    late.verify(&enrolled.authenticator.code(&api)).await.problem(401, "not_signed_in");
}

async fn five_wrong_codes_end_a_sign_in(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let authenticator = tess.enrol_for(&api, true).await.authenticator;
    api.clock.advance(SignedDuration::from_secs(30));
    let wrong = authenticator.wrong_code(&api);
    let mut waiting = api.anonymous();
    waiting.sign_in("tess").await;
    for left in (1..5).rev() {
        assert_eq!(waiting.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    waiting.verify(&wrong).await.problem(401, "challenge_ended");
    waiting.verify(&authenticator.code(&api)).await.problem(401, "not_signed_in");
    // A new challenge does not reset the count.
    let mut again = api.anonymous();
    again.sign_in("tess").await;
    again.verify(&authenticator.code(&api)).await.problem(429, "too_many_requests");
    api.clock.advance(SignedDuration::from_mins(1));
    again.verify(&authenticator.code(&api)).await.expect(200);
}

async fn scripts_can_step_up(api: TestApi) {
    let (_, authenticator) = api.browser_with_authenticator("tess").await;
    let mut script = api.script("tess").await;
    let body = script.transport_form().await;
    let response = script.deploy("shop", "production", body.clone()).await;
    let challenge = response.headers[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
    response.problem(401, "step_up_required");
    let before = script.headers[header::AUTHORIZATION].clone();
    let response = script.verify(&authenticator.next_code(&api)).await.expect(200);
    assert!(!response.headers.contains_key(header::SET_COOKIE));
    assert_ne!(script.headers[header::AUTHORIZATION], before, "a new token");
    script.deploy("shop", "production", body).await.expect(202);
}

async fn malformed_codes_are_not_counted_as_attempts(api: TestApi) {
    let mut tess = api.browser("tess").await;
    tess.verify("123456").await.problem(409, "not_enrolled");
    let authenticator = tess.enrol(&api).await.authenticator;
    tess.post("/session/lock", json!({})).await.expect(204);
    api.clock.advance(SignedDuration::from_secs(30));
    for code in ["", "12345", "1234567", "12a456", "abcdef", "+12345", "7K3MQ-9X2VA", &"1".repeat(10_000), "\u{0}23456"]
    {
        let problem = tess.verify(code).await.problem(422, "invalid_fields");
        assert!(problem["fields"]["code"].as_str().unwrap().ends_with('.'), "{problem}");
    }
    let code = authenticator.code(&api);
    for body in [
        format!(r#"{{"code":"000000","code":"{code}"}}"#),
        format!(r#"{{"code":"{code}","authorised_until":"2099-01-01T00:00:00Z"}}"#),
        format!(r#"{{"code":"{code}","verified":true}}"#),
        format!(r#"{{"code":{code}}}"#),
        r#"{"code":null}"#.to_owned(),
        "{}".to_owned(),
    ] {
        let response = tess.post_raw("/verify-2fa-code", "application/json", body).await;
        assert!([400, 422].contains(&response.status.as_u16()), "{}", response.status);
        assert!(
            !String::from_utf8(response.bytes).unwrap().contains(&code),
            "the response does not repeat the request"
        );
    }
    tess.post_raw("/verify-2fa-code", "text/plain", format!(r#"{{"code":"{code}"}}"#))
        .await
        .problem(415, "unsupported_media_type");
    assert!(!tess.is_unlocked().await);
    // None of these requests counted as an attempt or used the code.
    tess.verify(&code).await.expect(200);
}
