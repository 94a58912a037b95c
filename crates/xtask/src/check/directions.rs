//! Arrows between crates point one way, and the browser's share stays small.

use crate::problem::{Doing, Outcome, Problem};
use crate::run::cargo;
use crate::{run, say};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who may depend on whom among our own crates. A star: only behind a feature; a plus: only in tests.
const ALLOWED: [(&str, &[&str]); 9] = [
    ("padlock", &["padlock-contract", "padlock-view", "*padlock-api", "*padlock-domain"]),
    ("padlock-api", &["padlock-contract", "padlock-domain"]),
    ("padlock-bundle", &[]),
    ("padlock-contract", &["padlock-domain"]),
    ("padlock-domain", &[]),
    ("padlock-server", &["padlock-api", "padlock-contract", "padlock-domain", "+padlock-trials"]),
    ("padlock-trials", &["padlock-api", "padlock-domain"]),
    ("padlock-view", &[]),
    ("xtask", &[]),
];
/// What never reaches a browser.
const NATIVE: [&str; 4] = ["padlock-server", "rusqlite", "sqlx", "tokio"];

pub(crate) fn all() -> Outcome {
    say::step("Directions of dependencies");
    let words = run::output(&mut cargo(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&words).doing("cargo metadata")?;
    let mut wrong = arrows(&metadata);
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
    fn the_page_has_the_api_only_behind_a_feature() {
        assert_eq!(arrows(&metadata("padlock", "padlock-api", false)).len(), 1);
        assert_eq!(arrows(&metadata("padlock", "padlock-api", true)).len(), 0);
    }
}
