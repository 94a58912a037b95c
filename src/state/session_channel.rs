//! Changes of the session, broadcast to the other tabs of the browser.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL_NAME: &str = "padlock-session";

/// A change of the session in some tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// Somebody signed in.
    SignedIn,
    /// The visitor signed out.
    SignedOut,
    /// The authorised window was opened.
    Unlocked,
    /// The authorised window was closed.
    Locked,
}

impl SessionEvent {
    const ALL: [Self; 4] = [Self::SignedIn, Self::SignedOut, Self::Unlocked, Self::Locked];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Unlocked => "unlocked",
            Self::Locked => "locked",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// The channel to the other tabs.
#[derive(Clone, Copy)]
pub struct SessionChannel(StoredValue<Option<BroadcastChannel>, LocalStorage>);

impl SessionChannel {
    /// Opens the channel. In a preview every tab is a portal of its own, so there is nothing to broadcast.
    #[must_use]
    pub fn open() -> Self {
        let is_preview = cfg!(feature = "preview");
        Self(StoredValue::new_local((!is_preview).then(|| BroadcastChannel::new(CHANNEL_NAME).ok()).flatten()))
    }

    /// Sends an event to the other tabs.
    pub fn broadcast(self, event: SessionEvent) {
        self.0.try_with_value(|channel| channel.as_ref().map(|channel| channel.post_message(&event.as_str().into())));
    }

    /// Calls `on_event` for every event of another tab, for as long as the program runs.
    pub fn subscribe(self, on_event: impl Fn(SessionEvent) + 'static) {
        let callback = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(event) = event.data().as_string().as_deref().and_then(SessionEvent::parse) {
                on_event(event);
            }
        });
        self.0.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
            }
        });
        callback.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::SessionEvent;

    #[test]
    fn every_event_is_parsed_from_its_name() {
        for event in SessionEvent::ALL {
            assert_eq!(SessionEvent::parse(event.as_str()), Some(event));
        }
        assert_eq!(SessionEvent::parse("something else"), None);
    }
}
