//! Deployment packages whose pages name the version that they belong to.

use std::io::{self, Cursor, Write};
use std::path::Path;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

const MIB: usize = 1024 * 1024;
const PAGE_SIZE: usize = 2_000;

/// A package whose pages all differ from those of every other version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePackage {
    /// The version.
    pub version: String,
    /// The number of pages.
    pub pages: usize,
}

impl SamplePackage {
    /// Creates a package with this many small pages.
    #[must_use]
    pub fn new(version: &str, pages: usize) -> Self {
        Self { version: version.to_owned(), pages }
    }

    /// Returns the path and the content of each page, `index.html` first.
    pub fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
        (0..self.pages).map(|n| {
            let path = if n == 0 { "index.html".to_owned() } else { format!("part-{}/{n}.html", n % 5) };
            (path, self.page(n))
        })
    }

    fn page(&self, number: usize) -> Vec<u8> {
        let mut content = format!("{}\npage {number}\n", self.version).into_bytes();
        let seed =
            self.version.bytes().fold(number as u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        content.extend(incompressible(seed, PAGE_SIZE));
        content
    }

    /// Returns the package file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        zip.start_file("model/metadata.json", options).unwrap();
        zip.write_all(metadata(&self.version).as_bytes()).unwrap();
        for (path, content) in self.files() {
            zip.start_file(format!("web/{path}"), options).unwrap();
            zip.write_all(&content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Checks that a folder contains exactly the pages of this package.
    ///
    /// # Errors
    /// Returns a description of the difference.
    pub fn verify_folder(&self, folder: &Path) -> Result<(), String> {
        for (path, content) in self.files() {
            if std::fs::read(folder.join(&path)).ok().as_ref() != Some(&content) {
                return Err(format!("{} does not contain the {path} of {}", folder.display(), self.version));
            }
        }
        let found = count_files(folder);
        if found == self.pages { Ok(()) } else { Err(format!("{} contains {found} files", folder.display())) }
    }
}

fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_files(&entry.path()) } else { 1 }).sum()
}

fn metadata(version: &str) -> String {
    format!(r#"{{"RuntimeVersion":"10.6.1","ModelVersion":"{version}","ProjectName":"shop"}}"#)
}

fn incompressible(seed: u64, length: usize) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
}

/// Writes a valid package with `mib` MiB of incompressible content to a stream.
pub fn write_large_package(out: &mut dyn Write, version: &str, mib: usize) -> io::Result<()> {
    let mut zip: ZipWriter<StreamWriter<&mut dyn Write>> = ZipWriter::new_stream(out);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).compression_level(None);
    for (name, content) in [("model/metadata.json", metadata(version)), ("web/index.html", format!("{version}\n"))] {
        zip.start_file(name, stored).map_err(io::Error::other)?;
        zip.write_all(content.as_bytes())?;
    }
    zip.start_file("web/large.bin", stored.large_file(true)).map_err(io::Error::other)?;
    let block = incompressible(1, MIB);
    for _ in 0..mib {
        zip.write_all(&block)?;
    }
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}
