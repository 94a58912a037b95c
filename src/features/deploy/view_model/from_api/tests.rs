//! Tests of the view models of the promotion line.

use padlock_contract::Reason;
use padlock_contract::environments::OperationStatus;
use serde_json::json;

use padlock_contract::deployments::Deployment;

use super::*;
use crate::ui::Health;

fn package(version: &str) -> serde_json::Value {
    json!({"id": format!("p-{version}"), "version": version, "runtime_version": "10.6.1.9", "file_name": "f.mda"})
}

fn environment(slug: &str, version: Option<&str>) -> Environment {
    let name = format!("{}{}", slug[..1].to_uppercase(), &slug[1..]);
    let position = ["test", "acceptance", "production"].iter().position(|s| *s == slug).unwrap();
    serde_json::from_value(json!({
        "id": slug, "slug": slug, "name": name, "position": position, "protected": slug == "production",
        "status": if version.is_some() { "running" } else { "empty" },
        "since": "2026-11-12T09:30:00.000Z",
        "package": version.map(package),
        "version": version, "runtime_version": version.map(|_| "10.6.1.9876"),
        "url": format!("http://{slug}--shop.localhost:8081/"),
        "health": if version.is_some() { "ok" } else { "off" },
        "deployment": null,
        "operations": [],
    }))
    .unwrap()
}

fn deployment(from: Option<&str>, version: &str, state: &str, current_stage: usize) -> Deployment {
    let stages: Vec<_> = ["verify", "unpack", "replace", "start"]
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let state = match (index + 1).cmp(&current_stage) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => state,
                std::cmp::Ordering::Greater => "queued",
            };
            json!({"name": name, "state": state, "started_at": null})
        })
        .collect();
    let reason =
        (state == "failed").then(|| json!({"code": "unreadable", "message": "It failed. 1.1.0 is still running."}));
    serde_json::from_value(json!({
        "id": "d", "environment": "acceptance", "from": from, "package": package(version), "replaces": null,
        "state": state, "stages": stages, "reason": reason,
        "requested_by": {"id": "t", "name": "Tess Tanaka"},
        "created_at": "2026-11-12T09:30:00.000Z", "finished_at": null,
    }))
    .unwrap()
}

fn operation_status(name: Operation, padlock: ApiPadlock, reasons: &[(&str, Option<&str>)]) -> OperationStatus {
    let reason = |&(message, contact): &(&str, Option<&str>)| Reason {
        code: "missing_permission".into(),
        message: message.into(),
        contact: contact.map(Into::into),
    };
    OperationStatus {
        name: name.name().to_owned(),
        allowed: reasons.is_empty(),
        padlock,
        requires_fresh_code: false,
        reasons: reasons.iter().map(reason).collect(),
    }
}

#[test]
fn connector_state_follows_the_packages_on_both_sides() {
    let (none, one, two) = (None, Some("1.1.0"), Some("1.2.0"));
    let state = |source, target| connector(&environment("test", source), &environment("acceptance", target)).state;
    assert_eq!(state(none, none), ConnectorState::Nothing);
    assert_eq!(state(none, one), ConnectorState::Nothing);
    assert_eq!(state(two, two), ConnectorState::Same { stopped: None });
    assert_eq!(state(two, one), ConnectorState::Waiting { version: "1.2.0".into() });
    assert_eq!(state(two, none), ConnectorState::Waiting { version: "1.2.0".into() });
}

#[test]
fn a_running_transport_shows_its_stage_and_a_busy_button() {
    let test = environment("test", Some("1.2.0"));
    let mut acceptance = environment("acceptance", Some("1.1.0"));
    acceptance.operations =
        vec![operation_status(Operation::Transport, ApiPadlock::None, &[("A deployment is under way.", None)])];
    acceptance.deployment = Some(deployment(Some("test"), "1.2.0", "running", 2));
    let connector = connector(&test, &acceptance);
    let transporting = ConnectorState::Transporting {
        version: "1.2.0".into(),
        stage: 2,
        stage_count: 4,
        stage_label: "unpacking".into(),
    };
    assert_eq!(connector.state, transporting);
    let transport = connector.transport.unwrap();
    assert!(transport.busy);
    assert_eq!(transport.refusal_reason, "");
}

