//! Builds the SPA with Trunk: for the server, or with the API inside it.

use crate::fingerprint::Built;
use crate::problem::{Doing, Outcome, Problem};
use crate::{place, run, say, tools};
use std::env::var_os;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// One of the two builds.
pub(crate) enum Build<'a> {
    /// What `padlock-server` serves: split by area, compressed.
    Production,
    /// A folder for any static host, the API in the tab.
    Preview { public_url: &'a str },
}

impl Build<'_> {
    /// The folder it leaves.
    pub(crate) fn dist(&self) -> PathBuf {
        place::root().join(match self {
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

    fn what(&self) -> &'static str {
        match self {
            Self::Production => "Build the portal's pages (release)",
            Self::Preview { .. } => "Build the preview (release)",
        }
    }
}

/// Builds it unless nothing changed since.
pub(crate) fn build(which: &Build<'_>) -> Outcome {
    let dist = which.dist();
    let built = match which {
        Build::Production => Built::of(&dist, &[], "")?,
        Build::Preview { public_url } => Built::of(&dist, &["crates/api"], public_url)?,
    };
    if built.is_current() {
        return Ok(());
    }
    let path = tools::for_building()?;
    bundler()?;
    let mut trunk = Command::new("trunk");
    trunk.current_dir(place::root()).env("PATH", path);
    // Trunk reads this as its own option and knows only true and false.
    trunk.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    // Cargo adds these to the flags of .cargo/config.toml.
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", without_local_paths()?);
    trunk.args(["build", "--release", "--locked", "--features", which.feature(), "--dist"]).arg(&dist);
    if let Build::Preview { public_url } = which {
        trunk.args(["--public-url", public_url]);
    }
    run::quiet(which.what(), &mut trunk)?;
    if let Build::Preview { .. } = which {
        // Static hosts answer an unknown path, so every page but the first, with it.
        fs::copy(dist.join("index.html"), dist.join("404.html")).doing("404.html")?;
    }
    built.note()
}

/// Flags that keep the paths of this machine out of the program: panics name their place in the source of a crate.
fn without_local_paths() -> Outcome<String> {
    let home = var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let home = home.or_else(|| var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let Some(sources) = home.map(|home| home.join("registry/src")) else { return Ok(String::new()) };
    let mut flags = Vec::new();
    for entry in fs::read_dir(&sources).into_iter().flatten() {
        let folder = entry.doing(sources.display())?.path();
        // Cargo divides the flags at spaces.
        if !folder.display().to_string().contains(' ') {
            flags.push(format!("--remap-path-prefix={}=crates", folder.display()));
        }
    }
    flags.sort();
    Ok(flags.join(" "))
}

/// Compiles `padlock-bundle`, which Trunk's hook runs.
fn bundler() -> Outcome {
    let build = &mut run::cargo(["build", "--release", "--locked", "--package", "padlock-bundle"]);
    run::quiet("Compile the bundler", build)
}

/// Trunk's post_build hook: the bundler finishes what Trunk has staged.
pub(crate) fn finish() -> Outcome {
    if var_os("TRUNK_PROFILE").is_none_or(|profile| profile != "release") {
        return Ok(());
    }
    if var_os("TRUNK_STAGING_DIR").is_none() {
        return Err(Problem::new("`finish` is Trunk's hook: run `cargo xtask build`"));
    }
    let path = tools::for_building()?;
    bundler()?;
    let wasm = place::target().join("wasm32-unknown-unknown/wasm/padlock.wasm");
    let mut bundle = Command::new(place::release("padlock-bundle"));
    bundle.arg("finish").arg(wasm).env("PATH", path).current_dir(place::root());
    run::open("Finish the files", &mut bundle)
}

/// Prints the sizes of the pages and fails above a limit.
pub(crate) fn bytes() -> Outcome {
    let dist = Build::Production.dist();
    if !dist.join("index.html").is_file() {
        return Err(Problem::new("There is no dist/: run `cargo xtask build` first"));
    }
    bundler()?;
    let mut bundle = Command::new(place::release("padlock-bundle"));
    bundle.arg("bytes").arg(dist);
    run::open("Sizes of the pages", &mut bundle)
}

/// Prints the `PATH` for working with Trunk by hand.
pub(crate) fn print_path() -> Outcome {
    let path = tools::for_building()?;
    say::step(&format!("export PATH={}", path.to_string_lossy()));
    Ok(())
}
