//! Metrics, which have a listener of their own, and events in the log.

use padlock_api::log_events;
use padlock_trials::{Client, PASSWORD, Request};
use serde_json::{Value, json};

use super::{deploy, installation_with_team, log};
use crate::support::{TESS, assert_refused, get_page, installation, metrics_address};

#[test]
fn metrics_count_routes_and_events_without_personal_data() {
    let installation = installation_with_team();
    let server = installation.start_with(&["--first-binding", "password", "--metrics-listen", "127.0.0.1:0"]);
    let metrics = metrics_address(&server);
    let mut tess = Client::signed_in(server.portal, TESS);
    let mut guesser = Client::anonymous(server.portal);
    let _ = guesser.sign_in(TESS, "a wrong long sentence").unwrap().expect(401);
    deploy(&tess, "1.0.0");
    tess.enrol(false);
    tess.post("/verify-2fa-code", &json!({ "code": "000000" })).unwrap();

    let get = |path: &str| Request::new("GET", path).send(metrics).unwrap();
    let text = get("/metrics").expect(200).text();
    for line in [
        r#"padlock_events_total{event="sign_in",outcome="right_password"} 1"#,
        r#"padlock_events_total{event="sign_in",outcome="wrong_credentials"} 1"#,
        r#"padlock_events_total{event="second_factor",outcome="wrong"} 1"#,
        r#"padlock_events_total{event="deployment",outcome="done"} 1"#,
        r#"padlock_events_total{event="started",outcome=""} 1"#,
        r#"padlock_events_total{event="database_busy",outcome=""} 0"#,
        r#"padlock_requests_total{method="POST",route="/api/v1/sign-in",status="401"} 1"#,
        "padlock_deployments_running 0",
        "padlock_build_info{version=",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    for personal in ["tess", "padlock.example", PASSWORD, "shop"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    let _ = get("/api/v1/session").expect(404);
    assert!(!get_page(&server, "/metrics").text().contains("padlock_requests"), "not on the listener of the portal");
    let text = server.stop();
    let lines = log::lines(&text);
    for (event, outcome) in [
        (log_events::STARTED, ""),
        (log_events::STOPPED, ""),
        (log_events::SIGN_IN, "wrong_credentials"),
        (log_events::SECOND_FACTOR, "wrong"),
        (log_events::DEPLOYMENT, "done"),
    ] {
        let matches = |line: &&Value| line["event"] == event && line["outcome"].as_str().unwrap_or_default() == outcome;
        assert_eq!(lines.iter().filter(matches).count(), 1, "{event} {outcome}: {text}");
    }
    assert!(!text.contains("tess@") && !text.contains(PASSWORD), "{text}");
}

#[test]
fn the_metrics_of_a_demo_listen_on_this_machine_only() {
    let output = installation().serve_command(&["--demo", "--metrics-listen", "0.0.0.0:0"]).output().unwrap();
    assert_refused(&output, "this machine only");
}

/// Alerts depend on the names of events and outcomes.
#[test]
fn every_event_is_documented_and_logged() {
    let document = include_str!("../../../../../docs/operations.md");
    let (root, mut sources) = (concat!(env!("CARGO_MANIFEST_DIR"), "/.."), String::new());
    for folder in ["api/src", "server/src"] {
        read_sources(format!("{root}/{folder}").as_ref(), &mut sources);
    }
    for (event, outcomes) in log_events::ALL {
        let row = document.lines().find(|line| line.starts_with(&format!("| `{event}` |")));
        let row = row.unwrap_or_else(|| panic!("{event} is not in docs/operations.md"));
        let name = format!("event = log_events::{}", event.to_uppercase());
        assert!(sources.contains(&name), "{event} is logged nowhere");
        for outcome in *outcomes {
            assert!(row.contains(&format!("`{outcome}`")), "{event}: {outcome}");
            assert!(sources.contains(&format!("outcome = \"{outcome}\"")), "{event}: {outcome}");
        }
    }
}

fn read_sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *text += &std::fs::read_to_string(&path).unwrap();
        }
    }
}
