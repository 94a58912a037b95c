//! The steps of Trunk's post-build hook.

use crate::page::Page;
use crate::{Outcome, compress, hash, minify, parts, previous, read, styles, write};
use std::env::var_os;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below this folder carries its hash, in its own name or in its folder's: the server lets browsers keep it for
/// ever.
pub(crate) const ASSETS: &str = "assets";

/// Finishes the staged files.
pub(crate) fn finish(raw: &Path) -> Outcome {
    let staged = folder("TRUNK_STAGING_DIR")?;
    let base = folder("TRUNK_PUBLIC_URL")?.to_string_lossy().into_owned();
    let index = staged.join("index.html");
    let mut page = Page::new(String::from_utf8_lossy(&read(&index)?).into_owned(), base);
    let wasm = read(raw)?;
    hash_sprite(&mut page, &staged)?;
    if parts::can_split(&wasm) {
        styles::join_by_time(&mut page, &staged)?;
        page.add_meta("api", "api/v1");
        parts::split(&wasm, &mut page, &staged)?;
        for script in page.scripts() {
            minify::in_place(&staged.join(script))?;
        }
        previous::keep(&folder("TRUNK_DIST_DIR")?, &staged)?;
        page.tidy();
        write(&index, page.html())?;
        compress::all(&staged)
    } else {
        styles::join_all(&mut page, &staged)?;
        let (wasm, script) = (page.wasm()?, page.script()?);
        parts::optimise(&staged.join(&wasm))?;
        page.preload(&wasm, &[script]);
        page.tidy();
        write(&index, page.html())
    }
}

/// Moves the icon sprite to a name with its hash, which the program reads from the page.
fn hash_sprite(page: &mut Page, staged: &Path) -> Outcome {
    let sprite = staged.join("icons.svg");
    let path = format!("{ASSETS}/icons-{}.svg", hash([read(&sprite)?.as_slice()]));
    fs::rename(&sprite, staged.join(&path)).map_err(|error| format!("{}: {error}", sprite.display()))?;
    page.add_meta("icon-sprite", &path);
    Ok(())
}

fn folder(name: &str) -> Outcome<PathBuf> {
    var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set: run this from Trunk"))
}
