//! Reads `cargo metadata`.

use crate::paths;
use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use std::collections::BTreeMap;

/// The platform that the SPA is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Reads the workspace's own packages.
pub(crate) fn workspace() -> Result<Metadata> {
    command().no_deps().exec().context("The manifests of the workspace cannot be read")
}

/// Reads the locked packages that the workspace needs on `platform` when the SPA has these features.
pub(crate) fn resolve(platform: &str, features: &[&str]) -> Result<Metadata> {
    let features = features.iter().map(|&feature| feature.to_owned()).collect();
    command()
        .features(CargoOpt::SomeFeatures(features))
        .other_options(["--locked", "--filter-platform", platform].map(str::to_owned))
        .exec()
        .context("The dependencies of the workspace cannot be resolved")
}

fn command() -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.current_dir(paths::root());
    command
}

/// A package that is compiled into a program, and the packages that it depends on.
pub(crate) struct Compiled<'a> {
    pub(crate) package: &'a Package,
    pub(crate) dependencies: Vec<&'a Package>,
}

/// Returns the package of this name and its dependencies, transitively, without those that only tests need.
pub(crate) fn compiled<'a>(metadata: &'a Metadata, name: &str) -> Result<Vec<Compiled<'a>>> {
    let packages: BTreeMap<&PackageId, &Package> = metadata.packages.iter().map(|one| (&one.id, one)).collect();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let mut nodes: BTreeMap<_, _> = nodes.map(|node| (&node.id, node)).collect();
    let root = metadata.packages.iter().find(|package| package.name == name);
    let mut pending = vec![root.with_context(|| format!("cargo metadata has no package {name}"))?];
    let mut compiled = Vec::new();
    while let Some(package) = pending.pop() {
        // A package is removed when it is visited, so that it is visited once.
        let Some(node) = nodes.remove(&package.id) else { continue };
        let shipped = node.deps.iter().filter(|dependency| {
            dependency.dep_kinds.iter().any(|dependency| dependency.kind != DependencyKind::Development)
        });
        let dependencies: Vec<_> = shipped.filter_map(|dependency| packages.get(&dependency.pkg).copied()).collect();
        pending.extend(&dependencies);
        compiled.push(Compiled { package, dependencies });
    }
    Ok(compiled)
}

/// Metadata for tests.
#[cfg(test)]
pub(crate) mod fixtures {
    use cargo_metadata::Metadata;
    use serde_json::{Value, json};

    /// Builds a package whose ID is its name.
    pub(crate) fn package(name: &str, version: &str, license: Option<&str>, dependencies: &[Value]) -> Value {
        json!({
            "name": name, "version": version, "id": name, "license": license, "dependencies": dependencies,
            "targets": [], "features": {}, "manifest_path": format!("/{name}/Cargo.toml"),
        })
    }

    /// Builds the entry of a dependency in a manifest.
    pub(crate) fn dependency(name: &str, source: Option<&str>, rename: Option<&str>, optional: bool) -> Value {
        json!({
            "name": name, "source": source, "rename": rename, "optional": optional, "req": "*", "kind": null,
            "uses_default_features": true, "features": [],
        })
    }

    /// Builds a node of the resolved graph from the names of its dependencies and their kinds.
    pub(crate) fn node(name: &str, dependencies: &[(&str, &[Option<&str>])]) -> Value {
        let dependencies = dependencies.iter().map(|(name, kinds)| {
            let kinds: Vec<_> = kinds.iter().map(|kind| json!({ "kind": kind })).collect();
            json!({ "name": name, "pkg": name, "dep_kinds": kinds })
        });
        json!({ "id": name, "dependencies": [], "deps": dependencies.collect::<Vec<_>>() })
    }

    /// Builds metadata of a workspace.
    pub(crate) fn metadata(packages: &[Value], nodes: &[Value]) -> Metadata {
        serde_json::from_value(json!({
            "packages": packages, "resolve": { "nodes": nodes }, "workspace_members": [], "workspace_root": "/",
            "target_directory": "/target", "version": 1,
        }))
        .unwrap()
    }
}
