//! Validation of the file names in an archive: only plain relative paths are accepted.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// A valid path of a file in an archive: relative, with `/` between the components.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArchivePath(String);

/// Why a file name in an archive is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    /// The path is absolute or has a drive letter.
    #[error("an absolute path")]
    Absolute,
    /// The path contains `..`.
    #[error("a path with “..”")]
    Parent,
    /// The path contains backslashes, control characters, or empty or `.` components.
    #[error("a path with characters that are not allowed")]
    DisallowedCharacter,
    /// The path is in another encoding than UTF-8.
    #[error("a name that is not UTF-8")]
    NotUtf8,
    /// The path has more than 1024 bytes or 32 components, or a component has more than 255 bytes.
    #[error("a path that is too long")]
    TooLong,
    /// The archive already contains the path, or it is both a file and a folder.
    #[error("a path that occurs twice")]
    Duplicate,
}

impl ArchivePath {
    /// Parses a file name of an archive.
    ///
    /// # Errors
    /// Returns [`InvalidPath`] unless the name is a plain relative path.
    pub fn parse(name: &str) -> Result<Self, InvalidPath> {
        if name.starts_with('/') || name.get(1..2) == Some(":") {
            return Err(InvalidPath::Absolute);
        }
        if name.len() > 1024 || name.split('/').count() > 32 || name.split('/').any(|part| part.len() > 255) {
            return Err(InvalidPath::TooLong);
        }
        for part in name.split('/') {
            match part {
                ".." => return Err(InvalidPath::Parent),
                "" | "." => return Err(InvalidPath::DisallowedCharacter),
                _ if part.chars().any(|c| c == '\\' || c.is_control()) => return Err(InvalidPath::DisallowedCharacter),
                _ => {}
            }
        }
        Ok(Self(name.to_owned()))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the file answers `/` of the served site.
    #[must_use]
    pub fn is_index_page(&self) -> bool {
        self.0 == "web/index.html"
    }

    /// Returns the path below `web/`, if the file is part of the served site.
    #[must_use]
    pub fn web_path(&self) -> Option<&str> {
        self.0.strip_prefix("web/")
    }
}

/// The paths of an archive that have been read, to detect duplicates.
#[derive(Debug, Default)]
pub struct PathSet {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl PathSet {
    /// Returns the number of files and folders.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len() + self.folders.len()
    }

    /// Returns whether the set has no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Adds a file. Paths are compared case-insensitively and in NFC, as some file systems do.
    ///
    /// # Errors
    /// Returns [`InvalidPath::Duplicate`] if the path is already a file or a folder.
    pub fn insert(&mut self, path: &ArchivePath) -> Result<(), InvalidPath> {
        let name = path.as_str().nfc().collect::<String>().to_lowercase();
        if self.folders.contains(&name) || !self.files.insert(name.clone()) {
            return Err(InvalidPath::Duplicate);
        }
        for (end, _) in name.match_indices('/') {
            let folder = name.get(..end).unwrap_or_default();
            if self.files.contains(folder) {
                return Err(InvalidPath::Duplicate);
            }
            self.folders.insert(folder.to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_accepted() {
        for good in ["web/index.html", "model/metadata.json", "web/img/System$Add.png", "web/ü.txt"] {
            assert!(ArchivePath::parse(good).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("/etc/passwd", InvalidPath::Absolute),
            ("C:/x", InvalidPath::Absolute),
            ("../x", InvalidPath::Parent),
            ("web/../../x", InvalidPath::Parent),
            ("web\\x", InvalidPath::DisallowedCharacter),
            ("web//x", InvalidPath::DisallowedCharacter),
            ("./x", InvalidPath::DisallowedCharacter),
            ("web/\0", InvalidPath::DisallowedCharacter),
            ("", InvalidPath::DisallowedCharacter),
        ] {
            assert_eq!(ArchivePath::parse(bad), Err(error), "{bad:?}");
        }
        assert_eq!(ArchivePath::parse(&"a".repeat(256)), Err(InvalidPath::TooLong));
        assert!(ArchivePath::parse(&format!("{}a", "a/".repeat(31))).is_ok());
        assert_eq!(ArchivePath::parse(&format!("{}a", "a/".repeat(32))), Err(InvalidPath::TooLong));
    }

    #[test]
    fn duplicate_paths_are_rejected() {
        let mut paths = PathSet::default();
        let path = |name| ArchivePath::parse(name).unwrap();
        assert_eq!(paths.insert(&path("web/a")), Ok(()));
        assert_eq!(paths.insert(&path("web/A")), Err(InvalidPath::Duplicate));
        assert_eq!(paths.insert(&path("web")), Err(InvalidPath::Duplicate), "a file where a folder is");
        assert_eq!(paths.insert(&path("web/a/b")), Err(InvalidPath::Duplicate), "a folder where a file is");
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_path_stays_below_its_root(name in "[a-z./\\\\:]{0,24}") {
            if let Ok(path) = ArchivePath::parse(&name) {
                let joined = std::path::Path::new("/root").join(path.as_str());
                assert!(joined.starts_with("/root"));
                assert!(joined.components().all(|c| c != std::path::Component::ParentDir));
            }
        }
    }
}
