//! The step-up dialog with prepared API responses: which requests it sends, when the action continues, and what happens
//! when the visitor cancels.

use leptos::prelude::*;
use leptos_router::components::Router;
use padlock::features::account_notices::AccountNotice;
use padlock::features::step_up::StepUpHost;
use padlock::navigation::provide_navigation;
use padlock::state::account::provide_account;
use padlock::state::app_state::AppState;
use padlock::state::authorised_window::provide_authorised_window;
use padlock::state::portal::provide_portal;
use padlock::state::session::{Session, provide_session};
use padlock::state::step_up::{Purpose, provide_step_up};
use padlock::ui::{Button, provide_toasts};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use crate::server::{count_requests, respond_with, sent_requests};
use crate::stage::{TestPage, focused, mount_test_view, settle, type_into, wait_ms};

const SESSION: &str = r#"{"id":"s","account":{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka"},
    "assurance":"password","authorised_until":null,"expires_at":"2036-01-01T00:00:00.000Z"}"#;
const ENROLLED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":
    {"method":"authenticator","sign_in":false,"enrolled_at":"2026-01-01T00:00:00.000Z","blocked":false},
    "recovery_codes_left":12,"recovery_codes_saved":true,"first_binding":"password","notices":[]}"#;
const NOT_ENROLLED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":null,
    "recovery_codes_left":0,"recovery_codes_saved":true,"first_binding":"password","notices":[]}"#;
const VERIFIED: &str = r#"{"state":"signed_in","account":{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka"},
    "authorised_until":"2036-01-01T00:00:00.000Z","method":"authenticator"}"#;
const ENROLLED_CODES_NOT_SAVED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":
    {"method":"authenticator","sign_in":false,"enrolled_at":"2026-01-01T00:00:00.000Z","blocked":false},
    "recovery_codes_left":12,"recovery_codes_saved":false,"first_binding":"password","notices":[]}"#;
const ENROLMENT: &str = r#"{"enrolment_id":"e1","expires_at":"2036-01-01T00:00:00.000Z","secret":"JBSWY3DPEHPK3PXP",
    "otpauth_uri":"otpauth://totp/Padlock:tess?secret=JBSWY3DPEHPK3PXP&issuer=Padlock"}"#;
const ENROLMENT_CONFIRMED: &str = r#"{"recovery_codes":["7K3MQ-9X2VA-B8NCD","0Z0Z7-12345-AMY8J"],
    "authorised_until":"2036-01-01T00:00:00.000Z"}"#;

fn problem(code: &str, status: u16) -> String {
    format!(r#"{{"type":"about:blank#{code}","title":"No","status":{status},"detail":"A sentence.","code":"{code}"}}"#)
}

/// The state of an app's page, without content.
#[component]
fn AppPage(created: StoredValue<Option<Session>>) -> impl IntoView {
    provide_navigation();
    created.set_value(Some(provide_session()));
    provide_toasts();
    let _ = AppState::new("shop".to_owned());
}

#[wasm_bindgen_test]
async fn unlocking_and_locking_reload_the_environments() {
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /apps/shop/environments", 200, r#"{"items":[],"next_cursor":null}"#),
        ("POST /session/lock", 204, ""),
    ]);
    let created = StoredValue::new(None);
    let _page = mount_test_view(move || view! { <Router><AppPage created/></Router> }).await;
    wait_ms(300).await;
    let session = created.get_value().unwrap();
    let loads = || count_requests("GET /apps/shop/environments");
    let before = loads();
    session.unlocked(serde_json::from_str("\"2036-01-01T00:00:00.000Z\"").unwrap());
    wait_ms(200).await;
    assert_eq!(loads(), before + 1, "unlocked");
    assert_eq!(session.lock().await, Ok(()));
    wait_ms(200).await;
    assert_eq!(loads(), before + 2, "locked");
    session.refresh();
    wait_ms(200).await;
    assert_eq!(loads(), before + 2, "nothing has changed");
}

