//! Showing recovery codes until the visitor has saved them.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::second_factor::RecoveryCode;

use super::code_sheet::CodeSheet;
use super::code_sheet_view::CodeSheetView;
use crate::api::use_api;
use crate::state::account::use_account;
use crate::state::session::use_session;
use crate::ui::{day, focus_on_mount};

/// Shows recovery codes. **Done** reports to the API that they are saved.
#[component]
pub fn SaveCodes(
    /// All twelve codes.
    codes: Vec<RecoveryCode>,
    /// Whether the codes were saved before.
    #[prop(optional)]
    saved: bool,
    /// Called when the API knows that the codes are saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// A further button, after **Done**.
    #[prop(optional, into)]
    extra_button: Option<ViewFn>,
) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let lead = NodeRef::<html::P>::new();
    focus_on_mount(lead);
    let (busy, error_text) = (RwSignal::new(false), RwSignal::new(String::new()));
    let confirm_saved = move |()| {
        busy.set(true);
        error_text.set(String::new());
        spawn_local(async move {
            let result = api.mark_recovery_codes_saved().await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    account.refetch();
                    on_done.try_run(());
                }
                Err(error) => {
                    error_text.try_set(error.message());
                }
            }
        });
    };
    let lead_text = if saved {
        "Each works once, when your phone is out of reach. Those you used are struck off."
    } else {
        "Save these now. Each works once, when your phone is out of reach."
    };
    let code_sheet = code_sheet(codes);
    view! {
        <p class="step-up-lead" tabindex="-1" node_ref=lead>{lead_text}</p>
        {match extra_button {
            Some(extra_button) => view! {
                <CodeSheetView code_sheet saved busy error=error_text on_done=confirm_saved extra_button/>
            }
            .into_any(),
            None => view! { <CodeSheetView code_sheet saved busy error=error_text on_done=confirm_saved/> }.into_any(),
        }}
    }
}

fn code_sheet(codes: Vec<RecoveryCode>) -> CodeSheet {
    let login = untrack(|| use_session().account()).map(|account| account.login).unwrap_or_default();
    let host = window().location().host().unwrap_or_default();
    CodeSheet { portal: ["Padlock, ", &host].concat(), login, date: day(""), codes }
}
