//! The view of the sign-in page. `index.html` has the same form as static HTML with the same classes: change both or
//! neither.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::static_shell::Prefill;
use crate::ui::{Button, ButtonKind, Glyph, InputKind, Logo, TextField, avatar, icon};

/// An account of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The name of the person.
    pub name: String,
    /// The login.
    pub login: String,
    /// The role of the person: "Technical Contact of shop".
    pub role: String,
}

/// The form for login and password.
#[component]
pub fn SignInView(
    /// Whether a request is pending.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why signing in failed: "Login or password is not right." Empty if it did not.
    #[prop(into)]
    error: Signal<String>,
    /// How long to wait after too many attempts; empty if the visitor need not wait.
    #[prop(optional, into)]
    retry_text: Signal<String>,
    /// Called with login and password when the form is submitted.
    #[prop(into)]
    on_submit: Callback<(String, String)>,
    /// What the visitor typed into the static form before the program was loaded.
    #[prop(optional)]
    prefill: Prefill,
    /// The accounts of the demo; empty outside the demo.
    #[prop(optional, into)]
    demo: Signal<Vec<DemoAccount>>,
    /// The password of all demo accounts.
    #[prop(optional, into)]
    demo_password: Signal<String>,
) -> impl IntoView {
    let login = RwSignal::new(prefill.login);
    let password = RwSignal::new(prefill.password);
    let field_errors = RwSignal::new((String::new(), String::new()));
    let login_field = NodeRef::<html::Input>::new();
    let password_field = NodeRef::<html::Input>::new();
    let start_at_password = prefill.password_focused || !login.get_untracked().is_empty();
    let focus = move |on_password: bool| {
        let field = if on_password { password_field.get_untracked() } else { login_field.get_untracked() };
        if let Some(field) = field {
            let _ = field.focus();
        }
    };
    Effect::new(move |_| focus(start_at_password));
    // A refused password has to be typed again; the login stays.
    Effect::new(move |_| {
        if !error.with(String::is_empty) {
            password.set(String::new());
            focus(true);
        }
    });

    let send = move || {
        let (login, password) = (login.get_untracked(), password.get_untracked());
        let error_if = |missing: bool, text: &str| if missing { text.to_owned() } else { String::new() };
        let (login_missing, password_missing) = (login.trim().is_empty(), password.is_empty());
        let login_error = error_if(login_missing, "Enter your login.");
        field_errors.set((login_error, error_if(password_missing, "Enter your password.")));
        if login_missing || password_missing {
            focus(!login_missing);
        } else if !busy.get_untracked() && retry_text.with_untracked(String::is_empty) {
            on_submit.run((login.trim().to_owned(), password));
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let sign_in_as = move |demo_login: String| {
        login.set(demo_login);
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
                        error=Signal::derive(move || field_errors.with(|(login, _)| login.clone()))
                        node=login_field
                    />
                    <TextField
                        label="Password"
                        value=password
                        name="password"
                        kind=InputKind::Password
                        autocomplete="current-password"
                        error=Signal::derive(move || field_errors.with(|(_, password)| password.clone()))
                        node=password_field
                    />
                    <div class="sign-in-error" role="alert">
                        {move || {
                            let text = error.get();
                            (!text.is_empty()).then(|| view! { <p>{icon(Glyph::Error)}<span>{text}</span></p> })
                        }}
                    </div>
                    <Button
                        label="Sign in"
                        kind=ButtonKind::Primary
                        submit=true
                        busy
                        disabled=Signal::derive(move || !retry_text.with(String::is_empty))
                    />
                    // Not a live region: an announcement every second would drown out the error.
                    {move || {
                        let text = retry_text.get();
                        (!text.is_empty()).then(|| view! { <p class="field-hint">{text}</p> })
                    }}
                </form>
                {move || {
                    let accounts = demo.get();
                    (!accounts.is_empty()).then(|| demo_accounts(accounts, sign_in_as))
                }}
        </SignInFrame>
    }
}

/// The layout of both steps of signing in: the logo above one column.
#[component]
pub fn SignInFrame(
    /// The heading of the page, for screen readers only.
    title: &'static str,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sign-in-page">
            <main class="sign-in" id="main">
                <div class="sign-in-brand">
                    <Logo/>
                    <span class="wordmark">"Padlock"</span>
                </div>
                <h1 class="visually-hidden">{title}</h1>
                {children()}
            </main>
        </div>
    }
}

fn demo_accounts(accounts: Vec<DemoAccount>, sign_in_as: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let items = accounts
        .into_iter()
        .map(|DemoAccount { name, login, role }| {
            let avatar = avatar(&name);
            view! {
                <li>
                    <button class="demo-account" type="button" on:click=move |_| sign_in_as(login.clone())>
                        {avatar}
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
            <ul>{items}</ul>
        </section>
    }
}
