//! The rules of the house that no compiler knows.

use super::directions::report;
use crate::problem::{Doing, Outcome};
use crate::{place, say};
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST: usize = 400;
const COUNTED: [&str; 6] = ["css", "js", "mjs", "rs", "sql", "ts"];
/// Made, not written.
const SKIPPED: [&str; 6] =
    ["data", "dist", "dist-preview", "target", "tests/bench/node_modules", "tests/e2e/node_modules"];

pub(crate) fn all() -> Outcome {
    say::step("Rules of the house");
    let mut files = Vec::new();
    gather(place::root(), &mut files)?;
    files.sort();
    let page = fs::read_to_string(place::root().join("index.html")).doing("index.html")?;
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.strip_prefix(place::root()).unwrap_or(file).to_string_lossy();
        if let Ok(text) = fs::read_to_string(file) {
            wrong.extend(findings(&name, &text, &page));
        }
    }
    report(&wrong)
}

/// What is wrong with one file.
fn findings(name: &str, text: &str, page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let kind = name.rsplit('.').next().unwrap_or_default();
    let lines = text.lines().count();
    if COUNTED.contains(&kind) && lines > LONGEST {
        wrong.push(format!("{name} has {lines} lines: divide it, {LONGEST} is the most"));
    }
    if kind == "rs" && !text.starts_with("//! ") {
        wrong.push(format!("{name} must open with a //! line saying what it is for"));
    }
    if name.starts_with("style/") && kind == "css" && !page.contains(&format!("href=\"{name}\"")) {
        wrong.push(format!("{name} is not linked in index.html"));
    }
    if name.ends_with("package-lock.json") && text.contains("\"resolved\"") {
        wrong.push(format!("{name} names a registry: run npm install again beside its .npmrc"));
    }
    wrong
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    for entry in fs::read_dir(folder).doing(folder.display())? {
        let path = entry.doing(folder.display())?.path();
        let name = path.strip_prefix(place::root()).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                gather(&path, files)?;
            }
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found() {
        let text = format!("//! Long.\n{}", "\n".repeat(LONGEST));
        assert_eq!(findings("src/a.rs", &text, "").len(), 1);
        assert_eq!(findings("docs/a.md", &text, "").len(), 0);
    }

    #[test]
    fn modules_without_a_purpose_are_found() {
        assert_eq!(findings("src/a.rs", "use std::fs;\n", "").len(), 1);
    }

    #[test]
    fn styles_nobody_links_are_found() {
        assert_eq!(findings("style/a.css", "", "").len(), 1);
        assert_eq!(findings("style/a.css", "", "<link href=\"style/a.css\">").len(), 0);
    }
}
