//! `bench`: speed, bytes and memory beside their targets (docs/performance.md).

use crate::options::Options;
use crate::problem::{Doing, Outcome, Problem};
use crate::test::browser;
use crate::{place, run, server, spa, tools};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The parts, in the order in which they are measured.
const PARTS: [&str; 5] = ["bytes", "pages", "sign-in", "uploads", "reads"];

/// The file with the revision that the pages are compared with unless `--against` names another.
const BASELINE: &str = "tests/bench/baseline";

/// `bench [--only bytes|pages|sign-in|uploads|reads] [--against REVISION]`
pub(crate) fn run(args: &[String]) -> Outcome {
    let options = Options::read(args, &["--only", "--against"], &[])?;
    let only = options.value("--only");
    if only.is_some_and(|only| !PARTS.contains(&only)) {
        return Err(Problem::new(format!("--only takes one of: {}", PARTS.join(", "))));
    }
    spa::build(&spa::Build::Production)?;
    server::trials()?;
    let mut missed = Vec::new();
    for part in PARTS.into_iter().filter(|part| only.is_none_or(|only| only == *part)) {
        let measured = match part {
            "bytes" => spa::bytes(),
            "pages" => pages(options.value("--against")),
            _ => run::open(part, Command::new(place::release("bench")).arg(place::release("padlock-server")).arg(part)),
        };
        if measured.is_err() {
            missed.push(part);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(Problem::new(format!("Not as promised: {}", missed.join(", ")))) }
}

/// How soon the pages are usable, beside an earlier revision in turns.
fn pages(against: Option<&str>) -> Outcome {
    tools::require_npm()?;
    let browser = browser::ready()?;
    let home = place::root().join("tests/bench");
    tools::packages(&home, "Fetch the bench's packages")?;
    let earlier = Earlier::built(against)?;
    let present = revision("now", &place::release("padlock-server"), &spa::Build::Production.dist());
    let mut node = Command::new("node");
    node.current_dir(&home).arg("pages.mjs").arg(present);
    node.arg(revision("before", &earlier.target().join("release/padlock-server"), &earlier.tree.join("dist")));
    run::open("pages", node.env("PADLOCK_CHROMIUM", browser.program))
}

/// A revision as `pages.mjs` takes it: `name=server,dist`.
fn revision(name: &str, server: &Path, dist: &Path) -> OsString {
    let mut argument = OsString::from(format!("{name}="));
    argument.push(server);
    argument.push(",");
    argument.push(dist);
    argument
}

/// An earlier revision in a worktree of its own.
struct Earlier {
    tree: PathBuf,
}

impl Earlier {
    /// Checks the revision out and builds it, unless that was done before.
    fn built(against: Option<&str>) -> Outcome<Self> {
        let file = place::root().join(BASELINE);
        let wanted = match against {
            Some(revision) => revision.to_owned(),
            None => std::fs::read_to_string(&file).doing(file.display())?,
        };
        let id = run::output(
            git().args(["rev-parse", "--verify", "--end-of-options"]).arg(format!("{}^{{commit}}", wanted.trim())),
        )?;
        let tree = place::target().join("bench").join(id.trim());
        let earlier = Self { tree };
        if !earlier.tree.is_dir() {
            run::quiet("Check out the earlier revision", git().args(["worktree", "prune"]))?;
            let mut add = git();
            add.args(["worktree", "add", "--detach", "--quiet"]).arg(&earlier.tree).arg(id.trim());
            run::quiet("Check out the earlier revision", &mut add)?;
        }
        if !earlier.target().join("release/padlock-server").is_file() || !earlier.tree.join("dist/index.html").is_file()
        {
            let mut build = run::cargo(["xtask", "build"]);
            build.current_dir(&earlier.tree).env("CARGO_TARGET_DIR", earlier.target());
            run::open("Build the earlier revision (once)", &mut build)?;
        }
        Ok(earlier)
    }

    fn target(&self) -> PathBuf {
        self.tree.join("target")
    }
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.current_dir(place::root());
    git
}
