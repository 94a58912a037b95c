//! Minifies JavaScript and CSS by esbuild.

use crate::Outcome;
use crate::tools::run;
use std::path::Path;
use std::process::Command;

/// Minifies a script or a style sheet, in place. Browsers that know nested CSS know what is left as it is.
pub(crate) fn in_place(file: &Path) -> Outcome {
    let mut esbuild = Command::new("esbuild");
    esbuild.arg(file).args(["--minify", "--target=esnext", "--log-level=warning", "--allow-overwrite"]);
    esbuild.arg(format!("--outfile={}", file.display()));
    run(&mut esbuild)
}
