//! The steps of an enrolment, each by itself, and the sheet of recovery codes.

use leptos::prelude::*;
use padlock::features::account::{NoticeList, TellOwner};
use padlock::features::proof::Attempt;
use padlock::features::recovery_codes::{CodeSheet, Paper};
use padlock::features::step_up::{ChooseMethod, Mailed, PasswordForm, ScanForm};
use padlock_contract::second_factor::RecoveryCode;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlButtonElement, HtmlInputElement};

use crate::server::{clipboard, copied};
use crate::stage::{Stage, focused, settle, stage, type_into};

const SECRET: &str = "JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ";

#[wasm_bindgen_test]
async fn the_method_is_chosen_and_the_weaker_one_says_why_not() {
    let chosen = RwSignal::new(0);
    let stage = stage(move || {
        let choose = move |()| chosen.update(|times| *times += 1);
        view! { <ChooseMethod unlocked="Production".to_owned() on_authenticator=choose on_cancel=|()| ()/> }
    })
    .await;
    let first = focused();
    assert!(first.text_content().unwrap().contains("Use Google Authenticator"), "the focus begins there");
    let sms: HtmlButtonElement = stage.find("button[aria-disabled]");
    assert!(sms.text_content().unwrap().contains("no SMS gateway"));
    sms.click();
    first.unchecked_into::<HtmlButtonElement>().click();
    assert_eq!(chosen.get_untracked(), 1);
}

/// The password's step, and what it sent.
async fn password(mail: Option<&'static str>) -> (Stage, RwSignal<Vec<Option<String>>>) {
    let sent = RwSignal::new(Vec::new());
    let stage = stage(move || {
        let attempt = Attempt::new();
        let next = move |code| {
            attempt.begin();
            sent.update(|sent| sent.push(code));
        };
        view! {
            <PasswordForm
                password=RwSignal::default()
                refused=RwSignal::default()
                attempt
                mail=RwSignal::new(mail.map(|to| Mailed { to: to.to_owned() }))
                again_in=42
                on_mail=|()| ()
                on_next=next
                on_back=|()| ()
            />
        }
    })
    .await;
    (stage, sent)
}

#[wasm_bindgen_test]
async fn the_password_is_enough_where_no_mail_is_asked_for() {
    let (stage, sent) = password(None).await;
    let field: HtmlInputElement = stage.find("input[type=password]");
    assert_eq!(focused(), field.clone().unchecked_into::<Element>());
    assert!(!stage.finds(".code-field"));
    stage.button("Next").click();
    settle().await;
    assert!(sent.get_untracked().is_empty());
    assert!(stage.named_by(&field, "aria-describedby").contains("Enter your password."));
    type_into(&field, "correct horse");
    stage.button("Next").click();
    stage.button("Next").click();
    assert_eq!(sent.get_untracked(), [None], "sent once");
}

#[wasm_bindgen_test]
async fn the_mailed_code_goes_with_the_password() {
    let (stage, sent) = password(Some("t…s@padlock.example")).await;
    assert!(stage.text().contains("Sent to t…s@padlock.example."));
    let again: HtmlButtonElement = stage.button("Send a new code").unchecked_into();
    assert!(again.disabled());
    assert!(stage.text().contains("Another one in 42 s"));
    let code: HtmlInputElement = stage.find(".code-input");
    type_into(&code, "042917");
    settle().await;
    assert!(sent.get_untracked().is_empty(), "not without the password");
    assert_eq!(code.value(), "042917", "and it stays");
    type_into(&stage.find("input[type=password]"), "correct horse");
    stage.button("Next").click();
    assert_eq!(sent.get_untracked(), [Some("042917".to_owned())]);
}

