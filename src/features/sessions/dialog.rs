//! The dialog **Sessions**.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::Page;
use padlock_contract::session::SessionSummary;

use crate::api::use_api;
use crate::state::authorised_window::parse_milliseconds;
use crate::state::query::{Query, QueryState};
use crate::ui::{
    Button, ButtonKind, Dialog, Glyph, Notice, Padlock, PadlockState, Timestamp, Tone, clock_at, dialog_actions,
    focus_is_lost, icon, skeleton_lines, toasts,
};

#[component]
pub(super) fn SessionsDialog(open: RwSignal<bool>) -> impl IntoView {
    let close = move |()| open.set(false);
    view! {
        <Dialog open title="Sessions" on_close=close wide=true>
            <Sessions on_close=close/>
        </Dialog>
    }
}

#[component]
fn Sessions(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), toasts());
    let sessions = Query::new(move || api.sessions());
    let busy = RwSignal::new(false);
    // The id of the session that is being signed out.
    let ending = RwSignal::new(None::<String>);
    let close_button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        sessions.with(|_| ());
        // The pressed button may have gone with its session.
        request_animation_frame(move || {
            if let Some(button) = close_button.try_get_untracked().flatten().filter(|_| focus_is_lost()) {
                let _ = button.focus();
            }
        });
    });
    let has_others = Memo::new(move |_| sessions.ready(|page| page.items.len() > 1).unwrap_or_default());
    let end = Callback::new(move |session: SessionSummary| {
        ending.set(Some(session.id.clone()));
        spawn_local(async move {
            let result = api.end_session(&session.id).await;
            ending.try_set(None);
            match result {
                Ok(_) => toasts.show(Tone::Good, [&session.device, " was signed out."].concat()),
                Err(error) => toasts.show(Tone::Warning, error.message()),
            }
            sessions.refetch();
        });
    });
    let end_others = move |()| {
        busy.set(true);
        spawn_local(async move {
            match api.end_other_sessions().await {
                Ok(_) => toasts.show(Tone::Good, "Signed out everywhere else."),
                Err(error) => toasts.show(Tone::Warning, error.message()),
            }
            busy.try_set(false);
            sessions.refetch();
        });
    };
    view! {
        <p class="is-muted">"Where you are signed in. If you do not know one of them, sign it out and change your password."</p>
        {move || sessions.with(|state| match state {
            QueryState::Loading => skeleton_lines(4).into_any(),
            QueryState::Ready(page) => session_list(page, ending, end).into_any(),
            QueryState::Failed(error) => view! {
                <Notice tone=Tone::Bad text=error.message()>
                    <Button label="Try again" on_press=move |()| sessions.retry()/>
                </Notice>
            }
            .into_any(),
        })}
        {dialog_actions(view! {
            {move || has_others.get().then(|| view! {
                <Button label="Sign out everywhere else" kind=ButtonKind::Danger busy on_press=end_others/>
            })}
            <Button label="Close" node=close_button on_press=on_close/>
        })}
    }
}

fn session_list(
    page: &Page<SessionSummary>,
    ending: RwSignal<Option<String>>,
    end: Callback<SessionSummary>,
) -> impl IntoView + use<> {
    let item = |session: &SessionSummary| session_item(session.clone(), ending, end);
    let items = page.items.iter().map(item).collect_view();
    view! { <ul class="sessions">{items}</ul> }
}

fn session_item(
    session: SessionSummary,
    ending: RwSignal<Option<String>>,
    end: Callback<SessionSummary>,
) -> impl IntoView {
    let SessionSummary { current, device, created_at, last_seen_at, authorised_until, .. } = session.clone();
    let elevated = authorised_until.map(|until| {
        let until = clock_at(parse_milliseconds(until.as_str()));
        view! { <span class="session-window"><Padlock state=PadlockState::Open/>"authorised until "{until}</span> }
    });
    let act = if current {
        view! { <span class="chip">"This browser"</span> }.into_any()
    } else {
        let (context, id) = (device.clone(), session.id.clone());
        let busy = Signal::derive(move || ending.with(|ending| ending.as_ref() == Some(&id)));
        view! { <Button label="Sign out" context busy on_press=move |()| end.run(session.clone())/> }.into_any()
    };
    view! {
        <li class="session">
            {icon(Glyph::Monitor)}
            <div class="session-facts">
                <strong translate="no">{device}</strong>
                <span class="is-muted">
                    "Signed in "<Timestamp at=created_at.as_str()/>", last used "<Timestamp at=last_seen_at.as_str()/>
                </span>
                {elevated}
            </div>
            {act}
        </li>
    }
}
