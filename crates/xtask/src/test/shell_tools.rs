//! Finds the programs that the walkthrough of the API uses, or installs them on Debian.

use crate::{debian, paths};
use anyhow::{Result, ensure};

/// The programs, which Debian has in packages of the same names.
const PROGRAMS: [&str; 3] = ["curl", "jq", "oathtool"];

/// Installs what is missing, if this is Debian and the process runs as root.
pub(crate) fn find_or_install() -> Result<()> {
    if missing().is_empty() {
        return Ok(());
    }
    debian::install("Install what the walkthrough of the API uses", &PROGRAMS)?;
    let missing = missing().join(", ");
    ensure!(missing.is_empty(), "Tests need {missing}. On Debian: apt-get install {}.", PROGRAMS.join(" "));
    Ok(())
}

fn missing() -> Vec<&'static str> {
    PROGRAMS.into_iter().filter(|program| paths::find_on_path(program).is_none()).collect()
}
