//! The craft of a code field.

use leptos::prelude::*;
use padlock::countdown::Countdown;
use padlock::features::proof::{Attempt, CodeForm};
use padlock::gateway::Failure;
use padlock_contract::{ErrorCode, Problem};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};

use crate::stage::{Stage, focused, pass, settle, stage, type_into};

/// A form, its attempt, and what it sent.
async fn form() -> (Stage, Attempt, RwSignal<Vec<String>>) {
    let sent = RwSignal::new(Vec::new());
    let made = StoredValue::new(None);
    let stage = stage(move || {
        let attempt = Attempt::new();
        made.set_value(Some(attempt));
        let send = move |code: String| sent.update(|sent| sent.push(code));
        view! { <CodeForm attempt label="Code from your authenticator app" act="Unlock" on_send=send/> }
    })
    .await;
    (stage, made.get_value().unwrap(), sent)
}

fn refusal(code: ErrorCode, retry_after: Option<u64>) -> Failure {
    let problem = Problem { retry_after, ..Problem::new(code, "That code is not right. 4 tries left.") };
    Failure::Problem(Box::new(problem))
}

#[wasm_bindgen_test]
async fn a_recovery_code_is_sent_by_its_button_only() {
    let (stage, _, sent) = form().await;
    let field: HtmlInputElement = stage.find("input");
    type_into(&field, "12");
    stage.button("Use a recovery code").click();
    settle().await;
    assert_eq!(focused(), field.clone().unchecked_into::<Element>(), "the focus moves to it");
    assert_eq!(field.value(), "", "the other kind begins anew");
    assert_eq!(field.get_attribute("inputmode").as_deref(), Some("text"));
    assert_eq!(stage.find::<Element>("label").text_content().as_deref(), Some("Recovery code"));
    type_into(&field, "7k3mq 9x2va-b8nco");
    settle().await;
    assert!(sent.get_untracked().is_empty());
    stage.button("Unlock").click();
    settle().await;
    assert_eq!(sent.get_untracked(), ["7K3MQ9X2VAB8NC0"]);
    stage.button("Unlock").click();
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "locked while an answer is awaited");
}

#[wasm_bindgen_test]
async fn half_a_code_is_not_sent_and_not_lost() {
    let (stage, _, sent) = form().await;
    let field: HtmlInputElement = stage.find("input");
    type_into(&field, "042");
    stage.button("Unlock").click();
    settle().await;
    assert!(sent.get_untracked().is_empty(), "no try is charged for it");
    assert_eq!(field.value(), "042");
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(stage.named_by(&field, "aria-describedby").contains("six digits"));
}

#[wasm_bindgen_test]
async fn a_wrong_code_can_be_followed_by_the_next() {
    let (stage, attempt, sent) = form().await;
    let field: HtmlInputElement = stage.find("input");
    for (code, count) in [("111111", 1), ("222222", 2)] {
        type_into(&field, code);
        settle().await;
        assert_eq!(sent.get_untracked().len(), count);
        assert!(field.read_only(), "locked");
        attempt.refuse(&refusal(ErrorCode::WrongCode, None));
        settle().await;
        assert!(!field.read_only());
        assert_eq!(field.value(), "");
        assert_eq!(focused(), field.clone().unchecked_into::<Element>());
        assert!(stage.named_by(&field, "aria-describedby").contains("4 tries left"));
    }
}

#[wasm_bindgen_test]
async fn a_spent_code_counts_down_for_the_eyes_and_is_announced_once() {
    let (stage, attempt, _) = form().await;
    let field: HtmlInputElement = stage.find("input");
    type_into(&field, "111111");
    attempt.refuse(&refusal(ErrorCode::CodeAlreadyUsed, Some(2)));
    settle().await;
    let announced = || stage.find::<Element>(".field-error .visually-hidden").text_content().unwrap();
    let seen = || stage.find::<Element>(".field-error [aria-hidden]:not(svg)").text_content().unwrap();
    assert_eq!(announced(), "That code was used already. The next one comes in 2 s.");
    assert_eq!(seen(), announced());
    type_into(&field, "12");
    pass(2_300).await;
    assert_eq!(announced(), "That code was used already. The next one comes in 2 s.");
    assert_eq!(seen(), "That code was used already. The next one is here.");
    assert_eq!(field.value(), "12", "what is typed meanwhile stays");
}

#[wasm_bindgen_test]
async fn too_many_tries_close_the_field_until_the_wait_is_over() {
    let (stage, attempt, sent) = form().await;
    let field: HtmlInputElement = stage.find("input");
    field.focus().unwrap();
    type_into(&field, "111111");
    attempt.refuse(&refusal(ErrorCode::TooManyRequests, Some(2)));
    settle().await;
    assert!(field.disabled());
    assert_eq!(focused(), stage.button("Use a recovery code").unchecked_into::<Element>(), "the focus is not lost");
    assert!(stage.text().contains("Too many tries. You can go on at "));
    assert!(stage.text().contains(", in 2 s."));
    stage.find::<web_sys::HtmlFormElement>("form").request_submit().unwrap();
    settle().await;
    assert_eq!(sent.get_untracked().len(), 1, "nothing is sent meanwhile");
    pass(2_300).await;
    assert!(!field.disabled());
    assert_eq!(focused(), field.unchecked_into::<Element>());
    assert!(!stage.text().contains("Too many tries"));
}

#[wasm_bindgen_test]
async fn a_blocked_factor_leaves_only_the_recovery_code() {
    let (stage, attempt, _) = form().await;
    let field: HtmlInputElement = stage.find("input");
    type_into(&field, "111111");
    attempt.refuse(&refusal(ErrorCode::FactorBlocked, None));
    settle().await;
    assert_eq!(field.get_attribute("inputmode").as_deref(), Some("text"));
    assert_eq!(focused(), field.unchecked_into::<Element>());
    assert!(!stage.text().contains("Use a code instead"));
}

#[wasm_bindgen_test]
async fn a_countdown_runs_by_itself() {
    let made = StoredValue::new(None);
    let _stage = stage(move || made.set_value(Some(Countdown::new()))).await;
    let countdown = made.get_value().unwrap();
    countdown.start(2);
    assert_eq!(untrack(|| countdown.left()), 2);
    pass(1_200).await;
    assert_eq!(untrack(|| countdown.left()), 1);
    countdown.start(3);
    assert_eq!(untrack(|| countdown.left()), 3, "begun anew");
    pass(3_300).await;
    assert_eq!(untrack(|| countdown.left()), 0);
}
