//! Test data that unit tests share.

use padlock_contract::packages::Package;
use serde_json::json;

/// Returns a package of the app "Shop" with these constants (name and default value) and scheduled events.
pub(crate) fn package(version: &str, constants: &[(&str, &str)], events: &[&str]) -> Package {
    let constants: Vec<_> = constants
        .iter()
        .map(|(name, value)| json!({"name": name, "type": "String", "description": "", "default_value": value}))
        .collect();
    serde_json::from_value(json!({
        "id": format!("p-{version}"), "file_name": format!("shop-{version}.mda"), "version": version,
        "runtime_version": "10.6.1", "project_name": "Shop", "description": "", "size": 3_140_000,
        "sha256": "ab".repeat(32), "uploaded_by": {"id": "d", "name": "Dana Dahl"},
        "created_at": "2026-11-12T09:30:00.000Z", "expires_at": null, "runs_on": [],
        "constants": constants, "scheduled_events": events,
    }))
    .unwrap()
}
