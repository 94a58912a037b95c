//! Effects and memos whose machinery the program carries once, not once for each closure.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use upstream::prelude::{Get, GetUntracked, Track};

/// Something that happens when a signal changes that it read.
pub struct Effect;

impl Effect {
    /// Runs `run` soon, and again whenever a signal changes that it read. It is given what it gave back last.
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) -> Self {
        let mut last = None;
        start(Box::new(move || last = Some(run(last.take()))));
        Self
    }
}

fn start(run: Box<dyn FnMut()>) {
    upstream::prelude::Effect::new(run);
}

/// Something worked out from signals, and worked out again only when one of them changes.
pub struct Memo<T> {
    inner: upstream::prelude::Memo<Shared>,
    of: PhantomData<fn() -> T>,
}

/// A value without its type.
#[derive(Clone)]
struct Shared(Arc<dyn Value>);

trait Value: Any + Send + Sync {
    fn equals(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: PartialEq + Send + Sync + 'static> Value for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals((*other.0).as_any())
    }
}

type Work = Box<dyn Fn(Option<&Shared>) -> Shared + Send + Sync>;

fn memo(work: Work) -> upstream::prelude::Memo<Shared> {
    upstream::prelude::Memo::new(move |last: Option<&Shared>| work(last))
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: Send + Sync + 'static> Memo<T> {
    /// `work` is given what it gave back last.
    pub fn new(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self
    where
        T: PartialEq,
    {
        let work = move |last: Option<&Shared>| {
            let last = last.and_then(|last| (*last.0).as_any().downcast_ref());
            Shared(Arc::new(work(last)))
        };
        Self { inner: memo(Box::new(work)), of: PhantomData }
    }

    /// Reads it in place.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(typed(&self.inner.get()))
    }

    /// Reads it in place without following it.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(typed(&self.inner.get_untracked()))
    }

    /// What it is now.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        typed::<T>(&self.inner.get()).clone()
    }

    /// What it is now, without following it.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        typed::<T>(&self.inner.get_untracked()).clone()
    }

    /// Follows it.
    pub fn track(self) {
        self.inner.track();
    }
}

fn typed<T: 'static>(shared: &Shared) -> &T {
    let value = (*shared.0).as_any().downcast_ref();
    value.unwrap_or_else(|| unreachable!("a memo holds one type"))
}
