//! Finds Chromium and its driver, or gets them where that is ours to do.

use crate::problem::{Outcome, Problem};
use crate::{place, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A browser to test in.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The browser, after installing Debian's if this is root on Debian.
pub(crate) fn ready() -> Outcome<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if Path::new("/etc/debian_version").is_file() && is_root() {
        apt("Read Debian's list of packages", &["update", "--quiet"])?;
        // Without a font a page has no text to look at.
        let packages = ["chromium", "chromium-driver", "fonts-liberation"];
        let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
        apt("Install Chromium and its driver", &[&install[..], &packages].concat())?;
    }
    find().ok_or_else(|| {
        Problem::new(
            "Tests need Chromium and ChromeDriver on PATH. On Debian: apt-get install chromium chromium-driver. \
             Elsewhere: install both, of one version.",
        )
    })
}

fn find() -> Option<Browser> {
    const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    Some(Browser {
        program: NAMES.iter().find_map(|name| place::on_path(name))?,
        driver: place::on_path("chromedriver")?,
    })
}

fn apt(what: &str, args: &[&str]) -> Outcome {
    let mut command = Command::new("apt-get");
    run::quiet(what, command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
