//! What each kind of caller gets, as one table that is compared whole.

use padlock_api::demo::PASSWORD;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::over_both;
use crate::world::World;

over_both!(what_each_caller_gets);

/// Rows: what is asked for. Columns: nobody; the right password alone; a sign-in that waits for its code; an open window; a
/// window that has ended; an open window of somebody without the permission.
const TABLE: &str = "
                          nobody           password            waiting          open             expired             other’s
test: restart             not_signed_in    200                 not_signed_in    200              200                 200
production: card          not_signed_in    200                 not_signed_in    200              200                 200
production: restart       not_signed_in    step_up_required    not_signed_in    200              step_up_required    forbidden
production: stop          not_signed_in    step_up_required    not_signed_in    200              step_up_required    forbidden
production: start         not_signed_in    wrong_state         not_signed_in    200              wrong_state         forbidden
production: transport     not_signed_in    step_up_required    not_signed_in    202              step_up_required    forbidden
production: deploy        not_signed_in    step_up_required    not_signed_in    202              step_up_required    forbidden
account                   not_signed_in    200                 not_signed_in    200              200                 200
account: enrol            not_signed_in    already_enrolled    not_signed_in    already_enrolled already_enrolled    already_enrolled
account: replace          not_signed_in    fresh_code_required not_signed_in    fresh_code_required fresh_code_required fresh_code_required
account: view codes       not_signed_in    wrong_code          not_signed_in    wrong_code       wrong_code          wrong_code
account: new codes        not_signed_in    wrong_code          not_signed_in    wrong_code       wrong_code          wrong_code
lock                      not_signed_in    204                 not_signed_in    204              204                 204
";

const ROWS: [&str; 13] = [
    "test: restart",
    "production: card",
    "production: restart",
    "production: stop",
    "production: start",
    "production: transport",
    "production: deploy",
    "account",
    "account: enrol",
    "account: replace",
    "account: view codes",
    "account: new codes",
    "lock",
];

async fn ask(client: &Client, row: &str, package: &Value) -> Answer {
    let production = "/apps/shop/environments/production";
    let with_wrong_code = json!({ "password": PASSWORD, "code": "00000-00000-00000" });
    let enrol = |replace: bool| json!({ "method": "authenticator", "password": PASSWORD, "replace": replace });
    match row {
        "test: restart" => client.post("/apps/shop/environments/test/restart", json!({})).await,
        "production: card" => client.get(production).await,
        "production: restart" => client.post(&format!("{production}/restart"), json!({})).await,
        "production: stop" => client.post(&format!("{production}/stop"), json!({})).await,
        "production: start" => client.post(&format!("{production}/start"), json!({})).await,
        "production: transport" | "production: deploy" => {
            let mut body = json!({ "package_id": package });
            if row == "production: transport" {
                body["from"] = json!("acceptance");
            }
            let answer = client.deploy("shop", "production", body).await;
            if answer.status == 202 {
                client.ended("shop", "production", &answer.json()["id"]).await;
            }
            answer
        }
        "account" => client.get("/account").await,
        "account: enrol" => client.post("/account/second-factor", enrol(false)).await,
        "account: replace" => client.post("/account/second-factor", enrol(true)).await,
        "account: view codes" => client.post("/account/recovery-codes/view", with_wrong_code).await,
        "account: new codes" => client.post("/account/recovery-codes", with_wrong_code).await,
        _ => client.post("/session/lock", json!({})).await,
    }
}

fn word(answer: &Answer) -> String {
    if answer.status.is_success() {
        return answer.status.as_u16().to_string();
    }
    answer.json()["code"].as_str().unwrap().to_owned()
}

async fn what_each_caller_gets(world: World) {
    let mut tess = world.browser("tess").await;
    let password_only = world.browser("tess").await;
    let package = json!(tess.package("shop", "1.2.0").await);
    let phone = tess.enrol_for(&world, true).await.phone;
    let mut expired = world.stranger();
    expired.sign_in("tess").await;
    expired.verify(&phone.next_code(&world)).await.expect(200);
    world.clock.advance(SignedDuration::from_hours(8));
    let mut waiting = world.stranger();
    waiting.sign_in("tess").await;
    tess.verify(&phone.code(&world)).await.expect(200);
    let mut dana = world.browser("dana").await;
    dana.enrol(&world).await;

    // The open window comes last: only it changes anything.
    let callers = [world.stranger(), password_only, waiting, expired, dana, tess];
    let mut columns = Vec::new();
    for caller in &callers {
        let mut words = Vec::new();
        for row in ROWS {
            words.push(word(&ask(caller, row, &package).await));
            if row.starts_with("account:") {
                // Its wrong code is no reason for the rows below.
                world.clock.advance(SignedDuration::from_secs(61));
            }
        }
        columns.push(words);
    }
    let mut actual = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        let [nobody, password, waiting, expired, others, open] =
            [0, 1, 2, 3, 4, 5].map(|n: usize| columns[n][at].clone());
        actual.push([(*row).to_owned(), nobody, password, waiting, open, expired, others].join(" | "));
    }
    let expected: Vec<_> = TABLE.lines().filter(|line| !line.trim().is_empty()).skip(1).map(read_line).collect();
    assert_eq!(actual, expected);
}

/// The row's name takes 26 characters, the words are separated by spaces.
fn read_line(line: &str) -> String {
    let (name, words) = line.split_at(26);
    let words: Vec<_> = words.split_whitespace().collect();
    [&[name.trim()], &words[..]].concat().join(" | ")
}
