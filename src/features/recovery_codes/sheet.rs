//! The sheet, the ways to keep it, and the promise to have done so.

use js_sys::Array;
use leptos::prelude::*;
use padlock_contract::second_factor::RecoveryCode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::paper::{EACH_ONCE, Paper};
use crate::ui::{Button, ButtonKind, Checkbox, CopyButton, Glyph, Notice, Tone, attr, day, dialog_actions, live};

/// The file's name.
const FILE: &str = "padlock-recovery-codes.txt";

/// The sheet.
#[component]
pub fn CodeSheet(
    /// What stands on it.
    paper: Paper,
    /// They were saved before.
    #[prop(optional)]
    saved: bool,
    /// Noting that they are saved.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it could not be noted.
    #[prop(optional, into)]
    trouble: Signal<String>,
    /// The reader says that they are saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// More acts, after **Done**.
    #[prop(optional, into)]
    more: Option<ViewFn>,
) -> impl IntoView {
    let saved = RwSignal::new(saved);
    let text = paper.text();
    let file = text.clone();
    let download = move |()| {
        if offer(FILE, &file) {
            saved.set(true);
        }
    };
    let print = move |()| {
        let _ = window().print();
    };
    view! {
        <div class="recovery">
            {sheet(paper)}
            <div class="recovery-keep">
                <Button label="Download" glyph=Glyph::Download on_press=download/>
                <CopyButton text label="Copy" on_copied=move |()| saved.set(true)/>
                <Button label="Print" glyph=Glyph::Printer on_press=print/>
            </div>
            <Checkbox label="I've saved the data" checked=saved on_change=move |ticked| saved.set(ticked)/>
            <div role="alert">
                {live(move || {
                    let text = trouble.get();
                    (!text.is_empty()).then(|| view! { <Notice tone=Tone::Warning text/> })
                })}
            </div>
            {dialog_actions(view! {
                <Button
                    label="Done"
                    kind=ButtonKind::Primary
                    busy
                    disabled=Signal::derive(move || !saved.get())
                    on_press=on_done
                />
                {more.map(|more| more.run())}
            })}
        </div>
    }
}

/// As on paper, and the only thing that is printed.
fn sheet(paper: Paper) -> impl IntoView {
    let Paper { portal, login, date, codes } = paper;
    let lines = codes
        .into_iter()
        .map(|RecoveryCode { code, used_at }| {
            let used = used_at.map(|at| view! { <span class="recovery-used">"used "{day(at.as_str())}</span> });
            let gone = used.is_some().then_some("");
            view! { <li data-used=attr(move || gone)><code>{code}</code>{used}</li> }
        })
        .collect_view();
    view! {
        <section class="paper" aria-label="Recovery codes">
            <header class="paper-head">
                <strong>{portal}</strong>
                <span>{date}</span>
                <span>"Recovery codes of "{login}</span>
            </header>
            <ol class="paper-codes">{lines}</ol>
            <p class="paper-foot">{EACH_ONCE}</p>
        </section>
    }
}

/// Lets the browser save a text under this name. False if it cannot.
fn offer(name: &str, text: &str) -> bool {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let parts = Array::of1(&JsValue::from_str(text));
    let address =
        Blob::new_with_str_sequence_and_options(&parts, &kind).and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let (Ok(address), Some(link)) = (address, link) else { return false };
    link.set_href(&address);
    link.set_download(name);
    link.click();
    let _ = Url::revoke_object_url(&address);
    true
}
