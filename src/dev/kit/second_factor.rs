//! Scenes of the second factor: the step-up dialog, the steps of an enrolment, recovery codes, notices.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::second_factor::{Notice, RecoveryCode};
use padlock_contract::{ErrorCode, Problem, Time};

use crate::api::ApiError;
use crate::features::account_notices::{EventList, UrgentNotice, UrgentNoticeView};
use crate::features::code_entry::{CodeEntry, CodeForm};
use crate::features::recovery_codes::{CodeSheet, CodeSheetView};
use crate::features::sign_in::view::SignInFrame;
use crate::features::step_up::{ChooseMethod, MailCode, PasswordForm, ScanForm};
use crate::ui::{Button, ButtonKind, Dialog, PadlockState};

/// The name and the title of each scene.
pub(super) const SCENES: [(&str, &str); 13] = [
    ("step-up", "Step-up: try 123456"),
    ("step-up-wrong", "Step-up, wrong"),
    ("step-up-used", "Step-up, used already"),
    ("step-up-held", "Step-up, too many tries"),
    ("step-up-blocked", "Step-up, blocked"),
    ("choose", "Enrolment: method"),
    ("password", "Enrolment: password"),
    ("mail-code", "Enrolment: password and mail"),
    ("scan", "Enrolment: key and code"),
    ("save-codes", "Enrolment: recovery codes"),
    ("used-codes", "Recovery codes, some used"),
    ("sign-in-code", "Sign-in, code"),
    ("notices", "What an owner is told"),
];

pub(super) fn scene(name: &str) -> Option<AnyView> {
    let scene = match name {
        "step-up" => step_up_dialog(None),
        "step-up-wrong" => step_up_dialog(Some((ErrorCode::WrongCode, None))),
        "step-up-used" => step_up_dialog(Some((ErrorCode::CodeAlreadyUsed, Some(17)))),
        "step-up-held" => step_up_dialog(Some((ErrorCode::TooManyRequests, Some(58)))),
        "step-up-blocked" => step_up_dialog(Some((ErrorCode::FactorBlocked, None))),
        "choose" => enrolment_step("Step 1 of 4: choose a method", || {
            let ignore = Callback::new(|()| ());
            view! { <ChooseMethod unlocked="Production".to_owned() on_authenticator=ignore on_cancel=ignore/> }
                .into_any()
        }),
        "password" => enrolment_step("Step 2 of 4: confirm that it is you", || password_form(None)),
        "mail-code" => {
            let mail = || Some(MailCode { sent_to: "t…s@padlock.example".to_owned() });
            enrolment_step("Step 2 of 4: confirm that it is you", move || password_form(mail()))
        }
        "scan" => enrolment_step("Step 3 of 4: set up the app", scan_form),
        "save-codes" => enrolment_step("Step 4 of 4: save your recovery codes", || recovery_codes(0)),
        "used-codes" => dialog("Recovery codes", PadlockState::None, || recovery_codes(3)),
        "sign-in-code" => sign_in_code(),
        "notices" => notices(),
        _ => return None,
    };
    Some(scene)
}

fn dialog(title: &'static str, padlock: PadlockState, content: fn() -> AnyView) -> AnyView {
    let open = RwSignal::new(true);
    view! {
        <main class="kit" id="main">
            <h1 class="visually-hidden">{title}</h1>
            <Button label="Open" on_press=move |()| open.set(true)/>
            <Dialog open title padlock on_close=move |()| open.set(false)>{content()}</Dialog>
        </main>
    }
    .into_any()
}

fn enrolment_step(step: &'static str, content: impl Fn() -> AnyView + Clone + Send + Sync + 'static) -> AnyView {
    let open = RwSignal::new(true);
    view! {
        <main class="kit" id="main">
            <h1 class="visually-hidden">"Two-Factor Authentication"</h1>
            <Button label="Open" on_press=move |()| open.set(true)/>
            <Dialog
                open
                title="Two-Factor Authentication"
                padlock=PadlockState::Closed
                on_close=move |()| open.set(false)
            >
                {purpose()}
                <p class="step-up-step" role="status">{step}</p>
                {content()}
            </Dialog>
        </main>
    }
    .into_any()
}

fn purpose() -> impl IntoView {
    view! { <p class="step-up-purpose">"To "<strong>"transport shop 1.2.0 to Production"</strong>"."</p> }
}

/// The step-up dialog with simulated responses: 123456 is correct, every other code is wrong. `rejection` is the
/// response to a first code that was sent already: the error code, and the seconds until the next attempt.
fn step_up_dialog(rejection: Option<(ErrorCode, Option<u64>)>) -> AnyView {
    let (open, unlocked) = (RwSignal::new(true), RwSignal::new(false));
    let padlock = Signal::derive(move || if unlocked.get() { PadlockState::Open } else { PadlockState::Closed });
    let content = move || {
        let entry = CodeEntry::new();
        entry.code.set("000000".to_owned());
        if let Some((code, retry_after)) = rejection {
            set_timeout(
                move || {
                    entry.refuse(&problem(code, retry_after));
                },
                Duration::from_millis(400),
            );
        } else {
            entry.code.set(String::new());
        }
        let send = move |code: String| {
            let respond = move || {
                if code == "123456" {
                    unlocked.set(true);
                    set_timeout(move || open.set(false), Duration::from_millis(420));
                } else {
                    entry.refuse(&problem(ErrorCode::WrongCode, None));
                }
            };
            set_timeout(respond, Duration::from_millis(500));
        };
        view! {
            {purpose()}
            <CodeForm entry label="Code from your authenticator app" submit_label="Unlock" on_send=send>
                <p class="step-up-promise">"Then Production stays unlocked in this browser until 17:42."</p>
            </CodeForm>
        }
    };
    let reopen = move |()| {
        unlocked.set(false);
        open.set(true);
    };
    view! {
        <main class="kit" id="main">
            <h1 class="visually-hidden">"Step-up"</h1>
            <Button label="Open" padlock=PadlockState::Closed on_press=reopen/>
            <Dialog open title="Two-Factor Authentication" padlock on_close=move |()| open.set(false)>
                {content()}
            </Dialog>
        </main>
    }
    .into_any()
}

