//! The step-up dialog on prepared answers of the API: what is sent, what goes on, what a reader who leaves leaves behind.

use leptos::prelude::*;
use padlock::authorised::provide_authorised;
use padlock::features::account::{AccountNews, provide_account};
use padlock::features::board::Board;
use padlock::features::shell::provide_portal;
use padlock::features::step_up::{Purpose, StepUpHost, provide_step_up};
use padlock::router::provide_router;
use padlock::session::{CurrentSession, provide_session};
use padlock::ui::{Button, provide_toasts};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use crate::server::{answers, asked, looked};
use crate::stage::{Stage, focused, pass, settle, stage, type_into};

const SESSION: &str = r#"{"id":"s","account":{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka"},
    "assurance":"password","authorised_until":null,"expires_at":"2036-01-01T00:00:00.000Z"}"#;
const ENROLLED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":
    {"method":"authenticator","sign_in":false,"enrolled_at":"2026-01-01T00:00:00.000Z","blocked":false},
    "recovery_codes_left":12,"recovery_codes_saved":true,"first_binding":"password","notices":[]}"#;
const NOT_ENROLLED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":null,
    "recovery_codes_left":0,"recovery_codes_saved":true,"first_binding":"password","notices":[]}"#;
const VERIFIED: &str = r#"{"state":"signed_in","account":{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka"},
    "authorised_until":"2036-01-01T00:00:00.000Z","method":"authenticator"}"#;
const UNSAVED: &str = r#"{"id":"t","login":"tess@padlock.example","name":"Tess Tanaka","second_factor":
    {"method":"authenticator","sign_in":false,"enrolled_at":"2026-01-01T00:00:00.000Z","blocked":false},
    "recovery_codes_left":12,"recovery_codes_saved":false,"first_binding":"password","notices":[]}"#;
const ENROLMENT: &str = r#"{"enrolment_id":"e1","expires_at":"2036-01-01T00:00:00.000Z","secret":"JBSWY3DPEHPK3PXP",
    "otpauth_uri":"otpauth://totp/Padlock:tess?secret=JBSWY3DPEHPK3PXP&issuer=Padlock"}"#;
const ENROLLED_NOW: &str = r#"{"recovery_codes":["7K3MQ-9X2VA-B8NCD","0Z0Z7-12345-AMY8J"],
    "authorised_until":"2036-01-01T00:00:00.000Z"}"#;

fn problem(code: &str, status: u16) -> String {
    format!(r#"{{"type":"about:blank#{code}","title":"No","status":{status},"detail":"A sentence.","code":"{code}"}}"#)
}

/// A page of an app, and the session around it.
#[component]
fn Page(made: StoredValue<Option<CurrentSession>>) -> impl IntoView {
    provide_router();
    made.set_value(Some(provide_session()));
    provide_toasts();
    let _ = Board::new("shop".to_owned());
}

#[wasm_bindgen_test]
async fn padlocks_follow_the_window() {
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /apps/shop/environments", 200, r#"{"items":[],"next_cursor":null}"#),
        ("POST /session/lock", 204, ""),
    ]);
    let made = StoredValue::new(None);
    let _stage = stage(move || view! { <Page made/> }).await;
    pass(300).await;
    let session = made.get_value().unwrap();
    let seen = || looked("GET /apps/shop/environments");
    let before = seen();
    session.unlocked(serde_json::from_str("\"2036-01-01T00:00:00.000Z\"").unwrap());
    pass(200).await;
    assert_eq!(seen(), before + 1, "unlocked");
    assert_eq!(session.lock().await, Ok(()));
    pass(200).await;
    assert_eq!(seen(), before + 2, "locked");
    session.look();
    pass(200).await;
    assert_eq!(seen(), before + 2, "nothing has changed");
}

/// Whoever asks for the padlock, and how often it was opened for them.
async fn asking() -> (Stage, RwSignal<u32>) {
    let went_on = RwSignal::new(0);
    let stage = stage(move || view! { <Asking went_on/> }).await;
    let button = stage.button("Continue");
    button.focus().unwrap();
    button.click();
    pass(200).await;
    assert!(stage.find::<HtmlDialogElement>("dialog").open());
    (stage, went_on)
}

#[component]
fn Asking(went_on: RwSignal<u32>) -> impl IntoView {
    provide_router();
    provide_session();
    provide_portal();
    provide_authorised();
    provide_toasts();
    provide_account();
    let step_up = provide_step_up();
    let ask = move |()| {
        let act = "transport shop 1.2.0 to Production".to_owned();
        let purpose = Purpose { act, environment: Some("Production".to_owned()) };
        step_up.ask(purpose, move || went_on.update(|times| *times += 1));
    };
    view! {
        <AccountNews/>
        <Button label="Continue" on_press=ask/>
        <StepUpHost step_up/>
    }
}

fn escape(stage: &Stage) {
    let init = web_sys::EventInit::new();
    init.set_cancelable(true);
    let cancel = web_sys::Event::new_with_event_init_dict("cancel", &init).unwrap();
    stage.find::<Element>("dialog").dispatch_event(&cancel).unwrap();
}

