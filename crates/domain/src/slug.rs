//! Slugs: the names of apps and environments in URLs.

use std::fmt;
use std::str::FromStr;

/// A name for URL paths and host names: 1 to 40 characters of `[a-z0-9-]`, without a hyphen at either end.
///
/// A slug contains no `--`, which separates two slugs in a host name, and is not `xn`, since `xn--` begins a label in
/// punycode (RFC 5890 §2.3.2.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Slug(String);

/// The error returned for text that is not a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 40 lower-case letters, digits and single hyphens, with no hyphen at either end, and not xn")]
pub struct InvalidSlug;

impl Slug {
    /// The number of characters that a slug has at most.
    pub const MAX_LENGTH: usize = 40;

    /// Returns the slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let valid = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--")
            && text != "xn";
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidSlug) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_host_name_labels_are_slugs() {
        for good in ["shop", "a", "shop-2", "0", "a-b-c", "xn-shop", "xnshop", "shop-xn", &"a".repeat(40)] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in
            ["", "Shop", "-shop", "shop-", "sh op", "shöp", "a.b", "a--b", "a---b", "xn", "xn--shop", &"a".repeat(41)]
        {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
