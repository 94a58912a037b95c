//! Searching the repository.

use padlock_contract::packages::Package;

use crate::format::lower;

/// Whether a package fits what is searched for: every word begins something in its version, file, uploader, description
/// or environments.
pub(super) fn fits(package: &Package, search: &str, runs_on: &[String]) -> bool {
    let fields = [package.version.as_str(), &package.file_name, &package.uploaded_by.name, &package.description];
    let haystack: Vec<String> = fields.into_iter().chain(runs_on.iter().map(String::as_str)).map(lower).collect();
    lower(search).split_whitespace().all(|word| haystack.iter().any(|field| begins_in(field, word)))
}

/// Whether the word stands at a beginning: "1.0" is in "shop-1.0.2", not in "1.1.0".
fn begins_in(field: &str, word: &str) -> bool {
    field.match_indices(word).any(|(at, _)| {
        let before = field.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| {
            let goes_on = before.is_alphanumeric() || (before == '.' && word.starts_with(|c: char| c.is_ascii_digit()));
            !goes_on
        })
    })
}

#[cfg(test)]
mod tests {
    use super::fits;
    use crate::testing::package;

    #[test]
    fn every_word_must_begin_something() {
        let package = package("1.1.0", &[], &[]);
        let on = ["Acceptance".to_owned()];
        for found in ["", "1.1", "DANA", "shop 1.1", "accept", "  dahl   accept ", "mda", "shop-1.1.0"] {
            assert!(fits(&package, found, &on), "{found:?}");
        }
        for missing in ["1.3", "1.0", "dana production", "x", "hop", "ana"] {
            assert!(!fits(&package, missing, &on), "{missing:?}");
        }
    }
}