#[wasm_bindgen_test]
async fn a_right_code_goes_on_with_what_was_asked_for() {
    let wrong = problem("wrong_code", 401);
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, ENROLLED),
        ("POST /verify-2fa-code", 401, &wrong),
        ("POST /verify-2fa-code", 200, VERIFIED),
    ]);
    let (stage, went_on) = asking().await;
    assert!(stage.text().contains("To transport shop 1.2.0 to Production."));
    assert!(stage.text().contains("Then Production stays unlocked in this browser until "));
    let field: HtmlInputElement = stage.find(".code-input");
    assert_eq!(focused(), field.clone().unchecked_into::<Element>());
    type_into(&field, "111111");
    pass(200).await;
    assert_eq!(went_on.get_untracked(), 0);
    type_into(&field, "042917");
    pass(150).await;
    assert_eq!(stage.find::<Element>("dialog svg.padlock").get_attribute("data-state").as_deref(), Some("open"));
    pass(500).await;
    assert!(!stage.find::<HtmlDialogElement>("dialog").open());
    assert_eq!(went_on.get_untracked(), 1, "once");
    assert_eq!(focused(), stage.button("Continue").unchecked_into::<Element>(), "back where it was");
    assert_eq!(asked(), [r#"POST /verify-2fa-code {"code":"111111"}"#, r#"POST /verify-2fa-code {"code":"042917"}"#]);
}

#[wasm_bindgen_test]
async fn who_leaves_has_asked_for_nothing() {
    answers(&[("GET /session", 200, SESSION), ("GET /account", 200, ENROLLED)]);
    let (stage, went_on) = asking().await;
    type_into(&stage.find(".code-input"), "0429");
    escape(&stage);
    pass(500).await;
    assert!(!stage.find::<HtmlDialogElement>("dialog").open());
    assert_eq!((went_on.get_untracked(), asked()), (0, Vec::new()));
    assert_eq!(focused(), stage.button("Continue").unchecked_into::<Element>());
    stage.button("Continue").click();
    pass(200).await;
    assert_eq!(stage.find::<HtmlInputElement>(".code-input").value(), "", "asked anew, it begins anew");
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_too_late_opens_the_window_and_does_nothing_else() {
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, ENROLLED),
        ("POST /verify-2fa-code", 200, VERIFIED),
    ]);
    let (stage, went_on) = asking().await;
    type_into(&stage.find(".code-input"), "042917");
    escape(&stage);
    pass(700).await;
    assert_eq!(asked().len(), 1);
    assert_eq!(went_on.get_untracked(), 0);
}

/// Walks to the key.
async fn to_the_key(stage: &Stage) {
    stage.find::<web_sys::HtmlElement>(".method").click();
    settle().await;
    assert!(stage.text().contains("Step 2 of 4"));
    type_into(&stage.find("input[type=password]"), "correct horse");
    stage.button("Next").click();
    pass(200).await;
    assert!(stage.text().contains("Step 3 of 4"));
}

#[wasm_bindgen_test]
async fn enrolling_leads_on_to_what_was_asked_for() {
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 200, ENROLLED_NOW),
        ("POST /account/recovery-codes/saved", 204, ""),
    ]);
    let (stage, went_on) = asking().await;
    assert!(stage.text().contains("Step 1 of 4"));
    to_the_key(&stage).await;
    type_into(&stage.find(".code-input"), "042917");
    pass(200).await;
    assert!(stage.text().contains("Step 4 of 4"));
    assert_eq!(went_on.get_untracked(), 0, "the codes are to be saved first");
    stage.find::<HtmlInputElement>("input[type=checkbox]").click();
    settle().await;
    stage.button("Done").click();
    pass(700).await;
    assert_eq!(went_on.get_untracked(), 1);
    assert_eq!(
        asked(),
        [
            r#"POST /account/second-factor {"method":"authenticator","password":"correct horse","replace":false}"#,
            r#"POST /account/second-factor/confirm {"enrolment_id":"e1","code":"042917"}"#,
            "POST /account/recovery-codes/saved",
        ]
    );
}

#[wasm_bindgen_test]
async fn leaving_before_the_right_code_drops_what_was_begun() {
    let wrong = problem("wrong_code", 401);
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 401, &wrong),
        ("DELETE /account/second-factor/enrolments/e1", 204, ""),
    ]);
    let (stage, went_on) = asking().await;
    to_the_key(&stage).await;
    type_into(&stage.find(".code-input"), "111111");
    pass(200).await;
    assert!(stage.text().contains("A sentence."), "the API's words, for it may know of the phone's clock");
    escape(&stage);
    pass(500).await;
    assert_eq!(asked().last().map(String::as_str), Some("DELETE /account/second-factor/enrolments/e1"));
    assert_eq!(went_on.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn leaving_after_it_drops_nothing_and_does_nothing() {
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("GET /account", 200, UNSAVED),
        ("POST /account/second-factor", 201, ENROLMENT),
        ("POST /account/second-factor/confirm", 200, ENROLLED_NOW),
    ]);
    let (stage, went_on) = asking().await;
    to_the_key(&stage).await;
    type_into(&stage.find(".code-input"), "042917");
    pass(200).await;
    assert!(stage.text().contains("Step 4 of 4"), "although the account has a factor by now");
    escape(&stage);
    pass(700).await;
    assert!(!asked().iter().any(|question| question.starts_with("DELETE")), "{:?}", asked());
    assert_eq!(went_on.get_untracked(), 0);
    assert!(stage.text().contains("Your recovery codes are not saved."));
}

#[wasm_bindgen_test]
async fn a_factor_that_came_meanwhile_is_asked_for_its_code() {
    let enrolled = problem("already_enrolled", 409);
    answers(&[
        ("GET /session", 200, SESSION),
        ("GET /account", 200, NOT_ENROLLED),
        ("GET /account", 200, ENROLLED),
        ("POST /account/second-factor", 409, &enrolled),
    ]);
    let (stage, _) = asking().await;
    stage.find::<web_sys::HtmlElement>(".method").click();
    settle().await;
    type_into(&stage.find("input[type=password]"), "correct horse");
    stage.button("Next").click();
    pass(300).await;
    assert!(stage.text().contains("Code from your authenticator app"));
}