#[wasm_bindgen_test]
async fn the_key_is_read_in_fours_and_copied_whole() {
    clipboard();
    let stage = stage(|| {
        let uri = format!("otpauth://totp/Padlock:tess?secret={SECRET}");
        view! {
            <ScanForm uri secret=SECRET.to_owned() attempt=Attempt::new() on_code=|_: String| () on_back=|()| ()/>
        }
    })
    .await;
    let key: Element = stage.find(".key-fours");
    assert_eq!(key.text_content().unwrap().trim(), "JBSW Y3DP EHPK 3PXP GEZD GNBV GY3T QOJQ");
    stage.button("Copy key").click();
    settle().await;
    assert_eq!(copied().as_deref(), Some(SECRET));
    assert!(stage.text().contains("Copied."));
    assert!(stage.text().contains("Time-based, SHA-1, 6 digits, 30 s"));
    let link: Element = stage.find("a.scan-picture");
    assert!(link.get_attribute("href").unwrap().starts_with("otpauth://totp/"));
    let picture: Element = stage.find("a.scan-picture svg");
    let sides: Vec<String> = picture.get_attribute("viewBox").unwrap().split(' ').skip(2).map(str::to_owned).collect();
    assert_eq!(sides[0], sides[1], "a square");
}

#[wasm_bindgen_test]
async fn older_notices_stay_folded_until_asked_for() {
    let news = |id: &str, text: &str| TellOwner::Happened {
        id: id.to_owned(),
        at: "2026-11-24T13:02:00.000Z".to_owned(),
        text: text.to_owned(),
    };
    let told = RwSignal::new(vec![news("2", "The second."), news("1", "The first."), TellOwner::Unsaved]);
    let stage = stage(move || {
        let dismiss = move |id: String| {
            told.update(|told| told.retain(|tell| !matches!(tell, TellOwner::Happened { id: own, .. } if *own == id)));
        };
        view! { <NoticeList told on_view=|()| () on_new=|()| () on_dismiss=dismiss/> }
    })
    .await;
    assert!(stage.text().contains("The second.") && stage.text().contains("not saved"));
    assert!(!stage.text().contains("The first."));
    stage.button("Show 1 older").click();
    settle().await;
    assert!(stage.text().contains("The first."));
    stage.button("Dismiss").click();
    settle().await;
    assert!(!stage.text().contains("The second.") && stage.text().contains("The first."));
}

async fn sheet() -> (Stage, RwSignal<u32>) {
    let done = RwSignal::new(0);
    let code = |code: &str| RecoveryCode { code: code.to_owned(), used_at: None };
    let paper = Paper {
        portal: "Padlock, padlock.example".to_owned(),
        login: "tess@padlock.example".to_owned(),
        date: "24 Nov 2026".to_owned(),
        codes: vec![code("7K3MQ-9X2VA-B8NCD"), code("0Z0Z7-12345-AMY8J")],
    };
    let stage = stage(move || view! { <CodeSheet paper on_done=move |()| done.update(|times| *times += 1)/> }).await;
    (stage, done)
}

#[wasm_bindgen_test]
async fn done_waits_for_the_promise() {
    let (stage, done) = sheet().await;
    let button: HtmlButtonElement = stage.button("Done").unchecked_into();
    let promise: HtmlInputElement = stage.find("input[type=checkbox]");
    assert_eq!(stage.find::<Element>(".checkbox label").text_content().as_deref(), Some("I've saved the data"));
    button.click();
    assert!(button.disabled());
    promise.click();
    settle().await;
    assert!(!button.disabled());
    promise.click();
    settle().await;
    assert!(button.disabled(), "a promise can be taken back");
    promise.click();
    settle().await;
    button.click();
    assert_eq!(done.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn what_was_copied_is_saved() {
    clipboard();
    let (stage, _) = sheet().await;
    stage.button("Copy").click();
    settle().await;
    assert!(stage.find::<HtmlInputElement>("input[type=checkbox]").checked());
    assert!(!stage.button("Done").unchecked_into::<HtmlButtonElement>().disabled());
    let text = copied().unwrap();
    for part in ["Padlock, padlock.example", "tess@padlock.example", "24 Nov 2026", "1. 7K3MQ-9X2VA-B8NCD"] {
        assert!(text.contains(part), "{text}");
    }
}

#[wasm_bindgen_test]
async fn what_was_downloaded_is_saved() {
    let (stage, _) = sheet().await;
    stage.button("Download").click();
    settle().await;
    assert!(stage.find::<HtmlInputElement>("input[type=checkbox]").checked());
}
