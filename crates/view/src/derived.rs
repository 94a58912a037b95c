//! What props take: anything that can be read, and anything that can be called.

use std::marker::PhantomData;
use std::rc::Rc;

use upstream::prelude::{StoredValue as Stored, untrack};

use crate::slot::{Store, look, slot, there, typed};
use crate::{Memo, RwSignal};

macro_rules! handle {
    ($kind:ident<$($of:ident),*>) => {
        impl<$($of),*> Clone for $kind<$($of),*> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($of),*> Copy for $kind<$($of),*> {}

        impl<$($of),*> std::fmt::Debug for $kind<$($of),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($kind))
            }
        }
    };
}

/// Something that can be read, and may follow signals.
pub struct Signal<T> {
    read: Store,
    of: PhantomData<fn() -> T>,
}

handle!(Signal<T>);

type Read<T> = Rc<dyn Fn() -> T>;

impl<T: 'static> Signal<T> {
    /// Works it out anew whenever it is read.
    pub fn derive(read: impl Fn() -> T + 'static) -> Self {
        let read: Read<T> = Rc::new(read);
        Self { read: Stored::new(slot(read)), of: PhantomData }
    }

    /// The same until the page goes.
    pub fn stored(value: T) -> Self
    where
        T: Clone,
    {
        Self::derive(move || value.clone())
    }

    /// What it is now.
    #[must_use]
    pub fn get(self) -> T {
        there(self.reader())()
    }

    /// What it is now, without following it.
    #[must_use]
    pub fn get_untracked(self) -> T {
        there(self.try_get_untracked())
    }

    /// What it is now, without following it; nothing if it has gone with its page.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T> {
        self.reader().map(|read| untrack(|| read()))
    }

    /// Reads it.
    pub fn with<R>(self, once: impl FnOnce(&T) -> R) -> R {
        once(&self.get())
    }

    /// Reads it, without following it.
    pub fn with_untracked<R>(self, once: impl FnOnce(&T) -> R) -> R {
        once(&self.get_untracked())
    }

    // Read outside the store, so that reading may store.
    fn reader(self) -> Option<Read<T>> {
        typed(&mut |with| look(self.read, with), Read::<T>::clone)
    }
}

impl<T: Clone + 'static> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Self::stored(value)
    }
}

impl From<&'static str> for Signal<String> {
    fn from(text: &'static str) -> Self {
        Self::derive(move || text.to_owned())
    }
}

impl<T: Clone + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::derive(move || signal.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::derive(move || memo.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<upstream::prelude::Memo<T>> for Signal<T> {
    fn from(memo: upstream::prelude::Memo<T>) -> Self {
        Self::derive(move || upstream::prelude::Get::get(&memo))
    }
}

impl<T: Clone + Default + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::from(T::default())
    }
}

/// Something that can be called.
pub struct Callback<In, Out = ()> {
    act: Store,
    of: PhantomData<fn(In) -> Out>,
}

handle!(Callback<In, Out>);

type Act<In, Out> = Rc<dyn Fn(In) -> Out>;

impl<In: 'static, Out: 'static> Callback<In, Out> {
    /// Calls `act`.
    pub fn new(act: impl Fn(In) -> Out + 'static) -> Self {
        let act: Act<In, Out> = Rc::new(act);
        Self { act: Stored::new(slot(act)), of: PhantomData }
    }

    /// Calls it.
    pub fn run(self, input: In) -> Out {
        there(self.try_run(input))
    }

    /// Calls it, if it has not gone with its page.
    pub fn try_run(self, input: In) -> Option<Out> {
        typed(&mut |with| look(self.act, with), Act::<In, Out>::clone).map(|act| act(input))
    }
}

impl<In: 'static, Out: 'static, F: Fn(In) -> Out + 'static> From<F> for Callback<In, Out> {
    fn from(act: F) -> Self {
        Self::new(act)
    }
}

/// What can be given to a prop: the macros ask for it.
pub trait IntoReactiveValue<T, Way> {
    /// As the prop takes it.
    fn into_reactive_value(self) -> T;
}

/// It says itself how.
pub struct ByItself;

impl<T, I: Into<T>> IntoReactiveValue<T, ByItself> for I {
    fn into_reactive_value(self) -> T {
        self.into()
    }
}

/// It is a closure that takes nothing.
pub struct ByCalling;

impl<Out: 'static, F: Fn() -> Out + 'static> IntoReactiveValue<Callback<(), Out>, ByCalling> for F {
    fn into_reactive_value(self) -> Callback<(), Out> {
        Callback::new(move |()| self())
    }
}

impl<T: 'static, F: Fn() -> T + 'static> IntoReactiveValue<Signal<T>, ByCalling> for F {
    fn into_reactive_value(self) -> Signal<T> {
        Signal::derive(self)
    }
}
