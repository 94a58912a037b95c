//! Decides whether a build of the SPA is up to date.

use crate::{metadata, paths, process};
use anyhow::{Context, Result};
use fs_err as fs;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use walkdir::WalkDir;

/// The inputs of every build beside the crates that the SPA depends on.
const COMMON_INPUTS: [&str; 13] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "boot.js",
    "build.rs",
    "crates/bundle",
    "crates/xtask/src/spa.rs",
    "index.html",
    "public",
    "rust-toolchain.toml",
    "src",
    "style",
];

/// The state of the inputs of a build, and the file where the state is recorded that the folder was built from.
pub(crate) struct Fingerprint {
    index: PathBuf,
    record: PathBuf,
    inputs: u64,
}

impl Fingerprint {
    /// Reads the inputs of the build of `dist` with this feature of the SPA. `options` tell apart builds from the same
    /// inputs.
    pub(crate) fn read(dist: &Path, feature: &str, options: &str) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        (feature, options).hash(&mut hasher);
        process::output(Command::new("rustc").arg("-V").current_dir(paths::root()))?.hash(&mut hasher);
        for input in inputs(feature)? {
            for entry in WalkDir::new(input).sort_by_file_name() {
                let entry = entry?;
                if entry.file_type().is_file() {
                    entry.path().hash(&mut hasher);
                    fs::read(entry.path())?.hash(&mut hasher);
                }
            }
        }
        let name = dist.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            index: dist.join("index.html"),
            record: paths::target().join("padlock").join(format!("{name}.built")),
            inputs: hasher.finish(),
        })
    }

    /// Returns whether the folder was built from these inputs.
    pub(crate) fn is_current(&self) -> bool {
        let state = self.state();
        state.is_ok_and(|state| fs::read_to_string(&self.record).is_ok_and(|recorded| recorded == state))
    }

    /// Records that the folder was built from these inputs.
    pub(crate) fn record(&self) -> Result<()> {
        let state = self.state().context("The build left no index.html")?;
        fs::create_dir_all(self.record.parent().unwrap_or(&self.record))?;
        Ok(fs::write(&self.record, state)?)
    }

    /// Returns the hashes of the inputs and of the built page. Trunk, used by hand, may have replaced the page.
    fn state(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        fs::read(&self.index)?.hash(&mut hasher);
        Ok(format!("{:016x} {:016x}\n", self.inputs, hasher.finish()))
    }
}

/// Returns the files and folders that a build with this feature of the SPA depends on.
fn inputs(feature: &str) -> Result<BTreeSet<PathBuf>> {
    let metadata = metadata::resolve(metadata::WASM, &[feature])?;
    let mut inputs: BTreeSet<PathBuf> = COMMON_INPUTS.iter().map(|input| paths::root().join(input)).collect();
    for compiled in metadata::compiled(&metadata, "padlock")? {
        let folder = compiled.package.manifest_path.parent();
        // The SPA's own folder contains the whole workspace. COMMON_INPUTS names its files.
        let own = folder.filter(|folder| compiled.package.source.is_none() && *folder != paths::root());
        inputs.extend(own.map(|folder| folder.to_owned().into_std_path_buf()));
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_preview_depends_on_the_api() {
        let crate_folder = |name: &str| paths::root().join("crates").join(name);
        let (production, preview) = (inputs("split").unwrap(), inputs("preview").unwrap());
        assert!(!production.contains(&crate_folder("api")));
        assert!(preview.contains(&crate_folder("api")));
        assert!(production.contains(&crate_folder("contract")) && preview.contains(&crate_folder("contract")));
        assert!(!production.contains(&crate_folder("server")) && !preview.contains(&crate_folder("server")));
    }

    #[test]
    fn every_common_input_exists() {
        let missing: Vec<_> = COMMON_INPUTS.iter().filter(|input| !paths::root().join(input).exists()).collect();
        assert_eq!(missing, [&""; 0]);
    }
}
