//! The dialog with the details of a package, open while the address has `?package=<id>`.

use leptos::prelude::*;
use padlock_contract::ErrorCode;
use padlock_contract::packages::{Package, PackageSummary};
use padlock_contract::paths;

use super::delete::{in_use_reason, missing_permission};
use super::deploy_menu::DeployMenu;
use super::manifest::manifest;
use super::warnings::package_warnings;
use crate::api;
use crate::format::{format_size, join_with_and};
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::query::{Query, QueryState, last_some};
use crate::ui::{Button, ButtonKind, Copyable, Dialog, Glyph, Notice, Timestamp, Tone, dialog_actions, skeleton_lines};

/// The number of characters of a hash that are shown.
const SHOWN_HASH_LENGTH: usize = 16;

/// Shows the details of the package that the address names.
#[component]
pub fn DetailsDialog(
    /// The state of the app.
    app_state: AppState,
    /// The package that the visitor is about to delete.
    to_delete: RwSignal<Option<PackageSummary>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let requested_id = Memo::new(move |_| match navigation.route().dialog() {
        OpenDialog::Package(id) => Some(id),
        _ => None,
    });
    // The closing dialog still shows the package.
    let shown_id = last_some(move || requested_id.get());
    let package_in_list = Memo::new(move |_| shown_id.get().and_then(|id| app_state.repository.package(&id)));
    let title = Signal::derive(move || {
        package_in_list.with(|package| package.as_ref().map_or_else(|| "Package".to_owned(), |p| p.file_name.clone()))
    });
    let close = move |()| navigation.close_dialog(&navigation.route_untracked().with_dialog(OpenDialog::None));
    view! {
        <Dialog open=Signal::derive(move || requested_id.with(Option::is_some)) title on_close=close wide=true>
            {move || shown_id.get().map(|id| view! { <PackageDetails app_state id to_delete/> })}
        </Dialog>
    }
}

#[component]
fn PackageDetails(app_state: AppState, id: String, to_delete: RwSignal<Option<PackageSummary>>) -> impl IntoView {
    let query = Query::new(move || app_state.repository.fetch(&id));
    move || {
        query.with(|state| match state {
            QueryState::Loading => skeleton_lines(6).into_any(),
            QueryState::Ready(package) => details(app_state, package.clone(), to_delete).into_any(),
            QueryState::Failed(error) if error.code() == Some(ErrorCode::NotFound) => view! {
                <Notice title="This package is not here any more." text="It was deleted, or it has expired."/>
            }
            .into_any(),
            QueryState::Failed(error) => view! {
                <Notice tone=Tone::Bad text=error.message()>
                    <Button label="Try again" on_press=move |()| query.retry()/>
                </Notice>
            }
            .into_any(),
        })
    }
}

fn details(app_state: AppState, package: Package, to_delete: RwSignal<Option<PackageSummary>>) -> impl IntoView {
    let manifest = manifest(&package);
    let package = package.summary;
    let content = app_state.slug.with_value(|slug| paths::package_content(slug, &package.id));
    let id = package.id.clone();
    let runs_on = move || {
        let names = join_with_and(&app_state.runs_on(&id));
        if names.is_empty() { "no environment".to_owned() } else { names }
    };
    let in_use_reason = {
        let package = package.clone();
        Signal::derive(move || in_use_reason(app_state, &package))
    };
    let open_delete_dialog = {
        let package = package.clone();
        move |()| to_delete.set(Some(package.clone()))
    };
    let (deploy_package, file_name) = (package.clone(), package.file_name.clone());
    let PackageSummary {
        version,
        runtime_version,
        description,
        size: bytes,
        sha256,
        uploaded_by,
        created_at,
        expires_at,
        warnings,
        ..
    } = package;
    let description = (!description.is_empty()).then(|| view! { <p class="package-description">{description}</p> });
    let expires = expires_at.map(|at| view! { <dt>"Expires"</dt><dd><Timestamp at=at.as_str()/></dd> });
    let warnings = package_warnings(&warnings);
    view! {
        {warnings}
        {description}
        <dl class="facts">
            <dt>"Version"</dt>
            <dd><Copyable value=version noun="version"/></dd>
            <dt>"Runtime version"</dt>
            <dd class="is-mono" translate="no">{runtime_version}</dd>
            <dt>"Size"</dt>
            <dd>{format_size(bytes)}</dd>
            <dt>"SHA-256"</dt>
            <dd><Copyable value=sha256 noun="hash" max_chars=SHOWN_HASH_LENGTH/></dd>
            <dt>"Uploaded"</dt>
            <dd><Timestamp at=created_at.as_str()/>" by "<span translate="no">{uploaded_by.name}</span></dd>
            <dt>"Runs on"</dt>
            <dd>{runs_on}</dd>
            {expires}
        </dl>
        {manifest}
        {dialog_actions(view! {
            <DeployMenu app_state package=deploy_package kind=ButtonKind::Primary/>
            <Button
                label="Download"
                glyph=Glyph::Download
                on_press=move |()| api::download(&content, &file_name)
            />
            <Button
                label="Delete"
                kind=ButtonKind::Bare
                glyph=Glyph::Trash
                forbidden_reason=Signal::derive(move || missing_permission(app_state))
                unavailable_reason=in_use_reason
                on_press=open_delete_dialog
            />
        })}
    }
}
