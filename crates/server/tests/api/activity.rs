//! The audit trail: looking through it, page by page and as a file.

use http::header;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::over_both;
use crate::packages::{package, upload};
use crate::world::World;

over_both!(
    what_happened_in_words,
    filters,
    pages_without_gaps_or_doubles,
    not_for_strangers,
    what_cannot_be_read,
    a_file_for_the_technical_contact,
    a_file_without_formulas,
);

const PATH: &str = "/apps/shop/activity";

async fn entries(client: &Client, query: &str) -> Vec<Value> {
    let page = client.get(&format!("{PATH}{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

fn texts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["text"].as_str().unwrap()).collect()
}

async fn as_csv(client: &Client, query: &str) -> Answer {
    let mut client = client.clone();
    client.headers.insert(header::ACCEPT, "text/csv".parse().unwrap());
    client.get(&format!("{PATH}{query}")).await
}

async fn what_happened_in_words(world: World) {
    let dana = world.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let job = dana.deploy("shop", "test", json!({ "package_id": id })).await.expect(202).json();
    dana.ended("shop", "test", &job["id"]).await;
    dana.post("/apps/shop/environments/test/stop", json!({})).await.expect(200);
    // Any member may read it.
    let ines = world.browser("ines").await;
    let latest = entries(&ines, "?limit=3").await;
    assert_eq!(
        texts(&latest),
        ["stopped Test", "deployed 2.0.0 to Test, in place of 1.2.0", "uploaded 2.0.0 (shop-2.0.0.mda)"]
    );
    assert_eq!(latest[1]["person"]["name"], "Dana Dahl");
    assert_eq!((&latest[1]["type"], &latest[1]["environment"]), (&json!("deployed"), &json!("test")));
    assert_eq!(latest[2]["environment"], Value::Null);
    // What the server did by itself has nobody's name.
    world.clock.advance(SignedDuration::from_hours(24 * 30));
    world.api.cleanup().await.unwrap();
    let old = upload(&world.browser("dana").await, package("3.0.0")).await.expect(201);
    assert!(old.json()["expires_at"].is_string());
    world.clock.advance(SignedDuration::from_hours(24 * 30));
    world.api.cleanup().await.unwrap();
    let latest = entries(&world.browser("ines").await, "?limit=1&type=package_expired").await;
    assert_eq!(texts(&latest), ["deleted 3.0.0 (shop-2.0.0.mda), which had expired"]);
    assert_eq!(latest[0]["person"], Value::Null);
}

async fn filters(world: World) {
    let tess = world.browser("tess").await;
    let all = entries(&tess, "?limit=200").await;
    let of = |name: &str| -> Vec<Value> { all.iter().filter(|e| e["person"]["name"] == name).cloned().collect() };
    let by_omar = of("Omar Okafor");
    assert!(!by_omar.is_empty() && by_omar.len() < all.len());
    let omar = by_omar[0]["person"]["id"].as_str().unwrap().to_owned();
    assert_eq!(entries(&tess, &format!("?person={omar}")).await, by_omar);
    let transports = entries(&tess, "?type=transported").await;
    assert!(!transports.is_empty() && transports.iter().all(|e| e["type"] == "transported"));
    let onto_production = entries(&tess, "?environment=production").await;
    assert!(!onto_production.is_empty() && onto_production.iter().all(|e| e["environment"] == "production"));
    let both = entries(&tess, &format!("?person={omar}&type=transported&environment=acceptance")).await;
    assert!(!both.is_empty() && both.iter().all(|e| by_omar.contains(e) && transports.contains(e)));
    // A moment belongs to what begins with it, not to what ends with it.
    let moment = all[3]["at"].as_str().unwrap();
    let (since, before) =
        (entries(&tess, &format!("?from={moment}")).await, entries(&tess, &format!("?until={moment}")).await);
    assert_eq!(since.len() + before.len(), all.len());
    assert!(since.contains(&all[3]) && !before.contains(&all[3]));
    // An account that has nothing to do with the app finds nothing, and nobody learns whether there is one.
    assert!(entries(&tess, "?person=0190a1b2-0000-7000-8000-000000000000").await.is_empty());
}

async fn pages_without_gaps_or_doubles(world: World) {
    let tess = world.browser("tess").await;
    let all = entries(&tess, "?limit=200").await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = tess.get(&format!("{PATH}?limit=4{cursor}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        seen.extend(items.iter().cloned());
        // What happens in the meantime comes before the first page, and moves none of the others.
        tess.post("/apps/shop/environments/test/restart", json!({})).await.expect(200);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all);
}

async fn not_for_strangers(world: World) {
    world.stranger().get(PATH).await.problem(401, "not_signed_in");
    let dana = world.browser("dana").await;
    dana.get("/apps/intranet/activity").await.problem(404, "not_found");
    dana.get("/apps/nothing/activity").await.problem(404, "not_found");
    as_csv(&world.browser("sam").await, "").await.problem(404, "not_found");
    // A member without any permission may look.
    world.browser("ines").await.get("/apps/intranet/activity").await.expect(200);
}

async fn what_cannot_be_read(world: World) {
    let tess = world.browser("tess").await;
    for (query, field) in [
        ("?cursor=x", "cursor"),
        ("?limit=0", "limit"),
        ("?person=tess", "person"),
        ("?type=exploded", "type"),
        ("?environment=moon", "environment"),
        ("?from=2026-11-12", "from"),
        ("?until=yesterday", "until"),
        ("?from=2026-11-13T00:00:00Z&until=2026-11-12T00:00:00Z", "until"),
    ] {
        let problem = tess.get(&format!("{PATH}{query}")).await.problem(422, "invalid_fields");
        assert!(problem["fields"][field].is_string(), "{query}: {problem}");
    }
    for query in ["?limit=x", "?format=pdf", "?day=2026-11-12", "?type=started&type=stopped"] {
        tess.get(&format!("{PATH}{query}")).await.problem(400, "bad_request");
    }
}

async fn a_file_for_the_technical_contact(world: World) {
    let mut tess = world.browser("tess").await;
    as_csv(&tess, "").await.problem(401, "step_up_required");
    tess.enrol(&world).await;
    let all = entries(&tess, "?limit=200").await;
    let answer = as_csv(&tess, "").await.expect(200);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"shop-activity-20"), "{disposition}");
    let text = String::from_utf8(answer.bytes).unwrap();
    let lines: Vec<_> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "at,person,type,environment,text,id");
    assert_eq!(lines.len(), all.len() + 1, "all of them, whatever a page holds");
    let first = &all[0];
    let word = |name: &str| first[name].as_str().unwrap();
    assert_eq!(first["text"], "set up two-factor authentication");
    let cells = [word("at"), "Tess Tanaka", word("type"), "", word("text"), word("id")];
    assert_eq!(lines[1], cells.join(","));
    let with_comma = all.iter().zip(&lines[1..]).find(|(entry, _)| entry["text"].as_str().unwrap().contains(','));
    let (entry, line) = with_comma.unwrap();
    assert!(line.contains(&format!(",\"{}\",", entry["text"].as_str().unwrap())), "{line}");
    // The same with the filters, and for a link, which cannot say what it accepts.
    let some = tess.get(&format!("{PATH}?format=csv&type=transported&limit=1")).await.expect(200);
    let some = String::from_utf8(some.bytes).unwrap();
    assert_eq!(some.lines().count(), entries(&tess, "?type=transported").await.len() + 1);
    assert_eq!(as_csv(&tess, "?format=json").await.expect(200).json()["items"][0], *first);

    let problem = as_csv(&world.browser("omar").await, "").await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "technical_contact_only");
    assert_eq!(problem["reasons"][0]["ask"], "Tess Tanaka");
    world.browser("omar").await.get(&format!("{PATH}?format=csv")).await.problem(403, "forbidden");
    // What comes first among the accepted is meant.
    let mut browser = tess.clone();
    browser.headers.insert(header::ACCEPT, "application/json, text/csv".parse().unwrap());
    assert!(browser.get(PATH).await.expect(200).json()["items"].is_array());
}

async fn a_file_without_formulas(world: World) {
    let mut tess = world.browser("tess").await;
    tess.enrol(&world).await;
    // A version may begin as it likes; the sentence around it does not.
    upload(&tess, package("=1+1")).await.expect(201);
    let text = String::from_utf8(as_csv(&tess, "").await.expect(200).bytes).unwrap();
    for cell in text.lines().flat_map(|line| line.split(',')) {
        let cell = cell.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
    }
}
