//! The steps of Trunk's post-build hook.

use crate::files;
use crate::page::Page;
use crate::{compress, minify, previous_builds, split, styles};
use anyhow::{Context, Result};
use fs_err as fs;
use std::env::var_os;
use std::path::{Path, PathBuf};

/// Finishes the staged files. `wasm` is the program as cargo compiled it.
pub(crate) fn finish(wasm: &Path) -> Result<()> {
    let staged = path_from_trunk("TRUNK_STAGING_DIR")?;
    let base = path_from_trunk("TRUNK_PUBLIC_URL")?.to_string_lossy().into_owned();
    let index = staged.join("index.html");
    let mut page = Page::new(String::from_utf8_lossy(&fs::read(&index)?).into_owned(), base);
    let wasm = fs::read(wasm)?;
    add_hash_to_sprite(&mut page, &staged)?;
    if split::can_split(&wasm) {
        styles::join_by_group(&mut page, &staged)?;
        page.add_meta("api", "api/v1");
        split::split(&wasm, &mut page, &staged)?;
        for script in page.scripts() {
            minify::minify(&staged.join(script))?;
        }
        previous_builds::copy_newest(&path_from_trunk("TRUNK_DIST_DIR")?, &staged)?;
        page.clean_up();
        fs::write(&index, page.html())?;
        compress::compress_folder(&staged)
    } else {
        styles::join_all(&mut page, &staged)?;
        let (wasm, script) = (page.wasm()?, page.script()?);
        split::optimise(&staged.join(&wasm))?;
        page.preload(&wasm, &[script]);
        page.clean_up();
        Ok(fs::write(&index, page.html())?)
    }
}

/// Renames the icon sprite so that its name contains its hash. The program reads the name from the page.
fn add_hash_to_sprite(page: &mut Page, staged: &Path) -> Result<()> {
    let path = files::move_to_assets(&staged.join("icons.svg"), staged)?;
    page.add_meta("icon-sprite", &path);
    Ok(())
}

fn path_from_trunk(variable: &str) -> Result<PathBuf> {
    var_os(variable).map(PathBuf::from).with_context(|| format!("{variable} is not set: run this from Trunk"))
}
