//! Signing in and out, and the lifetime of sessions.

use std::net::IpAddr;

use http::header;
use padlock_api::demo;
use padlock_domain::SignedDuration;
use serde_json::json;

use crate::client::Client;
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    a_sign_in_sets_a_session_cookie,
    the_cookie_has_the_host_prefix_over_https,
    all_wrong_credentials_get_the_same_response,
    guesses_at_one_login_are_throttled,
    guesses_from_one_network_at_many_logins_are_throttled,
    sessions_end_on_request_and_with_time,
    requests_from_other_sites_are_refused,
    invalid_bodies_are_refused,
    a_cookie_secret_is_not_accepted_as_a_token,
);

async fn the_cookie_has_the_host_prefix_over_https(api: TestApi) {
    let api = api.restarted(|config| config.public_origin = "https://padlock.example.net".into());
    let mut client = api.anonymous();
    client.headers.insert(header::ORIGIN, "https://padlock.example.net".parse().unwrap());
    let response = client.sign_in("tess").await;
    let cookie = response.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-padlock=") && cookie.contains("; Secure"), "{cookie}");
    client.get("/session").await.expect(200);
    // Without the prefix, any page of the host could have set the cookie.
    let plain = client.headers[header::COOKIE].to_str().unwrap().replace("__Host-", "");
    client.headers.insert(header::COOKIE, plain.parse().unwrap());
    client.get("/session").await.problem(401, "not_signed_in");
}

async fn a_sign_in_sets_a_session_cookie(api: TestApi) {
    let mut client = api.anonymous();
    client.get("/session").await.problem(401, "not_signed_in");
    let response = client.sign_in("tess").await;
    let cookie = response.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(response.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.json()["state"], "signed_in");
    let session = client.get("/session").await.expect(200).json();
    assert_eq!(session["account"]["name"], "Tess Tanaka");
    assert_eq!(session["assurance"], "password");
    assert_eq!(session["authorised_until"], json!(null));
}

async fn all_wrong_credentials_get_the_same_response(api: TestApi) {
    let client = api.anonymous();
    let mut responses = Vec::new();
    for (login, password) in [
        ("tess@padlock.example", "wrong horse battery staple"),
        ("nobody@padlock.example", "correct horse battery staple"),
        ("not a login", "correct horse battery staple"),
        ("tess@padlock.example", ""),
        ("tess@padlock.example", &"x".repeat(5_000)),
    ] {
        let form = json!({ "login": login, "password": password });
        responses.push(client.post("/sign-in", form).await.problem(401, "wrong_credentials"));
    }
    assert!(responses.windows(2).all(|two| two[0] == two[1]));
}

async fn guesses_at_one_login_are_throttled(api: TestApi) {
    let client = api.anonymous();
    let guess = || json!({ "login": "tess@padlock.example", "password": "a guess at random" });
    for _ in 0..5 {
        client.post("/sign-in", guess()).await.problem(401, "wrong_credentials");
    }
    let response = client.post("/sign-in", guess()).await;
    let retry: u64 = response.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    let problem = response.problem(429, "too_many_requests");
    assert_eq!(problem["retry_after"], retry);
    assert!((1..=60).contains(&retry));
    // Another account can sign in from the same address.
    api.browser("omar").await;
    api.clock.advance(SignedDuration::from_secs(i64::try_from(retry).unwrap()));
    api.browser("tess").await;
    api.browser("tess").await;
}

async fn guesses_from_one_network_at_many_logins_are_throttled(api: TestApi) {
    let mut guesser = api.anonymous();
    let mut next = 0_u16;
    // All addresses of an IPv6 /64 network count as one.
    let mut guess = |client: &mut Client| {
        next += 1;
        client.address = IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, next]);
        let login =
            if next.is_multiple_of(3) { format!("no login {next}") } else { format!("n{next}@padlock.example") };
        json!({ "login": login, "password": "correct horse battery stable" })
    };
    for _ in 0..30 {
        let form = guess(&mut guesser);
        guesser.post("/sign-in", form).await.problem(401, "wrong_credentials");
    }
    let form = guess(&mut guesser);
    let problem = guesser.post("/sign-in", form).await.problem(429, "too_many_requests");
    let retry = problem["retry_after"].as_i64().unwrap();
    assert!((1..=7).contains(&retry), "{problem}");
    // A correct password from there is throttled as well. When it is accepted, it does not reset the limit.
    guesser.post("/sign-in", json!({ "login": "ines@padlock.example", "password": demo::PASSWORD })).await.expect(429);
    api.clock.advance(SignedDuration::from_secs(retry));
    guesser.sign_in("ines").await;
    let form = guess(&mut guesser);
    guesser.post("/sign-in", form).await.problem(401, "wrong_credentials");
    let form = guess(&mut guesser);
    guesser.post("/sign-in", form).await.problem(429, "too_many_requests");
    // Another network is not affected.
    guesser.address = IpAddr::from([0x2001, 0xdb8, 0, 8, 0, 0, 0, 1]);
    guesser.sign_in("omar").await;
}

