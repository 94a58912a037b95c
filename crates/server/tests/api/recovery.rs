//! Recovery codes, and what their owner is told.

use padlock_api::demo::PASSWORD;
use padlock_api::ports::ActivityFilter;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::over_both;
use crate::world::World;

over_both!(
    a_recovery_code_opens_once_and_its_owner_is_told,
    seeing_them_takes_password_and_a_fresh_code,
    new_ones_kill_the_old,
    notices_are_dismissed_by_their_owner,
);

async fn a_recovery_code_opens_once_and_its_owner_is_told(world: World) {
    let mut tess = world.browser("tess").await;
    let codes = tess.enrol(&world).await.recovery_codes;
    let mut other = world.browser("tess").await;
    other.headers.insert("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0".parse().unwrap());
    other.sign_in("tess").await;
    let lower = codes[4].to_lowercase().replace('-', " ");
    let verified = other.verify(&lower).await.expect(200).json();
    assert_eq!((&verified["method"], &verified["recovery_codes_left"]), (&json!("recovery_code"), &json!(11)));
    assert!(other.is_unlocked().await);
    let problem = tess.verify(&codes[4]).await.problem(401, "code_already_used");
    assert_eq!(problem["detail"], "That recovery code was used already. Use another one.");
    tess.verify("00000-00000-00000").await.problem(401, "wrong_code");

    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], 11);
    let told = "A recovery code was used from Firefox on Linux. 11 are left.";
    assert_eq!(account["notices"][0]["text"], told);
    let letter = &world.controls.outbox.messages()[0];
    assert!(letter.text.contains(told) && letter.to == "tess@padlock.example", "{letter:?}");
    assert!(!letter.text.contains(&codes[4]));
    let mut tx = world.ports.store.read().await.unwrap();
    let crm = tx.app("crm").await.unwrap().unwrap().id;
    let entries = tx.activity(crm, &ActivityFilter::default(), None, 10).await.unwrap().entries;
    assert!(entries.iter().any(|e| format!("{:?}", e.event) == "RecoveryCodeUsed { left: 11 }"), "{entries:?}");
}

async fn seeing_them_takes_password_and_a_fresh_code(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    let form = |password: &str, code: &str| json!({ "password": password, "code": code });
    let view = "/account/recovery-codes/view";
    let code = enrolled.phone.next_code(&world);
    assert!(tess.is_unlocked().await, "an open window is not enough");
    tess.post(view, json!({ "password": PASSWORD })).await.problem(401, "fresh_code_required");
    tess.post(view, json!({ "password": "wrong" })).await.problem(401, "wrong_credentials");
    tess.post(view, json!({ "code": code })).await.problem(422, "invalid_fields");
    // A wrong password costs no try at the factor and spends nothing.
    tess.post(view, form("wrong", &code)).await.problem(401, "wrong_credentials");
    let wrong = enrolled.phone.wrong_code(&world);
    assert_eq!(tess.post(view, form(PASSWORD, &wrong)).await.problem(401, "wrong_code")["attempts_left"], 4);
    let seen = tess.post(view, form(PASSWORD, &code)).await.expect(200).json();
    assert_eq!(written(&seen), enrolled.recovery_codes);
    tess.post(view, form(PASSWORD, &code)).await.problem(401, "code_already_used");
    // A recovery code counts as one, and is struck off by it.
    let seen = tess.post(view, form(PASSWORD, &enrolled.recovery_codes[0])).await.expect(200).json();
    let used: Vec<_> = seen["recovery_codes"].as_array().unwrap().iter().map(|c| c["used_at"].is_string()).collect();
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
    assert!(used[0]);
    world.stranger().post(view, form(PASSWORD, &code)).await.problem(401, "not_signed_in");
    world.browser("omar").await.post(view, form(PASSWORD, &code)).await.problem(409, "not_enrolled");
}

fn written(answer: &Value) -> Vec<String> {
    let codes = answer["recovery_codes"].as_array().unwrap();
    codes.iter().map(|code| code["code"].as_str().unwrap().to_owned()).collect()
}

async fn new_ones_kill_the_old(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    tess.post("/account/recovery-codes/saved", json!({})).await.expect(204);
    assert_eq!(tess.get("/account").await.expect(200).json()["recovery_codes_saved"], true);
    let form = json!({ "password": PASSWORD, "code": enrolled.phone.next_code(&world) });
    let new = written(&tess.post("/account/recovery-codes", form).await.expect(200).json());
    assert!(new.iter().all(|code| !enrolled.recovery_codes.contains(code)));
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!((&account["recovery_codes_left"], &account["recovery_codes_saved"]), (&json!(12), &json!(false)));
    tess.verify(&enrolled.recovery_codes[1]).await.problem(401, "wrong_code");
    tess.verify(&new[1]).await.expect(200);
    // A recovery code will do, and that it was used is told as well.
    let form = json!({ "password": PASSWORD, "code": new[2] });
    tess.post("/account/recovery-codes", form).await.expect(200);
    let notices = tess.get("/account").await.expect(200).json()["notices"].to_string();
    assert!(notices.contains("10 are left") && notices.contains("New recovery codes were made"), "{notices}");
    let omar = world.browser("omar").await;
    omar.post("/account/recovery-codes/saved", json!({})).await.problem(409, "not_enrolled");
}

async fn notices_are_dismissed_by_their_owner(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    world.clock.advance(SignedDuration::from_secs(1));
    tess.verify(&enrolled.recovery_codes[0]).await.expect(200);
    let account = tess.get("/account").await.expect(200).json();
    let notices = account["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 2);
    assert!(notices[0]["at"].as_str().unwrap() > notices[1]["at"].as_str().unwrap(), "the latest first");
    let path = format!("/account/notices/{}", notices[0]["id"].as_str().unwrap());
    world.browser("omar").await.delete(&path).await.problem(404, "not_found");
    tess.delete("/account/notices/none").await.problem(404, "not_found");
    tess.delete(&path).await.expect(204);
    tess.delete(&path).await.problem(404, "not_found");
    let left = tess.get("/account").await.expect(200).json()["notices"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1);
    // What was only written down is no notice.
    tess.verify(&enrolled.phone.next_code(&world)).await.expect(200);
    assert_eq!(tess.get("/account").await.expect(200).json()["notices"].as_array().unwrap().len(), 1);
}
