//! The repository section of the deploy page: search, list of packages and upload.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::packages::PackageSummary;

use super::filter::matches_search;
use super::row::PackageRow;
use crate::features::upload::{DropArea, UploadButton, UploadProgressBar};
use crate::navigation::use_navigation;
use crate::routes::Route;
use crate::state::app_state::AppState;
use crate::state::query::QueryState;
use crate::ui::{
    Button, ButtonKind, Column, EmptyState, Glyph, InputKind, Notice, Table, TextField, Tone, skeleton_rows,
    use_painted,
};

/// Shows the Deployment Package Repository of an app.
#[component]
pub fn RepositorySection(
    /// The state of the app.
    app_state: AppState,
    /// The package that the visitor is about to delete.
    to_delete: RwSignal<Option<PackageSummary>>,
) -> impl IntoView {
    let search = search_in_address();
    view! {
        <section class="section repository" aria-labelledby="repository">
            <DropArea app_state>
                <div class="section-head">
                    <h2 id="repository">"Deployment Package Repository"</h2>
                    <TextField label="Search packages" kind=InputKind::Search placeholder="Search…" value=search/>
                    <UploadButton app_state/>
                </div>
                <UploadProgressBar app_state/>
                <PackageList app_state search to_delete/>
            </DropArea>
        </section>
    }
}

#[component]
fn PackageList(
    app_state: AppState,
    search: RwSignal<String>,
    to_delete: RwSignal<Option<PackageSummary>>,
) -> impl IntoView {
    let packages = app_state.repository.packages;
    let outcome = packages.outcome();
    let matching = Memo::new(move |_| {
        let search = search.get();
        let matches = |package: &&PackageSummary| matches_search(package, &search, &app_state.runs_on(&package.id));
        packages.ready(|list| list.items.iter().filter(matches).cloned().collect::<Vec<_>>()).unwrap_or_default()
    });
    let none_match = Memo::new(move |_| matching.with(Vec::is_empty));
    let is_empty = Memo::new(move |_| packages.ready(|list| list.items.is_empty()).unwrap_or_default());
    let has_more = Memo::new(move |_| packages.ready(|list| list.next_cursor.is_some()).unwrap_or_default());
    let retry = move |()| packages.retry();
    let row = move |package: PackageSummary| view! { <PackageRow app_state package to_delete/> };
    let columns = || {
        vec![
            Column::text("Version"),
            Column::text("Package"),
            Column::text("Runs on"),
            Column::text("Uploaded"),
            Column::numbers("Size"),
            Column::text("Expires"),
            Column::actions("Acts"),
        ]
    };
    // The rows are built after the cards have been painted.
    let painted = use_painted();
    move || match outcome.get() {
        QueryState::Loading => skeleton_rows(4).into_any(),
        QueryState::Ready(()) if !painted.get() => skeleton_rows(4).into_any(),
        QueryState::Failed(error) => view! {
            <Notice tone=Tone::Bad title="The packages could not be loaded." text=error.message()>
                <Button label="Try again" on_press=retry/>
            </Notice>
        }
        .into_any(),
        QueryState::Ready(()) => view! {
            {move || match (is_empty.get(), none_match.get()) {
                (true, _) => view! {
                    <EmptyState
                        glyph=Glyph::Package
                        title="No packages yet"
                        text="Upload a deployment package (.mda), or drop one here. \
                            Then deploy it to the first environment."
                    >
                        <UploadButton app_state/>
                    </EmptyState>
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
                        <For each=move || matching.get() key=package_id children=row/>
                    </Table>
                }.into_any(),
            }}
            {move || has_more.get().then(|| view! {
                <div class="table-foot">
                    <Button
                        label="Show older packages"
                        kind=ButtonKind::Bare
                        on_press=move |()| app_state.repository.load_more()
                    />
                </div>
            })}
        }
        .into_any(),
    }
}

/// The key of a row: the id only. What can change of a package, its expiry date and where it may be deployed, the row
/// updates by itself; a new row would lose the focus.
fn package_id(package: &PackageSummary) -> String {
    package.id.clone()
}

/// Returns the search text, which is kept in step with the address.
fn search_in_address() -> RwSignal<String> {
    // Browsers limit how often a page may change its address, so it is not changed at every keystroke.
    const DEBOUNCE: Duration = Duration::from_millis(400);
    let navigation = use_navigation();
    let in_address = Memo::new(move |_| match navigation.route() {
        Route::Deploy { search, .. } => search,
        _ => String::new(),
    });
    let search = RwSignal::new(in_address.get_untracked());
    Effect::new(move |_| {
        let text = search.get();
        if text == in_address.get_untracked() {
            return;
        }
        let update_address = move || navigation.replace(&navigation.route_untracked().with_search(text.clone()));
        if let Ok(timeout) = set_timeout_with_handle(update_address, DEBOUNCE) {
            on_cleanup(move || timeout.clear());
        }
    });
    Effect::new(move |previous: Option<()>| {
        let text = in_address.get();
        if previous.is_some() && text != search.get_untracked() {
            search.set(text);
        }
    });
    search
}
