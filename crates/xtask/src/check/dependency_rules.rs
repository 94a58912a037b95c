//! The rules for dependencies: which crates of the workspace may depend on which, and what the SPA may contain.

use super::findings;
use crate::process::{self, cargo};
use crate::{metadata, terminal};
use anyhow::Result;
use cargo_metadata::{Dependency, DependencyKind, Metadata};
use std::collections::BTreeSet;

/// The crates of the workspace that a crate may depend on.
struct Allowed {
    package: &'static str,
    always: &'static [&'static str],
    /// Only by a feature.
    optional: &'static [&'static str],
    /// Only in tests.
    dev: &'static [&'static str],
}

const NONE: Allowed = Allowed { package: "", always: &[], optional: &[], dev: &[] };

const ALLOWED: [Allowed; 10] = [
    Allowed { package: "padlock", always: &["padlock-contract"], optional: &["padlock-api", "padlock-domain"], ..NONE },
    Allowed { package: "padlock-api", always: &["padlock-contract", "padlock-domain"], ..NONE },
    Allowed { package: "padlock-bundle", ..NONE },
    Allowed { package: "padlock-contract", always: &["padlock-domain"], ..NONE },
    Allowed { package: "padlock-domain", ..NONE },
    Allowed { package: "padlock-preview-server", ..NONE },
    Allowed {
        package: "padlock-server",
        always: &["padlock-api", "padlock-contract", "padlock-domain"],
        dev: &["padlock-test-postgres", "padlock-trials"],
        ..NONE
    },
    Allowed { package: "padlock-trials", always: &["padlock-api", "padlock-domain", "padlock-test-postgres"], ..NONE },
    Allowed { package: "padlock-test-postgres", ..NONE },
    Allowed { package: "xtask", always: &["padlock-test-postgres"], ..NONE },
];
/// The libraries that the SPA must be built on.
const SPA_LIBRARIES: [&str; 7] = ["gloo-net", "leptos", "leptos_router", "qrcode", "serde", "wasm-bindgen", "web-sys"];
/// The crates that must not be compiled into the SPA.
const NATIVE_ONLY: [&str; 4] = ["padlock-server", "rusqlite", "sqlx", "tokio"];

/// Checks the dependencies of every crate of the workspace.
pub(super) fn check() -> Result<()> {
    terminal::step("Dependency rules");
    let metadata = metadata::workspace()?;
    let mut findings = forbidden_dependencies(&metadata);
    findings.extend(missing_libraries(&metadata));
    let banned = [&NATIVE_ONLY[..], &["padlock-api"]].concat();
    findings.extend(banned_crates("the SPA", &crates_in_spa("")?, &banned));
    findings.extend(banned_crates("the preview", &crates_in_spa("preview")?, &NATIVE_ONLY));
    findings::report(&findings)
}

/// Finds dependencies between crates of the workspace that [`ALLOWED`] does not list.
fn forbidden_dependencies(metadata: &Metadata) -> Vec<String> {
    let workspace: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let allowed = ALLOWED.iter().find(|allowed| package.name == allowed.package).unwrap_or(&NONE);
        for dependency in package.dependencies.iter().filter(|one| workspace.contains(one.name.as_str())) {
            let name = dependency.name.as_str();
            let is_allowed = allowed.always.contains(&name)
                || (dependency.optional && allowed.optional.contains(&name))
                || (dependency.kind == DependencyKind::Development && allowed.dev.contains(&name));
            if !is_allowed {
                findings.push(format!("{} must not depend on {name}", package.name));
            }
        }
    }
    findings
}

/// Finds libraries of the SPA that are missing, or that are another crate under that name.
fn missing_libraries(metadata: &Metadata) -> Vec<String> {
    let spa = metadata.packages.iter().find(|package| package.name == "padlock");
    let dependencies = spa.map(|spa| spa.dependencies.as_slice()).unwrap_or_default();
    let is_upstream = |dependency: &Dependency| {
        dependency.source.as_ref().is_some_and(|source| source.repr.starts_with("registry+"))
            && dependency.rename.is_none()
            && dependency.kind == DependencyKind::Normal
    };
    let is_missing = |name: &&&str| !dependencies.iter().any(|found| found.name == **name && is_upstream(found));
    let missing = SPA_LIBRARIES.iter().filter(is_missing);
    missing.map(|name| format!("the SPA must be built on the crate {name} from the registry")).collect()
}

/// Returns the names of the crates that are compiled into the SPA with these features.
fn crates_in_spa(features: &str) -> Result<BTreeSet<String>> {
    let mut tree = cargo(["tree", "--package", "padlock", "--target", metadata::WASM, "--features", features]);
    let tree = process::output(tree.args(["--edges", "normal", "--prefix", "none", "--locked"]))?;
    Ok(tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn banned_crates(program: &str, crates: &BTreeSet<String>, banned: &[&str]) -> Vec<String> {
    let found = banned.iter().filter(|name| crates.contains(**name));
    found.map(|name| format!("{program} must not contain {name}: cargo tree -i {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::fixtures::{self, dependency};

    fn workspace(from: &str, to: &str, optional: bool) -> Metadata {
        let from = fixtures::package(from, "0.1.0", None, &[dependency(to, None, None, optional)]);
        fixtures::metadata(&[from, fixtures::package(to, "0.1.0", None, &[])], &[])
    }

    #[test]
    fn dependencies_in_the_wrong_direction_are_found() {
        assert_eq!(forbidden_dependencies(&workspace("padlock-domain", "padlock-api", false)).len(), 1);
        assert_eq!(forbidden_dependencies(&workspace("padlock-api", "padlock-domain", false)).len(), 0);
    }

    #[test]
    fn another_crate_named_leptos_is_found() {
        let registry = Some("registry+x");
        let spa = |leptos: serde_json::Value| {
            let others = SPA_LIBRARIES.iter().filter(|name| **name != "leptos");
            let others = others.map(|name| dependency(name, registry, None, false));
            let dependencies: Vec<_> = others.chain([leptos]).collect();
            fixtures::metadata(&[fixtures::package("padlock", "0.1.0", None, &dependencies)], &[])
        };
        let upstream = dependency("leptos", registry, None, false);
        assert_eq!(missing_libraries(&spa(upstream)), Vec::<String>::new());
        let own = dependency("padlock-view", None, Some("leptos"), false);
        assert_eq!(missing_libraries(&spa(own)).len(), 1);
        let renamed = dependency("leptos", registry, Some("other"), false);
        assert_eq!(missing_libraries(&spa(renamed)).len(), 1);
    }

    #[test]
    fn the_spa_has_the_api_only_behind_a_feature() {
        assert_eq!(forbidden_dependencies(&workspace("padlock", "padlock-api", false)).len(), 1);
        assert_eq!(forbidden_dependencies(&workspace("padlock", "padlock-api", true)).len(), 0);
    }
}
