//! Takes comments and indentation out of the JavaScript: the page's own, and what wasm-bindgen and the splitter write.
//! A minifier would save a kilobyte more and be a tool more.

use crate::{Outcome, read, write};
use std::collections::HashMap;
use std::path::Path;

/// Gives what a script offers the program the names that the program asks for now.
pub(crate) fn rename(script: &Path, names: &HashMap<String, String>) -> Outcome {
    let text = String::from_utf8_lossy(&read(script)?).into_owned();
    let lines = text.lines().map(|line| match line.trim_start().split_once(": function(") {
        Some((name, rest)) if names.contains_key(name) => {
            [names.get(name).map(String::as_str).unwrap_or_default(), ": function(", rest].concat()
        }
        _ => line.to_owned(),
    });
    write(script, lines.collect::<Vec<_>>().join("\n"))
}

/// Shrinks one script in place.
pub(crate) fn shrink(script: &Path) -> Outcome {
    let text = String::from_utf8_lossy(&read(script)?).into_owned();
    match smaller(&text) {
        Some(small) => write(script, small),
        None => Ok(()),
    }
}

/// Without its comments and indentation; nothing if a text could span lines,
/// where both would matter.
fn smaller(script: &str) -> Option<String> {
    let mut small = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        if line.matches('`').count() % 2 == 1 {
            return None;
        }
        if in_comment || line.starts_with("/*") {
            // Both writers end a comment where the line ends.
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            small.push_str(line);
            small.push('\n');
        }
    }
    Some(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let script = "/**\n * Adds.\n */\nfunction add(a) {\n    // one more\n    return `${a}` + 1;\n}\n";
        assert_eq!(smaller(script).unwrap(), "function add(a) {\nreturn `${a}` + 1;\n}\n");
    }

    #[test]
    fn texts_over_several_lines_are_left_alone() {
        assert_eq!(smaller("const text = `one\n    two`;\n"), None);
    }
}
