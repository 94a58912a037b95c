//! The checks of a file before it is sent.

use padlock_contract::packages::MAX_FILE_BYTES;

use crate::format::format_size;

/// Returns the largest size of a package as text, "512 MiB".
pub fn max_size_text() -> String {
    [&(MAX_FILE_BYTES / (1024 * 1024)).to_string(), " MiB"].concat()
}

/// Returns why the server would refuse the file, if that is certain.
pub(super) fn file_error(name: &str, bytes: u64) -> Option<String> {
    let is_package = name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("mda"));
    if !is_package {
        Some([name, " is not a deployment package: its name does not end in .mda."].concat())
    } else if bytes == 0 {
        Some([name, " is empty."].concat())
    } else if bytes > MAX_FILE_BYTES {
        let (size, most) = (format_size(bytes), max_size_text());
        Some([name, " is too large: it has ", &size, ", and at most ", &most, " are allowed."].concat())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_accepted() {
        for name in ["shop-1.2.0.mda", "SHOP.MDA", "a.b.mda"] {
            assert_eq!(file_error(name, 1), None);
            assert_eq!(file_error(name, MAX_FILE_BYTES), None);
        }
    }

    #[test]
    fn other_files_are_refused_with_a_reason() {
        for name in ["shop.zip", "mda", "shop.mda.zip", "shopmda"] {
            assert!(file_error(name, 1).unwrap().contains(".mda"), "{name}");
        }
        assert!(file_error("shop.mda", 0).unwrap().contains("empty"));
        assert_eq!(
            file_error("shop.mda", MAX_FILE_BYTES + 1).unwrap(),
            "shop.mda is too large: it has 537 MB, and at most 512 MiB are allowed."
        );
    }
}
