//! A package in the list of packages.

use leptos::prelude::*;
use leptos_router::components::A;
use padlock_contract::packages::PackageSummary;

use super::delete::delete_menu_item;
use super::deploy_menu::DeployMenu;
use crate::api;
use crate::format::{format_size, join_with_and};
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::ui::{self, ButtonKind, Glyph, Menu, MenuItem, Timestamp};

#[component]
pub(super) fn PackageRow(
    app_state: AppState,
    package: PackageSummary,
    to_delete: RwSignal<Option<PackageSummary>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let id = package.id.clone();
    // Derived from the current route, so that the search stays in the address.
    let details_route = {
        let id = id.clone();
        move || navigation.route().with_dialog(OpenDialog::Package(id.clone()))
    };
    let href = {
        let details_route = details_route.clone();
        move || navigation.href(&details_route())
    };
    let runs_on = {
        let id = id.clone();
        Memo::new(move |_| join_with_and(&app_state.runs_on(&id)))
    };
    let expires = {
        let id = id.clone();
        Memo::new(move |_| app_state.repository.expires_at(&id))
    };
    let items = {
        let package = package.clone();
        Signal::derive(move || {
            let content = app_state.slug.with_value(|slug| padlock_contract::paths::package_content(slug, &id));
            let (file_name, details_route) = (package.file_name.clone(), details_route.clone());
            vec![
                MenuItem::press("Details", move |()| navigation.go(&untrack(&details_route))).glyph(Glyph::Details),
                MenuItem::press("Download", move |()| api::download(&content, &file_name)).glyph(Glyph::Download),
                delete_menu_item(app_state, &package, to_delete),
            ]
        })
    };
    let PackageSummary { version, file_name, size: bytes, uploaded_by, created_at, .. } = package.clone();
    let menu_label = ["More for ", &file_name].concat();
    view! {
        <tr>
            <td class="is-mono" data-label="Version"><A href scroll=false>{ui::version(version)}</A></td>
            <td data-label="Package" class="is-file">{ui::version(file_name)}</td>
            <td data-label="Runs on" class:is-blank=move || runs_on.with(String::is_empty) translate="no">
                {move || or_dash(runs_on.get())}
            </td>
            <td data-label="Uploaded"><span><Timestamp at=created_at.as_str()/>", "<span translate="no">{uploaded_by.name}</span></span></td>
            <td class="is-numeric is-minor" data-label="Size">{format_size(bytes)}</td>
            <td data-label="Expires" class="is-minor" class:is-blank=move || expires.with(Option::is_none)>
                {move || match expires.get() {
                    Some(at) => view! { <Timestamp at/> }.into_any(),
                    None => "–".into_any(),
                }}
            </td>
            <td class="is-acts" data-label="Acts">
                <div class="row-acts">
                    <DeployMenu app_state package/>
                    <Menu label=menu_label items glyph=Glyph::More kind=ButtonKind::Bare/>
                </div>
            </td>
        </tr>
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}
