//! In what the manifests of two packages differ.

use padlock_contract::packages::{Constant, Package};

/// What comes with the new package, against the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    /// Another runtime: before and after.
    pub runtime: Option<(String, String)>,
    /// Constants, in the order of the new package, those that are gone last.
    pub constants: Vec<(String, Change)>,
    /// Scheduled events: name, and whether it comes.
    pub events: Vec<(String, bool)>,
}

/// What becomes of a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It is new, with this default.
    Added(String),
    /// It is gone.
    Removed,
    /// Its default was this and becomes that.
    Default(String, String),
}

impl Differences {
    /// What `new` brings where `old` is now.
    pub(super) fn between(old: &Package, new: &Package) -> Self {
        let runtime = (old.runtime_version != new.runtime_version)
            .then(|| (old.runtime_version.clone(), new.runtime_version.clone()));
        let changed = |constant: &Constant| {
            let now = &constant.default_value;
            let change = match named(&old.constants, &constant.name) {
                None => Change::Added(now.clone()),
                Some(before) if before.default_value != *now => {
                    Change::Default(before.default_value.clone(), now.clone())
                }
                Some(_) => return None,
            };
            Some((constant.name.clone(), change))
        };
        let gone = |constant: &&Constant| named(&new.constants, &constant.name).is_none();
        let removed = old.constants.iter().filter(gone).map(|constant| (constant.name.clone(), Change::Removed));
        let only = |these: &[String], those: &[String], comes: bool| {
            let only: Vec<_> = these.iter().filter(|event| !those.contains(event)).cloned().collect();
            only.into_iter().map(move |event| (event, comes))
        };
        Self {
            runtime,
            constants: new.constants.iter().filter_map(changed).chain(removed).collect(),
            events: only(&new.scheduled_events, &old.scheduled_events, true)
                .chain(only(&old.scheduled_events, &new.scheduled_events, false))
                .collect(),
        }
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.runtime.is_some() as usize + self.constants.len() + self.events.len()
    }
}

fn named<'a>(constants: &'a [Constant], name: &str) -> Option<&'a Constant> {
    constants.iter().find(|constant| constant.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::package;

    #[test]
    fn the_same_manifest_differs_in_nothing() {
        let old = package("1.1.0", &[("Url", "x")], &["Nightly"]);
        let new = package("1.2.0", &[("Url", "x")], &["Nightly"]);
        assert_eq!(Differences::between(&old, &new).count(), 0);
    }

    #[test]
    fn constants_come_change_and_go() {
        let old = package("1.1.0", &[("Same", "1"), ("Gone", "2"), ("Other", "3")], &[]);
        let new = package("1.2.0", &[("New", "9"), ("Other", "4"), ("Same", "1")], &[]);
        let differences = Differences::between(&old, &new);
        let expected = [
            ("New".to_owned(), Change::Added("9".into())),
            ("Other".to_owned(), Change::Default("3".into(), "4".into())),
            ("Gone".to_owned(), Change::Removed),
        ];
        assert_eq!(differences.constants, expected);
        assert_eq!(differences.count(), 3);
    }

    #[test]
    fn events_come_and_go_and_the_runtime_changes() {
        let old = package("1.1.0", &[], &["Nightly", "Hourly"]);
        let mut new = package("1.2.0", &[], &["Hourly", "Weekly"]);
        new.runtime_version = "10.7.0".into();
        let differences = Differences::between(&old, &new);
        assert_eq!(differences.events, [("Weekly".to_owned(), true), ("Nightly".to_owned(), false)]);
        assert_eq!(differences.runtime, Some(("10.6.1".into(), "10.7.0".into())));
    }
}
