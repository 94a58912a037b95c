//! Joins the style sheets: one file for the first pages, one for what opens from them.

use crate::files::{self, ASSETS};
use crate::minify;
use crate::page::{Page, StyleGroup};
use anyhow::Result;
use fs_err as fs;
use std::path::Path;

/// Joins all style sheets.
pub(crate) fn join_all(page: &mut Page, staged: &Path) -> Result<()> {
    let path = join(page, staged, "style", |_| true)?;
    page.set_style(&path);
    Ok(())
}

/// Joins the style sheets of the first pages and the deferred ones, and removes those of the preview.
pub(crate) fn join_by_group(page: &mut Page, staged: &Path) -> Result<()> {
    let first = join(page, staged, "style", |group| group == StyleGroup::First)?;
    let deferred = join(page, staged, "deferred", |group| group == StyleGroup::Deferred)?;
    for (_, sheet) in page.styles().iter().filter(|(group, _)| *group == StyleGroup::Preview) {
        fs::remove_file(staged.join(sheet))?;
    }
    page.set_style(&first);
    page.add_meta("deferred-style", &deferred);
    Ok(())
}

/// Replaces the style sheets of the wanted groups by one file and returns its path.
fn join(page: &Page, staged: &Path, name: &str, is_wanted: impl Fn(StyleGroup) -> bool) -> Result<String> {
    let mut content = Vec::new();
    for (_, sheet) in page.styles().iter().filter(|(group, _)| is_wanted(*group)) {
        let file = staged.join(sheet);
        content.extend(fs::read(&file)?);
        content.push(b'\n');
        fs::remove_file(&file)?;
    }
    let joined = staged.join(ASSETS).join(format!("{name}.css"));
    fs::write(&joined, &content)?;
    minify::minify(&joined)?;
    files::move_to_assets(&joined, staged)
}
