//! Notices about the visitor's account: the one that asks for an act at the top of the page, the others behind a bell.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::second_factor::{AccountDetails, Notice as Notification};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::use_api;
use crate::format::pluralize;
use crate::lazy::{LazyView, nothing};
use crate::lazy_view;
use crate::state::account::use_account;
use crate::state::authorised_window::parse_milliseconds;
use crate::state::my_apps::use_my_apps;
use crate::state::step_up::use_step_up;
use crate::ui::{Button, ButtonKind, Disclosure, Glyph, Notice, Tone, clock_at, day, toasts};

/// The largest number of recovery codes that counts as few.
const FEW_CODES: u32 = 3;

/// What the owner of the account has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrgentNotice {
    /// The recovery codes were never saved.
    CodesNotSaved,
    /// Only a few recovery codes are left. Holds their number.
    FewCodesLeft(u32),
}

impl UrgentNotice {
    /// Returns the most urgent notice of an account, if there is one.
    fn of(account: &AccountDetails) -> Option<Self> {
        account.second_factor.as_ref()?;
        if !account.recovery_codes_saved {
            return Some(Self::CodesNotSaved);
        }
        let left = account.recovery_codes_left;
        (left <= FEW_CODES).then_some(Self::FewCodesLeft(left))
    }
}

/// Loads the account after the page's own content, and returns what `read` finds in it.
fn read_account<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn(&AccountDetails) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    let (account, my_apps, step_up) = (use_account(), use_my_apps(), use_step_up());
    Effect::new(move |_| {
        if my_apps.apps.ready(|_| ()).is_some() {
            account.load();
        }
    });
    // While the step-up dialog is open, everything stays the same: the page behind it must not move.
    Memo::new(move |previous: Option<&Option<T>>| {
        let unchanged = step_up.is_open().then(|| previous.cloned().flatten()).flatten();
        unchanged.or_else(|| account.ready(&read))
    })
}

/// Shows the most urgent notice that asks for an act, in the flow of the page. What happened is behind the bell.
#[component]
pub fn AccountNotice() -> impl IntoView {
    let step_up = use_step_up();
    let urgent = read_account(UrgentNotice::of);
    move || {
        urgent.get().flatten().map(|notice| {
            view! {
                <UrgentNoticeView
                    notice
                    on_view_codes=move |()| step_up.view_recovery_codes()
                    on_generate_codes=move |()| step_up.new_recovery_codes()
                />
            }
        })
    }
}

/// A notice that asks for an act.
#[component]
pub fn UrgentNoticeView(
    /// The notice.
    notice: UrgentNotice,
    /// Called to view the recovery codes.
    #[prop(into)]
    on_view_codes: Callback<()>,
    /// Called to generate new recovery codes.
    #[prop(into)]
    on_generate_codes: Callback<()>,
) -> impl IntoView {
    let content = match notice {
        UrgentNotice::CodesNotSaved => view! {
            <Notice
                tone=Tone::Warning
                title="Your recovery codes are not saved."
                text="Without them and without your phone, only Support can let you in."
            >
                <Button label="View recovery codes" on_press=on_view_codes/>
            </Notice>
        }
        .into_any(),
        UrgentNotice::FewCodesLeft(left) => view! {
            <Notice
                tone=Tone::Warning
                title=pluralize(usize::try_from(left).unwrap_or_default(), "recovery code") + " left."
                text="Make new ones."
            >
                <Button label="Generate new codes" on_press=on_generate_codes/>
            </Notice>
        }
        .into_any(),
    };
    view! { <section class="account-notice" aria-label="About your account">{content}</section> }
}

static EVENTS: LazyView<(Signal<Vec<Notification>>, Callback<String>)> =
    lazy_view!(
        notices,
        |events: Signal<Vec<Notification>>, on_dismiss: Callback<String>| view! { <EventList events on_dismiss/> }
    );

