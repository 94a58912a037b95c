//! Writes a Brotli copy beside every file that gets smaller.

use crate::{Outcome, parts, read, write};
use std::path::{Path, PathBuf};

const KINDS: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
const QUALITY: u32 = 11;
const WINDOW: u32 = 22;

/// Compresses all files of a folder that have no compressed copy yet.
pub(crate) fn all(folder: &Path) -> Outcome {
    for file in parts::files(folder)? {
        let is_compressible = file.extension().is_some_and(|kind| KINDS.iter().any(|known| *known == kind));
        let small = beside(&file);
        if !is_compressible || small.exists() {
            continue;
        }
        let content = read(&file)?;
        let packed = brotli(&content)?;
        if packed.len() < content.len() {
            write(&small, packed)?;
        }
    }
    Ok(())
}

/// Returns the name of the compressed copy.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

/// Compresses with the highest quality.
pub(crate) fn brotli(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    let options = brotli::enc::BrotliEncoderParams {
        quality: QUALITY as i32,
        lgwin: WINDOW as i32,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut packed, &options).map_err(|error| format!("Brotli failed: {error}"))?;
    Ok(packed)
}
