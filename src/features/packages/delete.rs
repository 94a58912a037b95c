//! Taking a package away. The question names it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::packages::Package;

use crate::features::board::Board;
use crate::format::{listed, size};
use crate::gateway::use_api;
use crate::load::kept;
use crate::outlook::sentences;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Button, ButtonKind, Dialog, Glyph, MenuItem, Notice, Tone, dialog_actions, live, toasts};

/// What this person lacks to delete packages; empty when nothing.
pub(super) fn refused(board: Board) -> String {
    board.app.ready(|app| sentences(&app.packages.reasons)).unwrap_or_default()
}

/// Why this package cannot be deleted just now; empty when it can.
pub(super) fn in_use(board: Board, package: &Package) -> String {
    let names = board.lies_on(&package.id);
    if names.is_empty() {
        return String::new();
    }
    [package.name(), " is on ", &listed(&names), ". Deploy another package there first."].concat()
}

/// **Delete** in a menu.
pub(super) fn delete_item(board: Board, package: &Package, doomed: RwSignal<Option<Package>>) -> MenuItem {
    let in_use = in_use(board, package);
    let package = package.clone();
    let ask = move |()| doomed.set(Some(package.clone()));
    MenuItem::press("Delete", ask).glyph(Glyph::Trash).refused(refused(board)).not_now(in_use).danger()
}

/// The question; open while there is a doomed package.
/// The dialog.
#[component]
pub fn DeleteDialog(
    /// The app's.
    board: Board,
    /// The package that someone is about to delete.
    doomed: RwSignal<Option<Package>>,
) -> impl IntoView {
    let (api, router, toasts) = (use_api(), use_router(), toasts());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let named = kept(move || doomed.get());
    let name = move || named.with(|package| package.as_ref().map(|p| p.file_name.clone()).unwrap_or_default());
    let close = move |()| {
        doomed.set(None);
        error.set(String::new());
    };
    let delete = move |()| {
        let Some(package) = doomed.get_untracked() else { return };
        busy.set(true);
        error.set(String::new());
        let app = board.slug.get_value();
        spawn_local(async move {
            match api.delete_package(&app, &package.id).await {
                Ok(_) => {
                    let details = router.route_untracked();
                    // Its details cannot stay open.
                    if details.open() == Open::Package(package.id) {
                        router.replace(&details.opening(Open::Nothing));
                    }
                    doomed.try_set(None);
                    board.repository.again();
                    toasts.tell(Tone::Good, [&package.file_name, " was deleted."].concat());
                }
                Err(failure) => {
                    error.try_set(failure.sentence());
                }
            }
            busy.try_set(false);
        });
    };
    let about = move || {
        named.with(|package| {
            package.as_ref().map(|package| {
                let (version, size, by) = (&package.version, size(package.size), &package.uploaded_by.name);
                format!("Version {version}, {size}, uploaded by {by}. It cannot be brought back, only uploaded again.")
            })
        })
    };
    view! {
        <Dialog
            open=Signal::derive(move || doomed.with(Option::is_some))
            title=Signal::derive(move || ["Delete ", &name(), "?"].concat())
            on_close=close
            locked=busy
        >
            <p>{about}</p>
            {live(move || {
                let text = error.get();
                (!text.is_empty()).then(|| view! {
                    <Notice tone=Tone::Bad title="It was not deleted." text/>
                })
            })}
            {dialog_actions(view! {
                <Button
                    label="Delete"
                    context=Signal::derive(name)
                    kind=ButtonKind::Danger
                    busy
                    on_press=delete
                />
                <Button label="Cancel" on_press=close/>
            })}
        </Dialog>
    }
}