/// The bell in the top bar, with the number of events that the owner of the account has not dismissed.
#[component]
pub fn NotificationBell() -> impl IntoView {
    let (api, account, toasts) = (use_api(), use_account(), toasts());
    let notifications = read_account(|account| account.notices.clone());
    let events = Signal::derive(move || notifications.get().unwrap_or_default());
    let dismiss = Callback::new(move |id: String| {
        spawn_local(async move {
            if let Err(error) = api.dismiss(&id).await {
                toasts.show(Tone::Warning, error.message());
            }
            account.refetch();
        });
    });
    view! { <BellView events list=move || EVENTS.view((events, dismiss), nothing)/> }
}

/// The bell: a button that opens a list.
#[component]
pub fn BellView(
    /// The events, latest first.
    #[prop(into)]
    events: Signal<Vec<Notification>>,
    /// Renders the list. Called when it is first opened.
    #[prop(into)]
    list: ViewFn,
) -> impl IntoView {
    let count = Memo::new(move |_| events.with(Vec::len));
    let label = Signal::derive(move || match count.get() {
        0 => "Notifications".to_owned(),
        count => format!("Notifications, {count} new"),
    });
    view! {
        <Disclosure label glyph=Glyph::Bell content=list>
            {move || (count.get() > 0).then(|| view! {
                <span class="bell-count" aria-hidden="true">{move || count.get().to_string()}</span>
            })}
        </Disclosure>
    }
}

/// Moves the focus from the button of an entry that is about to go to that of the next entry, or else to the list.
fn focus_beside() {
    let Some(item) = document().active_element().and_then(|button| button.closest("li").ok().flatten()) else { return };
    let beside = item.next_element_sibling().or_else(|| item.previous_element_sibling());
    let button = beside.and_then(|item| item.query_selector("button").ok().flatten());
    let next = button.or_else(|| item.closest(".events-box").ok().flatten());
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// The list of events behind the bell.
#[component]
pub fn EventList(
    /// The events, latest first.
    #[prop(into)]
    events: Signal<Vec<Notification>>,
    /// Called with the id of the event that the visitor dismisses.
    #[prop(into)]
    on_dismiss: Callback<String>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| events.with(Vec::is_empty));
    let item = move |Notification { id, at, text }: Notification| {
        let when = [&day(at.as_str()), " at ", &clock_at(parse_milliseconds(at.as_str()))].concat();
        let dismiss = move |()| {
            focus_beside();
            on_dismiss.run(id.clone());
        };
        view! {
            <li class="event">
                <p>{text}" "{when}"."</p>
                <Button label="Dismiss" kind=ButtonKind::Bare on_press=dismiss/>
            </li>
        }
    };
    view! {
        <section class="events-box" aria-label="Notifications" tabindex="-1">
            <h2>"Notifications"</h2>
            {move || if is_empty.get() {
                view! { <p class="is-muted">"Nothing new. What happens to your account appears here."</p> }.into_any()
            } else {
                view! {
                    <ul>
                        <For each=move || events.get() key=|event| event.id.clone() children=item/>
                    </ul>
                    <p class="is-muted">"If one of these was not you, tell whoever runs the portal at once."</p>
                }
                .into_any()
            }}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn urgent(enrolled: bool, left: u32, saved: bool) -> Option<UrgentNotice> {
        let factor = json!({"method": "authenticator", "sign_in": false, "enrolled_at": "x", "blocked": false});
        let account = json!({
            "id": "t", "login": "tess@padlock.example", "name": "Tess Tanaka",
            "second_factor": enrolled.then_some(factor), "recovery_codes_left": left, "recovery_codes_saved": saved,
            "first_binding": "password", "notices": [],
        });
        UrgentNotice::of(&serde_json::from_value(account).unwrap())
    }

    #[test]
    fn there_is_a_notice_only_if_the_owner_must_act() {
        assert_eq!(urgent(true, 12, true), None);
        assert_eq!(urgent(false, 0, true), None, "nothing is enrolled, so nothing is missing");
        assert_eq!(urgent(true, 12, false), Some(UrgentNotice::CodesNotSaved));
        assert_eq!(urgent(true, 4, true), None);
        assert_eq!(urgent(true, 3, true), Some(UrgentNotice::FewCodesLeft(3)));
        assert_eq!(urgent(true, 0, false), Some(UrgentNotice::CodesNotSaved), "the most urgent one");
    }
}
