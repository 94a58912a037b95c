//! Deployment packages: `.mda` files, what their manifest says, what an archive may hold, when they expire.

pub mod archive_path;
pub mod expiry;
pub mod limits;
pub mod manifest;

use data_encoding::HEXLOWER;
use jiff::Timestamp;

use crate::ids::{AccountId, AppId, PackageId};
pub use limits::PackageLimits;
pub use manifest::Manifest;

/// SHA-256 of a package file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// A package in the repository of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// Whose repository it lies in.
    pub app: AppId,
    /// The file's name as it was uploaded, made safe.
    pub file_name: String,
    /// What its `model/metadata.json` says.
    pub manifest: Manifest,
    /// The file's size in bytes.
    pub size: u64,
    /// The file's hash.
    pub sha256: Sha256,
    /// Who uploaded it.
    pub uploaded_by: AccountId,
    /// When.
    pub created_at: Timestamp,
}

/// What others need to know of a package to name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRef {
    /// Its id.
    pub id: PackageId,
    /// The model's version.
    pub version: String,
    /// The runtime it was built for.
    pub runtime_version: String,
    /// The file's name.
    pub file_name: String,
}

impl Package {
    /// Its short form.
    #[must_use]
    pub fn to_ref(&self) -> PackageRef {
        PackageRef {
            id: self.id,
            version: self.manifest.version.clone(),
            runtime_version: self.manifest.runtime_version.clone(),
            file_name: self.file_name.clone(),
        }
    }
}

/// The name that an uploaded file keeps: its last path component without what could break a header or a terminal,
/// at most 120 characters, ending in `.mda`.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .trim_end_matches(".mda")
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '+' | '(' | ')'))
        .take(116)
        .collect();
    let kept = kept.trim_matches([' ', '.']);
    if kept.is_empty() { "package.mda".to_owned() } else { format!("{kept}.mda") }
}

#[cfg(test)]
mod tests {
    use super::safe_file_name;

    #[test]
    fn file_names_are_made_safe() {
        for (given, kept) in [
            ("shop-1.2.0.mda", "shop-1.2.0.mda"),
            ("../../etc/passwd", "passwd.mda"),
            ("C:\\fakepath\\shop.mda", "shop.mda"),
            ("a\"; filename=\"b.exe", "a filenamebexe.mda".replace("be", "b.e").as_str()),
            ("\r\n", "package.mda"),
            ("", "package.mda"),
            ("Größe 2.mda", "Größe 2.mda"),
        ] {
            assert_eq!(safe_file_name(given), kept);
        }
    }
}
