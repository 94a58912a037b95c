//! Something that a page shows once it has arrived.
//!
//! The machinery holds what arrives without its type: the program then carries it once and not once for each type.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::gateway::Failure;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded<T> {
    /// On its way.
    Loading,
    /// Here.
    Ready(T),
    /// It did not come.
    Failed(Failure),
}

type Thing = Arc<dyn Any + Send + Sync>;
type Fetch = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Thing, Failure>>>;

/// Something that is fetched, shown and fetched again. It belongs to the page that made it: when the page goes, what is
/// still on its way is stopped.
pub struct Load<T> {
    untyped: Untyped,
    of: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy)]
struct Untyped {
    state: RwSignal<Loaded<Thing>>,
    asked: RwSignal<u32>,
    under_way: StoredValue<UnderWay>,
}

#[derive(Clone, Copy, Default)]
struct UnderWay {
    now: bool,
    /// Asked for again in the meantime: what is coming may be old already.
    again: bool,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

impl<T: Send + Sync + 'static> Load<T> {
    /// Fetches now, and again whenever a signal that `fetch` reads changes.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let fetch = move || fetch().map(|outcome| outcome.map(|thing| Arc::new(thing) as Thing)).boxed_local();
        Self { untyped: Untyped::new(Box::new(fetch)), of: PhantomData }
    }

    /// Fetches again, while what is here stays. Asked for several times in a row, it fetches once more, not often.
    pub fn again(self) {
        self.untyped.again();
    }

    /// Fetches again after a failure, showing that it does.
    pub fn retry(self) {
        self.untyped.state.try_set(Loaded::Loading);
        self.again();
    }

    /// Reads it, wherever it is.
    pub fn with<R>(self, read: impl FnOnce(Loaded<&T>) -> R) -> R {
        self.untyped.state.with(|state| {
            read(match state {
                Loaded::Ready(thing) => thing.downcast_ref().map_or(Loaded::Loading, Loaded::Ready),
                Loaded::Loading => Loaded::Loading,
                Loaded::Failed(failure) => Loaded::Failed(failure.clone()),
            })
        })
    }

    /// Reads it if it is here.
    pub fn ready<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.thing().and_then(|thing| thing.downcast_ref().map(read))
    }

    /// Reads it if it is here, without following it. `None` too when its page has gone.
    pub fn ready_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.thing_untracked().and_then(|thing| thing.downcast_ref().map(read))
    }

    /// Whether it is on its way, here or missing, and nothing more: for the shape of a page, which stays while its
    /// content is fetched again.
    #[must_use]
    pub fn outcome(self) -> Memo<Loaded<()>> {
        self.untyped.outcome()
    }
}

impl Untyped {
    fn new(fetch: Fetch) -> Self {
        let load = Self {
            state: RwSignal::new(Loaded::Loading),
            asked: RwSignal::new(0),
            under_way: StoredValue::new(UnderWay::default()),
        };
        Effect::new(move |_| {
            load.asked.track();
            let coming = fetch();
            load.under_way.set_value(UnderWay { now: true, again: false });
            spawn_local_scoped_with_cancellation(coming.map(move |outcome| load.arrive(outcome)));
        });
        load
    }

    fn arrive(self, outcome: Result<Thing, Failure>) {
        let again = self.under_way.try_get_value().is_some_and(|under_way| under_way.again);
        self.under_way.try_set_value(UnderWay::default());
        self.state.try_update(|state| match outcome {
            Ok(thing) => *state = Loaded::Ready(thing),
            // What is shown already stays: looking again failed, that is all.
            Err(_) if matches!(state, Loaded::Ready(_)) => {}
            Err(failure) => *state = Loaded::Failed(failure),
        });
        if again {
            self.again();
        }
    }

    fn again(self) {
        let under_way = self.under_way.try_update_value(|under_way| {
            under_way.again = under_way.now;
            under_way.now
        });
        if under_way == Some(false) {
            self.asked.try_update(|count| *count = count.wrapping_add(1));
        }
    }

    fn thing(self) -> Option<Thing> {
        self.state.with(ready)
    }

    fn thing_untracked(self) -> Option<Thing> {
        self.state.try_with_untracked(ready).flatten()
    }

    fn outcome(self) -> Memo<Loaded<()>> {
        Memo::new(move |_| {
            self.state.with(|state| match state {
                Loaded::Loading => Loaded::Loading,
                Loaded::Ready(_) => Loaded::Ready(()),
                Loaded::Failed(failure) => Loaded::Failed(failure.clone()),
            })
        })
    }
}

fn ready(state: &Loaded<Thing>) -> Option<Thing> {
    match state {
        Loaded::Ready(thing) => Some(Arc::clone(thing)),
        Loaded::Loading | Loaded::Failed(_) => None,
    }
}

/// What `read` gave last that was something: a dialog that closes shows its content until it is gone.
pub fn kept<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> Option<T> + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |before: Option<&Option<T>>| read().or_else(|| before.cloned().flatten()))
}
