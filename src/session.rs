//! Who is signed in, as every page and every tab sees it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::session::Account;
use padlock_contract::{ErrorCode, Time};

use crate::gateway::{Api, Failure, provide_api};
use crate::tabs::{Tabs, Told};

/// What is known about who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Not known yet.
    #[default]
    Loading,
    /// Nobody.
    Anonymous,
    /// Somebody.
    SignedIn(SignedIn),
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// Until when the authorised window is open, if it is.
    pub authorised_until: Option<Time>,
}

/// Where the program notes for its next start that somebody is signed in. It proves nothing: it only says which shell
/// stands until the answer is there (`boot.js`).
const NOTE: &str = "padlock.signed-in";

/// The session of this browser.
#[derive(Clone, Copy)]
pub struct CurrentSession {
    now: RwSignal<Session>,
    /// Whose the pages are that are shown; changes only from one person to another.
    person: RwSignal<Option<String>>,
    /// Counts what happened here: what was asked before, and answered after, saw what is no longer so.
    turn: StoredValue<u32>,
    api: Api,
    tabs: Tabs,
}

/// Makes [`use_session`] and [`use_api`] work below, and asks who is signed in.
pub fn provide_session() -> CurrentSession {
    let now = RwSignal::new(Session::Loading);
    let turn = StoredValue::new(0);
    let api = provide_api(
        Signal::derive(move || !is_at_the_door(now)),
        Callback::new(move |()| {
            now.try_set(Session::Anonymous);
        }),
        turn,
    );
    let tabs = Tabs::join();
    Effect::new(move |_| match now.get() {
        Session::Loading => {}
        Session::Anonymous => note(false),
        Session::SignedIn(_) => note(true),
    });
    let session = CurrentSession { now, person: RwSignal::new(None), turn, api, tabs };
    provide_context(session);
    tabs.listen(move |told| match told {
        Told::SignedOut => session.leave(),
        Told::SignedIn | Told::Unlocked | Told::Locked => session.look(),
    });
    session.look();
    session
}

/// The session of this browser.
#[must_use]
pub fn use_session() -> CurrentSession {
    use_context().unwrap_or_else(provide_session)
}

impl CurrentSession {
    /// What is known now.
    #[must_use]
    pub fn get(self) -> Session {
        self.now.get()
    }

    /// The one who is signed in.
    #[must_use]
    pub fn account(self) -> Option<Account> {
        self.now.with(|now| match now {
            Session::SignedIn(signed_in) => Some(signed_in.account.clone()),
            Session::Loading | Session::Anonymous => None,
        })
    }

    /// Whether the reader stands at the door: nobody is signed in or, before that is known, nobody was.
    #[must_use]
    pub fn is_at_the_door(self) -> bool {
        is_at_the_door(self.now)
    }

    /// Until when the authorised window is open, if it is.
    #[must_use]
    pub fn authorised_until(self) -> Option<Time> {
        self.now.with(|now| match now {
            Session::SignedIn(signed_in) => signed_in.authorised_until.clone(),
            Session::Loading | Session::Anonymous => None,
        })
    }

    /// Follows who is signed in, as far as it is another person than before.
    pub fn track_person(self) {
        self.person.track();
    }

    /// Asks again if it is not known yet: for whoever tries again after the server could not be reached.
    pub fn retry(self) {
        if self.now.with_untracked(|now| *now == Session::Loading) {
            self.look();
        }
    }

    /// Somebody signed in, here; a sign-in that took a code opens the authorised window as well.
    pub fn signed_in(self, account: Account, authorised_until: Option<Time>) {
        self.act();
        self.set(SignedIn { account, authorised_until });
        self.tabs.tell(Told::SignedIn);
    }

    /// The second factor was proved, here.
    pub fn unlocked(self, until: Time) {
        self.set_window(Some(until));
        self.tabs.tell(Told::Unlocked);
    }

    /// Closes the authorised window, here and in every other tab.
    ///
    /// # Errors
    /// [`Failure`]: it may still be open.
    pub async fn lock(self) -> Result<(), Failure> {
        self.api.lock().await?;
        self.set_window(None);
        self.tabs.tell(Told::Locked);
        Ok(())
    }

    /// Signs out, here and in every other tab.
    ///
    /// # Errors
    /// [`Failure`]: still signed in.
    pub async fn sign_out(self) -> Result<(), Failure> {
        match self.api.sign_out().await {
            Err(failure) if failure.code() != Some(ErrorCode::NotSignedIn) => Err(failure),
            _ => {
                self.leave();
                self.tabs.tell(Told::SignedOut);
                Ok(())
            }
        }
    }

    /// Asks the server how it is.
    pub fn look(self) {
        let turn = self.turn.try_get_value();
        spawn_local(async move {
            let seen = self.api.session().await;
            if self.turn.try_get_value() != turn {
                return self.look();
            }
            // A failure other than "nobody is signed in", which sets the signal by itself, leaves it open.
            if let Ok(session) = seen {
                let padlock_contract::session::Session { account, authorised_until, .. } = session;
                self.set(SignedIn { account, authorised_until });
            }
        });
    }

    fn act(self) {
        self.turn.try_update_value(|turn| *turn = turn.wrapping_add(1));
    }

    fn leave(self) {
        self.act();
        self.now.try_set(Session::Anonymous);
    }

    fn set_window(self, authorised_until: Option<Time>) {
        self.act();
        let now = self.now.try_get_untracked();
        if let Some(Session::SignedIn(SignedIn { account, .. })) = now {
            self.set(SignedIn { account, authorised_until });
        }
    }

    fn set(self, signed_in: SignedIn) {
        let id = Some(signed_in.account.id.clone());
        match self.person.try_get_untracked().flatten() {
            before if before == id => {}
            Some(_) => self.person.set(id),
            // The first to be known is whose pages are on their way already.
            None => self.person.update_untracked(|person| *person = id),
        }
        let signed_in = Session::SignedIn(signed_in);
        // Looked at again and again: only what changed is news.
        if self.now.try_with_untracked(|now| *now != signed_in) == Some(true) {
            self.now.set(signed_in);
        }
    }
}

/// Whether nobody is signed in or, before that is known, nobody was.
fn is_at_the_door(now: RwSignal<Session>) -> bool {
    now.with(|now| match now {
        Session::Loading => !was_signed_in(),
        Session::Anonymous => true,
        Session::SignedIn(_) => false,
    })
}

fn note(signed_in: bool) {
    if let Some(storage) = window().local_storage().ok().flatten() {
        let _ = if signed_in { storage.set_item(NOTE, "") } else { storage.remove_item(NOTE) };
    }
}

fn was_signed_in() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(NOTE).ok().flatten()).is_some()
}
