//! Keeps the program files of earlier builds for pages that are still open: the files of two builds do not fit
//! together.

use crate::files::{ASSETS, PROGRAM_FOLDER_PREFIX};
use anyhow::Result;
use fs_err as fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many earlier builds are kept.
const KEPT_BUILDS: usize = 2;

/// Copies the newest earlier program folders from the finished build in `dist` to the staged one.
pub(crate) fn copy_newest(dist: &Path, staged: &Path) -> Result<()> {
    let assets = staged.join(ASSETS);
    let mut earlier = program_folders(&dist.join(ASSETS));
    earlier.retain(|(_, folder)| folder.file_name().is_some_and(|name| !assets.join(name).exists()));
    earlier.sort();
    for (_, folder) in earlier.iter().rev().take(KEPT_BUILDS) {
        copy_folder(folder, &assets.join(folder.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Returns the program folders, each with the time of its build.
fn program_folders(assets: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(assets).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PROGRAM_FOLDER_PREFIX));
    folders.filter_map(|entry| Some((build_time(&entry.path())?, entry.path()))).collect()
}

/// Returns when a build was made. Copies of its files keep their times.
fn build_time(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder.join("padlock_bg.wasm")).ok()?.modified().ok()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            let time = entry.metadata()?.modified()?;
            fs::OpenOptions::new().write(true).open(&target)?.set_modified(time)?;
        }
    }
    Ok(())
}
