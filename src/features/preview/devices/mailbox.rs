//! The mail that the portal would have sent.

use std::time::Duration;

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::demo::{Message, MessageKind};

use crate::gateway::use_api;
use crate::load::Load;
use crate::ui::{Timestamp, live};

/// How often it is looked for new mail.
const EVERY: Duration = Duration::from_secs(2);

#[component]
pub(super) fn Mailbox() -> impl IntoView {
    let api = use_api();
    let mail = Load::new(move || api.demo_outbox().map_ok(|page| page.items));
    if let Ok(looking) = set_interval_with_handle(move || mail.again(), EVERY) {
        on_cleanup(move || looking.clear());
    }
    let messages = Memo::new(move |_| mail.ready(Vec::clone).unwrap_or_default());
    view! {
        <section class="device" aria-labelledby="device-mail">
            <h3 id="device-mail">"Mail"</h3>
            {live(move || messages.with(Vec::is_empty).then(|| view! {
                <p class="device-note">"Nothing was sent yet. Mail to every account arrives here."</p>
            }))}
            <ol class="device-mail">
                {live(move || messages.get().into_iter().map(line).collect_view())}
            </ol>
        </section>
    }
}

fn line(message: Message) -> impl IntoView {
    let Message { kind, at, to, subject, text } = message;
    let subject = match kind {
        MessageKind::Mail => subject,
        MessageKind::Sms => "Text message".to_owned(),
    };
    view! {
        <li>
            <p class="device-mail-head"><span>{to}</span><Timestamp at=at.as_str()/></p>
            <p><strong>{subject}</strong></p>
            <p class="device-mail-text">{text}</p>
        </li>
    }
}
