//! The components of the kit: focus, keyboard, accessible descriptions.

use leptos::prelude::*;
use padlock::ui::{Button, CodeInput, Dialog, Menu, MenuItem, PadlockState, TextField, ToastRegion, provide_toasts};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::stage::{focused, mount_test_view, press_key, settle, type_into};

#[wasm_bindgen_test]
async fn a_refused_button_gives_the_reason_and_does_nothing() {
    let pressed = RwSignal::new(0);
    let page = mount_test_view(move || {
        let toasts = provide_toasts();
        view! {
            <Button
                label="Transport" context="to Production" padlock=PadlockState::Closed
                forbidden_reason="You need Transport Rights on Production."
                on_press=move |()| pressed.update(|n| *n += 1)
            />
            <ToastRegion toasts/>
        }
    })
    .await;
    let button: HtmlElement = page.find("button");
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(page.referenced_text(&button, "aria-describedby").contains("You need Transport Rights on Production."));
    button.click();
    settle().await;
    assert_eq!(pressed.get_untracked(), 0);
    assert!(
        page.root.text_content().unwrap().matches("You need Transport Rights").count() >= 2,
        "a toast says it, too"
    );
    button.focus().unwrap();
    assert_eq!(focused(), button.unchecked_into(), "it stays focusable");
}

#[wasm_bindgen_test]
async fn a_padlock_is_described_to_assistive_technology() {
    let state = RwSignal::new(PadlockState::Closed);
    let page = mount_test_view(move || view! { <Button label="Transport to Production" padlock=state/> }).await;
    let button: HtmlElement = page.find("button");
    assert_eq!(page.referenced_text(&button, "aria-describedby"), "Asks for two-factor authentication.");
    assert_eq!(page.find::<Element>("svg.padlock").get_attribute("aria-hidden").as_deref(), Some("true"));
    state.set(PadlockState::Open);
    settle().await;
    assert_eq!(page.referenced_text(&button, "aria-describedby"), "Unlocked in this browser.");
    state.set(PadlockState::None);
    settle().await;
    assert!(!page.contains("svg.padlock"));
}

#[wasm_bindgen_test]
async fn a_busy_button_ignores_a_second_press() {
    let pressed = RwSignal::new(0);
    let busy = RwSignal::new(false);
    let press = move |()| {
        pressed.update(|n| *n += 1);
        busy.set(true);
    };
    let page = mount_test_view(move || view! { <Button label="Deploy" busy on_press=press/> }).await;
    let button: HtmlElement = page.find("button");
    button.click();
    settle().await;
    button.click();
    assert_eq!(pressed.get_untracked(), 1);
    assert_eq!(button.get_attribute("aria-busy").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn a_field_refers_to_its_label_hint_and_error() {
    let value = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let page = mount_test_view(move || view! { <TextField label="Login" value error hint="Your mail address"/> }).await;
    let input: HtmlInputElement = page.find("input");
    let label: Element = page.find("label");
    assert_eq!(label.get_attribute("for"), Some(input.id()));
    assert_eq!(input.get_attribute("aria-invalid"), None);
    assert!(page.referenced_text(&input, "aria-describedby").contains("Your mail address"));
    error.set("Enter your login.".to_owned());
    settle().await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(page.referenced_text(&input, "aria-describedby").contains("Enter your login."));
    type_into(&input, "tess");
    assert_eq!(value.get_untracked(), "tess");
}

#[wasm_bindgen_test]
async fn a_complete_code_is_normalised_and_sent_once() {
    let value = RwSignal::new(String::new());
    let sent = RwSignal::new(Vec::<String>::new());
    let pending = RwSignal::new(false);
    let send = move |code: String| {
        sent.update(|sent| sent.push(code));
        pending.set(true);
    };
    let page = mount_test_view(move || view! { <CodeInput label="Code" value pending on_complete=send/> }).await;
    let input: HtmlInputElement = page.find("input");
    assert_eq!(input.get_attribute("autocomplete").as_deref(), Some("one-time-code"));
    assert_eq!(input.get_attribute("inputmode").as_deref(), Some("numeric"));
    type_into(&input, "012 3");
    assert_eq!(value.get_untracked(), "0123");
    assert!(sent.get_untracked().is_empty());
    type_into(&input, "０12-345");
    settle().await;
    assert_eq!(sent.get_untracked(), ["012345"], "leading zeros are kept and full-width digits are converted");
    type_into(&input, "999999");
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "locked until the response arrives");
}

#[wasm_bindgen_test]
async fn an_error_empties_the_code_field_and_focuses_it() {
    let value = RwSignal::new("123456".to_owned());
    let error = RwSignal::new(String::new());
    let page = mount_test_view(move || view! { <CodeInput label="Code" value error/> }).await;
    error.set("That code is not right. 4 tries left.".to_owned());
    settle().await;
    let input: HtmlInputElement = page.find("input");
    assert_eq!((input.value(), value.get_untracked()), (String::new(), String::new()));
    assert_eq!(focused(), input.unchecked_into());
    assert!(page.referenced_text(&focused(), "aria-describedby").contains("4 tries left"));
}

#[wasm_bindgen_test]
async fn a_closed_dialog_returns_the_focus() {
    let open = RwSignal::new(false);
    let page = mount_test_view(move || {
        view! {
            <Button label="Open" on_press=move |()| open.set(true)/>
            <Dialog open title="Transport 1.2.0 to Production" on_close=move |()| open.set(false)>
                <Button label="Continue"/>
            </Dialog>
        }
    })
    .await;
    let opener: HtmlElement = page.find("button");
    opener.focus().unwrap();
    opener.click();
    settle().await;
    let dialog: web_sys::HtmlDialogElement = page.find("dialog");
    assert!(dialog.open());
    assert!(dialog.contains(Some(&focused())), "the focus is inside the dialog");
    assert!(page.referenced_text(&dialog, "aria-labelledby").contains("Transport 1.2.0 to Production"));
    dialog.dispatch_event(&web_sys::Event::new_with_event_init_dict("cancel", &cancelable()).unwrap()).unwrap();
    settle().await;
    assert!(!dialog.open(), "Escape closes it");
    assert_eq!(focused(), opener.unchecked_into());
}

fn cancelable() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_cancelable(true);
    init
}

#[wasm_bindgen_test]
async fn arrow_keys_move_through_a_menu() {
    let chosen = RwSignal::new(String::new());
    let page = mount_test_view(move || {
        let item = |name: &'static str| MenuItem::press(name, move |()| chosen.set(name.to_owned()));
        let items = vec![item("Test"), item("Acceptance").forbidden("Ask Tess Tanaka."), item("Production")];
        view! { <Menu label="Deploy 1.2.0" items/> }
    })
    .await;
    let button: HtmlElement = page.find("button");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    button.focus().unwrap();
    button.click();
    settle().await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    let press = |key: &str| {
        press_key(&focused(), key);
        focused().text_content().unwrap_or_default()
    };
    assert!(focused().text_content().unwrap().contains("Test"));
    assert!(press("ArrowDown").contains("Acceptance"));
    assert!(press("ArrowDown").contains("Production"));
    assert!(press("ArrowDown").contains("Test"), "it wraps around");
    assert!(press("End").contains("Production"));
    focused().unchecked_into::<HtmlElement>().click();
    settle().await;
    assert_eq!(chosen.get_untracked(), "Production");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
}
