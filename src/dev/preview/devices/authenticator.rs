//! The simulated phone's authenticator app.

use leptos::prelude::*;
use padlock_domain::second_factor::totp::STEP_SECONDS;

use super::account::Account;
use super::time::PortalTime;
use crate::ui::{Button, ButtonKind, CopyButton, Glyph, Segment, Segmented};

/// The link around the QR code of the enrolment. Its address is the `otpauth` URI that the QR code holds.
const OTPAUTH_LINK: &str = "a[href^='otpauth://totp/']";
/// The offsets that the phone's clock can be set to, in seconds.
const DRIFTS: [(i64, &str); 3] = [(-120, "2 min slow"), (0, "Right"), (120, "2 min fast")];

#[component]
pub(super) fn Authenticator(time: PortalTime, accounts: RwSignal<Vec<Account>>, drift: RwSignal<i64>) -> impl IntoView {
    let status = RwSignal::new(String::new());
    let phone_now = Memo::new(move |_| time.now.get() + drift.get());
    let scan = move |()| status.set(scan_page(accounts));
    let row = move |account: Account| view! { <AccountRow account phone_now accounts/> };
    let key = |account: &Account| (account.issuer.clone(), account.name.clone(), account.code(0));
    view! {
        <section class="device" aria-labelledby="device-authenticator">
            <h3 id="device-authenticator">"Authenticator"</h3>
            <ul class="device-accounts">
                <For each=move || accounts.get() key=key children=row/>
            </ul>
            {move || accounts.with(Vec::is_empty).then(|| view! {
                <p class="device-note">
                    "No account yet. Set up Google Authenticator in the portal, then scan its code."
                </p>
            })}
            <Button label="Scan the code on this page" glyph=Glyph::Phone on_press=scan/>
            <p class="device-note" role="status">{status}</p>
            {drift_switch(drift)}
        </section>
    }
}

/// An account with its current code. `phone_now` is in seconds since 1970.
#[component]
fn AccountRow(account: Account, phone_now: Memo<i64>, accounts: RwSignal<Vec<Account>>) -> impl IntoView {
    let Account { issuer, name, .. } = account.clone();
    let removed = account.clone();
    let code = Memo::new(move |_| account.code(phone_now.get()));
    let left = Memo::new(move |_| STEP_SECONDS - phone_now.get().rem_euclid(STEP_SECONDS));
    let digits = Signal::derive(move || code.get().replace(' ', ""));
    view! {
        <li class="device-account">
            <p class="device-account-name"><strong>{issuer}</strong>" "{name}</p>
            <output class="device-code" aria-live="off">{code}</output>
            <span class="device-ring" role="img" aria-label={move || format!("{} s left", left.get())}>
                <svg viewBox="0 0 24 24" aria-hidden="true" style:--left={move || left.get().to_string()}>
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
                    on_press=move |()| accounts.update(|accounts| accounts.retain(|account| *account != removed))
                />
            </div>
        </li>
    }
}

/// The control that sets the phone's clock wrong.
fn drift_switch(drift: RwSignal<i64>) -> impl IntoView {
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

/// Adds the account of the QR code that is on the page and returns a sentence about the result.
fn scan_page(accounts: RwSignal<Vec<Account>>) -> String {
    let link = document().query_selector(OTPAUTH_LINK).ok().flatten();
    let Some(account) = link.and_then(|link| link.get_attribute("href")).and_then(|uri| Account::parse(&uri)) else {
        return "There is no code on this page.".to_owned();
    };
    let result = ["Added ", &account.name, "."].concat();
    accounts.update(|accounts| {
        // A new secret replaces the old one of the same account.
        accounts.retain(|existing| !existing.is_same_account(&account));
        accounts.insert(0, account);
    });
    result
}
