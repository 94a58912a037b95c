//! The kit: focus, keys and what assistive technology hears.

use leptos::prelude::*;
use padlock::ui::{Button, CodeInput, Dialog, Menu, MenuItem, PadlockState, TextField, ToastRegion, provide_toasts};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::stage::{focused, press_key, settle, stage, type_into};

#[wasm_bindgen_test]
async fn a_button_that_is_not_for_someone_says_why_and_does_nothing() {
    let pressed = RwSignal::new(0);
    let stage = stage(move || {
        let toasts = provide_toasts();
        view! {
            <Button
                label="Transport" context="to Production" padlock=PadlockState::Closed
                refused="You need Transport Rights on Production."
                on_press=move |()| pressed.update(|n| *n += 1)
            />
            <ToastRegion toasts/>
        }
    })
    .await;
    let button: HtmlElement = stage.find("button");
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(stage.named_by(&button, "aria-describedby").contains("You need Transport Rights on Production."));
    button.click();
    settle().await;
    assert_eq!(pressed.get_untracked(), 0);
    assert!(stage.root.text_content().unwrap().matches("You need Transport Rights").count() >= 2, "it is told, too");
    button.focus().unwrap();
    assert_eq!(focused(), button.unchecked_into(), "a keyboard finds it");
}

#[wasm_bindgen_test]
async fn a_padlock_is_heard_as_well_as_seen() {
    let state = RwSignal::new(PadlockState::Closed);
    let stage = stage(move || view! { <Button label="Transport to Production" padlock=state/> }).await;
    let button: HtmlElement = stage.find("button");
    assert_eq!(stage.named_by(&button, "aria-describedby"), "Asks for two-factor authentication.");
    assert_eq!(stage.find::<Element>("svg.padlock").get_attribute("aria-hidden").as_deref(), Some("true"));
    state.set(PadlockState::Open);
    settle().await;
    assert_eq!(stage.named_by(&button, "aria-describedby"), "Unlocked in this browser.");
    state.set(PadlockState::None);
    settle().await;
    assert!(!stage.finds("svg.padlock"));
}

#[wasm_bindgen_test]
async fn a_busy_button_takes_no_second_press() {
    let pressed = RwSignal::new(0);
    let busy = RwSignal::new(false);
    let press = move |()| {
        pressed.update(|n| *n += 1);
        busy.set(true);
    };
    let stage = stage(move || view! { <Button label="Deploy" busy on_press=press/> }).await;
    let button: HtmlElement = stage.find("button");
    button.click();
    settle().await;
    button.click();
    assert_eq!(pressed.get_untracked(), 1);
    assert_eq!(button.get_attribute("aria-busy").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn a_field_is_tied_to_its_label_and_its_error() {
    let value = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let stage = stage(move || view! { <TextField label="Login" value error hint="Your mail address"/> }).await;
    let input: HtmlInputElement = stage.find("input");
    let label: Element = stage.find("label");
    assert_eq!(label.get_attribute("for"), Some(input.id()));
    assert_eq!(input.get_attribute("aria-invalid"), None);
    assert!(stage.named_by(&input, "aria-describedby").contains("Your mail address"));
    error.set("Enter your login.".to_owned());
    settle().await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(stage.named_by(&input, "aria-describedby").contains("Enter your login."));
    type_into(&input, "tess");
    assert_eq!(value.get_untracked(), "tess");
}

#[wasm_bindgen_test]
async fn a_code_is_cleaned_and_sent_once() {
    let value = RwSignal::new(String::new());
    let sent = RwSignal::new(Vec::<String>::new());
    let pending = RwSignal::new(false);
    let send = move |code: String| {
        sent.update(|all| all.push(code));
        pending.set(true);
    };
    let stage = stage(move || view! { <CodeInput label="Code" value pending on_complete=send/> }).await;
    let input: HtmlInputElement = stage.find("input");
    assert_eq!(input.get_attribute("autocomplete").as_deref(), Some("one-time-code"));
    assert_eq!(input.get_attribute("inputmode").as_deref(), Some("numeric"));
    type_into(&input, "012 3");
    assert_eq!(value.get_untracked(), "0123");
    assert!(sent.get_untracked().is_empty());
    type_into(&input, "０12-345");
    settle().await;
    assert_eq!(sent.get_untracked(), ["012345"], "leading zeros stay, full-width digits read well");
    type_into(&input, "999999");
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "locked while an answer is awaited");
}

#[wasm_bindgen_test]
async fn a_wrong_code_empties_the_field_and_takes_the_focus() {
    let value = RwSignal::new("123456".to_owned());
    let error = RwSignal::new(String::new());
    let stage = stage(move || view! { <CodeInput label="Code" value error/> }).await;
    error.set("That code is not right. 4 tries left.".to_owned());
    settle().await;
    let input: HtmlInputElement = stage.find("input");
    assert_eq!((input.value(), value.get_untracked()), (String::new(), String::new()));
    assert_eq!(focused(), input.unchecked_into());
    assert!(stage.named_by(&focused(), "aria-describedby").contains("4 tries left"));
}

#[wasm_bindgen_test]
async fn a_dialog_gives_the_focus_back() {
    let open = RwSignal::new(false);
    let stage = stage(move || {
        view! {
            <Button label="Open" on_press=move |()| open.set(true)/>
            <Dialog open title="Transport 1.2.0 to Production" on_close=move |()| open.set(false)>
                <Button label="Continue"/>
            </Dialog>
        }
    })
    .await;
    let opener: HtmlElement = stage.find("button");
    opener.focus().unwrap();
    opener.click();
    settle().await;
    let dialog: web_sys::HtmlDialogElement = stage.find("dialog");
    assert!(dialog.open());
    assert!(dialog.contains(Some(&focused())), "the focus went in");
    assert!(stage.named_by(&dialog, "aria-labelledby").contains("Transport 1.2.0 to Production"));
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
async fn a_menu_is_walked_with_the_arrows() {
    let chosen = RwSignal::new(String::new());
    let stage = stage(move || {
        let item = |name: &'static str| MenuItem::press(name, move |()| chosen.set(name.to_owned()));
        let items = vec![item("Test"), item("Acceptance").refused("Ask Tess Tanaka."), item("Production")];
        view! { <Menu label="Deploy 1.2.0" items/> }
    })
    .await;
    let button: HtmlElement = stage.find("button");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    button.focus().unwrap();
    button.click();
    settle().await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    let walked = |key: &str| {
        press_key(&focused(), key);
        focused().text_content().unwrap_or_default()
    };
    assert!(focused().text_content().unwrap().contains("Test"));
    assert!(walked("ArrowDown").contains("Acceptance"));
    assert!(walked("ArrowDown").contains("Production"));
    assert!(walked("ArrowDown").contains("Test"), "round and round");
    assert!(walked("End").contains("Production"));
    focused().unchecked_into::<HtmlElement>().click();
    settle().await;
    assert_eq!(chosen.get_untracked(), "Production");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
}
