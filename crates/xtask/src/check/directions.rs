//! Arrows between crates point one way, and the browser's share stays small.

use crate::problem::{Doing, Outcome, Problem};
use crate::run::cargo;
use crate::{run, say};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who may depend on whom among our own crates. A star: only behind a feature; a plus: only in tests.
const ALLOWED: [(&str, &[&str]); 8] = [
    ("padlock", &["padlock-contract", "*padlock-api", "*padlock-domain"]),
    ("padlock-api", &["padlock-contract", "padlock-domain"]),
    ("padlock-bundle", &[]),
    ("padlock-contract", &["padlock-domain"]),
    ("padlock-domain", &[]),
    ("padlock-server", &["padlock-api", "padlock-contract", "padlock-domain", "+padlock-trials"]),
    ("padlock-trials", &["padlock-api", "padlock-domain"]),
    ("xtask", &[]),
];
/// The libraries that the SPA is built on, by their own names and from the registry.
const LIBRARIES: [&str; 7] = ["gloo-net", "leptos", "leptos_router", "qrcode", "serde", "wasm-bindgen", "web-sys"];
/// What never reaches a browser.
const NATIVE: [&str; 4] = ["padlock-server", "rusqlite", "sqlx", "tokio"];

pub(crate) fn all() -> Outcome {
    say::step("Directions of dependencies");
    let words = run::output(&mut cargo(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&words).doing("cargo metadata")?;
    let mut wrong = arrows(&metadata);
    wrong.extend(libraries(&metadata));
    let lean = tree("")?;
    wrong.extend(strangers(&lean, "the SPA", &[&NATIVE[..], &["padlock-api"]].concat()));
    wrong.extend(strangers(&tree("preview")?, "the preview", &NATIVE));
    report(&wrong)
}

/// Prints each finding; fails when there is any.
pub(super) fn report(wrong: &[String]) -> Outcome {
    for line in wrong {
        say::detail(line);
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::new(format!("{} findings", wrong.len()))) }
}

fn arrows(metadata: &Value) -> Vec<String> {
    let packages = list(metadata, "packages");
    let ours: BTreeSet<&str> = packages.iter().map(name_of).collect();
    let mut wrong = Vec::new();
    for package in packages {
        let name = name_of(package);
        let allowed = ALLOWED.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, to)| to);
        for dependency in list(package, "dependencies") {
            let to = name_of(dependency);
            let optional = dependency.get("optional").and_then(Value::as_bool) == Some(true);
            let in_tests = dependency.get("kind").and_then(Value::as_str) == Some("dev");
            let marked = |mark: char| allowed.contains(&format!("{mark}{to}").as_str());
            let fine = allowed.contains(&to) || (optional && marked('*')) || (in_tests && marked('+'));
            if ours.contains(to) && !fine {
                wrong.push(format!("{name} must not depend on {to}"));
            }
        }
    }
    wrong
}

/// Whether each library of the SPA is what its name says, not a crate of ours under that name.
fn libraries(metadata: &Value) -> Vec<String> {
    let packages = list(metadata, "packages");
    let spa = packages.iter().find(|package| name_of(package) == "padlock");
    let dependencies = spa.map_or(&[][..], |spa| list(spa, "dependencies"));
    let is_upstream = |dependency: &Value| {
        let source = dependency.get("source").and_then(Value::as_str).unwrap_or_default();
        let is_renamed = dependency.get("rename").is_some_and(Value::is_string);
        let is_normal = dependency.get("kind").is_none_or(Value::is_null);
        source.starts_with("registry+") && !is_renamed && is_normal
    };
    let is_missing = |name: &&&str| !dependencies.iter().any(|found| name_of(found) == **name && is_upstream(found));
    let missing = LIBRARIES.iter().filter(is_missing);
    missing.map(|name| format!("the SPA must be built on the crate {name} from the registry")).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn name_of(value: &Value) -> &str {
    value.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The crates compiled into the SPA.
fn tree(features: &str) -> Outcome<BTreeSet<String>> {
    let mut command = cargo(["tree", "--package", "padlock", "--target", "wasm32-unknown-unknown"]);
    command.args(["--edges", "normal", "--prefix", "none", "--locked", "--features", features]);
    let words = run::output(&mut command)?;
    Ok(words.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn strangers(tree: &BTreeSet<String>, what: &str, banned: &[&str]) -> Vec<String> {
    let found = banned.iter().filter(|name| tree.contains(**name));
    found.map(|name| format!("{what} must not contain {name}: cargo tree -i {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(from: &str, to: &str, optional: bool) -> Value {
        let dependency = serde_json::json!({ "name": to, "optional": optional });
        serde_json::json!({ "packages": [
            { "name": from, "dependencies": [dependency] },
            { "name": to, "dependencies": [] },
        ]})
    }

    #[test]
    fn arrows_against_the_grain_are_found() {
        assert_eq!(arrows(&metadata("padlock-domain", "padlock-api", false)).len(), 1);
        assert_eq!(arrows(&metadata("padlock-api", "padlock-domain", false)).len(), 0);
    }

    #[test]
    fn a_crate_of_ours_is_not_taken_for_leptos() {
        let spa = |leptos: Value| {
            let others = LIBRARIES.iter().filter(|name| **name != "leptos");
            let others = others.map(|name| serde_json::json!({ "name": name, "source": "registry+x", "kind": null }));
            let dependencies: Vec<Value> = others.chain([leptos]).collect();
            serde_json::json!({ "packages": [{ "name": "padlock", "dependencies": dependencies }] })
        };
        let upstream = serde_json::json!({ "name": "leptos", "source": "registry+x", "rename": null, "kind": null });
        assert_eq!(libraries(&spa(upstream)), Vec::<String>::new());
        let ours = serde_json::json!({ "name": "padlock-view", "source": null, "rename": "leptos", "kind": null });
        assert_eq!(libraries(&spa(ours)).len(), 1);
        let renamed = serde_json::json!({ "name": "leptos", "source": "registry+x", "rename": "other", "kind": null });
        assert_eq!(libraries(&spa(renamed)).len(), 1);
    }

    #[test]
    fn the_page_has_the_api_only_behind_a_feature() {
        assert_eq!(arrows(&metadata("padlock", "padlock-api", false)).len(), 1);
        assert_eq!(arrows(&metadata("padlock", "padlock-api", true)).len(), 0);
    }
}
