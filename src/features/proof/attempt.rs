//! Trying a code: what its field shows while the API decides, and after that.

use js_sys::Date;
use leptos::html;
use leptos::prelude::*;

use super::verdict::Verdict;
use crate::countdown::Countdown;
use crate::format::wait;
use crate::gateway::Failure;
use crate::ui::{CodeMode, clock_at};

/// The tries of one field.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// What is typed.
    pub code: RwSignal<String>,
    /// A code or a recovery code.
    pub mode: RwSignal<CodeMode>,
    /// Only a recovery code leads out.
    pub only_recovery: RwSignal<bool>,
    /// An answer is awaited.
    pub pending: RwSignal<bool>,
    /// What went wrong that has nothing to do with the code.
    pub trouble: RwSignal<String>,
    /// The field.
    pub field: NodeRef<html::Input>,
    said: RwSignal<Said>,
    held: Countdown,
}

/// What stands under the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    Sentence(String),
    /// The code was used; how long it took then until the next one.
    Used(u64),
    /// Too many tries; when one may go on, on the reader's clock.
    Held(String),
}

const USED: &str = "That code was used already. ";
const HELD: &str = "Too many tries. You can go on at ";

impl Attempt {
    /// Nothing tried yet.
    #[must_use]
    pub fn new() -> Self {
        let attempt = Self {
            code: RwSignal::default(),
            mode: RwSignal::default(),
            only_recovery: RwSignal::new(false),
            pending: RwSignal::new(false),
            trouble: RwSignal::default(),
            field: NodeRef::new(),
            said: RwSignal::default(),
            held: Countdown::new(),
        };
        Effect::new(move |_| {
            if attempt.held.left() == 0 && matches!(attempt.said.get_untracked(), Said::Held(_)) {
                attempt.said.set(Said::Nothing);
            }
        });
        attempt
    }

    /// Why the last code was not taken, as it is announced: once.
    #[must_use]
    pub fn error(self) -> Signal<String> {
        Signal::derive(move || match self.said.get() {
            Said::Nothing => String::new(),
            Said::Sentence(sentence) => sentence,
            Said::Used(next) => [USED, "The next one comes in ", &wait(next), "."].concat(),
            Said::Held(until) => [HELD, &until, "."].concat(),
        })
    }

    /// The same as it is this second, where it counts down.
    #[must_use]
    pub fn error_now(self) -> Signal<String> {
        Signal::derive(move || match (self.said.get(), self.held.left()) {
            (Said::Nothing | Said::Sentence(_), _) => String::new(),
            (Said::Used(_), 0) => [USED, "The next one is here."].concat(),
            (Said::Used(_), left) => [USED, "The next one comes in ", &wait(left), "."].concat(),
            (Said::Held(until), left) => [HELD, &until, ", in ", &wait(left), "."].concat(),
        })
    }

    /// Whether nothing may be tried just now.
    #[must_use]
    pub fn blocked(self) -> Signal<bool> {
        Signal::derive(move || self.said.with(|said| matches!(said, Said::Held(_))))
    }

    /// Seconds until one may go on; none while one may.
    #[must_use]
    pub fn wait(self) -> Signal<u64> {
        Signal::derive(move || if self.blocked().get() { self.held.left() } else { 0 })
    }

    /// The code to be sent, if it is all there and may be sent now; says what is missing.
    #[must_use]
    pub fn ready(self) -> Option<String> {
        if self.pending.get_untracked() || self.blocked().get_untracked() {
            return None;
        }
        let mode = self.mode.get_untracked();
        let code = self.code.with_untracked(|typed| mode.complete(typed));
        if code.is_none() {
            self.say(Said::Sentence(mode.lacks().to_owned()));
        }
        code
    }

    /// It is sent.
    pub fn begin(self) {
        self.pending.set(true);
        self.said.set(Said::Nothing);
        self.trouble.set(String::new());
    }

    /// It was not taken. What is no matter of the code is answered back.
    pub fn refuse(self, failure: &Failure) -> Verdict {
        let verdict = Verdict::of(failure);
        self.pending.try_set(false);
        match &verdict {
            Verdict::Wrong(sentence) => self.say(Said::Sentence(sentence.clone())),
            Verdict::Used(next) => {
                self.held.start(*next);
                self.say(Said::Used(*next));
            }
            Verdict::Hold(seconds) => {
                self.held.start(*seconds);
                self.code.try_set(String::new());
                self.say(Said::Held(clock_at(Date::now() + milliseconds(*seconds))));
            }
            Verdict::Blocked(sentence) => self.block(sentence.clone()),
            Verdict::Other(_) => {}
        }
        verdict
    }

    /// Only a recovery code leads out, and this is why.
    pub fn block(self, why: String) {
        self.only_recovery.try_set(true);
        self.mode.try_set(CodeMode::Recovery);
        self.code.try_set(String::new());
        self.say(Said::Sentence(why));
    }

    /// Says what has nothing to do with the code.
    pub fn fail(self, sentence: String) {
        self.trouble.try_set(sentence);
    }

    /// Uses the other kind of code, and gives the field the focus.
    pub fn switch(self) {
        self.mode.update(|mode| {
            *mode = match mode {
                CodeMode::Digits => CodeMode::Recovery,
                CodeMode::Recovery => CodeMode::Digits,
            };
        });
        self.code.set(String::new());
        if !self.blocked().get_untracked() {
            self.said.set(Said::Nothing);
        }
        self.focus();
    }

    /// Gives the field the focus.
    pub fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    /// The same sentence twice is news twice.
    fn say(self, said: Said) {
        self.said.try_set(Said::Nothing);
        self.said.try_set(said);
    }
}

impl Default for Attempt {
    fn default() -> Self {
        Self::new()
    }
}

fn milliseconds(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) * 1_000.0
}
