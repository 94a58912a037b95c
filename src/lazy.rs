//! Pages that come in their area's own part of the program.
//!
//! A release build is split (feature `split`): what every visit needs, which is signing in and the deploy page, is one
//! wasm, and each area is another that is fetched when its first page opens.
//! Pages that name the same area share a part. In every other build the page
//! is simply there.
//!
//! ```ignore
//! match page {
//!     Page::Activity(app) => lazy_view!(activity, |app: AppId| view! { <ActivityPage app/> }),
//!     Page::Team(app) => lazy_view!(team, |app: AppId| view! { <TeamPage app/> }),
//! }
//! ```
//!
//! What stands there until the part has come is nothing, or what `until` makes:
//! `lazy_view!(activity, until waiting_page, || view! { <ActivityPage/> })`.
//!
//! An area is an identifier. What the view needs is named with its type and must be `Clone`: a
//! retry asks with the same values. Nothing else may refer to the page, or the
//! splitter finds it needed from the start.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use crate::ui::{Button, ButtonKind, Glyph, PageState};

/// Makes the view. Not the view itself: it must be made inside the reactive
/// owner that shows it, which waiting for a part would lose.
pub type Maker = Box<dyn FnOnce() -> AnyView>;

/// A part on its way.
pub type Arrival = Pin<Box<dyn Future<Output = Result<Maker, SplitLoaderError>>>>;

/// A view that lives in the named area's part: an `AnyView`.
#[macro_export]
macro_rules! lazy_view {
    ($area:ident, || $view:expr) => {
        $crate::lazy_view!($area, | | $view)
    };
    ($area:ident, |$($name:ident: $kind:ty),*| $view:expr) => {
        $crate::lazy_view!($area, until || (), |$($name: $kind),*| $view)
    };
    ($area:ident, until $waiting:expr, || $view:expr) => {
        $crate::lazy_view!($area, until $waiting, | | $view)
    };
    ($area:ident, until $waiting:expr, |$($name:ident: $kind:ty),*| $view:expr) => {{
        #[cfg(not(feature = "split"))]
        {
            let _ = || $waiting();
            leptos::prelude::IntoAny::into_any($view)
        }
        #[cfg(feature = "split")]
        {
            #[leptos::wasm_split::wasm_split($area, wasm_split_path = leptos::wasm_split, fallible)]
            fn open($($name: $kind),*) -> Result<$crate::lazy::Maker, leptos::wasm_split::SplitLoaderError> {
                Ok(Box::new(move || leptos::prelude::IntoAny::into_any($view)))
            }
            let waiting = || leptos::prelude::IntoAny::into_any($waiting());
            $crate::lazy::arrive(Box::new(move || Box::pin(open($($name.clone()),*))), waiting)
        }
    }};
}

/// Something to do. Done, like a view is made, inside the owner that asked.
pub type Act = Box<dyn FnOnce()>;

/// Does something that lives in the named area's part, once that is here. For what only adds to a page: if the part does
/// not come, or the page goes first, it is not done.
#[macro_export]
macro_rules! later {
    ($area:ident, |$($name:ident: $kind:ty),*| $act:expr) => {{
        #[cfg(not(feature = "split"))]
        {
            $act
        }
        #[cfg(feature = "split")]
        {
            #[leptos::wasm_split::wasm_split($area, wasm_split_path = leptos::wasm_split, fallible)]
            fn open($($name: $kind),*) -> Result<$crate::lazy::Act, leptos::wasm_split::SplitLoaderError> {
                Ok(Box::new(move || $act))
            }
            $crate::lazy::act(Box::pin(open($($name),*)));
        }
    }};
}

/// Does it once its part is here.
pub fn act(arrival: Pin<Box<dyn Future<Output = Result<Act, SplitLoaderError>>>>) {
    let (here, owner) = (StoredValue::new(()), Owner::current());
    spawn_local(async move {
        if let (Ok(act), Some(()), Some(owner)) = (arrival.await, here.try_get_value(), owner) {
            owner.with(|| untrack(act));
        }
    });
}

/// How far the view is.
#[derive(Clone, Copy)]
enum Stage {
    Coming,
    Here,
    Missing,
}

/// Shows a view once its part is here, or says that it could not come.
#[must_use]
pub fn arrive(open: Box<dyn Fn() -> Arrival>, waiting: fn() -> AnyView) -> AnyView {
    let stage = RwSignal::new(Stage::Coming);
    let maker = StoredValue::new_local(None::<Maker>);
    let failures = StoredValue::new(0_u32);
    let open = StoredValue::new_local(open);
    let fetch = move || {
        let Some(arrival) = open.try_with_value(|open| open()) else { return };
        stage.set(Stage::Coming);
        spawn_local(async move {
            // The page may be gone by the time its part is here: then nothing
            // of this does anything.
            if let Ok(arrived) = arrival.await {
                maker.try_set_value(Some(arrived));
                stage.try_set(Stage::Here);
            } else {
                failures.try_update_value(|count| *count += 1);
                stage.try_set(Stage::Missing);
            }
        });
    };
    let retry = Callback::new(move |()| {
        if failures.get_value() > 1 {
            // Parts fit one build only: after an update the page itself is old.
            let _ = window().location().reload();
        } else {
            fetch();
        }
    });
    fetch();
    let shown = move || match stage.get() {
        Stage::Coming => waiting(),
        Stage::Here => maker.try_update_value(Option::take).flatten().map(untrack).into_any(),
        Stage::Missing => missing(retry).into_any(),
    };
    shown.into_any()
}

fn missing(retry: Callback<()>) -> impl IntoView {
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
