//! The padlock: what opens it, for how long, and what does not.

use http::header;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::over_both;
use crate::world::World;

over_both!(
    the_padlock_opens_and_the_transport_goes_on,
    a_code_is_right_once_and_for_a_minute,
    five_wrong_codes_make_wait_and_fifty_block,
    the_count_belongs_to_the_factor_whatever_else_changes,
    the_window_belongs_to_one_session_and_ends,
    an_idle_window_closes_early,
    sign_in_can_ask_for_the_code,
    five_wrong_codes_end_a_waiting_sign_in,
    scripts_step_up_too,
    what_is_no_code_is_not_a_try,
    the_demos_clock_moves_on_and_never_back,
);

fn padlock(card: &Value, operation: &str) -> Value {
    let operations = card["operations"].as_array().unwrap();
    operations.iter().find(|o| o["name"] == operation).unwrap()["padlock"].clone()
}

async fn the_padlock_opens_and_the_transport_goes_on(world: World) {
    let mut tess = world.browser("tess").await;
    let body = json!({ "package_id": tess.package("shop", "1.2.0").await, "from": "acceptance" });
    tess.deploy("shop", "production", body.clone()).await.problem(401, "step_up_required");
    let enrolled = tess.enrol(&world).await;
    assert_eq!(padlock(&tess.card("shop", "production").await, "transport"), "open");
    let accepted = tess.deploy("shop", "production", body).await.expect(202).json();
    assert_eq!(tess.ended("shop", "production", &accepted["id"]).await["state"], "done");
    assert_eq!(tess.card("shop", "production").await["version"], "1.2.0");
    tess.post("/apps/shop/environments/production/restart", json!({})).await.expect(200);

    tess.post("/session/lock", json!({})).await.expect(204);
    assert_eq!(padlock(&tess.card("shop", "production").await, "restart"), "closed");
    tess.post("/apps/shop/environments/production/restart", json!({})).await.problem(401, "step_up_required");
    let verified = tess.verify(&enrolled.phone.next_code(&world)).await.expect(200).json();
    assert_eq!((&verified["state"], &verified["method"]), (&json!("signed_in"), &json!("authenticator")));
    assert_eq!(verified["recovery_codes_left"], 12);
    assert!(verified.get("session_token").is_none(), "a browser has its cookie");
    tess.post("/apps/shop/environments/production/stop", json!({})).await.expect(200);
}

async fn a_code_is_right_once_and_for_a_minute(world: World) {
    let mut tess = world.browser("tess").await;
    let phone = tess.enrol(&world).await.phone;
    // The code that confirmed the enrolment is spent, here and in any other session.
    let confirming = phone.code(&world);
    let problem = tess.verify(&confirming).await.problem(401, "code_already_used");
    let wait = problem["retry_after"].as_u64().unwrap();
    assert!((1..=30).contains(&wait), "{problem}");
    assert_eq!(problem["detail"], format!("That code was used already. The next one comes in {wait} s."));
    world.browser("tess").await.verify(&confirming).await.problem(401, "code_already_used");

    let code = phone.next_code(&world);
    tess.verify(&code).await.expect(200);
    for spelling in [code.clone(), format!(" {} {} ", &code[..3], &code[3..]), full_width(&code)] {
        tess.verify(&spelling).await.problem(401, "code_already_used");
    }
    // The one before, the one after: never used, and refused all the same.
    world.clock.advance(SignedDuration::from_mins(5));
    tess.verify(&phone.code_at(&world, 1)).await.problem(401, "wrong_code");
    tess.verify(&phone.code_at(&world, -2)).await.problem(401, "wrong_code");
    tess.verify(&phone.code_at(&world, -1)).await.expect(200);
    tess.verify(&full_width(&phone.code(&world))).await.expect(200);
}

fn full_width(code: &str) -> String {
    code.chars().map(|c| char::from_u32(0xff10 + c.to_digit(10).unwrap()).unwrap()).collect()
}

async fn five_wrong_codes_make_wait_and_fifty_block(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    world.clock.advance(SignedDuration::from_secs(30));
    let wrong = enrolled.phone.wrong_code(&world);
    for left in (0..5).rev() {
        let problem = tess.verify(&wrong).await.problem(401, "wrong_code");
        assert_eq!(problem["attempts_left"], left, "{problem}");
        assert_eq!(problem.get("retry_after").is_some(), left == 0, "{problem}");
    }
    let answer = tess.verify(&enrolled.phone.code(&world)).await;
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    let problem = answer.problem(429, "too_many_requests");
    assert!((59..=60).contains(&problem["retry_after"].as_u64().unwrap()), "right ones wait too: {problem}");
    // A recovery code is no way around it.
    tess.verify(&enrolled.recovery_codes[0]).await.problem(429, "too_many_requests");

    let mut tries = 5;
    while tries < 50 {
        world.clock.advance(SignedDuration::from_hours(1));
        tess.verify(&enrolled.phone.wrong_code(&world)).await.problem(401, "wrong_code");
        tries += 1;
    }
    world.clock.advance(SignedDuration::from_hours(24));
    tess.verify(&enrolled.phone.code(&world)).await.problem(429, "factor_blocked");
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["blocked"], true, "still enrolled");
    assert!(account["notices"][0]["text"].as_str().unwrap().contains("Too many wrong codes"), "{account}");
    tess.begin_enrolment().await.problem(409, "already_enrolled");
    tess.verify(&enrolled.recovery_codes[0]).await.expect(200);
    tess.verify(&enrolled.phone.next_code(&world)).await.expect(200);
}

