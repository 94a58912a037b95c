//! The differences between the manifests of two packages.

use padlock_contract::packages::{Constant, Package};

/// What changes when the old package is replaced with the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    /// The old and the new runtime version, if they differ.
    pub runtime: Option<(String, String)>,
    /// The constants that differ, by name: in the order of the new package, the removed ones last.
    pub constants: Vec<(String, Change)>,
    /// The scheduled events that differ, by name, and whether each is added (`true`) or removed.
    pub events: Vec<(String, bool)>,
}

/// How a constant changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The constant is new and has this default.
    Added(String),
    /// The constant is removed.
    Removed,
    /// The default changes from the first value to the second.
    Changed(String, String),
}

impl Differences {
    /// Compares two packages.
    pub(super) fn between(old: &Package, new: &Package) -> Self {
        let (old_runtime, new_runtime) = (&old.summary.runtime_version, &new.summary.runtime_version);
        let runtime = (old_runtime != new_runtime).then(|| (old_runtime.clone(), new_runtime.clone()));
        let added_or_changed = |constant: &Constant| {
            let new_default = &constant.default_value;
            let change = match find_constant(&old.constants, &constant.name) {
                None => Change::Added(new_default.clone()),
                Some(old) if old.default_value != *new_default => {
                    Change::Changed(old.default_value.clone(), new_default.clone())
                }
                Some(_) => return None,
            };
            Some((constant.name.clone(), change))
        };
        let is_removed = |constant: &&Constant| find_constant(&new.constants, &constant.name).is_none();
        let removed = old.constants.iter().filter(is_removed).map(|constant| (constant.name.clone(), Change::Removed));
        let only_in_first = |first: &[String], second: &[String], is_added: bool| {
            let events: Vec<_> = first.iter().filter(|event| !second.contains(event)).cloned().collect();
            events.into_iter().map(move |event| (event, is_added))
        };
        Self {
            runtime,
            constants: new.constants.iter().filter_map(added_or_changed).chain(removed).collect(),
            events: only_in_first(&new.scheduled_events, &old.scheduled_events, true)
                .chain(only_in_first(&old.scheduled_events, &new.scheduled_events, false))
                .collect(),
        }
    }

    /// Returns the number of differences.
    pub(super) const fn count(&self) -> usize {
        self.runtime.is_some() as usize + self.constants.len() + self.events.len()
    }
}

fn find_constant<'a>(constants: &'a [Constant], name: &str) -> Option<&'a Constant> {
    constants.iter().find(|constant| constant.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::package;

    #[test]
    fn equal_manifests_have_no_differences() {
        let old = package("1.1.0", &[("Url", "x")], &["Nightly"]);
        let new = package("1.2.0", &[("Url", "x")], &["Nightly"]);
        assert_eq!(Differences::between(&old, &new).count(), 0);
    }

    #[test]
    fn added_changed_and_removed_constants_are_found() {
        let old = package("1.1.0", &[("Same", "1"), ("Gone", "2"), ("Other", "3")], &[]);
        let new = package("1.2.0", &[("New", "9"), ("Other", "4"), ("Same", "1")], &[]);
        let differences = Differences::between(&old, &new);
        let expected = [
            ("New".to_owned(), Change::Added("9".into())),
            ("Other".to_owned(), Change::Changed("3".into(), "4".into())),
            ("Gone".to_owned(), Change::Removed),
        ];
        assert_eq!(differences.constants, expected);
        assert_eq!(differences.count(), 3);
    }

    #[test]
    fn added_and_removed_events_and_a_changed_runtime_are_found() {
        let old = package("1.1.0", &[], &["Nightly", "Hourly"]);
        let mut new = package("1.2.0", &[], &["Hourly", "Weekly"]);
        new.summary.runtime_version = "10.7.0".into();
        let differences = Differences::between(&old, &new);
        assert_eq!(differences.events, [("Weekly".to_owned(), true), ("Nightly".to_owned(), false)]);
        assert_eq!(differences.runtime, Some(("10.6.1".into(), "10.7.0".into())));
    }
}
