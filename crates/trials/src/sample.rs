//! Packages whose every page says which version it is, and what of them an environment serves.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::net::SocketAddr;
use std::path::Path;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use crate::client::Request;

const MIB: usize = 1024 * 1024;

/// A package that can be told from every other by any of its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its version.
    pub version: String,
    /// How many pages it has.
    pub pages: usize,
    /// Of how many bytes each, at least.
    pub size: usize,
}

impl Sample {
    /// One of `pages` small pages.
    #[must_use]
    pub fn small(version: &str, pages: usize) -> Self {
        Self { version: version.to_owned(), pages, size: 2_000 }
    }

    /// Its pages: path and content. The first is the site's own.
    pub fn contents(&self) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
        (0..self.pages).map(|n| {
            let path = if n == 0 { "index.html".to_owned() } else { format!("part-{}/{n}.html", n % 5) };
            (path, self.content(n))
        })
    }

    fn content(&self, page: usize) -> Vec<u8> {
        let mut content = format!("{}\npage {page}\n", self.version).into_bytes();
        let mut state = u32::try_from(page).unwrap_or_default();
        for byte in self.version.bytes() {
            state = state.wrapping_mul(31).wrapping_add(byte.into());
        }
        let mut state = state.max(1);
        content.extend(std::iter::repeat_with(|| noise(&mut state)).take(self.size));
        content
    }

    /// The package's file.
    ///
    /// # Panics
    /// Never: it is written to memory.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        zip.start_file("model/metadata.json", options).unwrap();
        zip.write_all(metadata(&self.version).as_bytes()).unwrap();
        for (path, content) in self.contents() {
            zip.start_file(format!("web/{path}"), options).unwrap();
            zip.write_all(&content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Whether a folder holds it, wholly, and nothing else.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn is_whole(&self, folder: &Path) -> Result<(), String> {
        for (path, content) in self.contents() {
            if std::fs::read(folder.join(&path)).ok().as_ref() != Some(&content) {
                return Err(format!("{} has not the {path} of {}", folder.display(), self.version));
            }
        }
        let found = files_below(folder);
        if found == self.pages { Ok(()) } else { Err(format!("{} has {found} files", folder.display())) }
    }
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

fn metadata(version: &str) -> String {
    format!(r#"{{"RuntimeVersion":"10.6.1","ModelVersion":"{version}","ProjectName":"shop"}}"#)
}

/// Writes a good package with `mib` MiB in it that do not pack, as a stream.
///
/// # Errors
/// When it cannot be written.
pub fn large(out: &mut dyn Write, version: &str, mib: usize) -> io::Result<()> {
    let mut zip: ZipWriter<StreamWriter<&mut dyn Write>> = ZipWriter::new_stream(out);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).compression_level(None);
    for (name, content) in [("model/metadata.json", metadata(version)), ("web/index.html", format!("{version}\n"))] {
        zip.start_file(name, stored).map_err(io::Error::other)?;
        zip.write_all(content.as_bytes())?;
    }
    zip.start_file("web/large.bin", stored.large_file(true)).map_err(io::Error::other)?;
    let mut state = 1;
    let piece: Vec<u8> = std::iter::repeat_with(|| noise(&mut state)).take(MIB).collect();
    for _ in 0..mib {
        zip.write_all(&piece)?;
    }
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}

/// The next of a row of bytes that do not pack (Marsaglia's xorshift).
pub fn noise(state: &mut u32) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    state.to_le_bytes()[0]
}

/// What an environment serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Served {
    /// It says that it does not run.
    Nothing,
    /// This version, wholly.
    Whole(String),
}

/// Reads an environment page by page.
///
/// # Errors
/// What is wrong, in words: pages of two versions, missing ones, no answer.
pub fn served(apps: SocketAddr, app: &str, samples: &BTreeMap<String, Sample>) -> Result<Served, String> {
    let host = format!("test.{app}.localhost:{}", apps.port());
    let get = |path: &str| {
        let answer = Request::new("GET", &format!("/{path}")).host(&host).send(apps);
        answer.map_err(|error| format!("{host}/{path}: {error}"))
    };
    let first = get("")?;
    if first.status == 503 {
        return Ok(Served::Nothing);
    }
    let text = first.text();
    let version = text.lines().next().unwrap_or_default();
    let sample = samples.get(version).ok_or_else(|| format!("{host} serves {}: {version:?}", first.status))?;
    for (path, content) in sample.contents() {
        let page = get(&path)?;
        if page.status != 200 || page.body != content {
            return Err(format!("{host}/{path} is not of {version}: {} {:.80}", page.status, page.text()));
        }
    }
    Ok(Served::Whole(version.to_owned()))
}
