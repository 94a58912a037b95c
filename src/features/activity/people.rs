//! Whom the activity can be looked through for: everybody that it has shown.

use leptos::prelude::*;
use padlock_contract::Person;
use padlock_contract::activity::ActivityEntry;

use super::choice::Choices;

/// Everybody that is known of, by name.
#[derive(Clone, Copy)]
pub(super) struct People(RwSignal<Vec<Person>>);

impl People {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Takes in whoever did something.
    pub(super) fn meet_those_of(self, entries: &[ActivityEntry]) {
        self.meet(entries.iter().filter_map(|entry| entry.person.clone()));
    }

    /// Takes these in.
    pub(super) fn meet(self, people: impl IntoIterator<Item = Person>) {
        let mut known = self.0.get_untracked();
        let before = known.len();
        for person in people {
            if known.iter().all(|one| one.id != person.id) {
                known.push(person);
            }
        }
        if known.len() > before {
            known.sort_by(|one, other| one.name.cmp(&other.name));
            self.0.set(known);
        }
    }

    /// As choices.
    pub(super) fn choices(self) -> Choices {
        self.0.with(|known| known.iter().map(|person| (person.id.clone(), person.name.clone())).collect())
    }
}
