//! The views of an enrolment, one by one, the notices, and the sheet of recovery codes.

use leptos::prelude::*;
use padlock::features::account_notices::{BellView, EventList};
use padlock::features::code_entry::CodeEntry;
use padlock::features::recovery_codes::{CodeSheet, CodeSheetView};
use padlock::features::step_up::{ChooseMethod, MailCode, PasswordForm, ScanForm};
use padlock_contract::Time;
use padlock_contract::second_factor::{Notice, RecoveryCode};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlButtonElement, HtmlInputElement};

use crate::server::{copied_text, mock_clipboard};
use crate::stage::{TestPage, focused, mount_test_view, settle, type_into};

const SECRET: &str = "JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ";

#[wasm_bindgen_test]
async fn the_authenticator_can_be_chosen_and_sms_gives_a_reason_why_not() {
    let choices = RwSignal::new(0);
    let page = mount_test_view(move || {
        let choose = move |()| choices.update(|choices| *choices += 1);
        view! { <ChooseMethod unlocked="Production".to_owned() on_authenticator=choose on_cancel=|()| ()/> }
    })
    .await;
    let first = focused();
    assert!(first.text_content().unwrap().contains("Use Google Authenticator"), "it has the initial focus");
    let sms: HtmlButtonElement = page.find("button[aria-disabled]");
    assert!(sms.text_content().unwrap().contains("no SMS gateway"));
    sms.click();
    first.unchecked_into::<HtmlButtonElement>().click();
    assert_eq!(choices.get_untracked(), 1);
}

/// Mounts the password step. Returns the page and the mail codes that were submitted, `None` for the password alone.
async fn mount_password_form(mail: Option<&'static str>) -> (TestPage, RwSignal<Vec<Option<String>>>) {
    let sent = RwSignal::new(Vec::new());
    let page = mount_test_view(move || {
        let entry = CodeEntry::new();
        let next = move |code| {
            entry.begin();
            sent.update(|sent| sent.push(code));
        };
        view! {
            <PasswordForm
                password=RwSignal::default()
                password_error=RwSignal::default()
                entry
                mail=RwSignal::new(mail.map(|to| MailCode { sent_to: to.to_owned() }))
                resend_in=42
                on_send_mail=|()| ()
                on_next=next
                on_back=|()| ()
            />
        }
    })
    .await;
    (page, sent)
}

#[wasm_bindgen_test]
async fn the_password_alone_is_enough_where_no_mail_code_is_required() {
    let (page, sent) = mount_password_form(None).await;
    let field: HtmlInputElement = page.find("input[type=password]");
    assert_eq!(focused(), field.clone().unchecked_into::<Element>());
    assert!(!page.contains(".code-field"));
    page.button("Next").click();
    settle().await;
    assert!(sent.get_untracked().is_empty());
    assert!(page.referenced_text(&field, "aria-describedby").contains("Enter your password."));
    type_into(&field, "correct horse");
    page.button("Next").click();
    page.button("Next").click();
    assert_eq!(sent.get_untracked(), [None], "sent once");
}

#[wasm_bindgen_test]
async fn the_mail_code_is_submitted_with_the_password() {
    let (page, sent) = mount_password_form(Some("t…s@padlock.example")).await;
    assert!(page.text().contains("Sent to t…s@padlock.example."));
    let resend: HtmlButtonElement = page.button("Send a new code").unchecked_into();
    assert!(resend.disabled());
    assert!(page.text().contains("Another one in 42 s"));
    let code: HtmlInputElement = page.find(".code-input");
    type_into(&code, "042917");
    settle().await;
    assert!(sent.get_untracked().is_empty(), "not without the password");
    assert_eq!(code.value(), "042917", "it is kept");
    type_into(&page.find("input[type=password]"), "correct horse");
    page.button("Next").click();
    assert_eq!(sent.get_untracked(), [Some("042917".to_owned())]);
}

