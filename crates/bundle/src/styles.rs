//! Joins the style sheets into one file, without comments and needless space.

use crate::finish::ASSETS;
use crate::page::Page;
use crate::{Outcome, hash, read, write};
use std::fs;
use std::path::Path;

/// One sheet instead of many: one request before the first paint.
pub(crate) fn join(page: &mut Page, staged: &Path) -> Outcome {
    let sheets = page.styles();
    if sheets.is_empty() {
        return Ok(());
    }
    let mut all = String::new();
    for sheet in &sheets {
        let file = staged.join(sheet);
        all.push_str(&smaller(&String::from_utf8_lossy(&read(&file)?)));
        fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let path = format!("{ASSETS}/style-{}.css", hash([all.as_bytes()]));
    write(&staged.join(&path), &all)?;
    page.set_style(&path);
    Ok(())
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
