//! Joins the style sheets, without comments and needless space: one file for the first screen, one for what opens later.

use crate::finish::ASSETS;
use crate::page::{Page, When};
use crate::{Outcome, hash, read, write};
use std::fs;
use std::path::Path;

/// One sheet instead of many: one request before the first paint.
pub(crate) fn join_all(page: &mut Page, staged: &Path) -> Outcome {
    let path = join(page, staged, "style", |_| true)?;
    page.set_style(&path);
    Ok(())
}

/// What the first screen needs in one sheet, what opens from it in another, and nothing of the preview.
pub(crate) fn join_by_time(page: &mut Page, staged: &Path) -> Outcome {
    let first = join(page, staged, "style", |when| when == When::First)?;
    let later = join(page, staged, "later", |when| when == When::Later)?;
    for (_, sheet) in page.styles().iter().filter(|(when, _)| *when == When::Preview) {
        remove(&staged.join(sheet))?;
    }
    page.set_style(&first);
    page.set_later_style(&later);
    Ok(())
}

fn join(page: &Page, staged: &Path, name: &str, wanted: impl Fn(When) -> bool) -> Outcome<String> {
    let mut all = String::new();
    for (_, sheet) in page.styles().iter().filter(|(when, _)| wanted(*when)) {
        let file = staged.join(sheet);
        all.push_str(&smaller(&String::from_utf8_lossy(&read(&file)?)));
        remove(&file)?;
    }
    let path = format!("{ASSETS}/{name}-{}.css", hash([all.as_bytes()]));
    write(&staged.join(&path), &all)?;
    Ok(path)
}

fn remove(file: &Path) -> Outcome {
    fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Drops comments and the space around lines. Anything cleverer would have to
/// understand CSS, and Brotli gains little from it.
fn smaller(css: &str) -> String {
    let mut rest = css;
    let mut bare = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let css = "/* a\n note */\n@layer ui {\n  .a { color: red; } /* b */\n}\n";
        assert_eq!(smaller(css), "@layer ui {\n.a { color: red; }\n}\n");
    }

    #[test]
    fn an_unfinished_comment_ends_the_sheet() {
        assert_eq!(smaller(".a {}\n/* never closed"), ".a {}\n");
    }
}
