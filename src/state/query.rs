//! Data from the API: loaded, shown, and loaded again.
//!
//! Leptos' `LocalResource` is the nearest relative. It has no value before the next tick, so that a page would always be
//! rendered twice, and it forgets the value it has when loading it again fails.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::api::{ApiError, ApiResult, use_connection};

/// How far a [`Query`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryState<T> {
    /// No response yet.
    Loading,
    /// The data.
    Ready(T),
    /// The first request failed.
    Failed(ApiError),
}

/// Data from the API, owned by the page or component that created it: when that goes, pending requests are aborted.
pub struct Query<T> {
    /// Does the work for every `T`, so that the program has it once.
    untyped: UntypedQuery,
    data: PhantomData<fn() -> T>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Query<T> {}

impl<T: Send + Sync + 'static> Query<T> {
    /// Fetches now, and again whenever a signal changes that `fetch` reads.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = ApiResult<T>> + 'static,
    {
        Self::build(fetch, true)
    }

    /// Fetches when [`load`](Self::load) is first called.
    pub fn on_demand<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = ApiResult<T>> + 'static,
    {
        Self::build(fetch, false)
    }

    fn build<F>(fetch: impl Fn() -> F + 'static, requested: bool) -> Self
    where
        F: Future<Output = ApiResult<T>> + 'static,
    {
        let fetch = move || fetch().map(|result| result.map(|data| Arc::new(data) as Data)).boxed_local();
        Self { untyped: UntypedQuery::new(Box::new(fetch), requested), data: PhantomData }
    }

    /// Fetches the data of a query that is [`on_demand`](Self::on_demand), unless that was done before.
    pub fn load(self) {
        self.untyped.load();
    }

    /// Fetches again; the present data stays until the response is there. Several calls in a row send one request more,
    /// not several.
    pub fn refetch(self) {
        self.untyped.refetch();
    }

    /// Fetches again after a failure, and shows that it does.
    pub fn retry(self) {
        self.untyped.state.try_set(QueryState::Loading);
        self.untyped.refetch();
    }

    /// Applies `read` to the state and tracks it.
    pub fn with<R>(self, read: impl FnOnce(QueryState<&T>) -> R) -> R {
        self.untyped.state.with(|state| {
            read(match state {
                QueryState::Loading => QueryState::Loading,
                QueryState::Ready(data) => data.downcast_ref().map_or(QueryState::Loading, QueryState::Ready),
                QueryState::Failed(error) => QueryState::Failed(error.clone()),
            })
        })
    }

    /// Applies `read` to the data, if it is there, and tracks it. `None` too where the owner of the query is gone.
    pub fn ready<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.data().and_then(|data| data.downcast_ref().map(read))
    }

    /// Applies `read` to the data, if it is there, without tracking it.
    pub fn ready_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.data_untracked().and_then(|data| data.downcast_ref().map(read))
    }

    /// How far the query is, without the data: for the shape of a page, which stays the same while data is refetched.
    #[must_use]
    pub fn outcome(self) -> Memo<QueryState<()>> {
        self.untyped.outcome()
    }
}

type Data = Arc<dyn Any + Send + Sync>;
type Fetch = Box<dyn Fn() -> LocalBoxFuture<'static, ApiResult<Data>>>;

#[derive(Clone, Copy)]
struct UntypedQuery {
    state: RwSignal<QueryState<Data>>,
    /// Counts the requests; a new number sends one.
    request: RwSignal<u32>,
    requested: RwSignal<bool>,
    pending: StoredValue<Pending>,
    /// Whether the last request got no response.
    network_failed: StoredValue<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    No,
    Request,
    /// Asked for again in the meantime: the pending response may be old already.
    RequestAndRefetch,
}

impl UntypedQuery {
    fn new(fetch: Fetch, requested: bool) -> Self {
        let query = Self {
            state: RwSignal::new(QueryState::Loading),
            request: RwSignal::new(0),
            requested: RwSignal::new(requested),
            pending: StoredValue::new(Pending::No),
            network_failed: StoredValue::new(false),
        };
        // A render effect runs at once: a response that has been preloaded is there for the first rendering.
        let effect = RenderEffect::new(move |_| {
            query.request.track();
            if !query.requested.get() {
                return;
            }
            let mut fetching = fetch();
            query.pending.set_value(Pending::Request);
            match untrack(|| (&mut fetching).now_or_never()) {
                Some(result) => query.settle(result),
                None => spawn_local_scoped_with_cancellation(fetching.map(move |result| query.settle(result))),
            }
        });
        StoredValue::new_local(effect);
        // What could not be fetched is fetched when the server can be reached again.
        use_connection().on_recovery(move || {
            if query.network_failed.try_get_value() == Some(true) {
                query.state.try_maybe_update(|state| {
                    let has_failed = matches!(state, QueryState::Failed(_));
                    if has_failed {
                        *state = QueryState::Loading;
                    }
                    (has_failed, ())
                });
                query.refetch();
            }
        });
        query
    }

    fn load(self) {
        if self.requested.try_get_untracked() == Some(false) {
            self.requested.set(true);
        }
    }

    fn refetch(self) {
        match self.pending.try_get_value() {
            Some(Pending::No) => {
                self.request.try_update(|count| *count = count.wrapping_add(1));
            }
            Some(_) => {
                self.pending.try_set_value(Pending::RequestAndRefetch);
            }
            None => {}
        }
    }

    fn data(self) -> Option<Data> {
        self.state.try_with(|state| state.ready().cloned()).flatten()
    }

    fn data_untracked(self) -> Option<Data> {
        self.state.try_with_untracked(|state| state.ready().cloned()).flatten()
    }

    fn outcome(self) -> Memo<QueryState<()>> {
        Memo::new(move |_| {
            let outcome = self.state.try_with(|state| match state {
                QueryState::Loading => QueryState::Loading,
                QueryState::Ready(_) => QueryState::Ready(()),
                QueryState::Failed(error) => QueryState::Failed(error.clone()),
            });
            outcome.unwrap_or(QueryState::Loading)
        })
    }

    fn settle(self, result: ApiResult<Data>) {
        let refetch = self.pending.try_get_value() == Some(Pending::RequestAndRefetch);
        self.pending.try_set_value(Pending::No);
        self.network_failed.try_set_value(matches!(result, Err(ApiError::Network)));
        self.state.try_update(|state| match result {
            Ok(data) => *state = QueryState::Ready(data),
            // Data that is shown stays when refetching it fails.
            Err(_) if state.ready().is_some() => {}
            Err(error) => *state = QueryState::Failed(error),
        });
        if refetch {
            self.refetch();
        }
    }
}

impl<T> QueryState<T> {
    /// Returns the data, if it is there.
    pub const fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(data) => Some(data),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}

/// The last value of `read` that was not `None`: a closing dialog shows its content until it is gone.
pub fn last_some<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> Option<T> + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |last: Option<&Option<T>>| read().or_else(|| last.cloned().flatten()))
}
