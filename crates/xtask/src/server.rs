//! Builds and starts the server.

use crate::problem::Outcome;
use crate::spa::{self, Build};
use crate::{place, run, say};
use std::process::Command;

/// Leaves `target/release/padlock-server` and `dist/`.
pub(crate) fn build() -> Outcome {
    spa::build(&Build::Production)?;
    let what = "Build the server (release)";
    run::quiet(what, &mut run::cargo(["build", "--release", "--locked", "--package", "padlock-server"]))
}

/// Leaves, beside the server, what loads and hurts it.
pub(crate) fn trials() -> Outcome {
    let build = &mut run::cargo(["build", "--release", "--locked", "--package", "padlock-server"]);
    run::quiet("Build the server and its trials (release)", build.args(["--package", "padlock-trials"]))
}

/// Builds, then becomes the demo server.
pub(crate) fn start(more: &[String]) -> Outcome {
    build()?;
    let mut serve = Command::new(place::release("padlock-server"));
    serve.current_dir(place::root());
    serve.args(["serve", "--demo", "--listen", "127.0.0.1:8080"]);
    serve.args(["--apps-listen", "127.0.0.1:8081", "--data", "./data", "--dist", "./dist"]);
    serve.args(more);
    say::step("Start the portal");
    become_(&mut serve)
}

/// The server takes this process's place, so that Ctrl-C, `kill` and the
/// terminal's end reach it and nothing stands between.
#[cfg(unix)]
fn become_(serve: &mut Command) -> Outcome {
    use crate::problem::Problem;
    use std::os::unix::process::CommandExt;
    Err(Problem::new(format!("The server did not start: {}", serve.exec())))
}

#[cfg(not(unix))]
fn become_(serve: &mut Command) -> Outcome {
    run::open("Serve", serve)
}
