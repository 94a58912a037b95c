//! Enrolling an authenticator app: until its first code it proves nothing.

use padlock_api::demo::PASSWORD;
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::client::Client;
use crate::over_both;
use crate::phone::Phone;
use crate::world::World;

over_both!(
    what_a_phone_is_shown,
    a_pending_enrolment_proves_nothing_and_ends,
    only_the_session_that_began_it_confirms_it,
    a_phone_that_is_off_is_told_so,
    it_takes_the_password,
    a_first_enrolment_takes_the_mailed_code_where_mail_binds,
    a_mailed_code_dies_of_tries_and_of_age,
    another_takes_its_place_with_a_fresh_code_only,
    what_else_an_enrolment_says_is_refused,
);

async fn what_a_phone_is_shown(world: World) {
    let mut tess = world.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let secret = pending["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "160 bits in Base32, without padding");
    assert_eq!(
        pending["otpauth_uri"],
        format!(
            "otpauth://totp/Padlock:tess%40padlock.example?secret={secret}&issuer=Padlock&algorithm=SHA1&digits=6&period=30"
        )
    );
    let other = world.browser("omar").await.begin_enrolment().await.expect(201).json();
    assert_ne!(other["secret"], pending["secret"]);

    let enrolled = tess.enrol(&world).await;
    assert_eq!(enrolled.recovery_codes.len(), 12);
    let mut distinct = enrolled.recovery_codes.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 12);
    for code in &enrolled.recovery_codes {
        assert!(code.split('-').map(str::len).eq([5, 5, 5]), "{code}");
    }
    assert!(enrolled.answer["authorised_until"].is_string());
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["second_factor"]["method"], "authenticator");
    assert_eq!((&account["second_factor"]["sign_in"], &account["recovery_codes_left"]), (&json!(false), &json!(12)));
    assert_eq!(account["recovery_codes_saved"], false);
    assert!(account["notices"][0]["text"].as_str().unwrap().starts_with("Two-factor authentication was set up"));
    // Nothing secret is in the answers about it, nor in the letter.
    let outbox = serde_json::to_string(&world.controls.outbox.messages()).unwrap();
    for text in [account.to_string(), outbox] {
        assert!(!text.contains(&enrolled.recovery_codes[0]) && !text.contains(secret), "{text}");
    }
    let told = &world.controls.outbox.messages()[0];
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("tess@padlock.example", "Padlock: two-factor authentication was set up")
    );
}

async fn a_pending_enrolment_proves_nothing_and_ends(world: World) {
    let mut tess = world.browser("tess").await;
    let first = tess.begin_enrolment().await.expect(201).json();
    let phone = Phone::scan(&first);
    tess.verify(&phone.code(&world)).await.problem(409, "not_enrolled");
    tess.post("/apps/shop/environments/production/stop", json!({})).await.problem(401, "step_up_required");
    assert!(tess.get("/account").await.expect(200).json()["second_factor"].is_null());
    // A second one takes the place of the first.
    let second = tess.begin_enrolment().await.expect(201).json();
    tess.confirm(&first, &phone.code(&world)).await.problem(410, "enrolment_expired");
    // Dropped, it is gone; somebody else cannot drop it.
    let path = format!("/account/second-factor/enrolments/{}", second["enrolment_id"].as_str().unwrap());
    world.browser("omar").await.delete(&path).await.problem(404, "not_found");
    tess.delete(&path).await.expect(204);
    tess.delete(&path).await.problem(404, "not_found");
    tess.confirm(&second, &Phone::scan(&second).code(&world)).await.problem(410, "enrolment_expired");
    // After a quarter of an hour it ends by itself.
    let third = tess.begin_enrolment().await.expect(201).json();
    world.clock.advance(SignedDuration::from_mins(15));
    tess.confirm(&third, &Phone::scan(&third).code(&world)).await.problem(410, "enrolment_expired");
    assert!(tess.get("/account").await.expect(200).json()["second_factor"].is_null());
    world.api.cleanup().await.unwrap();
    tess.enrol(&world).await;
}

async fn only_the_session_that_began_it_confirms_it(world: World) {
    let tess = world.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Phone::scan(&pending).code(&world);
    for other in [world.browser("tess").await, world.browser("omar").await, world.script("tess").await] {
        other.confirm(&pending, &code).await.problem(410, "enrolment_expired");
    }
    world.stranger().confirm(&pending, &code).await.problem(401, "not_signed_in");
    // None of that spent the code, or ended the enrolment.
    tess.confirm(&pending, &code).await.expect(200);
    tess.confirm(&pending, &code).await.problem(401, "not_signed_in");
}

async fn a_phone_that_is_off_is_told_so(world: World) {
    let tess = world.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let phone = Phone::scan(&pending);
    let problem = tess.confirm(&pending, &phone.code_at(&world, 4)).await.problem(401, "wrong_code");
    let words = "Your phone's clock is about 2 minutes fast. Switch on automatic time on it, then try the next code.";
    assert_eq!(problem["detail"], words);
    let problem = tess.confirm(&pending, &phone.code_at(&world, -6)).await.problem(401, "wrong_code");
    assert!(problem["detail"].as_str().unwrap().contains("about 3 minutes slow"), "{problem}");
    let problem = tess.confirm(&pending, &phone.wrong_code(&world)).await.problem(401, "wrong_code");
    assert!(!problem["detail"].as_str().unwrap().contains("clock"), "{problem}");
    for code in ["12345", "abcdef", "7K3MQ-9X2VA-B8NCD", ""] {
        tess.confirm(&pending, code).await.problem(422, "invalid_fields");
    }
    tess.confirm(&pending, &phone.code(&world)).await.expect(200);
}

