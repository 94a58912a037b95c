//! Signing in and out.

use std::net::IpAddr;

use http::header;
use padlock_api::demo;
use padlock_domain::SignedDuration;
use serde_json::json;

use crate::client::Client;
use crate::over_both;
use crate::world::World;

over_both!(
    the_cookie,
    the_cookie_over_https,
    wrong_ones_answer_alike,
    guesses_are_throttled_and_the_owner_is_not,
    one_password_at_many_logins,
    sessions_end,
    other_sites_change_nothing,
    bodies_that_are_not,
    tokens_and_cookies_are_not_each_other,
);

async fn the_cookie_over_https(world: World) {
    let world = world.restarted(|config| config.public_origin = "https://padlock.example.net".into());
    let mut client = world.stranger();
    client.headers.insert(header::ORIGIN, "https://padlock.example.net".parse().unwrap());
    let answer = client.sign_in("tess").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-padlock=") && cookie.contains("; Secure"), "{cookie}");
    client.get("/session").await.expect(200);
    // The same secret under the name that any page of the host could set is nobody's.
    let plain = client.headers[header::COOKIE].to_str().unwrap().replace("__Host-", "");
    client.headers.insert(header::COOKIE, plain.parse().unwrap());
    client.get("/session").await.problem(401, "not_signed_in");
}

async fn the_cookie(world: World) {
    let mut client = world.stranger();
    client.get("/session").await.problem(401, "not_signed_in");
    let answer = client.sign_in("tess").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.json()["state"], "signed_in");
    let session = client.get("/session").await.expect(200).json();
    assert_eq!(session["account"]["name"], "Tess Tanaka");
    assert_eq!(session["assurance"], "password");
    assert_eq!(session["authorised_until"], json!(null));
}

async fn wrong_ones_answer_alike(world: World) {
    let client = world.stranger();
    let mut answers = Vec::new();
    for (login, password) in [
        ("tess@padlock.example", "wrong horse battery staple"),
        ("nobody@padlock.example", "correct horse battery staple"),
        ("not a login", "correct horse battery staple"),
        ("tess@padlock.example", ""),
        ("tess@padlock.example", &"x".repeat(5_000)),
    ] {
        let form = json!({ "login": login, "password": password });
        answers.push(client.post("/sign-in", form).await.problem(401, "wrong_credentials"));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));
}

async fn guesses_are_throttled_and_the_owner_is_not(world: World) {
    let client = world.stranger();
    let guess = || json!({ "login": "tess@padlock.example", "password": "a guess at random" });
    for _ in 0..5 {
        client.post("/sign-in", guess()).await.problem(401, "wrong_credentials");
    }
    let answer = client.post("/sign-in", guess()).await;
    let retry: u64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    let problem = answer.problem(429, "too_many_requests");
    assert_eq!(problem["retry_after"], retry);
    assert!((1..=60).contains(&retry));
    // Somebody else, from the same place, is not held up.
    world.browser("omar").await;
    world.clock.advance(SignedDuration::from_secs(i64::try_from(retry).unwrap()));
    world.browser("tess").await;
    world.browser("tess").await;
}

async fn one_password_at_many_logins(world: World) {
    let mut spray = world.stranger();
    let mut next = 0_u16;
    // Any address of one IPv6 network: it is one customer's.
    let mut guess = |client: &mut Client| {
        next += 1;
        client.address = IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, next]);
        let login =
            if next.is_multiple_of(3) { format!("no login {next}") } else { format!("n{next}@padlock.example") };
        json!({ "login": login, "password": "correct horse battery stable" })
    };
    for _ in 0..30 {
        let form = guess(&mut spray);
        spray.post("/sign-in", form).await.problem(401, "wrong_credentials");
    }
    let form = guess(&mut spray);
    let problem = spray.post("/sign-in", form).await.problem(429, "too_many_requests");
    let retry = problem["retry_after"].as_i64().unwrap();
    assert!((1..=7).contains(&retry), "{problem}");
    // A right password from there waits as long as anybody, and is then looked at; it does not clear the limit.
    spray.post("/sign-in", json!({ "login": "ines@padlock.example", "password": demo::PASSWORD })).await.expect(429);
    world.clock.advance(SignedDuration::from_secs(retry));
    spray.sign_in("ines").await;
    let form = guess(&mut spray);
    spray.post("/sign-in", form).await.problem(401, "wrong_credentials");
    let form = guess(&mut spray);
    spray.post("/sign-in", form).await.problem(429, "too_many_requests");
    // The neighbouring network is somebody else's.
    spray.address = IpAddr::from([0x2001, 0xdb8, 0, 8, 0, 0, 0, 1]);
    spray.sign_in("omar").await;
}

