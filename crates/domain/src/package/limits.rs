//! How large a package may be, packed and unpacked.

/// The caps on one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageLimits {
    /// The file, in bytes.
    pub size: u64,
    /// All members unpacked, in bytes.
    pub unpacked: u64,
    /// Unpacked ÷ packed of the whole file; small files are exempt up to [`PackageLimits::RATIO_EXEMPT_BYTES`].
    pub ratio: u64,
    /// Files, and folders.
    pub entries: usize,
    /// The list of all members with their names, in bytes.
    pub directory: u64,
    /// `model/metadata.json` unpacked, in bytes.
    pub manifest: u64,
}

impl PackageLimits {
    /// Below this many unpacked bytes nobody minds the ratio.
    pub const RATIO_EXEMPT_BYTES: u64 = 16 * 1024 * 1024;

    /// Whether a file of `packed` bytes may unpack to `unpacked`.
    #[must_use]
    pub const fn allows_ratio(&self, packed: u64, unpacked: u64) -> bool {
        unpacked <= Self::RATIO_EXEMPT_BYTES || unpacked / self.ratio <= packed
    }
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self {
            size: 512 * 1024 * 1024,
            unpacked: 2 * 1024 * 1024 * 1024,
            ratio: 200,
            entries: 20_000,
            directory: 8 * 1024 * 1024,
            manifest: 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PackageLimits;

    #[test]
    fn a_bomb_is_told_by_its_ratio() {
        let caps = PackageLimits::default();
        assert!(caps.allows_ratio(1_000, 1_000_000), "small files may pack well");
        assert!(caps.allows_ratio(1_000_000, 200_000_000));
        assert!(!caps.allows_ratio(1_000_000, 201_000_000));
    }
}
