//! A package in the list.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::delete::delete_item;
use super::deploy_menu::DeployMenu;
use crate::features::board::Board;
use crate::format::{listed, size};
use crate::gateway;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{ButtonKind, Glyph, Menu, MenuItem, Timestamp, live};

#[component]
pub(super) fn PackageRow(board: Board, package: Package, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    let router = use_router();
    let id = package.id.clone();
    // Keeps what is searched for.
    let details = {
        let id = id.clone();
        move || router.route().opening(Open::Package(id.clone()))
    };
    let href = {
        let details = details.clone();
        move || router.href(&details())
    };
    let runs_on = {
        let id = id.clone();
        Memo::new(move |_| listed(&board.runs_on(&id)))
    };
    let expires = {
        let id = id.clone();
        Memo::new(move |_| board.repository.expires_at(&id))
    };
    let items = {
        let package = package.clone();
        Signal::derive(move || {
            let content = board.slug.with_value(|slug| padlock_contract::paths::package_content(slug, &id));
            let (file_name, details) = (package.file_name.clone(), details.clone());
            vec![
                MenuItem::press("Details", move |()| router.go(&untrack(&details))).glyph(Glyph::Details),
                MenuItem::press("Download", move |()| gateway::download(&content, &file_name)).glyph(Glyph::Download),
                delete_item(board, &package, doomed),
            ]
        })
    };
    let Package { version, file_name, size: bytes, uploaded_by, created_at, .. } = package.clone();
    let more = ["More for ", &file_name].concat();
    view! {
        <tr>
            <td class="is-mono" data-label="Version"><a href=href data-noscroll>{version}</a></td>
            <td data-label="Package">{file_name}</td>
            <td data-label="Runs on">{live(move || or_dash(runs_on.get()))}</td>
            <td data-label="Uploaded"><span><Timestamp at=created_at.as_str()/>", "{uploaded_by.name}</span></td>
            <td class="is-numeric" data-label="Size">{size(bytes)}</td>
            <td data-label="Expires">
                {live(move || match expires.get() {
                    Some(at) => view! { <Timestamp at/> }.into_any(),
                    None => "–".into_any(),
                })}
            </td>
            <td class="is-acts" data-label="Acts">
                <div class="row-acts">
                    <DeployMenu board package/>
                    <Menu label=more items glyph=Glyph::More kind=ButtonKind::Bare/>
                </div>
            </td>
        </tr>
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}
