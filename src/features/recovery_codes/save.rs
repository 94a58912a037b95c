//! New codes: shown, saved, noted as saved.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::second_factor::RecoveryCode;

use super::paper::Paper;
use super::sheet::CodeSheet;
use crate::features::account::use_account;
use crate::gateway::use_api;
use crate::session::use_session;
use crate::ui::{day, focus_on_arrival};

/// The codes. **Done** notes that they are saved.
#[component]
pub fn SaveCodes(
    /// All twelve.
    codes: Vec<RecoveryCode>,
    /// They were saved before.
    #[prop(optional)]
    saved: bool,
    /// It is noted.
    #[prop(into)]
    on_done: Callback<()>,
    /// More acts, after **Done**.
    #[prop(optional, into)]
    more: Option<ViewFn>,
) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let lead = NodeRef::<html::P>::new();
    focus_on_arrival(lead);
    let (busy, trouble) = (RwSignal::new(false), RwSignal::new(String::new()));
    let done = move |()| {
        busy.set(true);
        trouble.set(String::new());
        spawn_local(async move {
            let noted = api.recovery_codes_saved().await;
            busy.try_set(false);
            match noted {
                Ok(_) => {
                    account.details.again();
                    on_done.try_run(());
                }
                Err(failure) => {
                    trouble.try_set(failure.sentence());
                }
            }
        });
    };
    let words = if saved {
        "Each works once, when your phone is out of reach. Those you used are struck off."
    } else {
        "Save these now. Each works once, when your phone is out of reach."
    };
    let paper = paper(codes);
    view! {
        <p class="step-up-lead" tabindex="-1" node_ref=lead>{words}</p>
        {match more {
            Some(more) => view! { <CodeSheet paper saved busy trouble on_done=done more/> }.into_any(),
            None => view! { <CodeSheet paper saved busy trouble on_done=done/> }.into_any(),
        }}
    }
}

fn paper(codes: Vec<RecoveryCode>) -> Paper {
    let login = untrack(|| use_session().account()).map(|account| account.login).unwrap_or_default();
    let host = window().location().host().unwrap_or_default();
    Paper { portal: ["Padlock, ", &host].concat(), login, date: day(""), codes }
}
