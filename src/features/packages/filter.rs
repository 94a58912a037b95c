//! The search in the list of packages.

use padlock_contract::packages::PackageSummary;

use crate::format::to_lowercase;

/// Whether a package matches a search: every search word must be the start of a word in its version, file name,
/// uploader, description or environments. Ignores case.
pub(super) fn matches_search(package: &PackageSummary, search: &str, runs_on: &[String]) -> bool {
    let fields = [package.version.as_str(), &package.file_name, &package.uploaded_by.name, &package.description];
    let fields = fields.into_iter().chain(runs_on.iter().map(String::as_str));
    let fields: Vec<String> = fields.map(to_lowercase).collect();
    to_lowercase(search).split_whitespace().all(|prefix| fields.iter().any(|field| has_word_with_prefix(field, prefix)))
}

/// Whether a word or version number in `field` starts with `prefix`: "1.0" matches "shop-1.0.2", but not "1.1.0".
fn has_word_with_prefix(field: &str, prefix: &str) -> bool {
    field.match_indices(prefix).any(|(index, _)| {
        let previous = field.get(..index).and_then(|start| start.chars().next_back());
        previous.is_none_or(|previous| {
            let continues_version = previous == '.' && prefix.starts_with(|c: char| c.is_ascii_digit());
            !previous.is_alphanumeric() && !continues_version
        })
    })
}

#[cfg(test)]
mod tests {
    use super::matches_search;
    use crate::testing::package;

    #[test]
    fn every_search_word_must_be_the_start_of_a_word() {
        let package = package("1.1.0", &[], &[]).summary;
        let runs_on = ["Acceptance".to_owned()];
        for found in ["", "1.1", "DANA", "shop 1.1", "accept", "  dahl   accept ", "mda", "shop-1.1.0"] {
            assert!(matches_search(&package, found, &runs_on), "{found:?}");
        }
        for missing in ["1.3", "1.0", "dana production", "x", "hop", "ana"] {
            assert!(!matches_search(&package, missing, &runs_on), "{missing:?}");
        }
    }
}
