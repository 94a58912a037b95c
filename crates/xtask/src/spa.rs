//! Builds the SPA with Trunk.

use crate::fingerprint::Fingerprint;
use crate::{metadata, paths, process, terminal, tools};
use anyhow::{Result, bail, ensure};
use fs_err as fs;
use std::env::var_os;
use std::path::PathBuf;
use std::process::Command;

/// A build of the SPA.
pub(crate) enum Build<'a> {
    /// The pages that `padlock-server` serves, split by area and compressed.
    Production,
    /// A folder for any static host, with the API in the browser tab.
    Preview { public_url: &'a str },
}

impl Build<'_> {
    /// Returns the folder that the build leaves.
    pub(crate) fn dist(&self) -> PathBuf {
        paths::root().join(match self {
            Self::Production => "dist",
            Self::Preview { .. } => "dist-preview",
        })
    }

    fn feature(&self) -> &'static str {
        match self {
            Self::Production => "split",
            Self::Preview { .. } => "preview",
        }
    }

    fn step(&self) -> &'static str {
        match self {
            Self::Production => "Build the portal's pages (release)",
            Self::Preview { .. } => "Build the preview (release)",
        }
    }

    /// Returns the address below which the files are served, if Trunk is to be told.
    fn public_url(&self) -> Option<&str> {
        match self {
            Self::Production => None,
            Self::Preview { public_url } => Some(public_url),
        }
    }
}

/// Builds the SPA unless it is up to date.
pub(crate) fn build(build: &Build<'_>) -> Result<()> {
    let dist = build.dist();
    let public_url = build.public_url();
    if !dist.is_dir() {
        terminal::step("Resolve the crates of the SPA, which cargo may have to download");
    }
    let fingerprint = Fingerprint::read(&dist, build.feature(), public_url.unwrap_or_default())?;
    if fingerprint.is_current() {
        return Ok(());
    }
    let path = tools::install_for_building()?;
    let mut trunk = Command::new("trunk");
    trunk.current_dir(paths::root()).env("PATH", path);
    // Trunk takes NO_COLOR for its own option, which must be true or false.
    trunk.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    // Cargo adds these to the flags of .cargo/config.toml.
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags_without_local_paths()?);
    trunk.args(["build", "--release", "--locked", "--features", build.feature(), "--dist"]).arg(&dist);
    trunk.args(public_url.into_iter().flat_map(|url| ["--public-url", url]));
    process::run_quietly(build.step(), &mut trunk)?;
    if let Build::Preview { .. } = build {
        // Static hosts answer unknown paths with this file, and every page but the first has such a path.
        fs::copy(dist.join("index.html"), dist.join("404.html"))?;
    }
    fingerprint.record()
}

/// Returns compiler flags that keep the paths of this machine out of the program, which contains source paths for the
/// messages of panics.
fn flags_without_local_paths() -> Result<String> {
    let home = paths::env_path("CARGO_HOME").or_else(|| paths::env_path("HOME").map(|home| home.join(".cargo")));
    let Some(sources) = home.map(|home| home.join("registry/src")) else { return Ok(String::new()) };
    let mut flags = Vec::new();
    for entry in fs::read_dir(sources).into_iter().flatten() {
        let folder = entry?.path();
        // Cargo splits the flags at spaces.
        if !folder.display().to_string().contains(' ') {
            flags.push(format!("--remap-path-prefix={}=crates", folder.display()));
        }
    }
    flags.sort();
    Ok(flags.join(" "))
}

/// Compiles `padlock-bundle`, which Trunk's hook runs.
pub(crate) fn build_bundler() -> Result<()> {
    process::build("Compile the bundler", &["--package", "padlock-bundle"])
}

/// Runs the bundler on the files that Trunk has staged. Trunk's post_build hook calls this.
pub(crate) fn run_post_build_hook() -> Result<()> {
    if var_os("TRUNK_PROFILE").is_none_or(|profile| profile != "release") {
        return Ok(());
    }
    ensure!(var_os("TRUNK_STAGING_DIR").is_some(), "`finish` is Trunk's hook: run `cargo xtask build`");
    let path = tools::install_for_building()?;
    build_bundler()?;
    let wasm = paths::target().join(metadata::WASM).join("wasm/padlock.wasm");
    let mut bundler = Command::new(paths::debug("padlock-bundle"));
    bundler.arg("finish").arg(wasm).env("PATH", path).current_dir(paths::root());
    process::run("Finish the files", &mut bundler)
}

/// Prints the sizes of the pages and fails above a limit.
pub(crate) fn check_sizes() -> Result<()> {
    let dist = Build::Production.dist();
    if !dist.join("index.html").is_file() {
        bail!("There is no dist/: run `cargo xtask build` first");
    }
    build_bundler()?;
    process::run("Sizes of the pages", Command::new(paths::debug("padlock-bundle")).arg("bytes").arg(dist))
}

/// Installs the tools and prints the `PATH` for using Trunk by hand.
pub(crate) fn print_path() -> Result<()> {
    let path = tools::install_for_building()?;
    terminal::step(&format!("export PATH={}", path.to_string_lossy()));
    Ok(())
}