async fn it_takes_the_password(world: World) {
    let tess = world.browser("tess").await;
    let begin = |password: &str| json!({ "method": "authenticator", "password": password });
    for _ in 0..5 {
        tess.post("/account/second-factor", begin("not hers")).await.problem(401, "wrong_credentials");
    }
    let problem = tess.post("/account/second-factor", begin(PASSWORD)).await.problem(429, "too_many_requests");
    world.clock.advance(SignedDuration::from_secs(problem["retry_after"].as_i64().unwrap()));
    tess.post("/account/second-factor", begin(PASSWORD)).await.expect(201);
    world.stranger().begin_enrolment().await.problem(401, "not_signed_in");
}

/// The code in the letter that was sent last.
fn mail_code(world: &World) -> String {
    let text = world.controls.outbox.messages()[0].text.clone();
    let code = text.split("Your code is ").nth(1).unwrap().split('.').next().unwrap();
    assert_eq!(code.len(), 6);
    code.to_owned()
}

async fn begin_with(client: &Client, mail_code: &str) -> crate::client::Answer {
    let form = json!({ "method": "authenticator", "password": PASSWORD, "mail_code": mail_code });
    client.post("/account/second-factor", form).await
}

/// A code that is not this one.
fn other_than(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

async fn a_first_enrolment_takes_the_mailed_code_where_mail_binds(world: World) {
    let world = world.restarted(|config| config.first_binding = FirstBinding::Mail);
    let tess = world.browser("tess").await;
    assert_eq!(tess.get("/account").await.expect(200).json()["first_binding"], "mail");
    tess.begin_enrolment().await.problem(401, "mail_code_required");
    // Saying that it takes another's place is no way around it.
    let replace = json!({ "method": "authenticator", "password": PASSWORD, "replace": true, "code": "123456" });
    tess.post("/account/second-factor", replace).await.problem(401, "mail_code_required");
    let sent = tess.post("/account/mail-code", json!({})).await.expect(202).json();
    assert_eq!((&sent["sent_to"], &sent["resend_after"]), (&json!("t…s@padlock.example"), &json!(60)));
    tess.post("/account/mail-code", json!({})).await.problem(429, "too_many_requests");
    let code = mail_code(&world);
    // Another's code is not mine.
    begin_with(&world.browser("omar").await, &code).await.problem(401, "mail_code_required");
    assert_eq!(begin_with(&tess, &other_than(&code)).await.problem(401, "wrong_code")["attempts_left"], 4);
    let pending = begin_with(&tess, &code).await.expect(201).json();
    begin_with(&tess, &code).await.problem(401, "mail_code_required");
    tess.confirm(&pending, &Phone::scan(&pending).code(&world)).await.expect(200);
}

async fn a_mailed_code_dies_of_tries_and_of_age(world: World) {
    let world = world.restarted(|config| config.first_binding = FirstBinding::Mail);
    let tess = world.browser("tess").await;
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let first = mail_code(&world);
    for left in (1..5).rev() {
        assert_eq!(begin_with(&tess, &other_than(&first)).await.problem(401, "wrong_code")["attempts_left"], left);
    }
    begin_with(&tess, &other_than(&first)).await.problem(401, "mail_code_required");
    begin_with(&tess, &first).await.problem(401, "mail_code_required");
    // A new one kills the old.
    world.clock.advance(SignedDuration::from_mins(1));
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let second = mail_code(&world);
    world.clock.advance(SignedDuration::from_mins(10));
    begin_with(&tess, &second).await.problem(401, "mail_code_required");
    begin_with(&tess, "12 34").await.problem(422, "invalid_fields");
}

async fn another_takes_its_place_with_a_fresh_code_only(world: World) {
    let mut tess = world.browser("tess").await;
    let mut other = world.browser("tess").await;
    let old = tess.enrol(&world).await;
    other.verify(&old.phone.next_code(&world)).await.expect(200);
    let form = |code: Option<&str>| {
        let mut form = json!({ "method": "authenticator", "password": PASSWORD, "replace": true });
        if let Some(code) = code {
            form["code"] = code.into();
        }
        form
    };
    tess.begin_enrolment().await.problem(409, "already_enrolled");
    tess.post("/account/second-factor", form(None)).await.problem(401, "fresh_code_required");
    let wrong = old.phone.wrong_code(&world);
    tess.post("/account/second-factor", form(Some(&wrong))).await.problem(401, "wrong_code");
    let code = old.phone.next_code(&world);
    let pending = tess.post("/account/second-factor", form(Some(&code))).await.expect(201).json();
    // Until it is confirmed the old one counts.
    world.browser("tess").await.verify(&old.phone.next_code(&world)).await.expect(200);
    let phone = Phone::scan(&pending);
    let answer = tess.confirm(&pending, &phone.code(&world)).await.expect(200);
    tess.adopt(&answer);
    let codes: Value = answer.json()["recovery_codes"].clone();
    assert!(tess.is_unlocked().await);
    assert!(!other.is_unlocked().await, "a change of factor ends every other window");
    other.verify(&old.phone.next_code(&world)).await.problem(401, "wrong_code");
    other.verify(&old.recovery_codes[0]).await.problem(401, "wrong_code");
    other.verify(codes[0].as_str().unwrap()).await.expect(200);
    other.verify(&phone.code(&world)).await.expect(200);
}

async fn what_else_an_enrolment_says_is_refused(world: World) {
    let tess = world.browser("tess").await;
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
    let code = Phone::scan(&pending).code(&world);
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
