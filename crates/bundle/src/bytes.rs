//! What a browser downloads, compressed: for the sign-in page, for the deploy page after it, and for each further area.

use crate::page::Page;
use crate::{Outcome, compress, read};
use std::path::{Path, PathBuf};

/// The limits, in bytes (docs/adr/0006).
const SIGN_IN: usize = 215_000;
const SIGN_IN_AND_DEPLOY: usize = 370_000;
const FURTHER_AREA: usize = 60_000;

/// The areas of the deploy page.
const DEPLOY: [&str; 2] = ["portal", "packages"];

/// Prints the size of each file and fails above a limit.
pub(crate) fn print(dist: &Path) -> Outcome {
    let html = read(&dist.join("index.html"))?;
    let page = Page::new(String::from_utf8_lossy(&html).into_owned(), "/".into());
    let mut files = vec!["index.html".to_owned()];
    files.extend(page.loads());
    files.extend(page.meta("icon-sprite"));
    files.sort();
    files.dedup();
    println!("  {:>9}  {:>9}", "brotli", "raw");
    let base = sum(dist, &files)?;

    let folder = dist.join(page.meta("wasm-areas").ok_or("The build is not split into areas")?);
    let (mut sign_in, mut deploy, mut too_large) = (0, 0, Vec::new());
    for area in areas(&folder)? {
        let size = sum(&folder, &[format!("split_{area}.wasm")])?;
        match area.as_str() {
            "sign_in" => sign_in = size,
            area if DEPLOY.contains(&area) => deploy += size,
            area if size > FURTHER_AREA => too_large.push(format!("the area {area}: {size} of {FURTHER_AREA} bytes")),
            _ => {}
        }
    }
    for (name, size, limit) in [
        ("sign-in page", base + sign_in, SIGN_IN),
        ("sign-in and deploy page", base + sign_in + deploy, SIGN_IN_AND_DEPLOY),
    ] {
        println!("  {size:>9}             {name}; at most {limit}");
        if size > limit {
            too_large.push(format!("the {name}: {size} of {limit} bytes"));
        }
    }
    if too_large.is_empty() {
        return Ok(());
    }
    Err(format!("Too large: {}. Move code into another area (src/areas.rs) or drop a dependency", too_large.join(", ")))
}

/// Prints the files and returns their compressed size.
fn sum(folder: &Path, files: &[String]) -> Outcome<usize> {
    let mut sum = 0;
    for name in files {
        let file = folder.join(name);
        let content = read(&file)?;
        let small = match read(&compress::beside(&file)) {
            Ok(small) => small.len(),
            Err(_) => compress::brotli(&content)?.len().min(content.len()),
        };
        println!("  {small:>9}  {:>9}  {name}", content.len());
        sum += small;
    }
    Ok(sum)
}

fn areas(folder: &Path) -> Outcome<Vec<String>> {
    let name = |file: &PathBuf| {
        let name = file.file_name()?.to_str()?;
        Some(name.strip_prefix("split_")?.strip_suffix(".wasm")?.to_owned())
    };
    Ok(crate::parts::files(folder)?.iter().filter_map(name).collect())
}
