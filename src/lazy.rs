//! Code that is loaded when it is first needed.
//!
//! A release build is split by area (feature `split`): what every visit needs is one wasm file, and each area is another,
//! which is fetched when one of its views is first shown. In every other build the code is simply there.
//!
//! ```ignore
//! static ACTIVITY_PAGE: LazyView<(String,)> = lazy_view!(activity, |app: String| view! { <ActivityPage app/> });
//!
//! ACTIVITY_PAGE.view((app,), skeleton)
//! ```
//!
//! Views that name the same area are in the same file. Nothing else may refer to what a lazy view builds, or the splitter
//! finds it needed from the start. Leptos' own `#[lazy]` panics where a file cannot be loaded; here the visitor reads so
//! and can try again.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use crate::api::use_connection;
use crate::static_shell;
use crate::ui::{Button, ButtonKind, Glyph, PageState};

/// Builds a view from its arguments.
pub type BuildView<A> = fn(A) -> AnyView;

/// The loading of an area, which gives the function that builds one of its views.
pub type Loading<A> = Pin<Box<dyn Future<Output = Result<BuildView<A>, SplitLoaderError>>>>;

/// A view in the file of an area. `A` is the tuple of its arguments.
pub struct LazyView<A: 'static> {
    load: fn() -> Loading<A>,
    build: OnceLock<BuildView<A>>,
    /// Known from the start where nothing is split.
    present: Option<BuildView<A>>,
}

/// Defines a [`LazyView`] in the named area.
#[macro_export]
macro_rules! lazy_view {
    ($area:ident, || $view:expr) => {
        $crate::lazy_view!($area, | | $view)
    };
    ($area:ident, |$($name:ident: $kind:ty),*| $view:expr) => {{
        fn build(($($name,)*): ($($kind,)*)) -> leptos::prelude::AnyView {
            leptos::prelude::IntoAny::into_any($view)
        }
        #[cfg(feature = "split")]
        {
            #[leptos::wasm_split::wasm_split($area, wasm_split_path = leptos::wasm_split, fallible)]
            fn part() -> Result<$crate::lazy::BuildView<($($kind,)*)>, leptos::wasm_split::SplitLoaderError> {
                Ok(build)
            }
            $crate::lazy::LazyView::split(|| Box::pin(part()))
        }
        #[cfg(not(feature = "split"))]
        {
            $crate::lazy::LazyView::present(build)
        }
    }};
}

impl<A: 'static> LazyView<A> {
    /// A view that `load` fetches.
    #[must_use]
    pub const fn split(load: fn() -> Loading<A>) -> Self {
        Self { load, build: OnceLock::new(), present: None }
    }

    /// A view of a build that is not split.
    #[must_use]
    pub const fn present(build: BuildView<A>) -> Self {
        Self { load: || Box::pin(std::future::pending()), build: OnceLock::new(), present: Some(build) }
    }

    /// Loads the area, unless it is here.
    ///
    /// # Errors
    /// The file could not be loaded; the next call tries again.
    pub async fn load(&self) -> Result<BuildView<A>, SplitLoaderError> {
        if let Some(build) = self.loaded() {
            return Ok(build);
        }
        let build = (self.load)().await?;
        Ok(*self.build.get_or_init(|| build))
    }

    fn loaded(&self) -> Option<BuildView<A>> {
        self.present.or_else(|| self.build.get().copied())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadState {
    Loading,
    Loaded,
    Failed,
}

impl<A: Clone + 'static> LazyView<A> {
    /// Builds the view, at once where its area is here. Until then `waiting` is shown, and where the area cannot be
    /// loaded a page that says so.
    pub fn view(&'static self, arguments: A, waiting: fn() -> AnyView) -> AnyView {
        match self.loaded() {
            Some(build) => build(arguments),
            None => self.view_when_loaded(arguments, waiting),
        }
    }

    /// Builds the view from the moment it is first needed, and keeps it: a dialog stays to show how it closes.
    pub fn view_once_needed(
        &'static self,
        arguments: A,
        is_needed: impl Fn() -> bool + Send + Sync + 'static,
    ) -> AnyView {
        let is_needed = Memo::new(move |was_needed: Option<&bool>| was_needed == Some(&true) || is_needed());
        let arguments = StoredValue::new_local(arguments);
        (move || is_needed.get().then(|| self.view(arguments.get_value(), nothing))).into_any()
    }

    fn view_when_loaded(&'static self, arguments: A, waiting: fn() -> AnyView) -> AnyView {
        let state = RwSignal::new(LoadState::Loading);
        let failures = StoredValue::new(0_u32);
        let arguments = StoredValue::new_local(arguments);
        let load = move || {
            state.set(LoadState::Loading);
            spawn_local(async move {
                // The view may be gone by now: hence `try_`.
                if self.load().await.is_ok() {
                    state.try_set(LoadState::Loaded);
                } else {
                    failures.try_update_value(|count| *count += 1);
                    state.try_set(LoadState::Failed);
                }
            });
        };
        let retry = Callback::new(move |()| {
            if failures.get_value() > 1 {
                // An area fits one build only: after an update the page itself is old.
                let _ = window().location().reload();
            } else {
                load();
            }
        });
        load();
        // A file that could not be loaded is loaded when the server can be reached again.
        use_connection().on_recovery(move || {
            if state.get_untracked() == LoadState::Failed {
                load();
            }
        });
        let shown = move || match (state.get(), self.loaded()) {
            (LoadState::Loaded, Some(build)) => untrack(|| build(arguments.get_value())),
            (LoadState::Failed, _) => {
                static_shell::remove_when_mounted();
                load_failed(retry).into_any()
            }
            _ => waiting(),
        };
        shown.into_any()
    }
}

/// Shows nothing while an area is loading.
#[must_use]
pub fn nothing() -> AnyView {
    ().into_any()
}

fn load_failed(retry: Callback<()>) -> impl IntoView {
    view! {
        <PageState
            glyph=Glyph::Offline
            title="This part of Padlock could not load"
            text="Your connection may be down. Nothing of yours was changed."
        >
            <Button label="Try again" kind=ButtonKind::Primary on_press=retry/>
        </PageState>
    }
}
