//! The people in the person filter.

use leptos::prelude::*;
use padlock_contract::Person;
use padlock_contract::activity::ActivityEntry;

use super::choice::Choices;

/// The people who can be chosen in the person filter, sorted by name.
#[derive(Clone, Copy)]
pub(super) struct People(RwSignal<Vec<Person>>);

impl People {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Adds the people of these entries.
    pub(super) fn add_from_entries(self, entries: &[ActivityEntry]) {
        self.add(entries.iter().filter_map(|entry| entry.person.clone()));
    }

    /// Adds people who are not in the list yet.
    pub(super) fn add(self, people: impl IntoIterator<Item = Person>) {
        let mut known = self.0.get_untracked();
        let previous_len = known.len();
        for person in people {
            if known.iter().all(|other| other.id != person.id) {
                known.push(person);
            }
        }
        if known.len() > previous_len {
            known.sort_by(|one, other| one.name.cmp(&other.name));
            self.0.set(known);
        }
    }

    /// Returns the people as choices of a filter.
    pub(super) fn choices(self) -> Choices {
        self.0.with(|known| known.iter().map(|person| (person.id.clone(), person.name.clone())).collect())
    }
}