async fn sessions_end_on_request_and_with_time(api: TestApi) {
    let first = api.browser("tess").await;
    let second = api.browser("tess").await;
    let third = api.browser("tess").await;
    let list = first.get("/sessions").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let other = list["items"].as_array().unwrap().iter().find(|s| s["current"] == false).unwrap()["id"].clone();
    let omar = api.browser("omar").await;
    omar.delete(&format!("/sessions/{}", other.as_str().unwrap())).await.problem(404, "not_found");
    first.delete(&format!("/sessions/{}", other.as_str().unwrap())).await.expect(204);
    let alive = [second.get("/session").await.status, third.get("/session").await.status];
    assert_eq!(alive.iter().filter(|s| **s == 200).count(), 1);
    first.delete("/sessions").await.problem(422, "invalid_fields");
    first.delete("/sessions?others=true").await.expect(204);
    second.get("/session").await.expect(401);
    third.get("/session").await.expect(401);
    let response = first.delete("/session").await.expect(204);
    assert!(response.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert!(response.headers.contains_key("clear-site-data"));
    first.get("/session").await.problem(401, "not_signed_in");

    let idle = api.browser("tess").await;
    let busy = api.browser("omar").await;
    let script = api.script("tess").await;
    api.clock.advance(SignedDuration::from_hours(11));
    script.get("/session").await.expect(200);
    api.clock.advance(SignedDuration::from_hours(1));
    script.get("/session").await.problem(401, "not_signed_in");
    for _ in 0..30 {
        api.clock.advance(SignedDuration::from_hours(23));
        if busy.get("/session").await.status == 401 {
            break;
        }
    }
    idle.get("/session").await.problem(401, "not_signed_in");
    busy.get("/session").await.expect(200);
    api.clock.advance(SignedDuration::from_hours(24));
    busy.get("/session").await.problem(401, "not_signed_in");
}

async fn requests_from_other_sites_are_refused(api: TestApi) {
    let tess = api.browser("tess").await;
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let mut other_site = tess.clone();
        other_site.headers.remove(header::ORIGIN);
        other_site.headers.insert(name, value.parse().unwrap());
        other_site.delete("/session").await.problem(403, "cross_origin");
        other_site.post("/sign-in", json!({})).await.problem(403, "cross_origin");
    }
    // Deployed sites may be same-site with the portal, but not same-origin.
    let mut site = tess.clone();
    site.headers.insert("sec-fetch-site", "same-site".parse().unwrap());
    site.delete("/session").await.problem(403, "cross_origin");
    let mut without_origin = tess.clone();
    without_origin.headers.remove(header::ORIGIN);
    without_origin.delete("/session").await.problem(403, "cross_origin");
    tess.get("/session").await.expect(200);
}

async fn invalid_bodies_are_refused(api: TestApi) {
    let client = api.anonymous();
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
        assert!(!problem.to_string().contains("admin"), "the response does not repeat the request");
    }
    let form = r#"{"login":"tess@padlock.example","password":"correct horse battery staple"}"#;
    client.post_raw("/sign-in", "text/plain", form).await.problem(415, "unsupported_media_type");
    let large = format!(r#"{{"login":"{}","password":"x"}}"#, "a".repeat(100_000));
    client.post_raw("/sign-in", "application/json", large).await.problem(413, "too_large");
}

async fn a_cookie_secret_is_not_accepted_as_a_token(api: TestApi) {
    let browser = api.browser("tess").await;
    let secret = browser.headers[header::COOKIE].to_str().unwrap().split_once('=').unwrap().1.to_owned();
    let mut copy = api.anonymous();
    copy.headers.insert(header::AUTHORIZATION, format!("Bearer {secret}").parse().unwrap());
    copy.get("/session").await.problem(401, "not_signed_in");
    for value in ["Bearer", "Bearer ", "Basic dGVzczp4", "Bearer x y", "bearer"] {
        let mut client = api.anonymous();
        client.headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        client.get("/session").await.problem(401, "not_signed_in");
    }
    let list = browser.get("/sessions").await.expect(200);
    assert!(!String::from_utf8(list.bytes).unwrap().contains(&secret));
}
