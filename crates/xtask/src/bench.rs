//! `bench`: measures speed, sizes and memory and compares them with their targets (docs/performance.md).

use crate::stopwatch::Stopwatch;
use crate::terminal::{self, format_duration};
use crate::test::browser;
use crate::{paths, postgres, process, server, spa, tools};
use anyhow::{Result, ensure};
use clap::ValueEnum;
use fs_err as fs;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The file with the revision that the pages are compared with unless `--against` names another.
const BASELINE_FILE: &str = "tests/bench/baseline";

/// How long `cargo xtask start` may take on two idle cores that have never built Padlock.
const COLD_START_TARGET: Duration = Duration::from_secs(11 * 60);

/// The options of `bench`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measures one part only
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// The revision that the start of the pages is compared with, instead of the one in tests/bench/baseline
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
}

/// The parts, in the order in which they are measured.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    #[value(name = "bytes")]
    Sizes,
    ColdStart,
    Pages,
    SignIn,
    Deployments,
    Uploads,
    Reads,
}

impl Part {
    /// Returns the name of the part, on the command line here and on that of the program `bench`.
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn measure(self, against: Option<&str>) -> Result<()> {
        match self {
            Self::Sizes => spa::check_sizes(),
            Self::ColdStart => measure_cold_start(),
            Self::Pages => measure_pages(against),
            Self::SignIn | Self::Deployments | Self::Uploads | Self::Reads => {
                // Every commit is written to the disk, as on SQLite.
                let postgres = postgres::start_durable()?;
                let name = self.name();
                let mut bench = Command::new(paths::release("bench"));
                bench.arg(paths::release("padlock-server")).arg(postgres.url());
                process::run(&name, bench.arg(&name))
            }
        }
    }
}

/// Builds what is measured, and measures all parts or the chosen one.
pub(crate) fn run(options: &Options) -> Result<()> {
    let is_chosen = |parts: &[Part]| options.only.is_none_or(|only| parts.contains(&only));
    if is_chosen(&[Part::Sizes, Part::Pages]) {
        spa::build(&spa::Build::Production)?;
    }
    if is_chosen(&[Part::Pages, Part::SignIn, Part::Deployments, Part::Uploads, Part::Reads]) {
        server::build_with_trials()?;
    }
    let mut missed = Vec::new();
    for part in Part::value_variants().iter().filter(|part| options.only.is_none_or(|only| only == **part)) {
        if let Err(error) = part.measure(options.against.as_deref()) {
            terminal::detail(&format!("{error:#}"));
            missed.push(part.name());
        }
    }
    ensure!(missed.is_empty(), "These targets were missed: {}", missed.join(", "));
    Ok(())
}

/// Measures `cargo xtask start` from a fresh clone of the last commit, with an empty home folder, and fails above the
/// target. The command prints the time of each step.
fn measure_cold_start() -> Result<()> {
    let folder = paths::target().join("bench/cold-start");
    let _ = fs::remove_dir_all(&folder);
    let (clone, home) = (folder.join("clone"), folder.join("home"));
    fs::create_dir_all(&home)?;
    process::run("cold-start", git(["clone", "--quiet", "."]).arg(&clone))?;
    let mut start = process::cargo(["xtask", "start", "--no-serve"]);
    start.current_dir(&clone).env("HOME", &home).env("CARGO_HOME", home.join(".cargo"));
    // The toolchain is installed beforehand.
    if let Ok(toolchains) = process::output(Command::new("rustup").args(["show", "home"])) {
        start.env("RUSTUP_HOME", toolchains.trim());
    }
    for variable in ["CARGO_TARGET_DIR", "PADLOCK_TOOLS", "XDG_CACHE_HOME", "CARGO_MANIFEST_DIR"] {
        start.env_remove(variable);
    }
    let stopwatch = Stopwatch::start();
    process::run("Build everything from a fresh clone with an empty home folder", &mut start)?;
    let (elapsed, target) = (format_duration(stopwatch.elapsed()), format_duration(COLD_START_TARGET));
    terminal::detail(&format!("cold start in {elapsed}; at most {target}"));
    ensure!(stopwatch.elapsed() <= COLD_START_TARGET, "the cold start took {elapsed}, more than {target}");
    Ok(fs::remove_dir_all(folder)?)
}

/// Measures how soon the pages are usable, in turns with those of an earlier revision.
fn measure_pages(against: Option<&str>) -> Result<()> {
    tools::require_npm()?;
    let browser = browser::find_or_install()?;
    let folder = paths::root().join("tests/bench");
    tools::install_npm_packages(&folder, "Install the npm packages of the bench")?;
    let baseline = Baseline::build(against)?;
    let mut node = Command::new("node");
    node.current_dir(&folder).arg("pages.mjs").env("PADLOCK_CHROMIUM", browser.program);
    node.arg(page_argument("now", &paths::release("padlock-server"), &spa::Build::Production.dist()));
    node.arg(page_argument("before", &baseline.server(), &baseline.worktree.join("dist")));
    process::run("pages", &mut node)
}

/// Returns the argument of `pages.mjs` for one revision: `name=server,dist`.
fn page_argument(name: &str, server: &Path, dist: &Path) -> OsString {
    let mut argument = OsString::from(format!("{name}="));
    argument.push(server);
    argument.push(",");
    argument.push(dist);
    argument
}

/// An earlier revision in a worktree of its own.
struct Baseline {
    worktree: PathBuf,
}

impl Baseline {
    /// Checks out a revision and builds it, unless that was done before.
    fn build(revision: Option<&str>) -> Result<Self> {
        let revision = match revision {
            Some(revision) => revision.to_owned(),
            None => fs::read_to_string(paths::root().join(BASELINE_FILE))?,
        };
        let mut rev_parse = git(["rev-parse", "--verify", "--end-of-options"]);
        let id = process::output(rev_parse.arg(format!("{}^{{commit}}", revision.trim())))?;
        let built = Self { worktree: paths::target().join("bench").join(id.trim()) };
        if !built.worktree.is_dir() {
            process::run_quietly("Remove records of deleted worktrees", &mut git(["worktree", "prune"]))?;
            let mut add = git(["worktree", "add", "--detach", "--quiet"]);
            process::run_quietly("Check out the earlier revision", add.arg(&built.worktree).arg(id.trim()))?;
        }
        if !built.server().is_file() || !built.worktree.join("dist/index.html").is_file() {
            let mut build = process::cargo(["xtask", "build"]);
            build.current_dir(&built.worktree).env("CARGO_TARGET_DIR", built.target());
            process::run("Build the earlier revision (once)", &mut build)?;
        }
        Ok(built)
    }

    fn target(&self) -> PathBuf {
        self.worktree.join("target")
    }

    fn server(&self) -> PathBuf {
        self.target().join("release/padlock-server")
    }
}

fn git<const N: usize>(args: [&str; N]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(paths::root()).args(args);
    git
}
