//! The sign-in page as it is seen. `index.html` holds the same form as static HTML, with the same
//! classes: change both or neither.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::typed::Typed;
use crate::ui::{Button, ButtonKind, Glyph, InputKind, Mark, TextField, avatar, icon, live};

/// One of the demo's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// Their name.
    pub name: String,
    /// Their login.
    pub login: String,
    /// Who they are: "Technical Contact of shop".
    pub role: String,
}

/// The page.
#[component]
pub fn SignInView(
    /// An answer is awaited.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it did not work: "Login or password is not right."
    #[prop(into)]
    error: Signal<String>,
    /// Too many tries: how long it is until the next; empty when one may go on.
    #[prop(optional, into)]
    hold: Signal<String>,
    /// Someone signs in.
    #[prop(into)]
    on_submit: Callback<(String, String)>,
    /// What was typed before the program arrived.
    #[prop(optional)]
    typed: Typed,
    /// The demo's people; empty when this is not the demo.
    #[prop(optional, into)]
    demo: Signal<Vec<DemoAccount>>,
    /// The password they share.
    #[prop(optional, into)]
    demo_password: Signal<String>,
) -> impl IntoView {
    let login = RwSignal::new(typed.login);
    let password = RwSignal::new(typed.password);
    let missing = RwSignal::new((String::new(), String::new()));
    let login_field = NodeRef::<html::Input>::new();
    let password_field = NodeRef::<html::Input>::new();
    let at_password = typed.at_password || !login.get_untracked().is_empty();
    let focus = move |at_password: bool| {
        let field = if at_password { password_field.get_untracked() } else { login_field.get_untracked() };
        if let Some(field) = field {
            let _ = field.focus();
        }
    };
    Effect::new(move |_| focus(at_password));
    // A refusal keeps the login, and the password is what one types again.
    Effect::new(move |_| {
        if !error.with(String::is_empty) {
            password.set(String::new());
            focus(true);
        }
    });

    let send = move || {
        let (name, secret) = (login.get_untracked(), password.get_untracked());
        let lacks = |lacking: bool, words: &str| if lacking { words.to_owned() } else { String::new() };
        let no_login = name.trim().is_empty();
        missing.set((lacks(no_login, "Enter your login."), lacks(secret.is_empty(), "Enter your password.")));
        if no_login || secret.is_empty() {
            focus(!no_login);
        } else if !busy.get_untracked() && hold.with_untracked(String::is_empty) {
            on_submit.run((name.trim().to_owned(), secret));
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let choose = move |account: String| {
        login.set(account);
        password.set(demo_password.get_untracked());
        send();
    };
    view! {
        <SignInFrame title="Sign in to Padlock">
                <form class="sign-in-form" on:submit=submit novalidate>
                    <TextField
                        label="Login"
                        value=login
                        name="login"
                        kind=InputKind::Text
                        autocomplete="username"
                        error=Signal::derive(move || missing.with(|(login, _)| login.clone()))
                        node=login_field
                    />
                    <TextField
                        label="Password"
                        value=password
                        name="password"
                        kind=InputKind::Password
                        autocomplete="current-password"
                        error=Signal::derive(move || missing.with(|(_, password)| password.clone()))
                        node=password_field
                    />
                    <div class="sign-in-error" role="alert">
                        {live(move || {
                            let text = error.get();
                            (!text.is_empty()).then(|| view! { <p>{icon(Glyph::Error)}<span>{text}</span></p> })
                        })}
                    </div>
                    <Button
                        label="Sign in"
                        kind=ButtonKind::Primary
                        submit=true
                        busy
                        disabled=Signal::derive(move || !hold.with(String::is_empty))
                    />
                    // Not announced: the error is, once; a figure that changes every second would drown it.
                    {live(move || {
                        let left = hold.get();
                        (!left.is_empty()).then(|| view! { <p class="field-hint">{left}</p> })
                    })}
                </form>
                {live(move || {
                    let accounts = demo.get();
                    (!accounts.is_empty()).then(|| demo_accounts(accounts, choose))
                })}
        </SignInFrame>
    }
}

/// The column around it, and its mark.
#[component]
pub fn SignInFrame(
    /// The page's heading; heard, not drawn.
    title: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sign-in-page">
            <main class="sign-in" id="main">
                <div class="sign-in-brand">
                    <Mark/>
                    <span class="wordmark">"Padlock"</span>
                </div>
                <h1 class="visually-hidden">{title}</h1>
                {children()}
            </main>
        </div>
    }
}

fn demo_accounts(accounts: Vec<DemoAccount>, choose: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let lines = accounts
        .into_iter()
        .map(|DemoAccount { name, login, role }| {
            let face = avatar(&name);
            view! {
                <li>
                    <button class="demo-account" type="button" on:click=move |_| choose(login.clone())>
                        {face}
                        <span class="demo-account-name">{name}</span>
                        <span class="demo-account-role">{role}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="demo-accounts" aria-labelledby="demo-accounts">
            <h2 id="demo-accounts">"This is the demo. Sign in as"</h2>
            <ul>{lines}</ul>
        </section>
    }
}
