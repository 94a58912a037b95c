//! Writes a Brotli copy beside every file that it makes smaller.

use crate::files;
use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use fs_err as fs;
use std::path::{Path, PathBuf};

/// The extensions of the files that are compressed.
const EXTENSIONS: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];

/// Compresses all files of a folder that have no compressed copy yet.
pub(crate) fn compress_folder(folder: &Path) -> Result<()> {
    for file in files::list(folder)? {
        let is_compressible = file.extension().is_some_and(|found| EXTENSIONS.iter().any(|known| *known == found));
        let copy = compressed_path(&file);
        if !is_compressible || copy.exists() {
            continue;
        }
        let content = fs::read(&file)?;
        let compressed = compress(&content)?;
        if compressed.len() < content.len() {
            fs::write(copy, compressed)?;
        }
    }
    Ok(())
}

/// Returns the path of a file's compressed copy.
pub(crate) fn compressed_path(file: &Path) -> PathBuf {
    file.with_added_extension("br")
}

/// Compresses with the highest quality.
pub(crate) fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let options = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &options).context("Brotli failed")?;
    Ok(compressed)
}
