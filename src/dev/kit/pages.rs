//! Scenes of whole pages, and the list of links to all scenes.

use leptos::prelude::*;

use super::path::kit_path;
use super::specimen::specimen;
use super::{feedback, promotion, samples, second_factor};
use crate::{
    features::sign_in::view::{DemoAccount, SignInView},
    ui::{
        Button, Glyph, InputKind, MenuItem, TextField, broken, forbidden, not_found, offline,
        shell::{NavItem, Person, Shell},
    },
};

/// The name and the title of each scene.
const SCENES: [(&str, &str); 8] = [
    ("deploy", "Deploy page"),
    ("deploy-open", "Deploy page, window open"),
    ("sign-in", "Sign-in"),
    ("sign-in-demo", "Sign-in, demo, refused"),
    ("not-found", "Not found"),
    ("forbidden", "Forbidden"),
    ("broken", "Error"),
    ("offline", "Offline"),
];

pub(super) fn group() -> AnyView {
    let kit_path = kit_path();
    let links = SCENES
        .iter()
        .chain(&second_factor::SCENES)
        .map(|(scene, title)| {
            // `rel="external"` loads the page anew: the scene is read only once, when the kit page is built.
            let href = format!("{kit_path}?scene={scene}");
            view! { <li><a href=href rel="external">{*title}</a></li> }
        })
        .collect_view();
    specimen("Scenes", view! { <ul class="kit-links">{links}</ul> })
}

pub(super) fn scene(name: &str) -> Option<AnyView> {
    let home = || "/apps".to_owned();
    let ignore_retry = Callback::new(|()| ());
    let page = match name {
        "deploy" => in_shell("", deploy_page()),
        "deploy-open" => in_shell("until 17:42", deploy_page()),
        "sign-in" => sign_in_page("", Vec::new()),
        "sign-in-demo" => sign_in_page("Login or password is not right.", demo_accounts()),
        "not-found" => in_shell("", not_found(home())),
        "forbidden" => in_shell("", forbidden(samples::REFUSAL.to_owned(), home())),
        "broken" => in_shell("", broken("Reference 7f3a91c2".to_owned(), ignore_retry)),
        "offline" => in_shell("", offline(ignore_retry)),
        name => return second_factor::scene(name),
    };
    Some(page)
}

/// Shows a page inside the shell. `time_left` is the text of the authorised window; empty if none is open.
fn in_shell(time_left: &'static str, page: impl IntoView + 'static) -> AnyView {
    let nav_item = |label: &str, href: &str, glyph| NavItem { label: label.into(), href: href.into(), glyph };
    // The scenes are at /kit: that item is shown as the current one.
    let nav_items = vec![nav_item("Apps", "#", Glyph::Apps), nav_item("Deploy", "/kit", Glyph::Deploy)];
    let apps = ["shop", "crm", "intranet"].map(|app| MenuItem::link(app, "#").current(app == "shop")).to_vec();
    let account_menu = vec![MenuItem::press("Sign out", || ()).glyph(Glyph::SignOut)];
    let person = Person { name: "Tess Tanaka".into(), login: "tess@padlock.example".into() };
    let left = RwSignal::new(time_left.to_owned());
    view! {
        <Shell
            home="/apps"
            app="shop"
            apps
            nav_items
            person
            account_menu
            time_left=left
            on_lock=move || left.set(String::new())
            demo=true
        >
            {page}
        </Shell>
    }
    .into_any()
}

fn deploy_page() -> impl IntoView {
    let search = RwSignal::new(String::new());
    view! {
        <div class="page">
            <h1 class="visually-hidden">"Deploy shop"</h1>
            <section class="section">
                <header class="section-head"><h2>"Environments"</h2></header>
                {promotion::working_line()}
            </section>
            <section class="section">
                <header class="section-head">
                    <h2>"Deployment Package Repository"</h2>
                    <TextField
                        label="Search packages"
                        placeholder="Search packages"
                        value=search
                        kind=InputKind::Search
                    />
                    <Button label="Upload package" glyph=Glyph::Upload/>
                </header>
                {feedback::package_table()}
            </section>
        </div>
    }
}

fn sign_in_page(error: &'static str, demo: Vec<DemoAccount>) -> AnyView {
    let busy = RwSignal::new(false);
    view! {
        <SignInView
            busy
            error
            demo
            demo_password="correct horse battery staple"
            on_submit=move |_: (String, String)| busy.set(true)
        />
    }
    .into_any()
}

fn demo_accounts() -> Vec<DemoAccount> {
    [
        ("Tess Tanaka", "Technical Contact of shop and crm"),
        ("Omar Okafor", "Deploys shop everywhere"),
        ("Dana Dahl", "Developer, nothing on Production"),
        ("Ines Ibarra", "A newcomer"),
        ("Sam Saar", "Support agent"),
        ("Noor Naser", "Support agent"),
    ]
    .map(|(name, role)| {
        let first_name = name.split(' ').next().unwrap_or_default().to_lowercase();
        DemoAccount { name: name.into(), login: format!("{first_name}@padlock.example"), role: role.into() }
    })
    .into()
}
