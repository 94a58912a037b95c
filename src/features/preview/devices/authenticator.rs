//! The phone's authenticator app.

use leptos::prelude::*;
use padlock_domain::totp::STEP_SECONDS;

use super::account::Account;
use super::time::Time;
use crate::ui::{Button, ButtonKind, CopyButton, Glyph, Segment, Segmented, attr, live};

/// Where the enrolment puts what its picture says.
const CODE_ON_PAGE: &str = "a[href^='otpauth://totp/']";
/// How far off the phone's clock can be set, in seconds.
const DRIFTS: [(i64, &str); 3] = [(-120, "2 min slow"), (0, "Right"), (120, "2 min fast")];

#[component]
pub(super) fn Authenticator(time: Time, accounts: RwSignal<Vec<Account>>, drift: RwSignal<i64>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    // By the phone's own clock.
    let now = Memo::new(move |_| time.now.get() + drift.get());
    let scan = move |()| said.set(scanned(accounts));
    let line = move |account: Account| view! { <Line account now accounts/> };
    let key = |account: &Account| (account.issuer.clone(), account.name.clone(), account.code(0));
    view! {
        <section class="device" aria-labelledby="device-authenticator">
            <h3 id="device-authenticator">"Authenticator"</h3>
            <ul class="device-accounts">
                <For each=move || accounts.get() key=key children=line/>
            </ul>
            {live(move || accounts.with(Vec::is_empty).then(|| view! {
                <p class="device-note">"No account yet. Set up Google Authenticator in the portal, then scan its code."</p>
            }))}
            <Button label="Scan the code on this page" glyph=Glyph::Phone on_press=scan/>
            <p class="device-note" role="status">{said}</p>
            {phone_clock(drift)}
        </section>
    }
}

/// An account with its code.
#[component]
fn Line(account: Account, now: Memo<i64>, accounts: RwSignal<Vec<Account>>) -> impl IntoView {
    let Account { issuer, name, .. } = account.clone();
    let (shown, gone) = (account.clone(), account);
    let code = Memo::new(move |_| shown.code(now.get()));
    let left = Memo::new(move |_| STEP_SECONDS - now.get().rem_euclid(STEP_SECONDS));
    let digits = Signal::derive(move || code.get().replace(' ', ""));
    view! {
        <li class="device-account">
            <p class="device-account-name"><strong>{issuer}</strong>" "{name}</p>
            <output class="device-code" aria-live="off">{code}</output>
            <span class="device-ring" role="img" aria-label=attr(move || format!("{} s left", left.get()))>
                <svg viewBox="0 0 24 24" aria-hidden="true" style:--left=attr(move || left.get().to_string())>
                    <circle cx="12" cy="12" r="9" pathLength="30"></circle>
                    <circle cx="12" cy="12" r="9" pathLength="30" class="device-ring-left"></circle>
                </svg>
                <span aria-hidden="true">{left}</span>
            </span>
            <div class="device-acts">
                <CopyButton text=digits label="Copy"/>
                <Button
                    label="Remove"
                    kind=ButtonKind::Bare
                    on_press=move |()| accounts.update(|accounts| accounts.retain(|account| *account != gone))
                />
            </div>
        </li>
    }
}

/// The switch of the phone's clock.
fn phone_clock(drift: RwSignal<i64>) -> impl IntoView {
    let segments = DRIFTS.map(|(seconds, label)| Segment { value: seconds.to_string(), label: label.to_owned() });
    view! {
        <div class="device-row">
            <span>"The phone’s clock"</span>
            <Segmented
                label="The phone’s clock"
                segments=Signal::stored(segments.to_vec())
                chosen=Signal::derive(move || drift.get().to_string())
                on_choose=move |chosen: String| drift.set(chosen.parse().unwrap_or_default())
            />
        </div>
    }
}

/// Takes in the code that is on the page, and says what came of it.
fn scanned(accounts: RwSignal<Vec<Account>>) -> String {
    let link = document().query_selector(CODE_ON_PAGE).ok().flatten();
    let Some(account) = link.and_then(|link| link.get_attribute("href")).and_then(|uri| Account::read(&uri)) else {
        return "There is no code on this page.".to_owned();
    };
    let said = ["Added ", &account.name, "."].concat();
    accounts.update(|accounts| {
        // A new secret of the same account takes the place of the old one.
        accounts.retain(|one| !one.is_of(&account));
        accounts.insert(0, account);
    });
    said
}
