//! Something that a page shows once it has arrived.

use std::future::Future;

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

/// Something that is fetched, shown and fetched again. It belongs to the page that made it: when the page goes, what is
/// still on its way is stopped.
pub struct Load<T: 'static> {
    state: RwSignal<Loaded<T>>,
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
        let (state, asked) = (RwSignal::new(Loaded::Loading), RwSignal::new(0));
        let under_way = StoredValue::new(UnderWay::default());
        let load = Self { state, asked, under_way };
        Effect::new(move |_| {
            asked.track();
            let coming = fetch();
            under_way.set_value(UnderWay { now: true, again: false });
            spawn_local_scoped_with_cancellation(async move {
                let outcome = coming.await;
                let again = under_way.try_get_value().is_some_and(|under_way| under_way.again);
                under_way.try_set_value(UnderWay::default());
                state.try_update(|state| match outcome {
                    Ok(value) => *state = Loaded::Ready(value),
                    // What is shown already stays: looking again failed, that is all.
                    Err(_) if matches!(state, Loaded::Ready(_)) => {}
                    Err(failure) => *state = Loaded::Failed(failure),
                });
                if again {
                    load.again();
                }
            });
        });
        load
    }

    /// Fetches again, while what is here stays. Asked for several times in a row, it fetches once more, not often.
    pub fn again(self) {
        let under_way = self.under_way.try_update_value(|under_way| {
            under_way.again = under_way.now;
            under_way.now
        });
        if under_way == Some(false) {
            self.asked.try_update(|count| *count = count.wrapping_add(1));
        }
    }

    /// Fetches again after a failure, showing that it does.
    pub fn retry(self) {
        self.state.try_set(Loaded::Loading);
        self.again();
    }

    /// Reads it, wherever it is.
    pub fn with<R>(self, read: impl FnOnce(&Loaded<T>) -> R) -> R {
        self.state.with(read)
    }

    /// Reads it if it is here.
    pub fn ready<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.state.with(|state| match state {
            Loaded::Ready(value) => Some(read(value)),
            Loaded::Loading | Loaded::Failed(_) => None,
        })
    }

    /// Reads it if it is here, without following it. `None` too when its page has gone.
    pub fn ready_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.state.try_with_untracked(|state| match state {
            Loaded::Ready(value) => Some(read(value)),
            Loaded::Loading | Loaded::Failed(_) => None,
        })?
    }

    /// Changes it if it is here.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        self.state.try_update(|state| {
            if let Loaded::Ready(value) = state {
                change(value);
            }
        });
    }

    /// Whether it is on its way, here or missing, and nothing more: for the shape of a page, which stays while its
    /// content is fetched again.
    #[must_use]
    pub fn outcome(self) -> Memo<Loaded<()>> {
        Memo::new(move |_| {
            self.state.with(|state| match state {
                Loaded::Loading => Loaded::Loading,
                Loaded::Ready(_) => Loaded::Ready(()),
                Loaded::Failed(failure) => Loaded::Failed(failure.clone()),
            })
        })
    }
}

/// What `read` gave last that was something: a dialog that closes shows its content until it is gone.
pub fn kept<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> Option<T> + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |before: Option<&Option<T>>| read().or_else(|| before.cloned().flatten()))
}
