//! `check`: finds what can be wrong without running the program.

mod dependency_rules;
mod findings;
mod module_cycles;
mod source_rules;

use crate::process::{self, cargo};
use crate::spa::{self, Build};
use crate::stopwatch::Stopwatch;
use crate::{metadata, paths, terminal, tools};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::process::Command;

/// The options of `check`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Runs one step only
    #[arg(long, value_name = "STEP")]
    only: Option<Step>,
}

/// The steps, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Step {
    Formatting,
    SourceRules,
    DependencyRules,
    ModuleCycles,
    /// Licences, bans and sources of dependencies
    CargoDeny,
    Clippy,
    ClippyWasm,
    ClippyPreview,
    ClippySplit,
    #[value(name = "page-sizes")]
    Sizes,
}

impl Step {
    fn run(self) -> Result<()> {
        match self {
            Self::Formatting => formatting(),
            Self::SourceRules => source_rules::check(),
            Self::DependencyRules => dependency_rules::check(),
            Self::ModuleCycles => module_cycles::check(),
            Self::CargoDeny => cargo_deny(),
            Self::Clippy => clippy("Clippy, native", &["--workspace"]),
            Self::ClippyWasm => clippy_wasm("Clippy, wasm", ""),
            Self::ClippyPreview => clippy_wasm("Clippy, wasm, preview", "preview"),
            Self::ClippySplit => clippy_wasm("Clippy, wasm, split", "split"),
            Self::Sizes => spa::check_sizes(),
        }
    }
}

/// Runs every step, or the chosen one, and then fails with the names of those that failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let stopwatch = Stopwatch::start();
    let steps = match options.only {
        Some(ref step) => std::slice::from_ref(step),
        None => Step::value_variants(),
    };
    let has_pages = Build::Production.dist().join("index.html").is_file();
    let mut failed = Vec::new();
    for step in steps.iter().filter(|step| **step != Step::Sizes || has_pages || options.only.is_some()) {
        if let Err(error) = step.run() {
            terminal::detail(&format!("{error:#}"));
            failed.extend(step.to_possible_value().map(|value| value.get_name().to_owned()));
        }
    }
    if failed.is_empty() {
        terminal::step(&format!("All checks passed in {}", terminal::format_duration(stopwatch.elapsed())));
        return Ok(());
    }
    bail!("These checks failed: {}. Their output is above.", failed.join(", "))
}

fn formatting() -> Result<()> {
    tools::install_component("rustfmt", "fmt")?;
    process::run("Formatting", &mut cargo(["fmt", "--all", "--check"]))
}

fn clippy(title: &str, selection: &[&str]) -> Result<()> {
    tools::install_component("clippy", "clippy")?;
    let clippy = &mut cargo(["clippy", "--all-targets", "--locked"]);
    process::run(title, clippy.args(selection).args(["--", "-D", "warnings"]))
}

fn clippy_wasm(title: &str, features: &str) -> Result<()> {
    tools::install_wasm_target()?;
    clippy(title, &["--package", "padlock", "--target", metadata::WASM, "--features", features])
}

/// Checks licences, banned crates and sources. Security advisories need a database that not every machine can reach, so
/// operators check them (docs/operations.md).
fn cargo_deny() -> Result<()> {
    let mut command = Command::new(tools::install_cargo_deny()?.join("cargo-deny"));
    command.current_dir(paths::root()).args(["--workspace", "--all-features", "--locked", "check"]);
    command.args(["--hide-inclusion-graph", "licenses", "bans", "sources"]);
    process::run("Licences, bans and sources of dependencies", &mut command)
}
