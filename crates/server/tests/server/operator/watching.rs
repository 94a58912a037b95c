//! What an operator watches: metrics on a listener of their own, and events in the log.

use padlock_api::log_events;

use super::accounts::furnished;
use super::script::{PASSWORD, Script, sign_in};
use crate::command::one_line;
use crate::process::{Process, command, prepared};
use crate::support::ask;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_name_routes_and_nobody() {
    let folder = prepared();
    let folder = folder.path();
    furnished(folder);
    let server = Process::start(folder, &["--first-binding", "password", "--metrics-listen", "127.0.0.1:0"]);
    let metrics = server.said.lines().find_map(|line| line.trim().strip_prefix("Metrics:")).unwrap();
    let metrics = metrics.trim().strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap().parse().unwrap();
    let mut tess = Script::tess(&server).await;
    assert_eq!(sign_in(&server, "tess@padlock.example", "a wrong long sentence").await.status, 401);
    tess.deploy("1.0.0").await;
    tess.enrol().await;
    tess.post("/verify-2fa-code", serde_json::json!({ "code": "000000" })).await;

    let answer = ask(metrics, "GET /metrics HTTP/1.1\nHost: x", "").await;
    assert_eq!(answer.status, 200);
    let text = answer.body;
    for line in [
        r#"padlock_events_total{event="sign_in",outcome="right_password"} 1"#,
        r#"padlock_events_total{event="sign_in",outcome="wrong_credentials"} 1"#,
        r#"padlock_events_total{event="second_factor",outcome="wrong"} 1"#,
        r#"padlock_events_total{event="deployment",outcome="done"} 1"#,
        r#"padlock_events_total{event="started",outcome=""} 1"#,
        r#"padlock_events_total{event="database_busy",outcome=""} 0"#,
        r#"padlock_requests_total{method="POST",route="/api/v1/sign-in",status="401"} 1"#,
        "padlock_jobs_running 0",
        "padlock_build_info{version=",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    for personal in ["tess", "padlock.example", PASSWORD, "shop"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    assert_eq!(ask(metrics, "GET /api/v1/session HTTP/1.1\nHost: x", "").await.status, 404);
    let elsewhere = ask(server.portal, "GET /metrics HTTP/1.1\nHost: 127.0.0.1", "").await;
    assert!(!elsewhere.body.contains("padlock_requests"), "not on the portal's own listener");
    let (_, log) = server.stop();
    for (event, outcome) in [
        (log_events::STARTED, ""),
        (log_events::STOPPED, ""),
        (log_events::SIGN_IN, "wrong_credentials"),
        (log_events::SECOND_FACTOR, "wrong"),
        (log_events::DEPLOYMENT, "done"),
    ] {
        let said = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let found =
            said.filter(|line| line["event"] == event && line["outcome"].as_str().unwrap_or_default() == outcome);
        assert_eq!(found.count(), 1, "{event} {outcome}: {log}");
    }
    assert!(!log.contains("tess@") && !log.contains(PASSWORD), "{log}");
}

#[test]
fn the_demos_numbers_stay_on_this_machine() {
    let folder = prepared();
    let output = command(folder.path()).args(["--demo", "--metrics-listen", "0.0.0.0:0"]).output().unwrap();
    one_line(&output, "this machine only");
}

/// An alert hangs on a word: each is in the document with its outcomes, and in use.
#[test]
fn every_event_is_documented_and_logged() {
    let document = include_str!("../../../../../docs/operations.md");
    let (root, mut sources) = (concat!(env!("CARGO_MANIFEST_DIR"), "/.."), String::new());
    for folder in ["api/src", "server/src"] {
        gather(format!("{root}/{folder}").as_ref(), &mut sources);
    }
    for (event, outcomes) in log_events::ALL {
        let row = document.lines().find(|line| line.starts_with(&format!("| `{event}` |")));
        let row = row.unwrap_or_else(|| panic!("{event} is not in docs/operations.md"));
        let name = format!("event = event::{}", event.to_uppercase());
        assert!(sources.contains(&name), "{event} is logged nowhere");
        for outcome in *outcomes {
            assert!(row.contains(&format!("`{outcome}`")), "{event}: {outcome}");
            assert!(sources.contains(&format!("outcome = \"{outcome}\"")), "{event}: {outcome}");
        }
    }
}

fn gather(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *text += &std::fs::read_to_string(&path).unwrap();
        }
    }
}
