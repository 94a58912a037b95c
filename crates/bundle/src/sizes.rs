//! Sums up what a browser downloads, compressed: for the sign-in page, for the deploy page after it, and for each
//! further area.

use crate::page::Page;
use crate::{compress, files};
use anyhow::{Context, Result, ensure};
use fs_err as fs;
use std::path::{Path, PathBuf};

/// The limits, in bytes (docs/adr/0006).
const MAX_SIGN_IN: usize = 220_000;
const MAX_SIGN_IN_AND_DEPLOY: usize = 388_000;
const MAX_FURTHER_AREA: usize = 60_000;

/// The areas of the deploy page.
const DEPLOY: [&str; 2] = ["portal", "packages"];

/// Prints the size of each file and fails above a limit.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let html = fs::read(dist.join("index.html"))?;
    let page = Page::new(String::from_utf8_lossy(&html).into_owned(), "/".into());
    let mut files = vec!["index.html".to_owned()];
    files.extend(page.loaded_files());
    files.extend(page.meta("icon-sprite"));
    files.sort();
    files.dedup();
    println!("  {:>9}  {:>9}", "brotli", "raw");
    let base = print_sizes(dist, &files)?;

    let folder = dist.join(page.meta("wasm-areas").context("The build is not split into areas")?);
    let (mut sign_in, mut deploy, mut too_large) = (0, 0, Vec::new());
    for area in areas(&folder)? {
        let size = print_sizes(&folder, &[format!("split_{area}.wasm")])?;
        match area.as_str() {
            "sign_in" => sign_in = size,
            area if DEPLOY.contains(&area) => deploy += size,
            area if size > MAX_FURTHER_AREA => {
                too_large.push(format!("the area {area}: {size} of {MAX_FURTHER_AREA} bytes"));
            }
            _ => {}
        }
    }
    for (name, size, limit) in [
        ("sign-in page", base + sign_in, MAX_SIGN_IN),
        ("sign-in and deploy page", base + sign_in + deploy, MAX_SIGN_IN_AND_DEPLOY),
    ] {
        println!("  {size:>9}             {name}; at most {limit}");
        if size > limit {
            too_large.push(format!("the {name}: {size} of {limit} bytes"));
        }
    }
    let advice = "Move code into another area (src/areas.rs) or drop a dependency";
    ensure!(too_large.is_empty(), "Too large: {}. {advice}", too_large.join(", "));
    Ok(())
}

/// Prints the sizes of files and returns the sum of their compressed sizes.
fn print_sizes(folder: &Path, files: &[String]) -> Result<usize> {
    let mut sum = 0;
    for name in files {
        let file = folder.join(name);
        let content = fs::read(&file)?;
        let size = match fs::read(compress::compressed_path(&file)) {
            Ok(compressed) => compressed.len(),
            Err(_) => compress::compress(&content)?.len().min(content.len()),
        };
        println!("  {size:>9}  {:>9}  {name}", content.len());
        sum += size;
    }
    Ok(sum)
}

/// Returns the areas whose files are in a folder.
fn areas(folder: &Path) -> Result<Vec<String>> {
    let area = |file: &PathBuf| {
        let name = file.file_name()?.to_str()?;
        Some(name.strip_prefix("split_")?.strip_suffix(".wasm")?.to_owned())
    };
    Ok(files::list(folder)?.iter().filter_map(area).collect())
}
