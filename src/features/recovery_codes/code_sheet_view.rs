//! The view of a sheet of recovery codes: download, copy, print, and the confirmation that the codes are saved.

use js_sys::Array;
use leptos::prelude::*;
use padlock_contract::second_factor::RecoveryCode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::code_sheet::{CodeSheet, USAGE_NOTE};
use crate::ui::{Button, ButtonKind, Checkbox, CopyButton, Glyph, Notice, Tone, day, dialog_actions};

const FILE_NAME: &str = "padlock-recovery-codes.txt";

/// Shows a sheet and the ways to save it. **Done** is enabled once the codes are saved.
#[component]
pub fn CodeSheetView(
    /// The sheet.
    code_sheet: CodeSheet,
    /// Whether the codes were saved before.
    #[prop(optional)]
    saved: bool,
    /// Whether the request of **Done** is pending.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why the request of **Done** failed; empty if it did not.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Called when **Done** is pressed.
    #[prop(into)]
    on_done: Callback<()>,
    /// A further button, after **Done**.
    #[prop(optional, into)]
    extra_button: Option<ViewFn>,
) -> impl IntoView {
    let saved = RwSignal::new(saved);
    let text = code_sheet.text();
    let file_text = text.clone();
    let download = move |()| {
        if download_text(FILE_NAME, &file_text) {
            saved.set(true);
        }
    };
    let print = move |()| {
        let _ = window().print();
    };
    view! {
        <div class="recovery">
            {printable_sheet(code_sheet)}
            <div class="recovery-keep">
                <Button label="Download" glyph=Glyph::Download on_press=download/>
                <CopyButton text label="Copy" on_copied=move |()| saved.set(true)/>
                <Button label="Print" glyph=Glyph::Printer on_press=print/>
            </div>
            <Checkbox label="I've saved the data" checked=saved on_change=move |ticked| saved.set(ticked)/>
            <div role="alert">
                {move || {
                    let text = error.get();
                    (!text.is_empty()).then(|| view! { <Notice tone=Tone::Warning text/> })
                }}
            </div>
            {dialog_actions(view! {
                <Button
                    label="Done"
                    kind=ButtonKind::Primary
                    busy
                    disabled=Signal::derive(move || !saved.get())
                    on_press=on_done
                />
                {extra_button.map(|button| button.run())}
            })}
        </div>
    }
}

/// The sheet itself. When printing, the style sheet hides the rest of the page.
fn printable_sheet(code_sheet: CodeSheet) -> impl IntoView {
    let CodeSheet { portal, login, date, codes } = code_sheet;
    let items = codes
        .into_iter()
        .map(|RecoveryCode { code, used_at }| {
            let used = used_at.map(|at| view! { <span class="recovery-used">"used "{day(at.as_str())}</span> });
            let data_used = used.is_some().then_some("");
            view! { <li data-used={move || data_used}><code>{code}</code>{used}</li> }
        })
        .collect_view();
    view! {
        <section class="code-sheet" aria-label="Recovery codes">
            <header class="code-sheet-head">
                <strong>{portal}</strong>
                <span>{date}</span>
                <span>"Recovery codes of "{login}</span>
            </header>
            <ol class="code-sheet-codes">{items}</ol>
            <p class="code-sheet-foot">{USAGE_NOTE}</p>
        </section>
    }
}

/// Lets the browser save the text as a file. Returns false if the browser cannot.
fn download_text(file_name: &str, text: &str) -> bool {
    let options = BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    let parts = Array::of1(&JsValue::from_str(text));
    let url = Blob::new_with_str_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let (Ok(url), Some(link)) = (url, link) else { return false };
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    let _ = Url::revoke_object_url(&url);
    true
}
