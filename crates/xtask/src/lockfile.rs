//! Reads `Cargo.lock`.

use crate::paths;
use anyhow::{Context, Result};
use fs_err as fs;
use serde::Deserialize;

/// The locked packages.
#[derive(Deserialize)]
pub(crate) struct Lockfile {
    #[serde(rename = "package")]
    pub(crate) packages: Vec<LockedPackage>,
}

/// A package, and the SHA-256 of its archive if it comes from a registry.
#[derive(Deserialize)]
pub(crate) struct LockedPackage {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) checksum: Option<String>,
}

impl Lockfile {
    /// Reads the lock file of the workspace.
    pub(crate) fn read() -> Result<Self> {
        Self::parse(&fs::read_to_string(paths::root().join("Cargo.lock"))?)
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("Cargo.lock cannot be read")
    }

    /// Returns the locked version of the package with this name.
    pub(crate) fn version(&self, name: &str) -> Option<&str> {
        self.packages.iter().find(|package| package.name == name).map(|package| package.version.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_gives_the_version_of_exactly_that_crate() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        let lock = Lockfile::parse(lock).unwrap();
        assert_eq!(lock.version("wasm-bindgen"), Some("0.2.130"));
        assert_eq!(lock.version("trunk"), None);
    }
}
