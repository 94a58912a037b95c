//! The kit page (`/kit`), which shows every component in every state. The end-to-end tests check its accessibility.
//! `/kit?scene=…` shows one scene: a whole page, or a dialog of the second factor.

mod controls;
mod feedback;
mod identity;
mod overlays;
mod pages;
mod path;
mod promotion;
mod samples;
mod second_factor;
mod specimen;

use leptos::prelude::*;
use leptos_meta::Title;

use self::path::kit_path;
use crate::ui::{Logo, ToastRegion, provide_toasts};

/// The kit page, or the scene that the query names.
#[component]
pub fn Kit() -> impl IntoView {
    let toasts = provide_toasts();
    let query = window().location().search().unwrap_or_default();
    let scene = query.strip_prefix("?scene=").unwrap_or_default().to_owned();
    let page = match pages::scene(&scene) {
        Some(scene) => scene,
        None => kit_page(),
    };
    view! {
        <Title text="Kit"/>
        {page}
        <ToastRegion toasts/>
    }
}

/// A group's anchor, its heading, and the function that builds it.
type Group = (&'static str, &'static str, fn() -> AnyView);

fn kit_page() -> AnyView {
    let groups: [Group; 6] = [
        ("identity", "Logo, padlock, icons, health", identity::group),
        ("promotion", "Promotion line", promotion::group),
        ("controls", "Buttons, fields, choices", controls::group),
        ("overlays", "Dialogs, menus, toasts", overlays::group),
        ("feedback", "What the page says", feedback::group),
        ("pages", "Whole pages", pages::group),
    ];
    let contents = groups
        .map(|(id, title, _)| view! { <li><a href=format!("{}#{id}", kit_path())>{title}</a></li> })
        .collect_view();
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
                <Logo/>
                <h1>"Kit"</h1>
                <p>"Every component in every state. Indigo acts; brass is a padlock, and nothing else is brass."</p>
            </header>
            <nav class="kit-contents" aria-label="Groups"><ul>{contents}</ul></nav>
            {sections}
        </main>
    }
    .into_any()
}