#[wasm_bindgen_test]
async fn the_key_is_shown_in_groups_of_four_and_copied_without_spaces() {
    mock_clipboard();
    let page = mount_test_view(|| {
        let uri = format!("otpauth://totp/Padlock:tess?secret={SECRET}");
        view! {
            <ScanForm uri secret=SECRET.to_owned() entry=CodeEntry::new() on_code=|_: String| () on_back=|()| ()/>
        }
    })
    .await;
    let key: Element = page.find(".key-fours");
    assert_eq!(key.text_content().unwrap().trim(), "JBSW Y3DP EHPK 3PXP GEZD GNBV GY3T QOJQ");
    page.button("Copy key").click();
    settle().await;
    assert_eq!(copied_text().as_deref(), Some(SECRET));
    assert!(page.text().contains("Copied."));
    assert!(page.text().contains("Time-based, SHA-1, 6 digits, 30 s"));
    let link: Element = page.find("a.scan-picture");
    assert!(link.get_attribute("href").unwrap().starts_with("otpauth://totp/"));
    let picture: Element = page.find("a.scan-picture svg");
    let sides: Vec<String> = picture.get_attribute("viewBox").unwrap().split(' ').skip(2).map(str::to_owned).collect();
    assert_eq!(sides[0], sides[1], "a square");
}

#[wasm_bindgen_test]
async fn events_are_listed_behind_the_bell_and_can_be_dismissed() {
    let event = |id: &str, text: &str| Notice {
        id: id.to_owned(),
        at: Time::from_wire("2026-11-24T13:02:00.000Z".to_owned()),
        text: text.to_owned(),
    };
    let events = RwSignal::new(vec![event("2", "The second."), event("1", "The first.")]);
    let page = mount_test_view(move || {
        let dismiss = Callback::new(move |id: String| events.update(|events| events.retain(|event| event.id != id)));
        view! { <BellView events list=move || view! { <EventList events on_dismiss=dismiss/> }/> }
    })
    .await;
    let bell: HtmlButtonElement = page.find("button");
    assert_eq!(bell.get_attribute("aria-label").as_deref(), Some("Notifications, 2 new"));
    assert!(!page.text().contains("The second."));
    bell.click();
    settle().await;
    assert!(page.text().contains("The second.") && page.text().contains("The first."));
    page.button("Dismiss").click();
    settle().await;
    assert!(!page.text().contains("The second.") && page.text().contains("The first."));
    assert_eq!(bell.get_attribute("aria-label").as_deref(), Some("Notifications, 1 new"));
    page.button("Dismiss").click();
    settle().await;
    assert!(page.text().contains("Nothing new."));
    assert_eq!(bell.get_attribute("aria-label").as_deref(), Some("Notifications"));
}

/// Mounts the sheet of recovery codes. Returns the page and how often `on_done` was called.
async fn mount_code_sheet() -> (TestPage, RwSignal<u32>) {
    let done = RwSignal::new(0);
    let code = |code: &str| RecoveryCode { code: code.to_owned(), used_at: None };
    let code_sheet = CodeSheet {
        portal: "Padlock, padlock.example".to_owned(),
        login: "tess@padlock.example".to_owned(),
        date: "24 Nov 2026".to_owned(),
        codes: vec![code("7K3MQ-9X2VA-B8NCD"), code("0Z0Z7-12345-AMY8J")],
    };
    let page =
        mount_test_view(move || view! { <CodeSheetView code_sheet on_done=move |()| done.update(|done| *done += 1)/> })
            .await;
    (page, done)
}

#[wasm_bindgen_test]
async fn done_is_enabled_only_while_the_codes_are_marked_as_saved() {
    let (page, done) = mount_code_sheet().await;
    let button: HtmlButtonElement = page.button("Done").unchecked_into();
    let saved: HtmlInputElement = page.find("input[type=checkbox]");
    assert_eq!(page.find::<Element>(".checkbox label").text_content().as_deref(), Some("I've saved the data"));
    button.click();
    assert!(button.disabled());
    saved.click();
    settle().await;
    assert!(!button.disabled());
    saved.click();
    settle().await;
    assert!(button.disabled(), "the mark can be removed");
    saved.click();
    settle().await;
    button.click();
    assert_eq!(done.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn copying_marks_the_codes_as_saved() {
    mock_clipboard();
    let (page, _) = mount_code_sheet().await;
    page.button("Copy").click();
    settle().await;
    assert!(page.find::<HtmlInputElement>("input[type=checkbox]").checked());
    assert!(!page.button("Done").unchecked_into::<HtmlButtonElement>().disabled());
    let text = copied_text().unwrap();
    for part in ["Padlock, padlock.example", "tess@padlock.example", "24 Nov 2026", "1. 7K3MQ-9X2VA-B8NCD"] {
        assert!(text.contains(part), "{text}");
    }
}

#[wasm_bindgen_test]
async fn downloading_marks_the_codes_as_saved() {
    let (page, _) = mount_code_sheet().await;
    page.button("Download").click();
    settle().await;
    assert!(page.find::<HtmlInputElement>("input[type=checkbox]").checked());
}
