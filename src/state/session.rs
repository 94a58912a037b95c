//! Who is signed in, the same for every page and every tab of the browser.

use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::session::{Account, Session as SessionResponse};
use padlock_contract::{ErrorCode, Time};

use super::session_channel::{SessionChannel, SessionEvent};
use crate::api::{Api, ApiError, ApiResult, provide_api};
use crate::browser_storage::local_storage;

/// What is known of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SessionState {
    /// The server has not answered yet.
    #[default]
    Loading,
    /// Nobody is signed in.
    Anonymous,
    /// Somebody is signed in.
    SignedIn(SignedIn),
}

/// A signed-in visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// The end of the authorised window, if it is open.
    pub authorised_until: Option<Time>,
}

/// The key in local storage under which the program notes that somebody is signed in. It proves nothing: it decides which
/// static shell is shown before the server has answered (`boot.js`).
const SIGNED_IN_KEY: &str = "padlock.signed-in";

/// The session of this browser.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    /// The id of the account whose pages are shown. Changes only when another person signs in.
    person: RwSignal<Option<String>>,
    /// Counts the changes of the session in this tab: a response to a request from before one is out of date.
    revision: StoredValue<u32>,
    api: Api,
    channel: SessionChannel,
}

/// Makes [`use_session`] and [`use_api`](crate::api::use_api) work below, and asks the server who is signed in.
pub fn provide_session() -> Session {
    let state = RwSignal::new(SessionState::Loading);
    let revision = StoredValue::new(0);
    let api = provide_api(
        Signal::derive(move || !needs_sign_in(state)),
        Callback::new(move |()| {
            state.try_set(SessionState::Anonymous);
        }),
        revision,
    );
    let channel = SessionChannel::open();
    Effect::new(move |_| match state.get() {
        SessionState::Loading => {}
        SessionState::Anonymous => note_signed_in(false),
        SessionState::SignedIn(_) => note_signed_in(true),
    });
    let session = Session { state, person: RwSignal::new(None), revision, api, channel };
    provide_context(session);
    channel.subscribe(move |event| match event {
        SessionEvent::SignedOut => session.end(),
        SessionEvent::SignedIn | SessionEvent::Unlocked | SessionEvent::Locked => session.refresh(),
    });
    session.refresh();
    session
}

/// Returns the session.
#[must_use]
pub fn use_session() -> Session {
    use_context().unwrap_or_else(provide_session)
}

impl Session {
    /// Returns what is known of the session and tracks it.
    #[must_use]
    pub fn get(self) -> SessionState {
        self.state.get()
    }

    /// Returns the account that is signed in.
    #[must_use]
    pub fn account(self) -> Option<Account> {
        self.state.with(|state| match state {
            SessionState::SignedIn(signed_in) => Some(signed_in.account.clone()),
            SessionState::Loading | SessionState::Anonymous => None,
        })
    }

    /// Whether the visitor has to sign in: nobody is signed in or, before that is known, nobody was at the last visit.
    #[must_use]
    pub fn needs_sign_in(self) -> bool {
        needs_sign_in(self.state)
    }

    /// Returns the end of the authorised window, if it is open.
    #[must_use]
    pub fn authorised_until(self) -> Option<Time> {
        self.state.with(|state| match state {
            SessionState::SignedIn(signed_in) => signed_in.authorised_until.clone(),
            SessionState::Loading | SessionState::Anonymous => None,
        })
    }

    /// Tracks who is signed in, as far as it is another person than before.
    pub fn track_person(self) {
        self.person.track();
    }

    /// Asks the server again if it has not answered yet: it could not be reached.
    pub fn retry(self) {
        if self.state.with_untracked(|state| *state == SessionState::Loading) {
            self.refresh();
        }
    }

    /// Notes that somebody signed in in this tab. A sign-in with a code opens the authorised window as well.
    pub fn signed_in(self, account: Account, authorised_until: Option<Time>) {
        self.advance_revision();
        self.set(SignedIn { account, authorised_until });
        self.channel.broadcast(SessionEvent::SignedIn);
    }

    /// Notes that the second factor was proved in this tab.
    pub fn unlocked(self, until: Time) {
        self.set_authorised_until(Some(until));
        self.channel.broadcast(SessionEvent::Unlocked);
    }

    /// Closes the authorised window, in every tab.
    ///
    /// # Errors
    /// [`ApiError`]: the window may still be open.
    pub async fn lock(self) -> Result<(), ApiError> {
        self.api.lock().await?;
        self.set_authorised_until(None);
        self.channel.broadcast(SessionEvent::Locked);
        Ok(())
    }

    /// Signs out, in every tab.
    ///
    /// # Errors
    /// [`ApiError`]: still signed in.
    pub async fn sign_out(self) -> Result<(), ApiError> {
        match self.api.sign_out().await {
            Err(error) if error.code() != Some(ErrorCode::NotSignedIn) => Err(error),
            _ => {
                self.end();
                self.channel.broadcast(SessionEvent::SignedOut);
                Ok(())
            }
        }
    }

    /// Asks the server for the session. A response that was preloaded is there at once.
    pub fn refresh(self) {
        let revision = self.revision.try_get_value();
        let mut request = Box::pin(self.api.session());
        if let Some(response) = (&mut request).now_or_never() {
            return self.apply(response);
        }
        spawn_local(async move {
            let response = request.await;
            if self.revision.try_get_value() == revision {
                self.apply(response);
            } else {
                self.refresh();
            }
        });
    }

    /// An error says nothing about the session, but for "nobody is signed in", on which the client itself acts.
    fn apply(self, response: ApiResult<SessionResponse>) {
        if let Ok(SessionResponse { account, authorised_until, .. }) = response {
            self.set(SignedIn { account, authorised_until });
        }
    }

    fn advance_revision(self) {
        self.revision.try_update_value(|revision| *revision = revision.wrapping_add(1));
    }

    fn end(self) {
        self.advance_revision();
        self.state.try_set(SessionState::Anonymous);
    }

    fn set_authorised_until(self, authorised_until: Option<Time>) {
        self.advance_revision();
        let state = self.state.try_get_untracked();
        if let Some(SessionState::SignedIn(SignedIn { account, .. })) = state {
            self.set(SignedIn { account, authorised_until });
        }
    }

    fn set(self, signed_in: SignedIn) {
        let id = Some(signed_in.account.id.clone());
        match self.person.try_get_untracked().flatten() {
            shown if shown == id => {}
            Some(_) => self.person.set(id),
            // The first person's pages are shown already.
            None => self.person.update_untracked(|person| *person = id),
        }
        let state = SessionState::SignedIn(signed_in);
        // The session is refreshed again and again; only a change is passed on.
        if self.state.try_with_untracked(|present| *present != state) == Some(true) {
            self.state.set(state);
        }
    }
}

fn needs_sign_in(state: RwSignal<SessionState>) -> bool {
    state.with(|state| match state {
        SessionState::Loading => !was_signed_in(),
        SessionState::Anonymous => true,
        SessionState::SignedIn(_) => false,
    })
}

fn note_signed_in(signed_in: bool) {
    if let Some(storage) = local_storage() {
        let _ = if signed_in { storage.set_item(SIGNED_IN_KEY, "") } else { storage.remove_item(SIGNED_IN_KEY) };
    }
}

fn was_signed_in() -> bool {
    local_storage().and_then(|storage| storage.get_item(SIGNED_IN_KEY).ok().flatten()).is_some()
}