#[test]
fn a_failed_transport_has_its_cause_on_the_connector() {
    let test = environment("test", Some("1.2.0"));
    let mut acceptance = environment("acceptance", Some("1.1.0"));
    acceptance.deployment = Some(deployment(Some("test"), "1.2.0", "failed", 2));
    let failed = ConnectorState::Failed { version: "1.2.0".into(), cause: "It failed. 1.1.0 is still running.".into() };
    assert_eq!(connector(&test, &acceptance).state, failed);
    assert!(connector(&test, &acceptance).transport.is_some(), "one may try again");
}

#[test]
fn a_transport_that_fails_to_start_is_reported_on_the_card() {
    let test = environment("test", Some("1.2.0"));
    let mut acceptance = environment("acceptance", Some("1.2.0"));
    acceptance.status = EnvironmentStatus::Failed;
    acceptance.deployment = Some(deployment(Some("test"), "1.2.0", "failed", 4));
    let stopped = Some(acceptance.name.clone());
    assert_eq!(connector(&test, &acceptance).state, ConnectorState::Same { stopped });
    let card = card(&acceptance, "Tess Tanaka", &[]);
    assert_eq!(card.health, Health::Failed);
    assert_eq!(card.note.as_deref(), Some("It failed. 1.1.0 is still running."));
}

#[test]
fn a_deployment_from_the_repository_is_reported_on_the_card() {
    let mut test = environment("test", Some("1.1.0"));
    test.deployment = Some(deployment(None, "1.2.0", "queued", 0));
    assert_eq!(card(&test, "", &[]).progress.as_deref(), Some("Deploying 1.2.0, 0 of 4: queued."));
    test.deployment = Some(deployment(None, "1.2.0", "running", 3));
    assert_eq!(card(&test, "", &[]).progress.as_deref(), Some("Deploying 1.2.0, 3 of 4: replacing."));
}

#[test]
fn a_forbidden_environment_says_whom_to_ask() {
    let mut production = environment("production", Some("1.1.0"));
    let reasons =
        [("You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.", Some("t"))];
    production.operations = [Operation::Deploy, Operation::Transport, Operation::Stop]
        .map(|operation| operation_status(operation, ApiPadlock::Closed, &reasons))
        .to_vec();
    let card = card(&production, "Tess Tanaka", &[]);
    assert_eq!(card.padlock, PadlockState::NotForYou);
    assert_eq!(card.note.as_deref(), Some("Ask Tess Tanaka for Transport Rights."));
    let stop = card.actions.iter().find(|action| action.kind == CardActionKind::Stop).unwrap();
    assert_eq!(stop.refusal_reason, reasons[0].0);
}

#[test]
fn a_card_shortens_the_runtime_version_and_the_address() {
    let mut production = environment("production", Some("1.1.0"));
    production.operations = vec![operation_status(Operation::Deploy, ApiPadlock::Closed, &[])];
    let card = card(&production, "", &[CardActionKind::Restart]);
    assert_eq!(card.runtime.as_deref(), Some("10.6"));
    assert_eq!(card.address.unwrap().label, "production--shop.localhost");
    assert_eq!(card.padlock, PadlockState::Closed);
    assert!(card.actions.iter().any(|action| action.kind == CardActionKind::Restart && action.busy));
    assert_eq!(address("https://x.example/shop/test/").label, "x.example/shop/test");
}

#[test]
fn only_the_first_empty_environment_suggests_a_deployment() {
    assert_eq!(card(&environment("test", None), "", &[]).note.as_deref(), Some("Deploy a package to Test."));
    assert_eq!(card(&environment("production", None), "", &[]).note, None);
}
