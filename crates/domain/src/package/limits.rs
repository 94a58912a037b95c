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
    /// The default of [`file_bytes`](Self::file_bytes).
    pub const DEFAULT_FILE_BYTES: u64 = 512 * 1024 * 1024;

    /// The unpacked size up to which the compression ratio is not limited, in bytes.
    pub const RATIO_EXEMPT_BYTES: u64 = 16 * 1024 * 1024;

    /// Returns how many bytes a file of `size` bytes may unpack to.
    #[must_use]
    pub fn max_unpacked_bytes(&self, size: u64) -> u64 {
        let by_ratio = size.saturating_mul(self.compression_ratio).max(Self::RATIO_EXEMPT_BYTES);
        self.unpacked_bytes.min(by_ratio)
    }
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self {
            file_bytes: Self::DEFAULT_FILE_BYTES,
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
    fn the_unpacked_size_is_limited_by_the_compression_ratio_and_in_total() {
        let limits = PackageLimits::default();
        assert_eq!(limits.max_unpacked_bytes(1_000), PackageLimits::RATIO_EXEMPT_BYTES, "small files may pack well");
        assert_eq!(limits.max_unpacked_bytes(1_000_000), 200_000_000);
        assert_eq!(limits.max_unpacked_bytes(limits.file_bytes), limits.unpacked_bytes);
        assert_eq!(limits.max_unpacked_bytes(u64::MAX), limits.unpacked_bytes);
    }
}
