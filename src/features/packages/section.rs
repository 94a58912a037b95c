//! The repository on the deploy page: search, list, upload.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::filter::fits;
use super::row::PackageRow;
use crate::features::board::Board;
use crate::features::upload::{DropArea, UploadButton, UploadStrip};
use crate::load::Loaded;
use crate::router::use_router;
use crate::routes::Route;
use crate::ui::{
    Button, ButtonKind, Column, EmptyState, Glyph, InputKind, Notice, Table, TextField, Tone, live, skeleton_rows,
};

/// The section.
#[component]
pub fn RepositorySection(
    /// The app's.
    board: Board,
    /// The package that someone is about to delete.
    doomed: RwSignal<Option<Package>>,
) -> impl IntoView {
    let search = search();
    view! {
        <section class="section repository" aria-labelledby="repository">
            <DropArea board>
                <div class="section-head">
                    <h2 id="repository">"Deployment Package Repository"</h2>
                    <TextField label="Search packages" kind=InputKind::Search placeholder="Search…" value=search/>
                    <UploadButton board/>
                </div>
                <UploadStrip board/>
                <List board search doomed/>
            </DropArea>
        </section>
    }
}

#[component]
fn List(board: Board, search: RwSignal<String>, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    let packages = board.repository.packages;
    let outcome = packages.outcome();
    let found = Memo::new(move |_| {
        let search = search.get();
        let fitting = |package: &&Package| fits(package, &search, &board.runs_on(&package.id));
        packages.ready(|list| list.items.iter().filter(fitting).cloned().collect::<Vec<_>>()).unwrap_or_default()
    });
    let none_found = Memo::new(move |_| found.with(Vec::is_empty));
    let none_at_all = Memo::new(move |_| packages.ready(|list| list.items.is_empty()).unwrap_or_default());
    let older = Memo::new(move |_| packages.ready(|list| list.next_cursor.is_some()).unwrap_or_default());
    let retry = move |()| packages.retry();
    let row = move |package: Package| view! { <PackageRow board package doomed/> };
    let columns = || {
        vec![
            Column::text("Version"),
            Column::text("Package"),
            Column::text("Runs on"),
            Column::text("Uploaded"),
            Column::figures("Size"),
            Column::text("Expires"),
            Column::acts("Acts"),
        ]
    };
    move || {
        match outcome.get() {
        Loaded::Loading => skeleton_rows(4).into_any(),
        Loaded::Failed(failure) => view! {
            <Notice tone=Tone::Bad title="The packages could not be loaded." text=failure.sentence()>
                <Button label="Try again" on_press=retry/>
            </Notice>
        }
        .into_any(),
        Loaded::Ready(()) => view! {
            {live(move || match (none_at_all.get(), none_found.get()) {
                (true, _) => view! {
                    <EmptyState
                        glyph=Glyph::Package
                        title="No packages yet"
                        text="Upload a deployment package (.mda), or drop one here. Then deploy it to the first environment."
                    />
                }.into_any(),
                (false, true) => view! {
                    <EmptyState
                        glyph=Glyph::Search
                        title="No package fits"
                        text="Look for a version, a file, a person or an environment."
                    >
                        <Button label="Clear search" on_press=move |()| search.set(String::new())/>
                    </EmptyState>
                }.into_any(),
                (false, false) => view! {
                    <Table caption="Packages, the newest first" columns=columns()>
                        <For each=move || found.get() key=key children=row/>
                    </Table>
                }.into_any(),
            })}
            {live(move || older.get().then(|| view! {
                <div class="table-foot">
                    <Button label="Show older packages" kind=ButtonKind::Bare on_press=move |()| board.repository.more()/>
                </div>
            }))}
        }
        .into_any(),
    }
    }
}

/// A package never changes; whether it expires does, and its row follows that by itself: made anew, the row would lose
/// the focus of whoever has just deployed it.
fn key(package: &Package) -> String {
    package.id.clone()
}

/// What is searched for, kept in the address.
fn search() -> RwSignal<String> {
    const PAUSE: Duration = Duration::from_millis(400);
    let router = use_router();
    let in_address = Memo::new(move |_| match router.route() {
        Route::Deploy { search, .. } => search,
        _ => String::new(),
    });
    let search = RwSignal::new(in_address.get_untracked());
    // Not at every letter: browsers stop listening to a page that writes its address too often.
    Effect::new(move |_| {
        let typed = search.get();
        if typed == in_address.get_untracked() {
            return;
        }
        let write = move || router.replace(&router.route_untracked().searching(typed.clone()));
        if let Ok(waiting) = set_timeout_with_handle(write, PAUSE) {
            on_cleanup(move || waiting.clear());
        }
    });
    Effect::new(move |before: Option<()>| {
        let address = in_address.get();
        if before.is_some() && address != search.get_untracked() {
            search.set(address);
        }
    });
    search
}
