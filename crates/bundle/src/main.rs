//! Finishes the SPA's release files in the folder that Trunk has staged, and measures what a browser downloads.
//!
//! ```text
//! padlock-bundle finish <cargo's raw wasm>   Trunk's hook: reads TRUNK_STAGING_DIR, TRUNK_DIST_DIR, TRUNK_PUBLIC_URL
//! padlock-bundle bytes <dist>                prints the sizes, fails above a limit
//! ```
//!
//! A crate of its own, because the splitter and Brotli take a minute to compile and `cargo xtask` should not wait for
//! them.

mod areas;
mod bytes;
mod compress;
mod finish;
mod loader;
mod merge;
mod minify;
mod page;
mod parts;
mod previous;
mod styles;
mod tools;

use std::path::Path;
use std::process::ExitCode;

/// The result of a step. An error is a message for a person.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["finish", raw] => finish::finish(Path::new(raw)),
        ["bytes", dist] => bytes::print(Path::new(dist)),
        _ => Err("padlock-bundle finish <raw wasm> | bytes <dist>".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
}

/// Reads a file. An error names it.
fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a file. An error names it.
fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome {
    std::fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns 64 bits of the SHA-256 of the contents in hexadecimal, for a name.
fn hash<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write;
    let mut hasher = Sha256::new();
    for content in contents {
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(content);
    }
    hasher.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
