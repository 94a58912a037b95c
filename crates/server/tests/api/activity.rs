//! The audit trail: pages, filters and the export as CSV.

use http::header;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::packages::{package, upload};
use crate::test_api::TestApi;

for_each_backend!(
    entries_describe_what_happened,
    filters_can_be_combined,
    pages_have_no_gaps_or_duplicates,
    only_members_read_the_activity,
    invalid_filters_are_refused,
    the_technical_contact_can_export_csv,
    a_csv_cell_never_starts_a_formula,
);

const PATH: &str = "/apps/shop/activity";

async fn entries(client: &Client, query: &str) -> Vec<Value> {
    let page = client.get(&format!("{PATH}{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

fn texts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["text"].as_str().unwrap()).collect()
}

async fn as_csv(client: &Client, query: &str) -> Response {
    let mut client = client.clone();
    client.headers.insert(header::ACCEPT, "text/csv".parse().unwrap());
    client.get(&format!("{PATH}{query}")).await
}

async fn entries_describe_what_happened(api: TestApi) {
    let dana = api.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let deployment = dana.deploy("shop", "test", json!({ "package_id": id })).await.expect(202).json();
    dana.wait_for_deployment("shop", "test", &deployment["id"]).await;
    dana.operate("test", "stop").await.expect(200);
    let ines = api.browser("ines").await;
    let latest = entries(&ines, "?limit=3").await;
    assert_eq!(
        texts(&latest),
        ["stopped Test", "deployed 2.0.0 to Test, in place of 1.2.0", "uploaded 2.0.0 (shop-2.0.0.mda)"]
    );
    assert_eq!(latest[1]["person"]["name"], "Dana Dahl");
    assert_eq!((&latest[1]["type"], &latest[1]["environment"]), (&json!("deployed"), &json!("test")));
    assert_eq!(latest[2]["environment"], Value::Null);
    // Entries about the server itself have no person.
    api.clock.advance(SignedDuration::from_hours(24 * 30));
    api.cleanup().await.unwrap();
    let old = upload(&api.browser("dana").await, package("3.0.0")).await.expect(201);
    assert!(old.json()["expires_at"].is_string());
    api.clock.advance(SignedDuration::from_hours(24 * 30));
    api.cleanup().await.unwrap();
    let latest = entries(&api.browser("ines").await, "?limit=1&type=package_expired").await;
    assert_eq!(texts(&latest), ["deleted 3.0.0 (shop-2.0.0.mda), which had expired"]);
    assert_eq!(latest[0]["person"], Value::Null);
}

async fn filters_can_be_combined(api: TestApi) {
    let tess = api.browser("tess").await;
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
    // `from` is inclusive, `until` exclusive.
    let moment = all[3]["at"].as_str().unwrap();
    let (since, before) =
        (entries(&tess, &format!("?from={moment}")).await, entries(&tess, &format!("?until={moment}")).await);
    assert_eq!(since.len() + before.len(), all.len());
    assert!(since.contains(&all[3]) && !before.contains(&all[3]));
    // An unknown account is not an error, so that the response does not tell which accounts exist.
    assert!(entries(&tess, "?person=0190a1b2-0000-7000-8000-000000000000").await.is_empty());
}

async fn pages_have_no_gaps_or_duplicates(api: TestApi) {
    let tess = api.browser("tess").await;
    let all = entries(&tess, "?limit=200").await;
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = tess.get(&format!("{PATH}?limit=4{cursor}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        listed.extend(items.iter().cloned());
        // A new entry does not shift the following pages.
        tess.operate("test", "restart").await.expect(200);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed, all);
}

async fn only_members_read_the_activity(api: TestApi) {
    api.anonymous().get(PATH).await.problem(401, "not_signed_in");
    let dana = api.browser("dana").await;
    dana.get("/apps/intranet/activity").await.problem(404, "not_found");
    dana.get("/apps/nothing/activity").await.problem(404, "not_found");
    as_csv(&api.browser("sam").await, "").await.problem(404, "not_found");
    // A member needs no permission.
    api.browser("ines").await.get("/apps/intranet/activity").await.expect(200);
}

async fn invalid_filters_are_refused(api: TestApi) {
    let tess = api.browser("tess").await;
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

async fn the_technical_contact_can_export_csv(api: TestApi) {
    let mut tess = api.browser("tess").await;
    as_csv(&tess, "").await.problem(401, "step_up_required");
    tess.enrol(&api).await;
    let all = entries(&tess, "?limit=200").await;
    let response = as_csv(&tess, "").await.expect(200);
    assert_eq!(response.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    let disposition = response.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"shop-activity-20"), "{disposition}");
    let text = String::from_utf8(response.bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let lines: Vec<_> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "at,person,type,environment,text,id");
    assert_eq!(lines.len(), all.len() + 1, "all entries, without pages");
    let first = &all[0];
    let word = |name: &str| first[name].as_str().unwrap();
    assert_eq!(first["text"], "set up two-factor authentication");
    let cells = [word("at"), "Tess Tanaka", word("type"), "", word("text"), word("id")];
    assert_eq!(lines[1], cells.join(","));
    let with_comma = all.iter().zip(&lines[1..]).find(|(entry, _)| entry["text"].as_str().unwrap().contains(','));
    let (entry, line) = with_comma.unwrap();
    assert!(line.contains(&format!(",\"{}\",", entry["text"].as_str().unwrap())), "{line}");
    // A link cannot set the Accept header, so the format can be a parameter.
    let some = tess.get(&format!("{PATH}?format=csv&type=transported&limit=1")).await.expect(200);
    let some = String::from_utf8(some.bytes).unwrap();
    assert_eq!(some.lines().count(), entries(&tess, "?type=transported").await.len() + 1);
    assert_eq!(as_csv(&tess, "?format=json").await.expect(200).json()["items"][0], *first);

    let problem = as_csv(&api.browser("omar").await, "").await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "technical_contact_only");
    assert_eq!(problem["reasons"][0]["ask"], "Tess Tanaka");
    api.browser("omar").await.get(&format!("{PATH}?format=csv")).await.problem(403, "forbidden");
    // The first accepted media type counts.
    let mut browser = tess.clone();
    browser.headers.insert(header::ACCEPT, "application/json, text/csv".parse().unwrap());
    assert!(browser.get(PATH).await.expect(200).json()["items"].is_array());
}

async fn a_csv_cell_never_starts_a_formula(api: TestApi) {
    let (tess, _) = api.browser_with_authenticator("tess").await;
    upload(&tess, package("=1+1")).await.expect(201);
    let text = String::from_utf8(as_csv(&tess, "").await.expect(200).bytes).unwrap();
    for cell in text.lines().flat_map(|line| line.split(',')) {
        let cell = cell.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
    }
}
