//! Size limits of packages.

/// The size limits of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageLimits {
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// The total size of the unpacked files, in bytes.
    pub unpacked_bytes: u64,
    /// The ratio of unpacked to packed bytes. It applies above [`PackageLimits::RATIO_EXEMPT_BYTES`].
    pub compression_ratio: u64,
    /// The number of files and folders.
    pub entries: usize,
    /// The size of the archive's central directory, in bytes.
    pub directory_bytes: u64,
    /// The unpacked size of `model/metadata.json`, in bytes.
    pub manifest_bytes: u64,
}

impl PackageLimits {
    /// The unpacked size up to which the compression ratio is not limited, in bytes.
    pub const RATIO_EXEMPT_BYTES: u64 = 16 * 1024 * 1024;

    /// Returns whether a file of `packed` bytes may unpack to `unpacked` bytes.
    #[must_use]
    pub const fn allows_ratio(&self, packed: u64, unpacked: u64) -> bool {
        unpacked <= Self::RATIO_EXEMPT_BYTES || unpacked / self.compression_ratio <= packed
    }
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self {
            file_bytes: 512 * 1024 * 1024,
            unpacked_bytes: 2 * 1024 * 1024 * 1024,
            compression_ratio: 200,
            entries: 20_000,
            directory_bytes: 8 * 1024 * 1024,
            manifest_bytes: 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PackageLimits;

    #[test]
    fn a_large_archive_with_a_high_compression_ratio_is_rejected() {
        let limits = PackageLimits::default();
        assert!(limits.allows_ratio(1_000, 1_000_000), "small files may pack well");
        assert!(limits.allows_ratio(1_000_000, 200_000_000));
        assert!(!limits.allows_ratio(1_000_000, 201_000_000));
    }
}
