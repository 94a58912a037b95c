//! The rules for source files that no compiler checks.

use super::findings;
use crate::{paths, terminal};
use anyhow::Result;
use fs_err as fs;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

const MAX_LINES: usize = 400;
/// The extensions of the files whose lines are counted.
const COUNTED: [&str; 6] = ["css", "js", "mjs", "rs", "sql", "ts"];
/// Folders with generated files.
const SKIPPED: [&str; 6] =
    ["data", "dist", "dist-preview", "target", "tests/bench/node_modules", "tests/e2e/node_modules"];

/// Checks every file of the workspace.
pub(super) fn check() -> Result<()> {
    terminal::step("Source rules");
    let page = fs::read_to_string(paths::root().join("index.html"))?;
    let mut findings = Vec::new();
    for entry in WalkDir::new(paths::root()).min_depth(1).sort_by_file_name().into_iter().filter_entry(is_source) {
        let entry = entry?;
        // Files that are not text have no rules.
        if let Ok(text) = fs::read_to_string(entry.path()) {
            findings.extend(check_file(&relative(entry.path()), &text, &page));
        }
    }
    findings::report(&findings)
}

fn is_source(entry: &DirEntry) -> bool {
    let name = relative(entry.path());
    !entry.file_type().is_dir() || !(name.starts_with('.') || SKIPPED.contains(&name.as_str()))
}

/// Returns a path as it is written in the rules: below the workspace's folder.
fn relative(path: &Path) -> String {
    path.strip_prefix(paths::root()).unwrap_or(path).to_string_lossy().into_owned()
}

fn check_file(name: &str, text: &str, page: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let extension = name.rsplit('.').next().unwrap_or_default();
    let lines = text.lines().count();
    if COUNTED.contains(&extension) && lines > MAX_LINES {
        findings.push(format!("{name} has {lines} lines: divide it, {MAX_LINES} are the most"));
    }
    if extension == "rs" && !text.starts_with("//! ") {
        findings.push(format!("{name} must begin with a //! line that says what it contains"));
    }
    if name.starts_with("style/") && extension == "css" && !page.contains(&format!("href=\"{name}\"")) {
        findings.push(format!("{name} is not linked in index.html"));
    }
    if name.ends_with("package-lock.json") && text.contains("\"resolved\"") {
        findings.push(format!("{name} names a registry: run npm install again beside its .npmrc"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found() {
        let text = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
        assert_eq!(check_file("src/a.rs", &text, "").len(), 1);
        assert_eq!(check_file("docs/a.md", &text, "").len(), 0);
    }

    #[test]
    fn modules_without_a_description_are_found() {
        assert_eq!(check_file("src/a.rs", "use std::fs;\n", "").len(), 1);
    }

    #[test]
    fn style_sheets_that_are_not_linked_are_found() {
        assert_eq!(check_file("style/a.css", "", "").len(), 1);
        assert_eq!(check_file("style/a.css", "", "<link href=\"style/a.css\">").len(), 0);
    }
}
