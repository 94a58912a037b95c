//! What the tabs of one browser tell each other: that somebody signed in or out, locked or unlocked.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "padlock-session";

/// What happened in a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Somebody signed in.
    SignedIn,
    /// Whoever was signed in is not any more.
    SignedOut,
    /// The authorised window was opened.
    Unlocked,
    /// It was closed.
    Locked,
}

impl Told {
    const ALL: [Self; 4] = [Self::SignedIn, Self::SignedOut, Self::Unlocked, Self::Locked];

    const fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Unlocked => "unlocked",
            Self::Locked => "locked",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.word() == word)
    }
}

/// This tab among the others.
#[derive(Clone, Copy)]
pub struct Tabs(StoredValue<Option<BroadcastChannel>, LocalStorage>);

impl Tabs {
    /// Joins the others. In a preview every tab is a portal of its own and hears nothing.
    #[must_use]
    pub fn join() -> Self {
        let alone = cfg!(feature = "preview");
        Self(StoredValue::new_local((!alone).then(|| BroadcastChannel::new(CHANNEL).ok()).flatten()))
    }

    /// Tells the other tabs.
    pub fn tell(self, what: Told) {
        self.0.try_with_value(|channel| channel.as_ref().map(|channel| channel.post_message(&what.word().into())));
    }

    /// Hears what the others tell, for as long as the program runs.
    pub fn listen(self, hear: impl Fn(Told) + 'static) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(told) = event.data().as_string().as_deref().and_then(Told::read) {
                hear(told);
            }
        });
        self.0.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            }
        });
        heard.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::Told;

    #[test]
    fn what_is_told_is_understood() {
        for told in Told::ALL {
            assert_eq!(Told::read(told.word()), Some(told));
        }
        assert_eq!(Told::read("something else"), None);
    }
}