async fn sessions_end(world: World) {
    let here = world.browser("tess").await;
    let there = world.browser("tess").await;
    let third = world.browser("tess").await;
    let list = here.get("/sessions").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let other = list["items"].as_array().unwrap().iter().find(|s| s["current"] == false).unwrap()["id"].clone();
    let stranger = world.browser("omar").await;
    stranger.delete(&format!("/sessions/{}", other.as_str().unwrap())).await.problem(404, "not_found");
    here.delete(&format!("/sessions/{}", other.as_str().unwrap())).await.expect(204);
    let alive = [there.get("/session").await.status, third.get("/session").await.status];
    assert_eq!(alive.iter().filter(|s| **s == 200).count(), 1);
    here.delete("/sessions").await.problem(422, "invalid_fields");
    here.delete("/sessions?others=true").await.expect(204);
    there.get("/session").await.expect(401);
    third.get("/session").await.expect(401);
    let answer = here.delete("/session").await.expect(204);
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert!(answer.headers.contains_key("clear-site-data"));
    here.get("/session").await.problem(401, "not_signed_in");

    let idle = world.browser("tess").await;
    let busy = world.browser("omar").await;
    let script = world.script("tess").await;
    world.clock.advance(SignedDuration::from_hours(11));
    script.get("/session").await.expect(200);
    world.clock.advance(SignedDuration::from_hours(1));
    script.get("/session").await.problem(401, "not_signed_in");
    for _ in 0..30 {
        world.clock.advance(SignedDuration::from_hours(23));
        if busy.get("/session").await.status == 401 {
            break;
        }
    }
    idle.get("/session").await.problem(401, "not_signed_in");
    busy.get("/session").await.expect(200);
    world.clock.advance(SignedDuration::from_hours(24));
    busy.get("/session").await.problem(401, "not_signed_in");
}

async fn other_sites_change_nothing(world: World) {
    let tess = world.browser("tess").await;
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let mut evil = tess.clone();
        evil.headers.remove(header::ORIGIN);
        evil.headers.insert(name, value.parse().unwrap());
        evil.delete("/session").await.problem(403, "cross_origin");
        evil.post("/sign-in", json!({})).await.problem(403, "cross_origin");
    }
    // Same site is not same origin: a deployed package's page lives there.
    let mut site = tess.clone();
    site.headers.insert("sec-fetch-site", "same-site".parse().unwrap());
    site.delete("/session").await.problem(403, "cross_origin");
    let mut silent = tess.clone();
    silent.headers.remove(header::ORIGIN);
    silent.delete("/session").await.problem(403, "cross_origin");
    tess.get("/session").await.expect(200);
}

async fn bodies_that_are_not(world: World) {
    let client = world.stranger();
    for (body, status, code) in [
        ("", 400, "bad_request"),
        ("{", 400, "bad_request"),
        ("[]", 400, "bad_request"),
        ("\u{0}", 400, "bad_request"),
        (r#"{"login":"a"}"#, 422, "invalid_fields"),
        (r#"{"login":1,"password":"b"}"#, 422, "invalid_fields"),
        (r#"{"login":"a","login":"b","password":"c"}"#, 422, "invalid_fields"),
        (r#"{"login":"a","password":"c","role":"admin"}"#, 422, "invalid_fields"),
    ] {
        let problem = client.post_raw("/sign-in", "application/json", body).await.problem(status, code);
        assert!(!problem.to_string().contains("admin"), "what was sent does not come back");
    }
    let form = r#"{"login":"tess@padlock.example","password":"correct horse battery staple"}"#;
    client.post_raw("/sign-in", "text/plain", form).await.problem(415, "unsupported_media_type");
    let large = format!(r#"{{"login":"{}","password":"x"}}"#, "a".repeat(100_000));
    client.post_raw("/sign-in", "application/json", large).await.problem(413, "too_large");
}

async fn tokens_and_cookies_are_not_each_other(world: World) {
    let browser = world.browser("tess").await;
    let secret = browser.headers[header::COOKIE].to_str().unwrap().split_once('=').unwrap().1.to_owned();
    let mut thief = world.stranger();
    thief.headers.insert(header::AUTHORIZATION, format!("Bearer {secret}").parse().unwrap());
    thief.get("/session").await.problem(401, "not_signed_in");
    for value in ["Bearer", "Bearer ", "Basic dGVzczp4", "Bearer x y", "bearer"] {
        let mut odd = world.stranger();
        odd.headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        odd.get("/session").await.problem(401, "not_signed_in");
    }
    // No word of the secret is in the answer about it, nor in the list of sessions.
    let list = browser.get("/sessions").await.expect(200);
    assert!(!String::from_utf8(list.bytes).unwrap().contains(&secret));
}
