//! Whole pages, each alone at `/kit?scene=…`.

use leptos::prelude::*;

use super::{feedback, promotion, samples, second_factor, specimen};
use crate::{
    features::sign_in::view::{DemoAccount, SignInView},
    ui::{
        Button, Glyph, InputKind, MenuItem, TextField, broken, forbidden, not_found, offline,
        shell::{Person, Place, Shell},
    },
};

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
    let here = super::here();
    let links = SCENES
        .iter()
        .chain(&second_factor::SCENES)
        .map(|(scene, title)| {
            // A plain link, loaded anew: a scene is chosen when the page starts.
            let href = format!("{here}?scene={scene}");
            view! { <li><a href=href rel="external">{*title}</a></li> }
        })
        .collect_view();
    specimen("Scenes", view! { <ul class="kit-links">{links}</ul> })
}

pub(super) fn scene(name: &str) -> Option<AnyView> {
    let home = || "/apps".to_owned();
    let again = Callback::new(|()| ());
    let page = match name {
        "deploy" => framed("", deploy()),
        "deploy-open" => framed("until 17:42", deploy()),
        "sign-in" => sign_in("", Vec::new()),
        "sign-in-demo" => sign_in("Login or password is not right.", people()),
        "not-found" => framed("", not_found(home())),
        "forbidden" => framed("", forbidden(samples::ASK.to_owned(), home())),
        "broken" => framed("", broken("Reference 7f3a91c2".to_owned(), again)),
        "offline" => framed("", offline(again)),
        name => return second_factor::scene(name),
    };
    Some(page)
}

fn framed(authorised: &'static str, page: impl IntoView + 'static) -> AnyView {
    let place = |label: &str, glyph, current| Place { label: label.into(), href: "#".into(), glyph, current };
    let places = vec![place("Apps", Glyph::Apps, false), place("Deploy", Glyph::Deploy, true)];
    let apps = ["shop", "crm", "intranet"].map(|app| MenuItem::link(app, "#").current(app == "shop")).to_vec();
    let account = vec![MenuItem::press("Sign out", || ()).glyph(Glyph::SignOut)];
    let person = Person { name: "Tess Tanaka".into(), login: "tess@padlock.example".into() };
    let left = RwSignal::new(authorised.to_owned());
    view! {
        <Shell
            home="/apps"
            app="shop"
            apps
            places
            person
            account
            authorised=left
            on_lock=move || left.set(String::new())
            demo=true
        >
            {page}
        </Shell>
    }
    .into_any()
}

fn deploy() -> impl IntoView {
    let search = RwSignal::new(String::new());
    view! {
        <div class="page">
            <h1 class="visually-hidden">"Deploy shop"</h1>
            <section class="section">
                <header class="section-head"><h2>"Environments"</h2></header>
                {promotion::alive()}
            </section>
            <section class="section">
                <header class="section-head">
                    <h2>"Deployment Package Repository"</h2>
                    <TextField label="Search packages" placeholder="Search packages" value=search kind=InputKind::Search/>
                    <Button label="Upload package" glyph=Glyph::Upload/>
                </header>
                {feedback::table()}
            </section>
        </div>
    }
}

fn sign_in(error: &'static str, demo: Vec<DemoAccount>) -> AnyView {
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

fn people() -> Vec<DemoAccount> {
    [
        ("Tess Tanaka", "Technical Contact of shop and crm"),
        ("Omar Okafor", "Deploys shop everywhere"),
        ("Dana Dahl", "Developer, nothing on Production"),
        ("Ines Ibarra", "A newcomer"),
        ("Sam Saar", "Support agent"),
        ("Noor Naser", "Support agent"),
    ]
    .map(|(name, role)| {
        let first = name.split(' ').next().unwrap_or_default().to_lowercase();
        DemoAccount { name: name.into(), login: format!("{first}@padlock.example"), role: role.into() }
    })
    .into()
}
