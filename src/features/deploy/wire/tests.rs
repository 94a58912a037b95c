//! What the promotion line says about what the API says.

use padlock_contract::Reason;
use padlock_contract::environments::OperationOutlook;
use serde_json::json;

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
        "url": format!("http://{slug}.shop.localhost:8081/"),
        "health": if version.is_some() { "ok" } else { "off" },
        "deployment": null,
        "operations": [],
    }))
    .unwrap()
}

fn deployment(from: Option<&str>, version: &str, state: &str, begun: usize) -> Deployment {
    let stages: Vec<_> = ["verify", "unpack", "replace", "start"]
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let state = match (at + 1).cmp(&begun) {
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
        "requested_by": {"id": "t", "name": "Tess Tanaka"}, "created_at": "2026-11-12T09:30:00.000Z", "finished_at": null,
    }))
    .unwrap()
}

fn outlook_of(name: Operation, padlock: Padlock, reasons: &[(&str, Option<&str>)]) -> OperationOutlook {
    let reason = |&(message, ask): &(&str, Option<&str>)| Reason {
        code: "missing_permission".into(),
        message: message.into(),
        ask: ask.map(Into::into),
    };
    OperationOutlook {
        name,
        allowed: reasons.is_empty(),
        padlock,
        fresh: false,
        reasons: reasons.iter().map(reason).collect(),
    }
}

#[test]
fn the_joint_says_what_is_so() {
    let (none, one, two) = (None, Some("1.1.0"), Some("1.2.0"));
    let state = |before, after| joint(&environment("test", before), &environment("acceptance", after)).state;
    assert_eq!(state(none, none), JointState::Nothing);
    assert_eq!(state(none, one), JointState::Nothing);
    assert_eq!(state(two, two), JointState::Same);
    assert_eq!(state(two, one), JointState::Waiting { version: "1.2.0".into() });
    assert_eq!(state(two, none), JointState::Waiting { version: "1.2.0".into() });
}

#[test]
fn a_transport_travels_and_its_button_works_on() {
    let before = environment("test", Some("1.2.0"));
    let mut after = environment("acceptance", Some("1.1.0"));
    after.operations = vec![outlook_of(Operation::Transport, Padlock::None, &[("A deployment is under way.", None)])];
    after.deployment = Some(deployment(Some("test"), "1.2.0", "running", 2));
    let joint = joint(&before, &after);
    let going = JointState::Transporting { version: "1.2.0".into(), stage: 2, of: 4, doing: "unpacking".into() };
    assert_eq!(joint.state, going);
    let transport = joint.transport.unwrap();
    assert!(transport.busy);
    assert_eq!(transport.refused, "");
}

#[test]
fn a_failed_transport_says_where_and_what_still_runs() {
    let before = environment("test", Some("1.2.0"));
    let mut after = environment("acceptance", Some("1.1.0"));
    after.deployment = Some(deployment(Some("test"), "1.2.0", "failed", 2));
    let failed =
        JointState::Failed { version: "1.2.0".into(), why: "while unpacking".into(), still: Some("1.1.0".into()) };
    assert_eq!(joint(&before, &after).state, failed);
    assert!(joint(&before, &after).transport.is_some(), "one may try again");
}

#[test]
fn what_landed_and_did_not_start_is_told_by_the_card() {
    let before = environment("test", Some("1.2.0"));
    let mut after = environment("acceptance", Some("1.2.0"));
    after.status = Status::Failed;
    after.deployment = Some(deployment(Some("test"), "1.2.0", "failed", 4));
    assert_eq!(joint(&before, &after).state, JointState::Same);
    let card = card(&after, "Tess Tanaka", &[]);
    assert_eq!(card.health, Health::Failed);
    assert_eq!(card.note.as_deref(), Some("It failed. 1.1.0 is still running."));
}

#[test]
fn a_deployment_from_the_repository_is_told_by_the_card() {
    let mut test = environment("test", Some("1.1.0"));
    test.deployment = Some(deployment(None, "1.2.0", "queued", 0));
    assert_eq!(card(&test, "", &[]).progress.as_deref(), Some("Deploying 1.2.0, 0 of 4: queued."));
    test.deployment = Some(deployment(None, "1.2.0", "running", 3));
    assert_eq!(card(&test, "", &[]).progress.as_deref(), Some("Deploying 1.2.0, 3 of 4: replacing."));
}

#[test]
fn what_is_not_for_me_says_whom_to_ask() {
    let mut production = environment("production", Some("1.1.0"));
    let why =
        [("You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.", Some("t"))];
    production.operations = [Operation::Deploy, Operation::Transport, Operation::Stop]
        .map(|operation| outlook_of(operation, Padlock::Closed, &why))
        .to_vec();
    let card = card(&production, "Tess Tanaka", &[]);
    assert_eq!(card.padlock, PadlockState::NotForYou);
    assert_eq!(card.note.as_deref(), Some("Ask Tess Tanaka for Transport Rights."));
    let stop = card.acts.iter().find(|act| act.kind == CardActKind::Stop).unwrap();
    assert_eq!(stop.refused, why[0].0);
}

#[test]
fn a_card_in_the_words_people_use() {
    let mut production = environment("production", Some("1.1.0"));
    production.operations = vec![outlook_of(Operation::Deploy, Padlock::Closed, &[])];
    let card = card(&production, "", &[CardActKind::Restart]);
    assert_eq!(card.runtime.as_deref(), Some("10.6"));
    assert_eq!(card.address.unwrap().label, "production.shop.localhost");
    assert_eq!(card.padlock, PadlockState::Closed);
    assert!(card.acts.iter().any(|act| act.kind == CardActKind::Restart && act.busy));
    assert_eq!(address("https://x.example/shop/test/").label, "x.example/shop/test");
}

#[test]
fn only_the_first_empty_card_says_deploy() {
    assert_eq!(card(&environment("test", None), "", &[]).note.as_deref(), Some("Deploy a package to Test."));
    assert_eq!(card(&environment("production", None), "", &[]).note, None);
}
