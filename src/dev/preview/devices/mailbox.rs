//! The list of emails and text messages that the portal would have sent.

use std::time::Duration;

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::demo::{Message, MessageKind};

use crate::api::use_api;
use crate::state::query::Query;
use crate::ui::Timestamp;

const POLL_INTERVAL: Duration = Duration::from_secs(2);

#[component]
pub(super) fn Mailbox() -> impl IntoView {
    let api = use_api();
    let mail = Query::new(move || api.demo_outbox().map_ok(|page| page.items));
    if let Ok(poll) = set_interval_with_handle(move || mail.refetch(), POLL_INTERVAL) {
        on_cleanup(move || poll.clear());
    }
    let messages = Memo::new(move |_| mail.ready(Vec::clone).unwrap_or_default());
    view! {
        <section class="device" aria-labelledby="device-mail">
            <h3 id="device-mail">"Mail"</h3>
            {move || messages.with(Vec::is_empty).then(|| view! {
                <p class="device-note">"Nothing was sent yet. Mail to every account arrives here."</p>
            })}
            <ol class="device-mail">
                {move || messages.get().into_iter().map(message_item).collect_view()}
            </ol>
        </section>
    }
}

fn message_item(message: Message) -> impl IntoView {
    let Message { kind, at, to, subject, text } = message;
    let subject = match kind {
        MessageKind::Mail | MessageKind::Unknown => subject,
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
