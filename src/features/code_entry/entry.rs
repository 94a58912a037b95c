//! The state of one code field: what is typed, whether a request is pending and which error is shown.

use js_sys::Date;
use leptos::html;
use leptos::prelude::*;

use super::rejection::Rejection;
use crate::api::ApiError;
use crate::format::format_duration;
use crate::state::countdown::Countdown;
use crate::ui::{CodeMode, clock_at};

/// The state of one code field. All copies share it.
#[derive(Clone, Copy)]
pub struct CodeEntry {
    /// The text in the field.
    pub code: RwSignal<String>,
    /// The kind of code that is entered.
    pub mode: RwSignal<CodeMode>,
    /// Whether only a recovery code is accepted.
    pub only_recovery: RwSignal<bool>,
    /// Whether a request with the code is pending.
    pub pending: RwSignal<bool>,
    /// An error that does not concern the code; empty if there is none.
    pub form_error: RwSignal<String>,
    /// The input element.
    pub field: NodeRef<html::Input>,
    field_message: RwSignal<FieldMessage>,
    retry_countdown: Countdown,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum FieldMessage {
    #[default]
    None,
    Text(String),
    /// The code was used already. Holds the seconds from the refusal to the next code.
    CodeUsed(u64),
    /// Too many attempts. Holds the local time at which the next one is allowed.
    RateLimited(String),
}

const CODE_USED: &str = "That code was used already. ";
const RATE_LIMITED: &str = "Too many tries. You can go on at ";

impl CodeEntry {
    /// Creates the state of an empty field.
    #[must_use]
    pub fn new() -> Self {
        let entry = Self {
            code: RwSignal::default(),
            mode: RwSignal::default(),
            only_recovery: RwSignal::new(false),
            pending: RwSignal::new(false),
            form_error: RwSignal::default(),
            field: NodeRef::new(),
            field_message: RwSignal::default(),
            retry_countdown: Countdown::new(),
        };
        Effect::new(move |_| {
            let has_ended = entry.retry_countdown.seconds_left() == 0;
            if has_ended && matches!(entry.field_message.get_untracked(), FieldMessage::RateLimited(_)) {
                entry.field_message.set(FieldMessage::None);
            }
        });
        entry
    }

    /// Returns the error of the field for screen readers. It stays the same while a countdown runs, so that it is
    /// announced once.
    #[must_use]
    pub fn error(self) -> Signal<String> {
        Signal::derive(move || match self.field_message.get() {
            FieldMessage::None => String::new(),
            FieldMessage::Text(text) => text,
            FieldMessage::CodeUsed(seconds) => {
                [CODE_USED, "The next one comes in ", &format_duration(seconds), "."].concat()
            }
            FieldMessage::RateLimited(until) => [RATE_LIMITED, &until, "."].concat(),
        })
    }

    /// Returns the error of the field with the seconds that are left, which is shown but not announced. Empty unless a
    /// countdown belongs to the error.
    #[must_use]
    pub fn visible_error(self) -> Signal<String> {
        Signal::derive(move || match (self.field_message.get(), self.retry_countdown.seconds_left()) {
            (FieldMessage::None | FieldMessage::Text(_), _) => String::new(),
            (FieldMessage::CodeUsed(_), 0) => [CODE_USED, "The next one is here."].concat(),
            (FieldMessage::CodeUsed(_), left) => {
                [CODE_USED, "The next one comes in ", &format_duration(left), "."].concat()
            }
            (FieldMessage::RateLimited(until), left) => {
                [RATE_LIMITED, &until, ", in ", &format_duration(left), "."].concat()
            }
        })
    }

    /// Whether the visitor must wait before the next attempt.
    #[must_use]
    pub fn is_rate_limited(self) -> Signal<bool> {
        Signal::derive(move || self.field_message.with(|message| matches!(message, FieldMessage::RateLimited(_))))
    }

    /// Returns the seconds until the next attempt is allowed; 0 if it is allowed now.
    #[must_use]
    pub fn retry_after(self) -> Signal<u64> {
        Signal::derive(move || if self.is_rate_limited().get() { self.retry_countdown.seconds_left() } else { 0 })
    }

    /// Returns the code if it is complete and can be sent now. Shows what is missing if it is incomplete.
    #[must_use]
    pub fn code_to_send(self) -> Option<String> {
        if self.pending.get_untracked() || self.is_rate_limited().get_untracked() {
            return None;
        }
        let mode = self.mode.get_untracked();
        let code = self.code.with_untracked(|typed| mode.parse(typed));
        if code.is_none() {
            self.show_message(FieldMessage::Text(mode.incomplete_message().to_owned()));
        }
        code
    }

    /// Marks a request with the code as pending and clears the errors.
    pub fn begin(self) {
        self.pending.set(true);
        self.field_message.set(FieldMessage::None);
        self.form_error.set(String::new());
    }

    /// Ends the request and shows why the code was refused. An error that does not concern the code is not shown, only
    /// returned as [`Rejection::Other`].
    pub fn refuse(self, error: &ApiError) -> Rejection {
        let rejection = Rejection::of(error);
        self.pending.try_set(false);
        match &rejection {
            Rejection::Wrong(text) => self.show_message(FieldMessage::Text(text.clone())),
            Rejection::Used(seconds) => {
                self.retry_countdown.start(*seconds);
                self.show_message(FieldMessage::CodeUsed(*seconds));
            }
            Rejection::Hold(seconds) => {
                self.retry_countdown.start(*seconds);
                self.code.try_set(String::new());
                self.show_message(FieldMessage::RateLimited(clock_at(Date::now() + milliseconds(*seconds))));
            }
            Rejection::Blocked(text) => self.require_recovery_code(text.clone()),
            Rejection::Other(_) => {}
        }
        rejection
    }

    /// Accepts only a recovery code from now on, and shows the reason.
    pub fn require_recovery_code(self, reason: String) {
        self.only_recovery.try_set(true);
        self.mode.try_set(CodeMode::Recovery);
        self.code.try_set(String::new());
        self.show_message(FieldMessage::Text(reason));
    }

    /// Shows an error that does not concern the code.
    pub fn show_form_error(self, text: String) {
        self.form_error.try_set(text);
    }

    /// Switches to the other kind of code, clears the field and focuses it.
    pub fn toggle_mode(self) {
        self.mode.update(|mode| {
            *mode = match mode {
                CodeMode::Digits => CodeMode::Recovery,
                CodeMode::Recovery => CodeMode::Digits,
            };
        });
        self.code.set(String::new());
        if !self.is_rate_limited().get_untracked() {
            self.field_message.set(FieldMessage::None);
        }
        self.focus();
    }

    /// Focuses the field.
    pub fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    fn show_message(self, message: FieldMessage) {
        // Cleared first: the same message is announced again only if it comes back.
        self.field_message.try_set(FieldMessage::None);
        self.field_message.try_set(message);
    }
}

impl Default for CodeEntry {
    fn default() -> Self {
        Self::new()
    }
}

fn milliseconds(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) * 1_000.0
}
