//! Single use and bounded guessing, a hundred at once.

use futures::future::join_all;
use serde_json::json;

use crate::client::{Answer, Client};
use crate::over_both;
use crate::phone::Phone;
use crate::world::World;

over_both!(
    one_use_of_a_code_over_forty_sessions,
    one_use_of_a_recovery_code_of_two_hundred,
    one_recovery_code_makes_new_ones_once,
    five_guesses_of_two_hundred,
    one_confirmation_of_a_hundred,
    one_session_of_a_hundred_right_codes,
    five_guesses_of_a_hundred_at_a_mailed_code,
);

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Everything else is a refusal, in words.
fn all_are(answers: &[Answer], statuses: &[u16]) {
    for answer in answers {
        assert!(statuses.contains(&answer.status.as_u16()), "{}", String::from_utf8_lossy(&answer.bytes));
    }
}

async fn browsers(world: &World, who: &str, many: usize) -> Vec<Client> {
    join_all((0..many).map(|_| world.browser(who))).await
}

async fn one_use_of_a_code_over_forty_sessions(world: World) {
    let phone = world.browser("tess").await.enrol(&world).await.phone;
    let sessions = browsers(&world, "tess", 40).await;
    let code = json!({ "code": phone.next_code(&world) });
    let tries = (0..100).map(|n| sessions[n % 40].post("/verify-2fa-code", code.clone()));
    let answers = join_all(tries).await;
    assert_eq!(count(&answers, 200), 1);
    all_are(&answers, &[200, 401, 429]);
    // One window is open, of the session that spent it.
    let mut open = 0;
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let mut winner = world.stranger();
        winner.adopt(answer);
        open += usize::from(winner.is_unlocked().await);
    }
    for session in &sessions {
        let now = session.get("/session").await;
        open += usize::from(now.status == 200 && !now.json()["authorised_until"].is_null());
    }
    assert_eq!(open, 1);
}

async fn one_use_of_a_recovery_code_of_two_hundred(world: World) {
    let codes = world.browser("tess").await.enrol(&world).await.recovery_codes;
    let sessions = browsers(&world, "tess", 20).await;
    let form = json!({ "code": codes[0] });
    let answers = join_all((0..200).map(|n| sessions[n % 20].post("/verify-2fa-code", form.clone()))).await;
    assert_eq!(count(&answers, 200), 1);
    all_are(&answers, &[200, 401, 429]);
    let account = world.browser("tess").await.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], 11);
}

/// New codes have the same numbers: whoever looked at an old one must not spend the new one in its place.
async fn one_recovery_code_makes_new_ones_once(world: World) {
    let mut tess = world.browser("tess").await;
    let codes = tess.enrol(&world).await.recovery_codes;
    let form = json!({ "password": padlock_api::demo::PASSWORD, "code": codes[2] });
    let sessions = browsers(&world, "tess", 4).await;
    let verify = json!({ "code": codes[2] });
    let news = join_all((0..50).map(|_| tess.post("/account/recovery-codes", form.clone())));
    let windows = join_all((0..50).map(|n| sessions[n % 4].post("/verify-2fa-code", verify.clone())));
    let (news, windows) = futures::join!(news, windows);
    all_are(&news, &[200, 401, 429]);
    all_are(&windows, &[200, 401, 429]);
    assert_eq!(count(&news, 200) + count(&windows, 200), 1);
    let left = tess.get("/account").await.expect(200).json()["recovery_codes_left"].clone();
    assert_eq!(left, if count(&news, 200) == 1 { 12 } else { 11 }, "no new one was burnt");
}

async fn five_guesses_of_two_hundred(world: World) {
    let phone = world.browser("tess").await.enrol(&world).await.phone;
    let sessions = browsers(&world, "tess", 20).await;
    let form = json!({ "code": phone.wrong_code(&world) });
    let answers = join_all((0..200).map(|n| sessions[n % 20].post("/verify-2fa-code", form.clone()))).await;
    all_are(&answers, &[401, 429]);
    let looked_at = count(&answers, 401);
    assert!((1..=5).contains(&looked_at), "{looked_at} were looked at");
    let mut left: Vec<_> = answers.iter().filter_map(|a| a.json()["attempts_left"].as_u64()).collect();
    left.sort_unstable();
    assert_eq!(left, (5 - looked_at as u64..5).collect::<Vec<_>>(), "each is charged by itself");
}

async fn one_confirmation_of_a_hundred(world: World) {
    let mut tess = world.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let code = Phone::scan(&pending).code(&world);
    let answers = join_all((0..100).map(|_| tess.confirm(&pending, &code))).await;
    assert_eq!(count(&answers, 200), 1);
    all_are(&answers, &[200, 401, 410]);
    let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
    tess.adopt(winner);
    let account = tess.get("/account").await.expect(200).json();
    assert_eq!(account["recovery_codes_left"], 12);
    // The codes that were shown are the ones that count.
    tess.verify(winner.json()["recovery_codes"][11].as_str().unwrap()).await.expect(200);
}

async fn one_session_of_a_hundred_right_codes(world: World) {
    let mut tess = world.browser("tess").await;
    let phone = tess.enrol_for(&world, true).await.phone;
    let mut waiting = world.stranger();
    waiting.sign_in("tess").await;
    let form = json!({ "code": phone.next_code(&world) });
    let answers = join_all((0..100).map(|_| waiting.post("/verify-2fa-code", form.clone()))).await;
    assert_eq!(count(&answers, 200), 1);
    all_are(&answers, &[200, 401, 429]);
    let sessions = tess.get("/sessions").await.expect(200).json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 2);
}

async fn five_guesses_of_a_hundred_at_a_mailed_code(world: World) {
    let world = world.restarted(|c| c.first_binding = padlock_contract::second_factor::FirstBinding::Mail);
    let tess = world.browser("tess").await;
    tess.post("/account/mail-code", json!({})).await.expect(202);
    let letter = world.controls.outbox.messages()[0].text.clone();
    let code = if letter.contains(" 000000.") { "000001" } else { "000000" };
    let form = json!({ "method": "authenticator", "password": padlock_api::demo::PASSWORD, "mail_code": code });
    let answers = join_all((0..100).map(|_| tess.post("/account/second-factor", form.clone()))).await;
    let looked_at = answers.iter().filter(|answer| answer.json()["code"] == "wrong_code").count();
    assert!((1..=4).contains(&looked_at), "{looked_at} were looked at, and the fifth ends it");
    assert!(answers.iter().all(|answer| answer.status != 201));
}