async fn the_count_belongs_to_the_factor_whatever_else_changes(world: World) {
    let mut first = world.browser("tess").await;
    let phone = first.enrol(&world).await.phone;
    world.clock.advance(SignedDuration::from_secs(30));
    let wrong = phone.wrong_code(&world);
    for left in (1..5).rev() {
        // Another session, with the right password, from another address.
        let mut another = world.browser("tess").await;
        another.address = std::net::IpAddr::from([127, 0, 1, left]);
        assert_eq!(another.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    // Wrong passwords of strangers do not touch it, and a restart forgets nothing.
    let stranger = world.stranger();
    for _ in 0..3 {
        let form = json!({ "login": "tess@padlock.example", "password": "not her password" });
        stranger.post("/sign-in", form).await.problem(401, "wrong_credentials");
    }
    let world = world.restarted(|_| {});
    let mut after = world.browser("tess").await;
    assert_eq!(after.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], 0);
    world.browser("tess").await.verify(&phone.code(&world)).await.problem(429, "too_many_requests");
    // A right one ends the row.
    world.clock.advance(SignedDuration::from_mins(1));
    after.verify(&phone.code(&world)).await.expect(200);
    assert_eq!(after.verify(&phone.wrong_code(&world)).await.problem(401, "wrong_code")["attempts_left"], 4);
}

async fn the_window_belongs_to_one_session_and_ends(world: World) {
    let mut tess = world.browser("tess").await;
    let other = world.browser("tess").await;
    let before = tess.headers[header::COOKIE].clone();
    let phone = tess.enrol(&world).await.phone;
    assert_ne!(tess.headers[header::COOKIE], before, "the secret is another");
    let mut stale = world.stranger();
    stale.headers.insert(header::COOKIE, before);
    stale.get("/session").await.problem(401, "not_signed_in");
    assert!(tess.is_unlocked().await);
    assert!(!other.is_unlocked().await);
    let sessions = tess.get("/sessions").await.expect(200).json();
    let open = sessions["items"].as_array().unwrap().iter().filter(|s| !s["authorised_until"].is_null());
    assert_eq!(open.count(), 1);

    // To within five seconds of eight hours.
    world.clock.advance(SignedDuration::from_secs(8 * 60 * 60 - 5));
    assert!(tess.is_unlocked().await);
    world.clock.advance(SignedDuration::from_secs(5));
    assert!(!tess.is_unlocked().await);
    tess.post("/apps/shop/environments/production/stop", json!({})).await.problem(401, "step_up_required");
    tess.verify(&phone.code(&world)).await.expect(200);
    tess.delete("/session").await.expect(204);
    assert!(!world.browser("tess").await.is_unlocked().await, "signed in anew, it is closed");
}

async fn an_idle_window_closes_early(world: World) {
    let world = world.restarted(|config| config.window_idle = Some(SignedDuration::from_hours(1)));
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    let minutes = |n| world.clock.advance(SignedDuration::from_mins(n));
    minutes(50);
    tess.post("/apps/shop/environments/production/restart", json!({})).await.expect(200);
    minutes(50);
    assert!(tess.is_unlocked().await, "it was used");
    // What wears no padlock does not keep it open.
    tess.post("/apps/shop/environments/test/restart", json!({})).await.expect(200);
    minutes(11);
    assert!(!tess.is_unlocked().await);
    tess.post("/apps/shop/environments/production/restart", json!({})).await.problem(401, "step_up_required");
    tess.verify(&enrolled.phone.code(&world)).await.expect(200);
    for _ in 0..9 {
        minutes(55);
        tess.post("/apps/shop/environments/production/restart", json!({})).await;
    }
    assert!(!tess.is_unlocked().await, "eight hours at the most");
}

async fn sign_in_can_ask_for_the_code(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol_for(&world, true).await;
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["sign_in"], true);

    let mut there = world.stranger();
    let answer = there.sign_in("tess").await.json();
    assert_eq!(answer["state"], "two_factor_required");
    assert_eq!((&answer["methods"], &answer["attempts_left"]), (&json!(["authenticator"]), &json!(5)));
    assert!(answer.get("account").is_none(), "nobody is signed in yet");
    for path in ["/session", "/account", "/apps", "/apps/shop/environments"] {
        there.get(path).await.problem(401, "not_signed_in");
    }
    let verified = there.verify(&enrolled.phone.next_code(&world)).await.expect(200).json();
    assert_eq!(verified["account"]["name"], "Tess Tanaka");
    assert!(there.is_unlocked().await, "nobody is asked twice in a row");

    let mut with_recovery = world.stranger();
    with_recovery.sign_in("tess").await;
    with_recovery.verify(&enrolled.recovery_codes[3]).await.expect(200);
    let mut late = world.stranger();
    late.sign_in("tess").await;
    world.clock.advance(SignedDuration::from_mins(10));
    late.verify(&enrolled.phone.code(&world)).await.problem(401, "not_signed_in");
}

