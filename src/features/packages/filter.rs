//! Searching the repository.

use padlock_contract::packages::Package;

/// Whether a package fits what is searched for: every word is found in its version, file, uploader or environments.
pub(super) fn fits(package: &Package, search: &str, runs_on: &[String]) -> bool {
    let fields = [package.version.as_str(), &package.file_name, &package.uploaded_by.name, &package.description];
    let haystack: Vec<String> =
        fields.into_iter().chain(runs_on.iter().map(String::as_str)).map(str::to_lowercase).collect();
    search.to_lowercase().split_whitespace().all(|word| haystack.iter().any(|field| field.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::fits;
    use crate::testing::package;

    #[test]
    fn every_word_must_be_found_somewhere() {
        let package = package("1.2.0", &[], &[]);
        let on = ["Acceptance".to_owned()];
        for found in ["", "1.2", "DANA", "shop 1.2", "accept", "  dana   accept "] {
            assert!(fits(&package, found, &on), "{found:?}");
        }
        for missing in ["1.3", "dana production", "x"] {
            assert!(!fits(&package, missing, &on), "{missing:?}");
        }
    }
}
