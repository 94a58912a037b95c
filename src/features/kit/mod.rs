//! `/kit`: every component in every state, for whoever draws and for the wasm tests. Whole pages
//! stand alone under `/kit?scene=…`.

mod controls;
mod feedback;
mod identity;
mod overlays;
mod pages;
mod promotion;
mod samples;
mod second_factor;

use leptos::prelude::*;

use crate::features::shell::page_title;
use crate::ui::{Mark, ToastRegion, provide_toasts};

/// The page, or the scene that the address names.
#[component]
pub fn Kit() -> impl IntoView {
    let toasts = provide_toasts();
    let query = window().location().search().unwrap_or_default();
    let scene = query.strip_prefix("?scene=").unwrap_or_default().to_owned();
    let page = match pages::scene(&scene) {
        Some(scene) => scene,
        None => sheet(),
    };
    view! {
        {page}
        <ToastRegion toasts/>
    }
}

/// A group's anchor, its heading, and what makes it.
type Group = (&'static str, &'static str, fn() -> AnyView);

fn sheet() -> AnyView {
    page_title("Kit");
    let groups: [Group; 6] = [
        ("identity", "Mark, padlock, icons, health", identity::group),
        ("promotion", "Promotion line", promotion::group),
        ("controls", "Buttons, fields, choices", controls::group),
        ("overlays", "Dialogs, menus, toasts", overlays::group),
        ("feedback", "What the page says", feedback::group),
        ("pages", "Whole pages", pages::group),
    ];
    let contents =
        groups.map(|(id, title, _)| view! { <li><a href=format!("{}#{id}", here())>{title}</a></li> }).collect_view();
    let sections = groups
        .map(|(id, title, group)| {
            view! {
                <section class="kit-group" id=id>
                    <h2>{title}</h2>
                    {group()}
                </section>
            }
        })
        .collect_view();
    view! {
        <main class="kit" id="main">
            <header class="kit-head">
                <Mark/>
                <h1>"Kit"</h1>
                <p>"Every component in every state. Indigo acts; brass is a padlock, and nothing else is brass."</p>
            </header>
            <nav class="kit-contents" aria-label="Groups"><ul>{contents}</ul></nav>
            {sections}
        </main>
    }
    .into_any()
}

/// The address of this page: with a `<base>`, a bare `#group` would lead elsewhere.
fn here() -> String {
    window().location().pathname().unwrap_or_default()
}

/// A named specimen.
fn specimen(name: &'static str, what: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="specimen">
            <h3>{name}</h3>
            <div class="specimen-body">{what.into_any()}</div>
        </div>
    }
    .into_any()
}
