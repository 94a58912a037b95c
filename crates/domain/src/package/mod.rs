//! Deployment packages (`.mda` files): manifest, archive paths, size limits and expiry.

pub mod archive_path;
pub mod expiry;
pub mod limits;
pub mod manifest;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ids::{AccountId, AppId, PackageId};
use crate::text::is_invisible;
pub use limits::PackageLimits;
pub use manifest::Manifest;

/// The SHA-256 hash of a package file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Sha256(pub [u8; 32]);

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// A package in the repository of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Package {
    /// The id of the package.
    pub id: PackageId,
    /// The app whose repository contains the package.
    pub app: AppId,
    /// The name of the uploaded file, from [`sanitize_file_name`].
    pub file_name: String,
    /// The manifest of the package.
    pub manifest: Manifest,
    /// Whether the site has an `index.html`, which answers `/`.
    pub has_index_page: bool,
    /// The size of the file, in bytes.
    pub size: u64,
    /// The hash of the file.
    pub sha256: Sha256,
    /// The account that uploaded the package.
    pub uploaded_by: AccountId,
    /// The time of the upload.
    pub created_at: Timestamp,
}

/// What lists show of a package: all but the constants and scheduled events of its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSummary {
    /// The id of the package.
    pub id: PackageId,
    /// The app whose repository contains the package.
    pub app: AppId,
    /// The name of the file.
    pub file_name: String,
    /// The version of the model.
    pub version: String,
    /// The runtime version that the package was built for.
    pub runtime_version: String,
    /// The name of the project.
    pub project_name: String,
    /// The first [`SUMMARY_DESCRIPTION_CHARS`] characters of the description.
    pub description: String,
    /// Whether the site has an `index.html`, which answers `/`.
    pub has_index_page: bool,
    /// The size of the file, in bytes.
    pub size: u64,
    /// The hash of the file.
    pub sha256: Sha256,
    /// The account that uploaded the package.
    pub uploaded_by: AccountId,
    /// The time of the upload.
    pub created_at: Timestamp,
}

/// How much of a description lists show, in characters.
pub const SUMMARY_DESCRIPTION_CHARS: usize = 500;

/// A reference to a package, with what is needed to display its name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct PackageRef {
    /// The id of the package.
    pub id: PackageId,
    /// The version of the model.
    pub version: String,
    /// The runtime version that the package was built for.
    pub runtime_version: String,
    /// The name of the file.
    pub file_name: String,
}

impl Package {
    /// Returns a reference to the package.
    #[must_use]
    pub fn to_ref(&self) -> PackageRef {
        PackageRef {
            id: self.id,
            version: self.manifest.version.clone(),
            runtime_version: self.manifest.runtime_version.clone(),
            file_name: self.file_name.clone(),
        }
    }

    /// Returns what lists show of the package.
    #[must_use]
    pub fn to_summary(&self) -> PackageSummary {
        let Manifest { version, runtime_version, project_name, description, .. } = &self.manifest;
        PackageSummary {
            id: self.id,
            app: self.app,
            file_name: self.file_name.clone(),
            version: version.clone(),
            runtime_version: runtime_version.clone(),
            project_name: project_name.clone(),
            description: description.chars().take(SUMMARY_DESCRIPTION_CHARS).collect(),
            has_index_page: self.has_index_page,
            size: self.size,
            sha256: self.sha256,
            uploaded_by: self.uploaded_by,
            created_at: self.created_at,
        }
    }
}

/// Returns a safe name for an uploaded file: the last path component without characters that could break a header or a
/// terminal, at most 120 characters in NFC, with the extension `.mda`.
#[must_use]
pub fn sanitize_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem: String = last
        .trim_end_matches(".mda")
        .chars()
        .filter(|c| {
            c.is_alphanumeric() || is_combining_mark(*c) || matches!(c, ' ' | '-' | '_' | '.' | '+' | '(' | ')')
        })
        // The fillers of Hangul count as letters.
        .filter(|c| !is_invisible(*c))
        .nfc()
        .take(116)
        .collect();
    let stem = stem.trim_matches([' ', '.']);
    if stem.is_empty() { "package.mda".to_owned() } else { format!("{stem}.mda") }
}

#[cfg(test)]
mod tests {
    use super::sanitize_file_name;

    #[test]
    fn file_names_are_sanitized() {
        for (name, sanitized) in [
            ("shop-1.2.0.mda", "shop-1.2.0.mda"),
            ("../../etc/passwd", "passwd.mda"),
            ("C:\\fakepath\\shop.mda", "shop.mda"),
            ("a\"; filename=\"b.exe", "a filenamebexe.mda".replace("be", "b.e").as_str()),
            ("\r\n", "package.mda"),
            ("", "package.mda"),
            ("Größe 2.mda", "Größe 2.mda"),
            ("Gro\u{308}ße.mda", "Größe.mda"),
            ("ร้านค้า-1.0.mda", "ร้านค้า-1.0.mda"),
            ("दुकान.mda", "दुकान.mda"),
            ("e\u{336}.mda", "e\u{336}.mda"),
            ("sh\u{200b}o\u{202e}p\u{115f}\u{1160}\u{3164}\u{ffa0}\u{feff}.mda", "shop.mda"),
            ("\u{3164}.mda", "package.mda"),
        ] {
            assert_eq!(sanitize_file_name(name), sanitized);
        }
    }
}
