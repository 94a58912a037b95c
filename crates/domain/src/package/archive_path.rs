//! The names of an archive's members: only plain relative paths get in.

use std::collections::BTreeSet;

/// A member's path: relative, with `/` between plain components.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArchivePath(String);

/// Why a member's name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    /// Absolute, or with a drive letter.
    #[error("an absolute path")]
    Absolute,
    /// It leaves its folder.
    #[error("a path with “..”")]
    Parent,
    /// Backslashes, control characters, empty or `.` components.
    #[error("a path with characters that are not allowed")]
    DisallowedCharacter,
    /// Over 1 024 bytes, a component over 255, or more than 32 components.
    #[error("a path that is too long")]
    TooLong,
    /// Two members of one name, or a file where another has a folder.
    #[error("a path that occurs twice")]
    Duplicate,
}

impl ArchivePath {
    /// Checks a file's name as it stands in the archive.
    ///
    /// # Errors
    /// [`InvalidPath`] unless it is a plain relative path.
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

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows `web/`, if the member belongs to the served site.
    #[must_use]
    pub fn in_web(&self) -> Option<&str> {
        self.0.strip_prefix("web/")
    }
}

/// The files seen so far, so that none comes twice and none stands where another has its folder.
#[derive(Debug, Default)]
pub struct PathSet {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl PathSet {
    /// How many files and folders there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len() + self.folders.len()
    }

    /// Whether nothing was seen yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Takes in one more file.
    ///
    /// # Errors
    /// [`InvalidPath::Duplicate`] when it collides. Case is ignored, as some file systems do.
    pub fn add(&mut self, path: &ArchivePath) -> Result<(), InvalidPath> {
        let name = path.as_str().to_lowercase();
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
    fn only_plain_relative_paths() {
        for good in ["web/index.html", "model/metadata.json", "web/img/System$Add.png", "web/ü.txt"] {
            assert!(ArchivePath::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
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
            assert_eq!(ArchivePath::parse(bad), Err(why), "{bad:?}");
        }
        assert_eq!(ArchivePath::parse(&"a".repeat(256)), Err(InvalidPath::TooLong));
        assert!(ArchivePath::parse(&format!("{}a", "a/".repeat(31))).is_ok());
        assert_eq!(ArchivePath::parse(&format!("{}a", "a/".repeat(32))), Err(InvalidPath::TooLong));
    }

    #[test]
    fn nothing_twice() {
        let mut seen = PathSet::default();
        let path = |name| ArchivePath::parse(name).unwrap();
        assert_eq!(seen.add(&path("web/a")), Ok(()));
        assert_eq!(seen.add(&path("web/A")), Err(InvalidPath::Duplicate));
        assert_eq!(seen.add(&path("web")), Err(InvalidPath::Duplicate), "a file where a folder is");
        assert_eq!(seen.add(&path("web/a/b")), Err(InvalidPath::Duplicate), "a folder where a file is");
    }

    proptest::proptest! {
        #[test]
        fn what_is_let_in_stays_below_its_root(name in "[a-z./\\\\:]{0,24}") {
            if let Ok(path) = ArchivePath::parse(&name) {
                let joined = std::path::Path::new("/root").join(path.as_str());
                assert!(joined.starts_with("/root"));
                assert!(joined.components().all(|c| c != std::path::Component::ParentDir));
            }
        }
    }
}
