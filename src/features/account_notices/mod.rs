//! Notices about the visitor's account, shown at the top of every page.

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
use crate::ui::{Button, ButtonKind, Notice, Tone, clock_at, day, focus_page, toasts};

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

static NOTICE_REGION: LazyView<()> = lazy_view!(notices, || view! { <NoticeRegion/> });

/// Shows the notices about the account. They are loaded after the page's own content.
#[component]
pub fn AccountNotices() -> impl IntoView {
    let (account, my_apps) = (use_account(), use_my_apps());
    Effect::new(move |_| {
        if my_apps.apps.ready(|_| ()).is_some() {
            account.load();
        }
    });
    // Stays true: the region itself shows when the last notice is gone.
    let has_notices = Memo::new(move |earlier: Option<&bool>| {
        earlier == Some(&true) || account.ready(|account| !AccountNotice::all(account).is_empty()) == Some(true)
    });
    move || has_notices.get().then(|| NOTICE_REGION.view((), nothing))
}

#[component]
fn NoticeRegion() -> impl IntoView {
    let (api, account, step_up, toasts) = (use_api(), use_account(), use_step_up(), toasts());
    // While the step-up dialog is open, the notices stay the same: the page behind it must not move.
    let notices = Memo::new(move |previous: Option<&Vec<AccountNotice>>| {
        let unchanged = step_up.is_open().then(|| previous.cloned()).flatten();
        unchanged.or_else(|| account.ready(AccountNotice::all)).unwrap_or_default()
    });
    let dismiss = move |id: String| {
        spawn_local(async move {
            match api.dismiss(&id).await {
                Ok(_) => {
                    focus_page();
                    account.refetch();
                }
                Err(error) => toasts.show(Tone::Warning, error.message()),
            }
        });
    };
    view! {
        <NoticeList
            notices
            on_view_codes=move |()| step_up.view_recovery_codes()
            on_generate_codes=move |()| step_up.new_recovery_codes()
            on_dismiss=dismiss
        />
    }
}

/// The list of notices. Of several events only the latest is shown until the visitor asks for the older ones.
#[component]
pub fn NoticeList(
    /// The notices, the most urgent first.
    #[prop(into)]
    notices: Signal<Vec<AccountNotice>>,
    /// Called to view the recovery codes.
    #[prop(into)]
    on_view_codes: Callback<()>,
    /// Called to generate new recovery codes.
    #[prop(into)]
    on_generate_codes: Callback<()>,
    /// Called with the id of the event that the visitor dismisses.
    #[prop(into)]
    on_dismiss: Callback<String>,
) -> impl IntoView {
    let notice_view = move |notice: AccountNotice| match notice {
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
        AccountNotice::Event { id, at, text } => {
            let when = [&day(&at), " at ", &clock_at(parse_milliseconds(&at))].concat();
            view! {
                <Notice
                    text=[&text, " ", &when, ". If this was not you, tell whoever runs the portal at once."].concat()
                >
                    <Button label="Dismiss" on_press=move |()| on_dismiss.run(id.clone())/>
                </Notice>
            }
            .into_any()
        }
    };
    let shows_older = RwSignal::new(false);
    let older_count = Memo::new(move |_| {
        let events = notices.with(|notices| notices.iter().filter(|notice| notice.is_event()).count());
        events.saturating_sub(1)
    });
    let visible = move || {
        // `notices` is read before `older_count`, which derives from it: reactive_graph 0.2.16 does not rerun a
        // subscriber that reads an unchanged memo before the changed memo from which that derives.
        let (events, others): (Vec<_>, Vec<_>) = notices.get().into_iter().partition(AccountNotice::is_event);
        let skipped = if shows_older.get() { 0 } else { older_count.get() };
        let limit = events.len().saturating_sub(skipped);
        others.into_iter().chain(events.into_iter().take(limit)).collect::<Vec<_>>()
    };
    view! {
        <section class="account-notices" aria-label="About your account">
            <For each=visible key=Clone::clone children=notice_view/>
            {move || (older_count.get() > 0 && !shows_older.get()).then(|| view! {
                <Button
                    label=Signal::derive(move || ["Show ", &older_count.get().to_string(), " older"].concat())
                    kind=ButtonKind::Bare
                    on_press=move |()| shows_older.set(true)
                />
            })}
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
