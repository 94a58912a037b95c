//! Finds Chromium and its driver, or installs them on Debian.

use crate::{debian, paths};
use anyhow::{Context, Result};
use std::path::PathBuf;

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
    // Without a font, pages have no visible text.
    debian::install("Install Chromium and its driver", &["chromium", "chromium-driver", "fonts-liberation"])?;
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