fn problem(code: ErrorCode, retry_after: Option<u64>) -> ApiError {
    let detail = match code {
        ErrorCode::FactorBlocked => "Too many wrong codes. Use a recovery code, or ask Support for a reset.",
        _ => "That code is not right. 4 tries left.",
    };
    ApiError::Problem(Box::new(Problem { retry_after, ..Problem::new(code, detail) }))
}

fn password_form(mail: Option<MailCode>) -> AnyView {
    let ignore = Callback::new(|()| ());
    view! {
        <PasswordForm
            password=RwSignal::default()
            password_error=RwSignal::default()
            entry=CodeEntry::new()
            mail=RwSignal::new(mail)
            resend_in=42
            on_send_mail=ignore
            on_next=|_| ()
            on_back=ignore
        />
    }
    .into_any()
}

fn scan_form() -> AnyView {
    const SECRET: &str = "JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ";
    let entry = CodeEntry::new();
    let uri = format!(
        "otpauth://totp/Padlock:tess%40padlock.example?secret={SECRET}&issuer=Padlock&algorithm=SHA1&digits=6&period=30"
    );
    let send = move |_: String| {
        let hint =
            "Your phone's clock is about 2 minutes fast. Switch on automatic time on it, then try the next code.";
        entry.refuse(&ApiError::Problem(Box::new(Problem::new(ErrorCode::WrongCode, hint))));
    };
    view! { <ScanForm uri secret=SECRET.to_owned() entry on_code=send on_back=|()| ()/> }.into_any()
}

fn recovery_codes(used: usize) -> AnyView {
    const CODES: [&str; 12] = [
        "7K3MQ-9X2VA-B8NCD",
        "0Z0Z7-12345-AMY8J",
        "QW3RT-Y7P4S-DFGHJ",
        "KZXCV-BNM12-34567",
        "89ABC-DEFGH-JKMNP",
        "QRSTV-WXYZ0-12345",
        "6789A-BCDEF-GHJKM",
        "NPQRS-TVWXY-Z0123",
        "45678-9ABCD-EFGHJ",
        "KMNPQ-RSTVW-XYZ01",
        "23456-789AB-CDEFG",
        "HJKMN-PQRST-VWXYZ",
    ];
    let used_at = || serde_json::from_str("\"2026-11-12T09:30:00.000Z\"").ok();
    let code = |(number, code): (usize, &&str)| RecoveryCode {
        code: (*code).to_owned(),
        used_at: (number < used).then(used_at).flatten(),
    };
    let code_sheet = CodeSheet {
        portal: "Padlock, padlock.example".to_owned(),
        login: "tess@padlock.example".to_owned(),
        date: "24 Nov 2026".to_owned(),
        codes: CODES.iter().enumerate().map(code).collect(),
    };
    let extra_button = || view! { <Button label="Generate new codes"/> };
    view! {
        <p class="step-up-lead">"Save these now. Each works once, when your phone is out of reach."</p>
        {if used > 0 {
            view! { <CodeSheetView code_sheet saved=true on_done=|()| () extra_button/> }.into_any()
        } else {
            view! { <CodeSheetView code_sheet on_done=|()| ()/> }.into_any()
        }}
    }
    .into_any()
}

fn sign_in_code() -> AnyView {
    let entry = CodeEntry::new();
    let send = move |_: String| {
        entry.refuse(&problem(ErrorCode::WrongCode, None));
    };
    let start_again = || view! { <Button label="Start again" kind=ButtonKind::Bare/> };
    view! {
        <SignInFrame title="Two-factor authentication">
            <p class="sign-in-lead">
                "Your account asks for a second factor, too. Open your authenticator app for its code."
            </p>
            <CodeForm entry label="Code" submit_label="Verify" on_send=send extra_button=start_again/>
        </SignInFrame>
    }
    .into_any()
}

fn notices() -> AnyView {
    let event = |id: &str, at: &str, text: &str| Notice {
        id: id.to_owned(),
        at: Time::from_wire(at.to_owned()),
        text: text.to_owned(),
    };
    let events = vec![
        event("1", "2026-11-24T13:02:00.000Z", "A recovery code was used from Firefox on Linux. 11 are left."),
        event("0", "2026-11-20T09:12:00.000Z", "Two-factor authentication was set up from Firefox on Linux."),
    ];
    let ignore = Callback::new(|()| ());
    let urgent = [UrgentNotice::CodesNotSaved, UrgentNotice::FewCodesLeft(3)]
        .map(|notice| view! { <UrgentNoticeView notice on_view_codes=ignore on_generate_codes=ignore/> });
    view! {
        <main class="kit" id="main">
            <h1 class="visually-hidden">"Notices"</h1>
            {urgent.into_iter().collect_view()}
            <div class="menu box kit-box"><EventList events=RwSignal::new(events) on_dismiss=|_| ()/></div>
        </main>
    }
    .into_any()
}
