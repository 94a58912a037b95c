//! Just enough HTTP to hand out a folder.

use std::fs;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::TcpStream;
use std::path::{Component, Path, PathBuf};

/// A folder and the path below which it is shown.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) base: String,
}

impl Site {
    /// Answers one request and hangs up.
    pub(crate) fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut request = String::new();
        reader.read_line(&mut request)?;
        let mut header = String::new();
        while reader.read_line(&mut header)? > 2 {
            header.clear();
        }
        let mut words = request.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if method != "GET" && method != "HEAD" {
            return stream.write_all(b"HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n");
        }
        let (status, file) = self.find(path);
        let body = fs::read(&file).unwrap_or_default();
        let (kind, length) = (kind(&file), body.len());
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
        )?;
        if method == "GET" {
            stream.write_all(&body)?;
        }
        Ok(())
    }

    /// The file for a path. A page's address has no file: 404.html is the
    /// program, which knows the address. A missing file stays missing.
    fn find(&self, target: &str) -> (&'static str, PathBuf) {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let inside = path.strip_prefix(self.base.trim_end_matches('/')).unwrap_or(path);
        let relative = Path::new(inside.trim_start_matches('/'));
        let honest = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.folder.join(relative);
        if honest && file.is_file() {
            ("200 OK", file)
        } else if honest && relative.extension().is_some_and(|kind| kind != "html") {
            ("404 Not Found", PathBuf::new())
        } else {
            ("200 OK", self.folder.join("404.html"))
        }
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|kind| kind.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" | "webmanifest" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(base: &str) -> Site {
        // This crate's own sources serve as a folder that surely exists.
        Site { folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), base: base.into() }
    }

    #[test]
    fn files_are_found_below_the_base() {
        assert!(site("/").find("/main.rs").1.ends_with("src/main.rs"));
        assert!(site("/below/").find("/below/main.rs?x=1").1.ends_with("src/main.rs"));
    }

    #[test]
    fn pages_get_the_program_and_missing_files_stay_missing() {
        assert!(site("/").find("/apps/shop").1.ends_with("404.html"));
        assert!(site("/").find("/").1.ends_with("404.html"));
        assert_eq!(site("/").find("/assets/gone.js").0, "404 Not Found");
    }

    #[test]
    fn nothing_outside_the_folder_is_shown() {
        let (_, file) = site("/").find("/../Cargo.toml");
        assert!(file.ends_with("404.html"), "{}", file.display());
    }
}