/// Opens the step-up dialog for an action. Returns the page and how often the action was run.
async fn open_step_up() -> (TestPage, RwSignal<u32>) {
    let runs = RwSignal::new(0);
    let page = mount_test_view(move || view! { <Router><PadlockedAction runs/></Router> }).await;
    let button = page.button("Continue");
    button.focus().unwrap();
    button.click();
    wait_ms(200).await;
    assert!(page.find::<HtmlDialogElement>("dialog").open());
    (page, runs)
}

/// A button whose action requires step-up.
#[component]
fn PadlockedAction(runs: RwSignal<u32>) -> impl IntoView {
    provide_navigation();
    provide_session();
    provide_portal();
    provide_authorised_window();
    provide_toasts();
    provide_account();
    let step_up = provide_step_up();
    let run_action = move |()| {
        let act = "transport shop 1.2.0 to Production".to_owned();
        let purpose = Purpose { act, environment: Some("Production".to_owned()) };
        step_up.unlock(purpose, move |_| runs.update(|runs| *runs += 1));
    };
    view! {
        <AccountNotice/>
        <Button label="Continue" on_press=run_action/>
        <StepUpHost step_up/>
    }
}

/// Dispatches the event that the Escape key causes.
fn cancel_dialog(page: &TestPage) {
    let init = web_sys::EventInit::new();
    init.set_cancelable(true);
    let cancel = web_sys::Event::new_with_event_init_dict("cancel", &init).unwrap();
    page.find::<Element>("dialog").dispatch_event(&cancel).unwrap();
}

#[wasm_bindgen_test]
async fn a_correct_code_runs_the_action() {
    let wrong = problem("wrong_code", 401);
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, ENROLLED),
        ("POST /verify-2fa-code", 401, &wrong),
        ("POST /verify-2fa-code", 200, VERIFIED),
    ]);
    let (page, runs) = open_step_up().await;
    assert!(page.text().contains("To transport shop 1.2.0 to Production."));
    assert!(page.text().contains("Then Production stays unlocked in this browser until "));
    let field: HtmlInputElement = page.find(".code-input");
    assert_eq!(focused(), field.clone().unchecked_into::<Element>());
    type_into(&field, "111111");
    wait_ms(200).await;
    assert_eq!(runs.get_untracked(), 0);
    type_into(&field, "042917");
    wait_ms(150).await;
    assert_eq!(page.find::<Element>("dialog svg.padlock").get_attribute("data-state").as_deref(), Some("open"));
    wait_ms(500).await;
    assert!(!page.find::<HtmlDialogElement>("dialog").open());
    assert_eq!(runs.get_untracked(), 1, "once");
    assert_eq!(focused(), page.button("Continue").unchecked_into::<Element>(), "the focus returns to the button");
    assert_eq!(
        sent_requests(),
        [r#"POST /verify-2fa-code {"code":"111111"}"#, r#"POST /verify-2fa-code {"code":"042917"}"#]
    );
}

#[wasm_bindgen_test]
async fn cancelling_sends_no_request_and_does_not_run_the_action() {
    respond_with(&[("GET /session", 200, SESSION), ("GET /account", 200, ENROLLED)]);
    let (page, runs) = open_step_up().await;
    type_into(&page.find(".code-input"), "0429");
    cancel_dialog(&page);
    wait_ms(500).await;
    assert!(!page.find::<HtmlDialogElement>("dialog").open());
    assert_eq!((runs.get_untracked(), sent_requests()), (0, Vec::new()));
    assert_eq!(focused(), page.button("Continue").unchecked_into::<Element>());
    page.button("Continue").click();
    wait_ms(200).await;
    assert_eq!(page.find::<HtmlInputElement>(".code-input").value(), "", "the reopened dialog is empty");
}

