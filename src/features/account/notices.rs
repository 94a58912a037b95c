//! What the owner of the account has to be told: a quiet region at the top of every page, empty most of the time.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::second_factor::AccountDetails;

use super::use_account;
use crate::authorised::milliseconds;
use crate::features::step_up::use_step_up;
use crate::format::counted;
use crate::gateway::use_api;
use crate::ui::{Button, ButtonKind, Notice, Tone, clock_at, day, focus_page, live, toasts};

/// So many recovery codes are few.
const FEW: u32 = 3;

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TellOwner {
    /// The recovery codes were never saved.
    Unsaved,
    /// Few are left.
    Few(u32),
    /// Something happened to the account.
    Happened {
        /// The notice's id.
        id: String,
        /// When, in RFC 3339.
        at: String,
        /// What.
        text: String,
    },
}

impl TellOwner {
    const fn is_news(&self) -> bool {
        matches!(self, Self::Happened { .. })
    }

    /// What is to be told about this account, the most urgent first.
    fn all(account: &AccountDetails) -> Vec<Self> {
        let enrolled = account.second_factor.is_some();
        let happened = account.notices.iter().map(|notice| Self::Happened {
            id: notice.id.clone(),
            at: notice.at.as_str().to_owned(),
            text: notice.text.clone(),
        });
        let unsaved = (enrolled && !account.recovery_codes_saved).then_some(Self::Unsaved);
        let few = (enrolled && account.recovery_codes_left <= FEW).then_some(Self::Few(account.recovery_codes_left));
        unsaved.into_iter().chain(few).chain(happened).collect()
    }
}

/// The region.
#[component]
pub(super) fn AccountNotices() -> impl IntoView {
    let (api, account, step_up, toasts) = (use_api(), use_account(), use_step_up(), toasts());
    // What is being dealt with in the dialog is no news, and nothing moves behind it.
    let told = Memo::new(move |before: Option<&Vec<TellOwner>>| {
        let held = step_up.is_open().then(|| before.cloned()).flatten();
        held.or_else(|| account.details.ready(TellOwner::all)).unwrap_or_default()
    });
    let dismiss = move |id: String| {
        spawn_local(async move {
            match api.dismiss(&id).await {
                Ok(_) => {
                    focus_page();
                    account.details.again();
                }
                Err(failure) => toasts.tell(Tone::Warning, failure.sentence()),
            }
        });
    };
    view! {
        <NoticeList
            told
            on_view=move |()| step_up.show_recovery_codes()
            on_new=move |()| step_up.make_recovery_codes()
            on_dismiss=dismiss
        />
    }
}

/// The region as it is seen.
#[component]
pub fn NoticeList(
    /// What is to be told.
    #[prop(into)]
    told: Signal<Vec<TellOwner>>,
    /// See the recovery codes.
    #[prop(into)]
    on_view: Callback<()>,
    /// Make new ones.
    #[prop(into)]
    on_new: Callback<()>,
    /// A notice, by its id, was read.
    #[prop(into)]
    on_dismiss: Callback<String>,
) -> impl IntoView {
    let one = move |tell: TellOwner| match tell {
        TellOwner::Unsaved => view! {
            <Notice
                tone=Tone::Warning
                title="Your recovery codes are not saved."
                text="Without them and without your phone, only Support can let you in."
            >
                <Button label="View recovery codes" on_press=on_view/>
            </Notice>
        }
        .into_any(),
        TellOwner::Few(left) => view! {
            <Notice
                tone=Tone::Warning
                title=counted(usize::try_from(left).unwrap_or_default(), "recovery code") + " left."
                text="Make new ones."
            >
                <Button label="Generate new codes" on_press=on_new/>
            </Notice>
        }
        .into_any(),
        TellOwner::Happened { id, at, text } => {
            let when = [&day(&at), " at ", &clock_at(milliseconds(&at))].concat();
            view! {
                <Notice text=[&text, " ", &when, ". If this was not you, tell whoever runs the portal at once."].concat()>
                    <Button label="Dismiss" on_press=move |()| on_dismiss.run(id.clone())/>
                </Notice>
            }
            .into_any()
        }
    };
    // The latest is told, the others when asked for: the page below is what people came for.
    let unfolded = RwSignal::new(false);
    let older =
        Memo::new(move |_| told.with(|told| told.iter().filter(|tell| tell.is_news()).count().saturating_sub(1)));
    let shown = move || {
        // First what the count comes from: reactive_graph 0.2.16 does not run what reads a memo that stays the same before
        // the memo behind it that changes.
        let (news, rest): (Vec<_>, Vec<_>) = told.get().into_iter().partition(TellOwner::is_news);
        let skipped = if unfolded.get() { 0 } else { older.get() };
        let latest = news.len().saturating_sub(skipped);
        rest.into_iter().chain(news.into_iter().take(latest)).collect::<Vec<_>>()
    };
    view! {
        <section class="account-notices" aria-label="About your account">
            <For each=shown key=Clone::clone children=one/>
            {live(move || (older.get() > 0 && !unfolded.get()).then(|| view! {
                <Button
                    label=Signal::derive(move || ["Show ", &older.get().to_string(), " older"].concat())
                    kind=ButtonKind::Bare
                    on_press=move |()| unfolded.set(true)
                />
            }))}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(enrolled: bool, left: u32, saved: bool) -> Vec<TellOwner> {
        let factor = json!({"method": "authenticator", "sign_in": false, "enrolled_at": "x", "blocked": false});
        let account = json!({
            "id": "t", "login": "tess@padlock.example", "name": "Tess Tanaka",
            "second_factor": enrolled.then_some(factor), "recovery_codes_left": left, "recovery_codes_saved": saved,
            "first_binding": "password", "notices": [],
        });
        TellOwner::all(&serde_json::from_value(account).unwrap())
    }

    #[test]
    fn only_what_needs_an_act_is_told() {
        assert_eq!(told(true, 12, true), []);
        assert_eq!(told(false, 0, true), [], "nothing is enrolled, so nothing is missing");
        assert_eq!(told(true, 12, false), [TellOwner::Unsaved]);
        assert_eq!(told(true, 4, true), []);
        assert_eq!(told(true, 3, true), [TellOwner::Few(3)]);
        assert_eq!(told(true, 0, false), [TellOwner::Unsaved, TellOwner::Few(0)]);
    }
}
