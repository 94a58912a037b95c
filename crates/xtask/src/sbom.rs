//! What is in a build, as a software bill of materials: CycloneDX 1.6 in JSON, from what cargo resolved and locked. The
//! same sources give the same bytes, so it has neither a time nor a serial number.

use crate::problem::{Doing, Outcome, Problem};
use crate::run::cargo;
use crate::{place, run, say};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What is shipped: a package, where it runs, and what it is built with.
const SHIPPED: [(&str, Option<&str>, &str); 2] =
    [("padlock-server", None, ""), ("padlock", Some("wasm32-unknown-unknown"), "split")];

/// Writes `padlock.cdx.json` beside the server.
pub(crate) fn write() -> Outcome {
    let mut bill = Bill::default();
    for (root, platform, features) in SHIPPED {
        bill.add(root, &resolved(platform, features)?)?;
    }
    let lock = fs::read_to_string(place::root().join("Cargo.lock")).doing("Cargo.lock")?;
    let file = place::target().join("release/padlock.cdx.json");
    let text = serde_json::to_string_pretty(&bill.document(&checksums(&lock))).doing("padlock.cdx.json")?;
    fs::write(&file, text + "\n").doing(file.display())?;
    say::step(&format!("Its bill of materials, {} crates, is {}", bill.components.len(), file.display()));
    Ok(())
}

/// What cargo builds for a platform: this machine's own if none is named.
fn resolved(platform: Option<&str>, features: &str) -> Outcome<Value> {
    let version = run::output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let platform = platform.or(host).ok_or_else(|| Problem::new("rustc does not say what machine this is"))?;
    let mut command = cargo(["metadata", "--format-version", "1", "--locked", "--filter-platform", platform]);
    let text = run::output(command.args(["--features", features]))?;
    serde_json::from_str(&text).doing("cargo metadata")
}

/// Crates and what they need, each by its name in the bill.
#[derive(Default)]
struct Bill {
    components: BTreeMap<String, Value>,
    needs: BTreeMap<String, BTreeSet<String>>,
    roots: BTreeSet<String>,
}

impl Bill {
    /// Adds a package with everything that is compiled for it: tests' dependencies are not.
    fn add(&mut self, root: &str, metadata: &Value) -> Outcome {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let at = |pointer: &str| metadata.pointer(pointer).map(list).unwrap_or_default();
        let (packages, nodes) = (at("/packages"), at("/resolve/nodes"));
        let package = |id: &str| packages.iter().find(|package| package["id"] == id);
        let of_name = |name: &str| packages.iter().find(|package| package["name"] == name);
        let first = of_name(root).ok_or_else(|| Problem::new(format!("cargo metadata has no {root}")))?;
        self.roots.insert(purl(first));
        // Anew for each platform: the same crate needs others elsewhere.
        let (mut waiting, mut seen) = (vec![text(&first["id"])], BTreeSet::new());
        while let Some(id) = waiting.pop() {
            let Some(found) = package(&id).filter(|_| seen.insert(id.clone())) else { continue };
            let name = purl(found);
            let node = nodes.iter().find(|node| node["id"] == id.as_str());
            let dependencies = list(&node.unwrap_or(&Value::Null)["deps"]);
            let shipped = |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
            for dependency in dependencies.iter().filter(shipped) {
                let id = text(&dependency["pkg"]);
                let Some(needed) = package(&id) else { continue };
                self.needs.entry(name.clone()).or_default().insert(purl(needed));
                waiting.push(id);
            }
            self.components.insert(name, found.clone());
        }
        Ok(())
    }

    fn document(&self, checksums: &BTreeMap<String, String>) -> Value {
        let version = self.roots.first().and_then(|root| root.rsplit('@').next()).unwrap_or_default();
        let components = self.components.iter().map(|(name, package)| {
            let kind = if self.roots.contains(name) { "application" } else { "library" };
            let field = |name: &str| package.get(name).cloned().unwrap_or_default();
            // As SPDX writes it now; crates of old have a slash for "or".
            let licence = package.get("license").and_then(Value::as_str).map(|text| text.replace('/', " OR "));
            let licences: Vec<_> = licence.map(|expression| json!({ "expression": expression })).into_iter().collect();
            let checksum = checksums.get(name).map(|content| json!({ "alg": "SHA-256", "content": content }));
            let hashes: Vec<_> = checksum.into_iter().collect();
            json!({
                "type": kind, "bom-ref": name, "purl": name, "name": field("name"), "version": field("version"),
                "licenses": licences, "hashes": hashes,
            })
        });
        let components: Vec<Value> = components.collect();
        let dependencies: Vec<_> =
            self.components.keys().map(|name| json!({ "ref": name, "dependsOn": self.needs.get(name) })).collect();
        json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": { "component": { "type": "application", "name": "Padlock", "version": version } },
            "components": components,
            "dependencies": dependencies,
        })
    }
}

/// A crate's name for the world (package-url).
fn purl(package: &Value) -> String {
    let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
    format!("pkg:cargo/{}@{}", text("name"), text("version"))
}

/// The locked SHA-256 of each crate from outside.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let entries = lock.split("[[package]]").skip(1);
    let all = entries.filter_map(|entry| {
        let value = |field: &str| {
            let line =
                entry.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(" = \"")?.strip_suffix('"'));
            line.map(str::to_owned)
        };
        Some((format!("pkg:cargo/{}@{}", value("name")?, value("version")?), value("checksum")?))
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_are_in_it_with_their_hashes_and_the_tests_are_not() {
        let metadata = json!({
            "packages": [
                { "id": "a", "name": "server", "version": "0.1.0", "license": "Apache-2.0" },
                { "id": "b", "name": "used", "version": "2.0.0", "license": "MIT/Apache-2.0" },
                { "id": "c", "name": "for-tests", "version": "3.0.0", "license": "MIT" },
                { "id": "d", "name": "to-build", "version": "4.0.0" },
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [
                    { "pkg": "b", "dep_kinds": [{ "kind": null }, { "kind": "dev" }] },
                    { "pkg": "c", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "b", "deps": [{ "pkg": "d", "dep_kinds": [{ "kind": "build" }] }] },
                { "id": "c", "deps": [] },
                { "id": "d", "deps": [] },
            ] },
        });
        let mut bill = Bill::default();
        bill.add("server", &metadata).unwrap();
        let lock = "version = 4\n\n[[package]]\nname = \"used\"\nversion = \"2.0.0\"\nchecksum = \"abc\"\n";
        let document = bill.document(&checksums(lock));
        let names: Vec<_> = document["components"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["server", "to-build", "used"]);
        let used = &document["components"][2];
        assert_eq!(used["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(used["hashes"][0]["content"], "abc");
        assert_eq!(document["components"][0]["type"], "application");
        assert_eq!(document["dependencies"][0]["dependsOn"], json!(["pkg:cargo/used@2.0.0"]));
        assert!(bill.add("nobody", &metadata).is_err());
    }
}