async fn five_wrong_codes_end_a_waiting_sign_in(world: World) {
    let mut tess = world.browser("tess").await;
    let phone = tess.enrol_for(&world, true).await.phone;
    world.clock.advance(SignedDuration::from_secs(30));
    let wrong = phone.wrong_code(&world);
    let mut waiting = world.stranger();
    waiting.sign_in("tess").await;
    for left in (1..5).rev() {
        assert_eq!(waiting.verify(&wrong).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    waiting.verify(&wrong).await.problem(401, "challenge_ended");
    waiting.verify(&phone.code(&world)).await.problem(401, "not_signed_in");
    // A new challenge does not begin the count anew.
    let mut again = world.stranger();
    again.sign_in("tess").await;
    again.verify(&phone.code(&world)).await.problem(429, "too_many_requests");
    world.clock.advance(SignedDuration::from_mins(1));
    again.verify(&phone.code(&world)).await.expect(200);
}

async fn scripts_step_up_too(world: World) {
    let mut browser = world.browser("tess").await;
    let phone = browser.enrol(&world).await.phone;
    let mut script = world.script("tess").await;
    let body = json!({ "package_id": script.package("shop", "1.2.0").await, "from": "acceptance" });
    let answer = script.deploy("shop", "production", body.clone()).await;
    let challenge = answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
    answer.problem(401, "step_up_required");
    let before = script.headers[header::AUTHORIZATION].clone();
    let answer = script.verify(&phone.next_code(&world)).await.expect(200);
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    assert_ne!(script.headers[header::AUTHORIZATION], before, "a new token");
    script.deploy("shop", "production", body).await.expect(202);
}

async fn what_is_no_code_is_not_a_try(world: World) {
    let mut tess = world.browser("tess").await;
    tess.verify("123456").await.problem(409, "not_enrolled");
    let phone = tess.enrol(&world).await.phone;
    tess.post("/session/lock", json!({})).await.expect(204);
    world.clock.advance(SignedDuration::from_secs(30));
    for code in ["", "12345", "1234567", "12a456", "abcdef", "+12345", "7K3MQ-9X2VA", &"1".repeat(10_000), "\u{0}23456"]
    {
        let problem = tess.verify(code).await.problem(422, "invalid_fields");
        assert!(problem["fields"]["code"].as_str().unwrap().ends_with('.'), "{problem}");
    }
    let code = phone.code(&world);
    for body in [
        format!(r#"{{"code":"000000","code":"{code}"}}"#),
        format!(r#"{{"code":"{code}","authorised_until":"2099-01-01T00:00:00Z"}}"#),
        format!(r#"{{"code":"{code}","verified":true}}"#),
        format!(r#"{{"code":{code}}}"#),
        r#"{"code":null}"#.to_owned(),
        "{}".to_owned(),
    ] {
        let answer = tess.post_raw("/verify-2fa-code", "application/json", body).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{}", answer.status);
        assert!(!String::from_utf8(answer.bytes).unwrap().contains(&code), "what was sent does not come back");
    }
    tess.post_raw("/verify-2fa-code", "text/plain", format!(r#"{{"code":"{code}"}}"#))
        .await
        .problem(415, "unsupported_media_type");
    assert!(!tess.is_unlocked().await);
    // None of these was a try, and none spent the code.
    tess.verify(&code).await.expect(200);
}

async fn the_demos_clock_moves_on_and_never_back(world: World) {
    let stranger = world.stranger();
    let before = stranger.get("/demo/clock").await.expect(200).json();
    assert_eq!(before["ahead_seconds"], 0);
    let after = stranger.post("/demo/clock", json!({ "advance_seconds": 28_800 })).await.expect(200).json();
    assert_eq!(after["ahead_seconds"], 28_800);
    assert!(after["now"].as_str().unwrap() > before["now"].as_str().unwrap());
    for bad in [json!({ "advance_seconds": -1 }), json!({ "advance_seconds": 99_999_999 }), json!({})] {
        stranger.post("/demo/clock", bad).await.problem(422, "invalid_fields");
    }
    let real = world.restarted(|config| config.demo = None).stranger();
    real.post("/demo/clock", json!({ "advance_seconds": 1 })).await.problem(404, "not_found");
    real.get("/demo/clock").await.problem(404, "not_found");
    real.get("/demo/outbox").await.problem(404, "not_found");
}
