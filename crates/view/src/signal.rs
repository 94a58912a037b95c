//! Signals that can be written, and values that are kept for as long as a page.

use std::marker::PhantomData;

use upstream::prelude::{LocalStorage, StoredValue as Stored, SyncStorage, Track};

use crate::slot::{Source, Store, Way, change, look, read, slot, there, typed, typed_mut, write};

macro_rules! handle {
    ($kind:ident $(, $storage:ident)?) => {
        impl<T $(, $storage)?> Clone for $kind<T $(, $storage)?> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T $(, $storage)?> Copy for $kind<T $(, $storage)?> {}

        impl<T: Default + 'static> Default for $kind<T> {
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T $(, $storage)?> std::fmt::Debug for $kind<T $(, $storage)?> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($kind))
            }
        }
    };
}

/// A signal that can be written.
pub struct RwSignal<T> {
    source: Source,
    of: PhantomData<fn() -> T>,
}

handle!(RwSignal);

impl<T> PartialEq for RwSignal<T> {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl<T> Eq for RwSignal<T> {}

impl<T: 'static> RwSignal<T> {
    /// One with this value.
    pub fn new(value: T) -> Self {
        Self { source: Source::new(slot(value)), of: PhantomData }
    }

    fn read<R>(self, way: Way, once: impl FnOnce(&T) -> R) -> Option<R> {
        typed(&mut |with| read(self.source, way, with), once)
    }

    fn write<R>(self, way: Way, once: impl FnOnce(&mut T) -> R) -> Option<R> {
        typed_mut(&mut |with| write(self.source, way, with), once)
    }

    /// What it is now.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        there(self.read(Way::Heard, T::clone))
    }

    /// What it is now, without following it.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        there(self.try_get_untracked())
    }

    /// What it is now, without following it; nothing if it has gone with its page.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.read(Way::Quiet, T::clone)
    }

    /// Reads it in place.
    pub fn with<R>(self, once: impl FnOnce(&T) -> R) -> R {
        there(self.read(Way::Heard, once))
    }

    /// Reads it in place, without following it.
    pub fn with_untracked<R>(self, once: impl FnOnce(&T) -> R) -> R {
        there(self.try_with_untracked(once))
    }

    /// Reads it in place, without following it; nothing if it has gone with its page.
    pub fn try_with_untracked<R>(self, once: impl FnOnce(&T) -> R) -> Option<R> {
        self.read(Way::Quiet, once)
    }

    /// Gives it another value, if it is still there.
    pub fn set(self, value: T) {
        self.try_set(value);
    }

    /// Gives it another value, if it is still there; else gives that back.
    pub fn try_set(self, value: T) -> Option<T> {
        let mut value = Some(value);
        self.write(Way::Heard, |now| value.take().into_iter().for_each(|value| *now = value));
        value
    }

    /// Changes it in place, if it is still there.
    pub fn update(self, once: impl FnOnce(&mut T)) {
        self.write(Way::Heard, once);
    }

    /// Changes it in place, if it is still there.
    pub fn try_update<R>(self, once: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.write(Way::Heard, once)
    }

    /// Changes it in place, and nobody hears of it.
    pub fn update_untracked(self, once: impl FnOnce(&mut T)) {
        self.write(Way::Quiet, once);
    }

    /// Follows it.
    pub fn track(self) {
        self.source.track();
    }
}

/// A value that is kept for as long as the page that made it, and signals nothing. Where it is kept is said as in
/// Leptos, and makes no difference.
pub struct StoredValue<T, Storage = SyncStorage> {
    store: Store,
    of: PhantomData<fn() -> (T, Storage)>,
}

handle!(StoredValue, Storage);

impl<T: 'static> StoredValue<T> {
    /// One with this value.
    pub fn new(value: T) -> Self {
        Self { store: Stored::new(slot(value)), of: PhantomData }
    }
}

impl<T: 'static> StoredValue<T, LocalStorage> {
    /// One with a value that only its own thread may have.
    pub fn new_local(value: T) -> Self {
        Self { store: Stored::new(slot(value)), of: PhantomData }
    }
}

impl<T: 'static, Storage> StoredValue<T, Storage> {
    /// What it is now.
    #[must_use]
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        there(self.try_get_value())
    }

    /// What it is now; nothing if it has gone with its page.
    #[must_use]
    pub fn try_get_value(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_value(T::clone)
    }

    /// Reads it in place.
    pub fn with_value<R>(self, once: impl FnOnce(&T) -> R) -> R {
        there(self.try_with_value(once))
    }

    /// Reads it in place; nothing if it has gone with its page.
    pub fn try_with_value<R>(self, once: impl FnOnce(&T) -> R) -> Option<R> {
        typed(&mut |with| look(self.store, with), once)
    }

    /// Gives it another value, if it is still there.
    pub fn set_value(self, value: T) {
        self.try_set_value(value);
    }

    /// Gives it another value, if it is still there; else gives that back.
    pub fn try_set_value(self, value: T) -> Option<T> {
        let mut value = Some(value);
        self.try_update_value(|now| value.take().into_iter().for_each(|value| *now = value));
        value
    }

    /// Changes it in place, if it is still there.
    pub fn update_value(self, once: impl FnOnce(&mut T)) {
        self.try_update_value(once);
    }

    /// Changes it in place, if it is still there.
    pub fn try_update_value<R>(self, once: impl FnOnce(&mut T) -> R) -> Option<R> {
        typed_mut(&mut |with| change(self.store, with), once)
    }
}
