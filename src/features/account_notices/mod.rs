//! Notices about the visitor's account: the one that asks for an act at the top of the page, the others behind a bell.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::second_factor::AccountDetails;

use crate::api::use_api;
use crate::format::pluralize;
use crate::lazy::{LazyView, nothing};
use crate::lazy_view;
use crate::state::account::use_account;
use crate::state::authorised_window::parse_milliseconds;
use crate::state::my_apps::use_my_apps;
use crate::state::step_up::use_step_up;
use crate::ui::{Button, ButtonKind, Disclosure, Glyph, Notice, Tone, clock_at, day, focus_page, toasts};

/// The largest number of recovery codes that counts as few.
const FEW_CODES: u32 = 3;

/// A notice about the visitor's account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AccountNotice {
    /// The recovery codes were never saved.
    CodesNotSaved,
    /// Only a few recovery codes are left. Holds their number.
    FewCodesLeft(u32),
    /// An event that the owner of the account should know of.
    Event {
        /// The id of the notice.
        id: String,
        /// The time of the event, RFC 3339.
        at: String,
        /// The message.
        text: String,
    },
}

impl AccountNotice {
    const fn is_event(&self) -> bool {
        matches!(self, Self::Event { .. })
    }

    /// Returns the notices of an account, the most urgent first.
    fn all(account: &AccountDetails) -> Vec<Self> {
        let enrolled = account.second_factor.is_some();
        let events = account.notices.iter().map(|notice| Self::Event {
            id: notice.id.clone(),
            at: notice.at.as_str().to_owned(),
            text: notice.text.clone(),
        });
        let codes_left = account.recovery_codes_left;
        let not_saved = (enrolled && !account.recovery_codes_saved).then_some(Self::CodesNotSaved);
        let few_left = (enrolled && codes_left <= FEW_CODES).then_some(Self::FewCodesLeft(codes_left));
        not_saved.into_iter().chain(few_left).chain(events).collect()
    }
}

/// Loads the account after the page's own content, and returns its notices.
fn use_notices() -> Memo<Vec<AccountNotice>> {
    let (account, my_apps, step_up) = (use_account(), use_my_apps(), use_step_up());
    Effect::new(move |_| {
        if my_apps.apps.ready(|_| ()).is_some() {
            account.load();
        }
    });
    // While the step-up dialog is open, the notices stay the same: the page behind it must not move.
    Memo::new(move |previous: Option<&Vec<AccountNotice>>| {
        let unchanged = step_up.is_open().then(|| previous.cloned()).flatten();
        unchanged.or_else(|| account.ready(AccountNotice::all)).unwrap_or_default()
    })
}

/// Shows the most urgent notice that asks for an act, in the flow of the page. All others are behind the bell.
#[component]
pub fn UrgentNotice() -> impl IntoView {
    let (notices, step_up) = (use_notices(), use_step_up());
    let urgent = Memo::new(move |_| notices.with(|all| all.iter().find(|notice| !notice.is_event()).cloned()));
    move || {
        urgent.get().map(|notice| {
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
    notice: AccountNotice,
    /// Called to view the recovery codes.
    #[prop(into)]
    on_view_codes: Callback<()>,
    /// Called to generate new recovery codes.
    #[prop(into)]
    on_generate_codes: Callback<()>,
) -> impl IntoView {
    let content = match notice {
        AccountNotice::CodesNotSaved => view! {
            <Notice
                tone=Tone::Warning
                title="Your recovery codes are not saved."
                text="Without them and without your phone, only Support can let you in."
            >
                <Button label="View recovery codes" on_press=on_view_codes/>
            </Notice>
        }
        .into_any(),
        AccountNotice::FewCodesLeft(left) => view! {
            <Notice
                tone=Tone::Warning
                title=pluralize(usize::try_from(left).unwrap_or_default(), "recovery code") + " left."
                text="Make new ones."
            >
                <Button label="Generate new codes" on_press=on_generate_codes/>
            </Notice>
        }
        .into_any(),
        AccountNotice::Event { .. } => ().into_any(),
    };
    view! { <section class="account-notice" aria-label="About your account">{content}</section> }
}

static EVENTS: LazyView<(Signal<Vec<AccountNotice>>, Callback<String>)> = lazy_view!(
    notices,
    |notices: Signal<Vec<AccountNotice>>, on_dismiss: Callback<String>| view! { <EventList notices on_dismiss/> }
);

/// The bell in the top bar, with the number of events that the owner of the account has not dismissed.
#[component]
pub fn NotificationBell() -> impl IntoView {
    let (api, account, notices, toasts) = (use_api(), use_account(), use_notices(), toasts());
    let events = Signal::derive(move || {
        notices.with(|all| all.iter().filter(|notice| notice.is_event()).cloned().collect::<Vec<_>>())
    });
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
    events: Signal<Vec<AccountNotice>>,
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

/// The list of events behind the bell.
#[component]
pub fn EventList(
    /// The events, latest first.
    #[prop(into)]
    notices: Signal<Vec<AccountNotice>>,
    /// Called with the id of the event that the visitor dismisses.
    #[prop(into)]
    on_dismiss: Callback<String>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| notices.with(Vec::is_empty));
    let item = move |notice: AccountNotice| {
        let AccountNotice::Event { id, at, text } = notice else { return ().into_any() };
        let when = [&day(&at), " at ", &clock_at(parse_milliseconds(&at))].concat();
        let dismiss = move |()| {
            on_dismiss.run(id.clone());
            // The button is about to go.
            focus_page();
        };
        view! {
            <li class="event">
                <p>{text}" "{when}"."</p>
                <Button label="Dismiss" kind=ButtonKind::Bare on_press=dismiss/>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="events-box" aria-label="Notifications">
            <h2>"Notifications"</h2>
            {move || if is_empty.get() {
                view! { <p class="is-muted">"Nothing new. What happens to your account appears here."</p> }.into_any()
            } else {
                view! {
                    <ul>
                        <For each=move || notices.get() key=Clone::clone children=item/>
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

    fn notices(enrolled: bool, left: u32, saved: bool) -> Vec<AccountNotice> {
        let factor = json!({"method": "authenticator", "sign_in": false, "enrolled_at": "x", "blocked": false});
        let account = json!({
            "id": "t", "login": "tess@padlock.example", "name": "Tess Tanaka",
            "second_factor": enrolled.then_some(factor), "recovery_codes_left": left, "recovery_codes_saved": saved,
            "first_binding": "password", "notices": [],
        });
        AccountNotice::all(&serde_json::from_value(account).unwrap())
    }

    #[test]
    fn there_is_a_notice_only_if_the_owner_must_act() {
        assert_eq!(notices(true, 12, true), []);
        assert_eq!(notices(false, 0, true), [], "nothing is enrolled, so nothing is missing");
        assert_eq!(notices(true, 12, false), [AccountNotice::CodesNotSaved]);
        assert_eq!(notices(true, 4, true), []);
        assert_eq!(notices(true, 3, true), [AccountNotice::FewCodesLeft(3)]);
        assert_eq!(notices(true, 0, false), [AccountNotice::CodesNotSaved, AccountNotice::FewCodesLeft(0)]);
    }
}
