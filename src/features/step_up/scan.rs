//! The key for the app, as a picture and as text, and the first code.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::qr::qr;
use crate::features::proof::{Attempt, CodeField, trouble};
use crate::ui::{Button, ButtonKind, CopyButton, dialog_actions, focus_on_arrival, unique};

/// The form.
#[component]
pub fn ScanForm(
    /// What apps scan.
    uri: String,
    /// The key in Base32.
    secret: String,
    /// The first code.
    attempt: Attempt,
    /// A code is all there, and the reader wants it sent.
    #[prop(into)]
    on_code: Callback<String>,
    /// Go back; what was begun is dropped.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let lead = NodeRef::<html::P>::new();
    // On a phone a field with the focus would bring the keyboard up over the picture.
    if by_touch() {
        focus_on_arrival(lead);
    } else {
        focus_on_arrival(attempt.field);
    }
    let send = Callback::new(move |_: String| {
        if let Some(code) = attempt.ready() {
            attempt.begin();
            on_code.run(code);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(String::new());
    };
    let picture = qr(&uri);
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <p class="step-up-lead" tabindex="-1" node_ref=lead>
                "Scan this with your app. If the app is on this device, press the picture."
            </p>
            <div class="scan">
                <a class="scan-picture" href=uri aria-label="QR code: open in your authenticator app">{picture}</a>
                {key(secret)}
            </div>
            <CodeField attempt label="Code" on_complete=send/>
            {trouble(attempt)}
            {dialog_actions(view! {
                <Button
                    label="Next"
                    kind=ButtonKind::Primary
                    submit=true
                    busy=attempt.pending
                    disabled=attempt.blocked()
                />
                <Button label="Back" on_press=on_back/>
            })}
        </form>
    }
}

/// For those whose app cannot scan.
fn key(secret: String) -> impl IntoView {
    let id = unique("key");
    let named_by = id.clone();
    let fours = fours(&secret).into_iter().map(|four| view! { <span>{four}</span>" " }).collect_view();
    view! {
        <section class="key" aria-labelledby=named_by>
            <h3 id=id>"Enter provided key"</h3>
            <code class="key-fours">{fours}</code>
            <CopyButton text=secret label="Copy key"/>
            <p class="field-hint">"Time-based, SHA-1, 6 digits, 30 s"</p>
        </section>
    }
}

/// In groups of four.
fn fours(secret: &str) -> Vec<String> {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|four| four.iter().collect()).collect()
}

fn by_touch() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_fours() {
        assert_eq!(fours("JBSWY3DPEHPK3PXPA"), ["JBSW", "Y3DP", "EHPK", "3PXP", "A"]);
    }
}
