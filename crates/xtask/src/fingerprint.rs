//! Knows whether a build would give what is there already.

use crate::problem::{Doing, Outcome};
use crate::{place, run};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What both builds of the SPA are made of.
const INPUTS: [&str; 15] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "boot.js",
    "build.rs",
    "crates/bundle",
    "crates/contract",
    "crates/domain",
    "crates/xtask/src/spa.rs",
    "index.html",
    "public",
    "rust-toolchain.toml",
    "src",
    "style",
];

/// A folder that was built, and the note of what it was built from.
pub(crate) struct Built {
    index: PathBuf,
    note: PathBuf,
    inputs: u64,
}

impl Built {
    /// Reads the inputs: `more` names those of this build alone, `options`
    /// says how it is built.
    pub(crate) fn of(dist: &Path, more: &[&str], options: &str) -> Outcome<Self> {
        let name = dist.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = BTreeSet::new();
        for input in INPUTS.iter().chain(more) {
            gather(&place::root().join(input), &mut files)?;
        }
        let mut hasher = DefaultHasher::new();
        options.hash(&mut hasher);
        run::output(Command::new("rustc").arg("-V").current_dir(place::root()))?.hash(&mut hasher);
        for file in files {
            file.hash(&mut hasher);
            fs::read(&file).doing(file.display())?.hash(&mut hasher);
        }
        Ok(Self {
            index: dist.join("index.html"),
            note: place::target().join("padlock").join(format!("{name}.built")),
            inputs: hasher.finish(),
        })
    }

    /// Whether the folder is what these inputs gave.
    pub(crate) fn is_current(&self) -> bool {
        self.words().is_some_and(|words| fs::read_to_string(&self.note).is_ok_and(|old| old == words))
    }

    /// Notes that it is.
    pub(crate) fn note(&self) -> Outcome {
        let words = self.words().ok_or("it has no index.html").doing("the build left nothing")?;
        let folder = self.note.parent().unwrap_or(&self.note);
        fs::create_dir_all(folder).doing(folder.display())?;
        fs::write(&self.note, words).doing(self.note.display())
    }

    /// The page is part of it: Trunk by hand may have put another build there.
    fn words(&self) -> Option<String> {
        let mut hasher = DefaultHasher::new();
        fs::read(&self.index).ok()?.hash(&mut hasher);
        Some(format!("{:016x} {:016x}\n", self.inputs, hasher.finish()))
    }
}

fn gather(path: &Path, files: &mut BTreeSet<PathBuf>) -> Outcome {
    if path.is_file() {
        files.insert(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).doing(path.display())? {
            gather(&entry.doing(path.display())?.path(), files)?;
        }
    }
    Ok(())
}
