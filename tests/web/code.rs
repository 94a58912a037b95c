//! The form for codes: validation, rejections, countdowns.

use leptos::prelude::*;
use padlock::api::ApiError;
use padlock::features::code_entry::{CodeEntry, CodeForm};
use padlock::state::countdown::Countdown;
use padlock_contract::{ErrorCode, Problem};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};

use crate::stage::{TestPage, focused, mount_test_view, settle, type_into, wait_ms};

/// Mounts a form. Returns the page, the form's entry, and the codes that were sent.
async fn mount_form() -> (TestPage, CodeEntry, RwSignal<Vec<String>>) {
    let sent = RwSignal::new(Vec::new());
    let created = StoredValue::new(None);
    let page = mount_test_view(move || {
        let entry = CodeEntry::new();
        created.set_value(Some(entry));
        let send = move |code: String| sent.update(|sent| sent.push(code));
        view! { <CodeForm entry label="Code from your authenticator app" submit_label="Unlock" on_send=send/> }
    })
    .await;
    (page, created.get_value().unwrap(), sent)
}

fn rejection(code: ErrorCode, retry_after: Option<u64>) -> ApiError {
    let problem = Problem { retry_after, ..Problem::new(code, "That code is not right. 4 tries left.") };
    ApiError::Problem(Box::new(problem))
}

#[wasm_bindgen_test]
async fn a_recovery_code_is_sent_only_by_the_button() {
    let (page, _, sent) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    type_into(&field, "12");
    page.button("Use a recovery code").click();
    settle().await;
    assert_eq!(focused(), field.clone().unchecked_into::<Element>(), "the field gets the focus");
    assert_eq!(field.value(), "", "the field is emptied for the other kind of code");
    assert_eq!(field.get_attribute("inputmode").as_deref(), Some("text"));
    assert_eq!(page.find::<Element>("label").text_content().as_deref(), Some("Recovery code"));
    type_into(&field, "7k3mq 9x2va-b8nco");
    settle().await;
    assert!(sent.get_untracked().is_empty());
    page.button("Unlock").click();
    settle().await;
    assert_eq!(sent.get_untracked(), ["7K3MQ-9X2VA-B8NC0"]);
    page.button("Unlock").click();
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "locked until the response arrives");
}

#[wasm_bindgen_test]
async fn an_incomplete_code_is_kept_but_not_sent() {
    let (page, _, sent) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    type_into(&field, "042");
    page.button("Unlock").click();
    settle().await;
    assert!(sent.get_untracked().is_empty(), "an incomplete code uses up no attempt");
    assert_eq!(field.value(), "042");
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(page.referenced_text(&field, "aria-describedby").contains("six digits"));
}

#[wasm_bindgen_test]
async fn another_code_can_be_sent_after_a_wrong_one() {
    let (page, entry, sent) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    for (code, count) in [("111111", 1), ("222222", 2)] {
        type_into(&field, code);
        settle().await;
        assert_eq!(sent.get_untracked().len(), count);
        assert!(field.read_only(), "locked");
        entry.refuse(&rejection(ErrorCode::WrongCode, None));
        settle().await;
        assert!(!field.read_only());
        assert_eq!(field.value(), "");
        assert_eq!(focused(), field.clone().unchecked_into::<Element>());
        assert!(page.referenced_text(&field, "aria-describedby").contains("4 tries left"));
    }
}

#[wasm_bindgen_test]
async fn the_countdown_after_a_used_code_is_visible_but_announced_only_once() {
    let (page, entry, _) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    type_into(&field, "111111");
    entry.refuse(&rejection(ErrorCode::CodeAlreadyUsed, Some(2)));
    settle().await;
    let announced = || page.find::<Element>(".field-error .visually-hidden").text_content().unwrap();
    let visible = || page.find::<Element>(".field-error [aria-hidden]:not(svg)").text_content().unwrap();
    assert_eq!(announced(), "That code was used already. The next one comes in 2 s.");
    assert_eq!(visible(), announced());
    type_into(&field, "12");
    wait_ms(2_300).await;
    assert_eq!(announced(), "That code was used already. The next one comes in 2 s.");
    assert_eq!(visible(), "That code was used already. The next one is here.");
    assert_eq!(field.value(), "12", "what was typed during the countdown is kept");
}

#[wasm_bindgen_test]
async fn after_too_many_attempts_the_field_is_disabled_until_the_wait_is_over() {
    let (page, entry, sent) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    field.focus().unwrap();
    type_into(&field, "111111");
    entry.refuse(&rejection(ErrorCode::TooManyRequests, Some(2)));
    settle().await;
    assert!(field.disabled());
    assert_eq!(focused(), page.button("Use a recovery code").unchecked_into::<Element>(), "the focus is not lost");
    assert!(page.text().contains("Too many tries. You can go on at "));
    assert!(page.text().contains(", in 2 s."));
    page.find::<web_sys::HtmlFormElement>("form").request_submit().unwrap();
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "nothing is sent during the wait");
    wait_ms(2_300).await;
    assert!(!field.disabled());
    assert_eq!(focused(), field.unchecked_into::<Element>());
    assert!(!page.text().contains("Too many tries"));
}

#[wasm_bindgen_test]
async fn a_blocked_factor_accepts_only_a_recovery_code() {
    let (page, entry, _) = mount_form().await;
    let field: HtmlInputElement = page.find("input");
    type_into(&field, "111111");
    entry.refuse(&rejection(ErrorCode::FactorBlocked, None));
    settle().await;
    assert_eq!(field.get_attribute("inputmode").as_deref(), Some("text"));
    assert_eq!(focused(), field.unchecked_into::<Element>());
    assert!(!page.text().contains("Use a code instead"));
}

#[wasm_bindgen_test]
async fn a_countdown_counts_seconds_and_can_be_restarted() {
    let created = StoredValue::new(None);
    let _page = mount_test_view(move || created.set_value(Some(Countdown::new()))).await;
    let countdown = created.get_value().unwrap();
    countdown.start(2);
    assert_eq!(untrack(|| countdown.seconds_left()), 2);
    wait_ms(1_200).await;
    assert_eq!(untrack(|| countdown.seconds_left()), 1);
    countdown.start(3);
    assert_eq!(untrack(|| countdown.seconds_left()), 3, "restarted");
    wait_ms(3_300).await;
    assert_eq!(untrack(|| countdown.seconds_left()), 0);
}
