//! What can be said about a file before it is sent.

use crate::format::size;

/// The most a package may weigh: 512 MiB.
pub(super) const MOST: u64 = 512 * 1024 * 1024;

/// Why a file is not worth sending.
pub(super) fn refusal(name: &str, bytes: u64) -> Option<String> {
    let is_package = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("mda"));
    if !is_package {
        Some([name, " is not a deployment package: its name does not end in .mda."].concat())
    } else if bytes == 0 {
        Some([name, " is empty."].concat())
    } else if bytes > MOST {
        Some([name, " is too large: it has ", &size(bytes), ", and at most 512 MiB are allowed."].concat())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_pass() {
        for name in ["shop-1.2.0.mda", "SHOP.MDA", "a.b.mda"] {
            assert_eq!(refusal(name, 1), None);
            assert_eq!(refusal(name, MOST), None);
        }
    }

    #[test]
    fn others_are_told_why() {
        for name in ["shop.zip", "mda", "shop.mda.zip", "shopmda"] {
            assert!(refusal(name, 1).unwrap().contains(".mda"), "{name}");
        }
        assert!(refusal("shop.mda", 0).unwrap().contains("empty"));
        assert!(refusal("shop.mda", MOST + 1).unwrap().contains("537 MB"));
    }
}
