//! Minifies JavaScript and CSS with esbuild.

use crate::tools;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Minifies a script or a style sheet in place. Syntax is not made compatible with older browsers.
pub(crate) fn minify(file: &Path) -> Result<()> {
    let mut esbuild = Command::new("esbuild");
    esbuild.arg(file).args(["--minify", "--target=esnext", "--log-level=warning", "--allow-overwrite"]);
    esbuild.arg(format!("--outfile={}", file.display()));
    tools::run(&mut esbuild)
}
