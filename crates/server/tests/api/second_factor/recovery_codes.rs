//! Recovery codes and the notices about them.

use padlock_api::demo::PASSWORD;
use padlock_api::ports::ActivityFilter;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    a_recovery_code_is_accepted_once_and_its_use_is_reported,
    viewing_recovery_codes_requires_the_password_and_a_new_code,
    new_recovery_codes_invalidate_the_old_ones,
    a_notice_can_be_dismissed_by_its_owner,
);

async fn a_recovery_code_is_accepted_once_and_its_use_is_reported(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let codes = tess.enrol(&api).await.recovery_codes;
    let mut other = api.browser("tess").await;
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
    let notice = "A recovery code was used from Firefox on Linux. 11 are left.";
    assert_eq!(account["notices"][0]["text"], notice);
    let email = &api.emails().await[0];
    assert!(email.text.contains(notice) && email.to == "tess@padlock.example", "{email:?}");
    assert!(!email.text.contains(&codes[4]));
    let mut tx = api.ports.store.read().await.unwrap();
    let crm = tx.app("crm").await.unwrap().unwrap().id;
    let entries = tx.activity(crm, &ActivityFilter::default(), None, 10).await.unwrap().entries;
    assert!(entries.iter().any(|e| format!("{:?}", e.event) == "RecoveryCodeUsed { left: 11 }"), "{entries:?}");
}

async fn viewing_recovery_codes_requires_the_password_and_a_new_code(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    let form = |password: &str, code: &str| json!({ "password": password, "code": code });
    let view = "/account/recovery-codes/view";
    let code = enrolled.authenticator.next_code(&api);
    assert!(tess.is_unlocked().await, "the window is open");
    tess.post(view, json!({ "password": PASSWORD })).await.problem(401, "fresh_code_required");
    tess.post(view, json!({ "password": "wrong" })).await.problem(401, "wrong_credentials");
    tess.post(view, json!({ "code": code })).await.problem(422, "invalid_fields");
    // A wrong password counts as no attempt at the factor and uses no code.
    tess.post(view, form("wrong", &code)).await.problem(401, "wrong_credentials");
    let wrong = enrolled.authenticator.wrong_code(&api);
    assert_eq!(tess.post(view, form(PASSWORD, &wrong)).await.problem(401, "wrong_code")["attempts_left"], 4);
    let viewed = tess.post(view, form(PASSWORD, &code)).await.expect(200).json();
    assert_eq!(codes_in(&viewed), enrolled.recovery_codes);
    tess.post(view, form(PASSWORD, &code)).await.problem(401, "code_already_used");
    // A recovery code is accepted as well, and is used by it.
    let viewed = tess.post(view, form(PASSWORD, &enrolled.recovery_codes[0])).await.expect(200).json();
    let used: Vec<_> = viewed["recovery_codes"].as_array().unwrap().iter().map(|c| c["used_at"].is_string()).collect();
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
    assert!(used[0]);
    api.anonymous().post(view, form(PASSWORD, &code)).await.problem(401, "not_signed_in");
    api.browser("omar").await.post(view, form(PASSWORD, &code)).await.problem(409, "not_enrolled");
}

fn codes_in(response: &Value) -> Vec<String> {
    let codes = response["recovery_codes"].as_array().unwrap();
    codes.iter().map(|code| code["code"].as_str().unwrap().to_owned()).collect()
}

async fn new_recovery_codes_invalidate_the_old_ones(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    tess.post("/account/recovery-codes/saved", json!({})).await.expect(204);
    assert_eq!(tess.get("/account").await.expect(200).json()["recovery_codes_saved"], true);
    let form = json!({ "password": PASSWORD, "code": enrolled.authenticator.next_code(&api) });
    let new = codes_in(&tess.post("/account/recovery-codes", form).await.expect(200).json());
    assert!(new.iter().all(|code| !enrolled.recovery_codes.contains(code)));
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!((&account["recovery_codes_left"], &account["recovery_codes_saved"]), (&json!(12), &json!(false)));
    tess.verify(&enrolled.recovery_codes[1]).await.problem(401, "wrong_code");
    tess.verify(&new[1]).await.expect(200);
    // A recovery code is accepted as well, and its use is reported.
    let form = json!({ "password": PASSWORD, "code": new[2] });
    tess.post("/account/recovery-codes", form).await.expect(200);
    let notices = tess.get("/account").await.expect(200).json()["notices"].to_string();
    assert!(notices.contains("10 are left") && notices.contains("New recovery codes were made"), "{notices}");
    let omar = api.browser("omar").await;
    omar.post("/account/recovery-codes/saved", json!({})).await.problem(409, "not_enrolled");
}

async fn a_notice_can_be_dismissed_by_its_owner(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    api.clock.advance(SignedDuration::from_secs(1));
    tess.verify(&enrolled.recovery_codes[0]).await.expect(200);
    let account = tess.get("/account").await.expect(200).json();
    let notices = account["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 2);
    assert!(notices[0]["at"].as_str().unwrap() > notices[1]["at"].as_str().unwrap(), "ordered from the newest");
    let path = format!("/account/notices/{}", notices[0]["id"].as_str().unwrap());
    api.browser("omar").await.delete(&path).await.problem(404, "not_found");
    tess.delete("/account/notices/none").await.problem(404, "not_found");
    tess.delete(&path).await.expect(204);
    tess.delete(&path).await.problem(404, "not_found");
    let left = tess.get("/account").await.expect(200).json()["notices"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1);
    // An unlock creates no notice.
    tess.verify(&enrolled.authenticator.next_code(&api)).await.expect(200);
    assert_eq!(tess.get("/account").await.expect(200).json()["notices"].as_array().unwrap().len(), 1);
}