#[wasm_bindgen_test]
async fn a_response_after_cancelling_does_not_run_the_action() {
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, ENROLLED),
        ("POST /verify-2fa-code", 200, VERIFIED),
    ]);
    let (page, runs) = open_step_up().await;
    type_into(&page.find(".code-input"), "042917");
    cancel_dialog(&page);
    wait_ms(700).await;
    assert_eq!(sent_requests().len(), 1);
    assert_eq!(runs.get_untracked(), 0);
}

/// Goes through the enrolment up to the step with the key.
async fn go_to_key_step(page: &TestPage) {
    page.find::<web_sys::HtmlElement>(".method").click();
    settle().await;
    assert!(page.text().contains("Step 2 of 4"));
    type_into(&page.find("input[type=password]"), "correct horse");
    page.button("Next").click();
    wait_ms(200).await;
    assert!(page.text().contains("Step 3 of 4"));
}

#[wasm_bindgen_test]
async fn a_complete_enrolment_runs_the_action() {
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 200, ENROLMENT_CONFIRMED),
        ("POST /account/recovery-codes/saved", 204, ""),
    ]);
    let (page, runs) = open_step_up().await;
    assert!(page.text().contains("Step 1 of 4"));
    go_to_key_step(&page).await;
    type_into(&page.find(".code-input"), "042917");
    wait_ms(200).await;
    assert!(page.text().contains("Step 4 of 4"));
    assert_eq!(runs.get_untracked(), 0, "the recovery codes must be saved first");
    page.find::<HtmlInputElement>("input[type=checkbox]").click();
    settle().await;
    page.button("Done").click();
    wait_ms(700).await;
    assert_eq!(runs.get_untracked(), 1);
    assert_eq!(
        sent_requests(),
        [
            r#"POST /account/second-factor {"method":"authenticator","password":"correct horse","replace":false}"#,
            r#"POST /account/second-factor/confirm {"enrolment_id":"e1","code":"042917"}"#,
            "POST /account/recovery-codes/saved",
        ]
    );
}

#[wasm_bindgen_test]
async fn cancelling_before_a_correct_code_deletes_the_enrolment() {
    let wrong = problem("wrong_code", 401);
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 401, &wrong),
        ("DELETE /account/second-factor/pending", 204, ""),
    ]);
    let (page, runs) = open_step_up().await;
    go_to_key_step(&page).await;
    type_into(&page.find(".code-input"), "111111");
    wait_ms(200).await;
    assert!(page.text().contains("A sentence."), "the API's own text, which may mention the phone's clock");
    cancel_dialog(&page);
    wait_ms(500).await;
    assert_eq!(sent_requests().last().map(String::as_str), Some("DELETE /account/second-factor/pending"));
    assert_eq!(runs.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn cancelling_after_the_correct_code_keeps_the_enrolment_and_does_not_run_the_action() {
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("GET /account", 200, ENROLLED_CODES_NOT_SAVED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 200, ENROLMENT_CONFIRMED),
    ]);
    let (page, runs) = open_step_up().await;
    go_to_key_step(&page).await;
    type_into(&page.find(".code-input"), "042917");
    wait_ms(200).await;
    assert!(page.text().contains("Step 4 of 4"), "the step is kept although the account is enrolled by now");
    cancel_dialog(&page);
    wait_ms(700).await;
    assert!(!sent_requests().iter().any(|request| request.starts_with("DELETE")), "{:?}", sent_requests());
    assert_eq!(runs.get_untracked(), 0);
    assert!(page.text().contains("Your recovery codes are not saved."));
}

#[wasm_bindgen_test]
async fn an_account_that_was_enrolled_meanwhile_is_asked_for_its_code() {
    let enrolled = problem("already_enrolled", 409);
    respond_with(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("GET /account", 200, ENROLLED),
        ("POST /account/second-factor", 409, &enrolled),
    ]);
    let (page, _) = open_step_up().await;
    page.find::<web_sys::HtmlElement>(".method").click();
    settle().await;
    type_into(&page.find("input[type=password]"), "correct horse");
    page.button("Next").click();
    wait_ms(300).await;
    assert!(page.text().contains("Code from your authenticator app"));
}
