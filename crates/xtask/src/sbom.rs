//! Writes the software bill of materials: CycloneDX 1.6 in JSON, from what cargo resolved and locked. The same sources
//! give the same bytes, so it contains no time, no serial number and no path. docs/adr/0014 says which libraries were
//! considered.

use crate::lockfile::Lockfile;
use crate::metadata::{self, Compiled};
use crate::{paths, process, terminal};
use anyhow::{Context, Result};
use cargo_metadata::Package;
use fs_err as fs;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Writes `padlock.cdx.json`, which covers the server and the SPA, beside the server.
pub(crate) fn write() -> Result<()> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let server = metadata::resolve(host.context("rustc -vV does not print the host's platform")?, &[])?;
    let spa = metadata::resolve(metadata::WASM, &["split"])?;

    let mut sbom = Sbom::default();
    sbom.add("padlock-server", &metadata::compiled(&server, "padlock-server")?);
    sbom.add("padlock", &metadata::compiled(&spa, "padlock")?);
    let file = paths::release("padlock.cdx.json");
    fs::write(&file, serde_json::to_string_pretty(&sbom.document(&Lockfile::read()?))? + "\n")?;
    terminal::step(&format!("The bill of materials lists {} crates: {}", sbom.packages.len(), file.display()));
    Ok(())
}

/// The packages of the programs and their dependencies, by package URL.
#[derive(Default)]
struct Sbom<'a> {
    packages: BTreeMap<String, &'a Package>,
    dependencies: BTreeMap<String, BTreeSet<String>>,
    /// The names of the programs.
    programs: Vec<&'a str>,
}

impl<'a> Sbom<'a> {
    /// Adds a program. A crate may have other dependencies in another program, so those are added to the known ones.
    fn add(&mut self, program: &'a str, compiled: &[Compiled<'a>]) {
        self.programs.push(program);
        for Compiled { package, dependencies } in compiled {
            let url = package_url(&package.name, &package.version);
            let urls = dependencies.iter().map(|dependency| package_url(&dependency.name, &dependency.version));
            self.dependencies.entry(url.clone()).or_default().extend(urls);
            self.packages.insert(url, package);
        }
    }

    fn document(&self, lockfile: &Lockfile) -> Value {
        let locked = lockfile
            .packages
            .iter()
            .filter_map(|package| Some((package_url(&package.name, &package.version), package.checksum.as_ref()?)));
        let checksums: BTreeMap<String, &String> = locked.collect();
        let components = self.packages.iter().map(|(url, package)| {
            let is_program = self.programs.contains(&package.name.as_str());
            // Old crates separate alternatives by a slash, which SPDX writes as "OR".
            let license = package.license.iter().map(|license| json!({ "expression": license.replace('/', " OR ") }));
            let hash = checksums.get(url).map(|checksum| json!({ "alg": "SHA-256", "content": checksum }));
            json!({
                "type": if is_program { "application" } else { "library" },
                "bom-ref": url,
                "purl": url,
                "name": package.name,
                "version": package.version,
                "licenses": license.collect::<Vec<_>>(),
                "hashes": hash.into_iter().collect::<Vec<_>>(),
            })
        });
        let dependencies = self.dependencies.iter().map(|(url, urls)| json!({ "ref": url, "dependsOn": urls }));
        json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "component": { "type": "application", "name": "Padlock", "version": env!("CARGO_PKG_VERSION") },
            },
            "components": components.collect::<Vec<_>>(),
            "dependencies": dependencies.collect::<Vec<_>>(),
        })
    }
}

/// Returns the package URL of a crate: `pkg:cargo/serde@1.0.0`.
fn package_url(name: &str, version: &dyn std::fmt::Display) -> String {
    format!("pkg:cargo/{name}@{version}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::fixtures;

    #[test]
    fn dev_dependencies_are_not_listed() {
        let metadata = fixtures::metadata(
            &[
                fixtures::package("server", "0.1.0", Some("Apache-2.0"), &[]),
                fixtures::package("used", "2.0.0", Some("MIT/Apache-2.0"), &[]),
                fixtures::package("for-tests", "3.0.0", Some("MIT"), &[]),
                fixtures::package("to-build", "4.0.0", None, &[]),
            ],
            &[
                fixtures::node("server", &[("used", &[None, Some("dev")]), ("for-tests", &[Some("dev")])]),
                fixtures::node("used", &[("to-build", &[Some("build")])]),
                fixtures::node("for-tests", &[]),
                fixtures::node("to-build", &[]),
            ],
        );
        let mut sbom = Sbom::default();
        sbom.add("server", &metadata::compiled(&metadata, "server").unwrap());
        let lock = "version = 4\n\n[[package]]\nname = \"used\"\nversion = \"2.0.0\"\nchecksum = \"abc\"\n";
        let document = sbom.document(&Lockfile::parse(lock).unwrap());
        let names: Vec<_> = document["components"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["server", "to-build", "used"]);
        let used = &document["components"][2];
        assert_eq!(used["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(used["hashes"][0]["content"], "abc");
        assert_eq!(document["components"][0]["type"], "application");
        assert_eq!(document["dependencies"][0]["dependsOn"], json!(["pkg:cargo/used@2.0.0"]));
        assert!(metadata::compiled(&metadata, "nobody").is_err());
    }
}
