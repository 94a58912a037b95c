//! A value without its type, and the one kind of signal and of store that the program has for all of them.

use std::any::Any;

use send_wrapper::SendWrapper;
use upstream::prelude::{
    IsDisposed, RwSignal, StoredValue, Track, Update, UpdateUntracked, UpdateValue, WithUntracked, WithValue,
};

/// A value. There is one thread in the browser.
pub(crate) type Slot = SendWrapper<Box<dyn Any>>;

pub(crate) fn slot(value: impl Any) -> Slot {
    SendWrapper::new(Box::new(value))
}

/// A value that signals nothing.
pub(crate) type Store = StoredValue<Slot>;

/// A value that signals when it changes.
pub(crate) type Source = RwSignal<Slot>;

/// What is done with a value that is read.
pub(crate) type Reading<'a> = dyn FnMut(&dyn Any) + 'a;

/// What is done with a value that is changed.
pub(crate) type Changing<'a> = dyn FnMut(&mut dyn Any) + 'a;

/// Hands over what is stored, unless it has gone with its page.
#[inline(never)]
pub(crate) fn look(store: Store, read: &mut Reading<'_>) {
    store.try_with_value(|slot| read(&***slot));
}

/// Hands over what is stored to be changed, unless it has gone with its page.
#[inline(never)]
pub(crate) fn change(store: Store, change: &mut Changing<'_>) {
    store.try_update_value(|slot| change(&mut ***slot));
}

/// How a signal is read or changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Whoever does it follows the signal; whoever follows it hears of it.
    Heard,
    /// Nobody hears of it.
    Quiet,
}

/// Hands over a signal's value, unless it has gone with its page.
#[inline(never)]
pub(crate) fn read(source: Source, way: Way, read: &mut Reading<'_>) {
    if way == Way::Heard {
        if source.is_disposed() {
            return;
        }
        source.track();
    }
    source.try_with_untracked(|slot| read(&***slot));
}

/// Hands over a signal's value to be changed, unless it has gone with its page.
#[inline(never)]
pub(crate) fn write(source: Source, way: Way, change: &mut Changing<'_>) {
    match way {
        Way::Heard => source.try_update(|slot| change(&mut ***slot)),
        Way::Quiet => source.try_update_untracked(|slot| change(&mut ***slot)),
    };
}

/// Runs `once` on a value of the type that is expected.
pub(crate) fn typed<T: 'static, R>(with: &mut dyn FnMut(&mut Reading<'_>), once: impl FnOnce(&T) -> R) -> Option<R> {
    let (mut once, mut result) = (Some(once), None);
    with(&mut |any| result = any.downcast_ref().zip(once.take()).map(|(value, once)| once(value)));
    result
}

/// The same on one that may be changed.
pub(crate) fn typed_mut<T: 'static, R>(
    with: &mut dyn FnMut(&mut Changing<'_>),
    once: impl FnOnce(&mut T) -> R,
) -> Option<R> {
    let (mut once, mut result) = (Some(once), None);
    with(&mut |any| result = any.downcast_mut().zip(once.take()).map(|(value, once)| once(value)));
    result
}

/// What was there is there: pages do not read what has gone with another.
pub(crate) fn there<R>(read: Option<R>) -> R {
    read.unwrap_or_else(|| unreachable!("a signal was read after its page had gone"))
}
