//! Keeps the parts of earlier builds for pages that are still open: a part fits only the build it was made with.

use crate::Outcome;
use crate::finish::ASSETS;
use crate::parts::FOLDER;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many earlier builds are kept.
const KEPT: usize = 2;

/// Copies the newest earlier folders from the build that is served now.
pub(crate) fn keep(served: &Path, staged: &Path) -> Outcome {
    let mut old = folders(&served.join(ASSETS));
    old.retain(|(_, folder)| folder.file_name().is_some_and(|name| !staged.join(ASSETS).join(name).exists()));
    old.sort();
    for (_, folder) in old.iter().rev().take(KEPT) {
        let name = folder.file_name().unwrap_or_default();
        copy(folder, &staged.join(ASSETS).join(name)).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(())
}

/// Returns the folders of parts, each with the time of its build.
fn folders(assets: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(assets).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(FOLDER));
    ours.filter_map(|entry| Some((build_time(&entry.path())?, entry.path()))).collect()
}

/// Returns the time of the build. A copy keeps the times of its files.
fn build_time(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder.join("padlock_bg.wasm")).ok()?.modified().ok()
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            let time = entry.metadata()?.modified()?;
            fs::File::options().write(true).open(&target)?.set_modified(time)?;
        }
    }
    Ok(())
}
