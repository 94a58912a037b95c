//! The folder of the installed tools.

use anyhow::Result;
use fs_err as fs;
use std::path::Path;

/// Creates a folder of the cache with what `install` puts into the folder that it gets. That folder is renamed at the end,
/// so that an interrupted installation leaves nothing incomplete.
pub(super) fn fill(cache: &Path, name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let incoming = cache.join(".incoming").join(name);
    fs::create_dir_all(&incoming)?;
    install(&incoming)?;
    let folder = cache.join(name);
    let _ = fs::remove_dir_all(&folder);
    Ok(fs::rename(incoming, folder)?)
}
