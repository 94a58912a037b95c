//! Joins the style sheets: one file for the first pages, one for what opens from them.

use crate::finish::ASSETS;
use crate::page::{Page, When};
use crate::{Outcome, hash, minify, read, write};
use std::fs;
use std::path::Path;

/// Joins all style sheets.
pub(crate) fn join_all(page: &mut Page, staged: &Path) -> Outcome {
    let path = join(page, staged, "style", |_| true)?;
    page.set_style(&path);
    Ok(())
}

/// Joins the style sheets of the first pages and the deferred ones, and leaves out those of the preview.
pub(crate) fn join_by_time(page: &mut Page, staged: &Path) -> Outcome {
    let first = join(page, staged, "style", |when| when == When::First)?;
    let deferred = join(page, staged, "deferred", |when| when == When::Deferred)?;
    for (_, sheet) in page.styles().iter().filter(|(when, _)| *when == When::Preview) {
        remove(&staged.join(sheet))?;
    }
    page.set_style(&first);
    page.add_meta("deferred-style", &deferred);
    Ok(())
}

fn join(page: &Page, staged: &Path, name: &str, wanted: impl Fn(When) -> bool) -> Outcome<String> {
    let mut all = Vec::new();
    for (_, sheet) in page.styles().iter().filter(|(when, _)| wanted(*when)) {
        let file = staged.join(sheet);
        all.extend(read(&file)?);
        all.push(b'\n');
        remove(&file)?;
    }
    let joined = staged.join(ASSETS).join(format!("{name}.css"));
    write(&joined, &all)?;
    minify::in_place(&joined)?;
    let path = format!("{ASSETS}/{name}-{}.css", hash([read(&joined)?.as_slice()]));
    fs::rename(&joined, staged.join(&path)).map_err(|error| format!("{}: {error}", joined.display()))?;
    Ok(path)
}

fn remove(file: &Path) -> Outcome {
    fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))
}
