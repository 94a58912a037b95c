//! Finds Chromium and its driver, or installs them on Debian.

use crate::{paths, process};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The browser that the tests use.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Returns the browser on `PATH`. Installs Debian's Chromium if there is none and the process runs as root.
pub(crate) fn find_or_install() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if Path::new("/etc/debian_version").is_file() && is_root() {
        apt_get("Update Debian's list of packages", &["update", "--quiet"])?;
        // Without a font, pages have no visible text.
        let packages = ["chromium", "chromium-driver", "fonts-liberation"];
        let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
        apt_get("Install Chromium and its driver", &[&install[..], &packages].concat())?;
    }
    find().context(
        "Tests need Chromium and ChromeDriver on PATH. On Debian: apt-get install chromium chromium-driver. \
         Elsewhere: install the same version of both.",
    )
}

fn find() -> Option<Browser> {
    const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    Some(Browser {
        program: NAMES.iter().find_map(|name| paths::find_on_path(name))?,
        driver: paths::find_on_path("chromedriver")?,
    })
}

fn apt_get(step: &str, args: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    process::run_quietly(step, command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
