//! Comma-separated values (RFC 4180) for spreadsheets. No cell is interpreted as a formula.

/// Begins a file. Without it, Excel reads UTF-8 as another encoding.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The characters that start a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The characters that separate cells or lines, in any locale.
const QUOTED: [char; 6] = [',', ';', '\t', '"', '\r', '\n'];

/// Returns one line, including its end.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    [&cells.join(","), "\r\n"].concat()
}

fn cell(text: &str) -> String {
    let escaped = if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() };
    if escaped.contains(QUOTED) { format!("\"{}\"", escaped.replace('"', "\"\"")) } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            line(["plain", "a,b", "say \"x\"", "two\nlines", ""]),
            "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\r\n"
        );
    }

    #[test]
    fn nothing_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(line([text]), format!("'{text}\r\n"));
        }
        assert_eq!(line(["\t=1"]), "\"'\t=1\"\r\n");
        assert_eq!(line(["1;=1+1;2"]), "\"1;=1+1;2\"\r\n", "one cell, also where semicolons take cells apart");
        assert_eq!(line(["\r=1"]), "\"'\r=1\"\r\n");
        assert_eq!(line(["=HYPERLINK(\"x\",\"y\")"]), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
        assert_eq!(line(["1=1", "a-b"]), "1=1,a-b\r\n");
    }
}
