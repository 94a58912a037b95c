//! The whole of Trunk's post-build hook, step by step.

use crate::page::Page;
use crate::{Outcome, compress, parts, previous, read, scripts, styles, write};
use std::env::var_os;
use std::path::{Path, PathBuf};

/// Below this folder every file carries its hash, in its own name or in its
/// folder's: the server lets browsers keep it for ever.
pub(crate) const ASSETS: &str = "assets";

/// Finishes the staged files.
pub(crate) fn finish(raw: &Path) -> Outcome {
    let staged = folder("TRUNK_STAGING_DIR")?;
    let base = folder("TRUNK_PUBLIC_URL")?.to_string_lossy().into_owned();
    let index = staged.join("index.html");
    let mut page = Page::new(String::from_utf8_lossy(&read(&index)?).into_owned(), base);
    let wasm = read(raw)?;
    if parts::can_split(&wasm) {
        styles::join_by_time(&mut page, &staged)?;
        page.set_api();
        parts::split(&wasm, &mut page, &staged)?;
        for script in page.scripts() {
            scripts::shrink(&staged.join(script))?;
        }
        previous::keep(&folder("TRUNK_DIST_DIR")?, &staged)?;
        page.tidy();
        write(&index, page.html())?;
        compress::all(&staged)
    } else {
        styles::join_all(&mut page, &staged)?;
        parts::optimise(&staged.join(page.wasm()?))?;
        page.tidy();
        write(&index, page.html())
    }
}

fn folder(name: &str) -> Outcome<PathBuf> {
    var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set: run this from Trunk"))
}
