//! Step-up: proving the second factor where a padlock asks for it. A feature that needs an open authorised window asks
//! here and goes on where it was; only the dialog (`features::step_up`) knows how the factor is proved.

use std::time::Duration;

use leptos::prelude::*;

/// How long the shackle of the padlock takes to lift before the dialog closes.
const UNLOCK_ANIMATION: Duration = Duration::from_millis(260);

/// What the second factor is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purpose {
    /// The act, with its version and its environment: "transport shop 1.2.0 to Production".
    pub act: String,
    /// The environment's name; an act on the whole app has none.
    pub environment: Option<String>,
}

impl Purpose {
    /// What is unlocked, and the verb that goes with it: "Production stays", "padlocked acts stay".
    #[must_use]
    pub fn unlocked(&self) -> (&str, &str) {
        self.environment.as_deref().map_or(("padlocked acts", "stay"), |environment| (environment, "stays"))
    }
}

/// How the authorised window was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// With a code: the visitor asked for this act just now, and it goes on at once.
    ByCode,
    /// By enrolling a second factor. That takes minutes and ends with other things to do, so nothing goes on by itself.
    ByEnrolment,
}

/// What the dialog is open for.
#[derive(Clone)]
pub enum StepUpRequest {
    /// To open the authorised window.
    Unlock {
        /// What for.
        purpose: Purpose,
        /// Called once the window is open.
        on_unlocked: Callback<Unlocked>,
    },
    /// To show the recovery codes.
    ViewRecoveryCodes,
    /// To generate new recovery codes.
    NewRecoveryCodes,
}

/// The dialog for the second factor. There is one.
#[derive(Clone, Copy)]
pub struct StepUp {
    /// What the dialog is open for; `None` while it is closed.
    pub request: RwSignal<Option<StepUpRequest>>,
    /// Counts the requests: the dialog starts anew for each.
    pub request_number: RwSignal<u32>,
    /// Whether the padlock in the dialog's heading is open.
    pub unlocked: RwSignal<bool>,
}

/// Makes [`use_step_up`] work below.
pub fn provide_step_up() -> StepUp {
    let step_up =
        StepUp { request: RwSignal::new(None), request_number: RwSignal::new(0), unlocked: RwSignal::new(false) };
    provide_context(step_up);
    step_up
}

/// Returns the dialog for the second factor.
#[must_use]
pub fn use_step_up() -> StepUp {
    use_context().unwrap_or_else(provide_step_up)
}

impl StepUp {
    /// Asks for the second factor and calls `on_unlocked` once it is proved. If the visitor cancels, nothing happens.
    pub fn unlock(self, purpose: Purpose, on_unlocked: impl Fn(Unlocked) + Send + Sync + 'static) {
        self.open(StepUpRequest::Unlock { purpose, on_unlocked: Callback::new(on_unlocked) });
    }

    /// Shows the recovery codes, after the password and the second factor.
    pub fn view_recovery_codes(self) {
        self.open(StepUpRequest::ViewRecoveryCodes);
    }

    /// Generates new recovery codes, after the password and the second factor.
    pub fn new_recovery_codes(self) {
        self.open(StepUpRequest::NewRecoveryCodes);
    }

    /// Whether the dialog is open; tracks it.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.request.with(Option::is_some)
    }

    fn open(self, request: StepUpRequest) {
        self.unlocked.set(false);
        self.request_number.update(|number| *number = number.wrapping_add(1));
        self.request.set(Some(request));
    }

    /// Closes the dialog.
    pub fn close(self) {
        if self.request.try_with_untracked(Option::is_some) == Some(true) {
            self.request.set(None);
        }
    }

    /// The factor is proved: after the animation the dialog closes and the caller goes on.
    pub fn succeed(self, how: Unlocked) {
        self.unlocked.try_set(true);
        let number = self.request_number.get_untracked();
        set_timeout(move || self.finish(number, how), UNLOCK_ANIMATION);
    }

    /// Calls back, unless the visitor has cancelled or something else has been asked for meanwhile.
    fn finish(self, number: u32, how: Unlocked) {
        let request = self.request.try_get_untracked().flatten();
        let is_current = self.request_number.try_get_untracked() == Some(number);
        if let (Some(StepUpRequest::Unlock { on_unlocked, .. }), true) = (request, is_current) {
            self.close();
            on_unlocked.run(how);
        }
    }
}
