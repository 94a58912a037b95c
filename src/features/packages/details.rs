//! A package's details: `?package=<id>`.

use leptos::prelude::*;
use padlock_contract::ErrorCode;
use padlock_contract::packages::Package;
use padlock_contract::paths;

use super::delete::{in_use, refused};
use super::deploy_menu::DeployMenu;
use super::manifest::manifest;
use crate::features::board::Board;
use crate::format::{listed, size};
use crate::gateway;
use crate::load::{Load, Loaded, kept};
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{
    Button, ButtonKind, Copyable, Dialog, Glyph, Notice, Timestamp, Tone, dialog_actions, live, skeleton_lines,
};

/// How much of a hash is shown.
const HASH_SHOWN: usize = 16;

/// The dialog.
#[component]
pub fn DetailsDialog(
    /// The app's.
    board: Board,
    /// The package that someone is about to delete.
    doomed: RwSignal<Option<Package>>,
) -> impl IntoView {
    let router = use_router();
    let asked = Memo::new(move |_| match router.route().open() {
        Open::Package(id) => Some(id),
        _ => None,
    });
    let shown = kept(move || asked.get());
    let listed = Memo::new(move |_| shown.get().and_then(|id| board.repository.package(&id)));
    let title = Signal::derive(move || {
        listed.with(|package| package.as_ref().map_or_else(|| "Package".to_owned(), |p| p.file_name.clone()))
    });
    let close = move |()| router.close(&router.route_untracked().opening(Open::Nothing));
    view! {
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) title on_close=close wide=true>
            {live(move || shown.get().map(|id| view! { <Body board id doomed/> }))}
        </Dialog>
    }
}

#[component]
fn Body(board: Board, id: String, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    let load = Load::new(move || board.repository.find(&id));
    move || {
        load.with(|state| match state {
            Loaded::Loading => skeleton_lines(6).into_any(),
            Loaded::Ready(package) => facts(board, package.clone(), doomed).into_any(),
            Loaded::Failed(failure) if failure.code() == Some(ErrorCode::NotFound) => view! {
                <Notice title="This package is not here any more." text="It was deleted, or it has expired."/>
            }
            .into_any(),
            Loaded::Failed(failure) => view! {
                <Notice tone=Tone::Bad text=failure.sentence()>
                    <Button label="Try again" on_press=move |()| load.retry()/>
                </Notice>
            }
            .into_any(),
        })
    }
}

fn facts(board: Board, package: Package, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    let content = board.slug.with_value(|slug| paths::package_content(slug, &package.id));
    let id = package.id.clone();
    let runs_on = move || {
        let names = listed(&board.runs_on(&id));
        if names.is_empty() { "no environment".to_owned() } else { names }
    };
    let not_now = {
        let package = package.clone();
        Signal::derive(move || in_use(board, &package))
    };
    let delete = {
        let package = package.clone();
        move |()| doomed.set(Some(package.clone()))
    };
    let (whole, file_name) = (package.clone(), package.file_name.clone());
    let manifest = manifest(&package);
    let Package {
        version, runtime_version, description, size: bytes, sha256, uploaded_by, created_at, expires_at, ..
    } = package;
    let described = (!description.is_empty()).then(|| view! { <p class="package-description">{description}</p> });
    let expires = expires_at.map(|at| view! { <dt>"Expires"</dt><dd><Timestamp at=at.as_str()/></dd> });
    view! {
        {described}
        <dl class="facts">
            <dt>"Version"</dt>
            <dd><Copyable value=version what="version"/></dd>
            <dt>"Runtime version"</dt>
            <dd class="is-mono">{runtime_version}</dd>
            <dt>"Size"</dt>
            <dd>{size(bytes)}</dd>
            <dt>"SHA-256"</dt>
            <dd><Copyable value=sha256 what="hash" show=HASH_SHOWN/></dd>
            <dt>"Uploaded"</dt>
            <dd><Timestamp at=created_at.as_str()/>" by "{uploaded_by.name}</dd>
            <dt>"Runs on"</dt>
            <dd>{runs_on}</dd>
            {expires}
        </dl>
        {manifest}
        {dialog_actions(view! {
            <DeployMenu board package=whole/>
            <Button
                label="Download"
                glyph=Glyph::Download
                on_press=move |()| gateway::download(&content, &file_name)
            />
            <Button
                label="Delete"
                kind=ButtonKind::Danger
                glyph=Glyph::Trash
                refused=Signal::derive(move || refused(board))
                not_now
                on_press=delete
            />
        })}
    }
}
