//! The form with the authenticator key, as a QR code and as text, and the field for the first code.

use leptos::html;
use leptos::prelude::*;

use super::qr::qr_code;
use crate::features::code_entry::{CodeEntry, CodeField, form_error, send_code};
use crate::ui::{Button, ButtonKind, CopyButton, dialog_actions, focus_on_mount, unique_id};

/// The form with the authenticator key and the field for the first code.
#[component]
pub fn ScanForm(
    /// The `otpauth:` URI, which the QR code holds.
    uri: String,
    /// The key in Base32.
    secret: String,
    /// The state of the code field.
    entry: CodeEntry,
    /// Called with the complete code when the form is submitted.
    #[prop(into)]
    on_code: Callback<String>,
    /// Called when **Back** is pressed.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let lead = NodeRef::<html::P>::new();
    // On a touch screen, a focused field would open the keyboard over the QR code.
    if has_touch_screen() {
        focus_on_mount(lead);
    } else {
        focus_on_mount(entry.field);
    }
    let (send, submit) = send_code(entry, on_code);
    let picture = qr_code(&uri);
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <p class="step-up-lead" tabindex="-1" node_ref=lead>
                "Scan this with your app. If the app is on this device, press the picture."
            </p>
            <div class="scan">
                <a class="scan-picture" href=uri aria-label="QR code: open in your authenticator app">{picture}</a>
                {key_as_text(secret)}
            </div>
            <CodeField entry label="Code" on_complete=send/>
            {form_error(entry)}
            {dialog_actions(view! {
                <Button
                    label="Next"
                    kind=ButtonKind::Primary
                    submit=true
                    busy=entry.pending
                    disabled=entry.is_rate_limited()
                />
                <Button label="Back" on_press=on_back/>
            })}
        </form>
    }
}

/// The key for apps that cannot scan.
fn key_as_text(secret: String) -> impl IntoView {
    let id = unique_id("key");
    let labelled_by = id.clone();
    let groups = groups_of_four(&secret).into_iter().map(|group| view! { <span>{group}</span>" " }).collect_view();
    view! {
        <section class="key" aria-labelledby=labelled_by>
            <h3 id=id>"Enter provided key"</h3>
            <code class="key-fours">{groups}</code>
            <CopyButton text=secret label="Copy key"/>
            <p class="field-hint">"Time-based, SHA-1, 6 digits, 30 s"</p>
        </section>
    }
}

fn groups_of_four(secret: &str) -> Vec<String> {
    let characters: Vec<char> = secret.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect()).collect()
}

fn has_touch_screen() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_split_into_groups_of_four() {
        assert_eq!(groups_of_four("JBSWY3DPEHPK3PXPA"), ["JBSW", "Y3DP", "EHPK", "3PXP", "A"]);
    }
}
