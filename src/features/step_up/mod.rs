//! Step-up: proving the second factor where a padlock asks for it, in place. Whoever needs an open window asks here and
//! goes on where it was; nobody else knows how it is proved.

mod choose;
mod dialog;
mod enrol;
mod password;
mod prove;
mod qr;
mod scan;

use std::time::Duration;

use leptos::prelude::*;

use crate::lazy_view;
use crate::router::use_router;

pub use choose::ChooseMethod;
pub use password::{Mailed, PasswordForm};
pub use scan::ScanForm;

/// How long the shackle takes to lift before the dialog leaves.
const LIFTS: Duration = Duration::from_millis(260);

/// What the padlock is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purpose {
    /// The act, with its version and its environment: "transport shop 1.2.0 to Production".
    pub act: String,
    /// The environment's name; an act upon the whole app has none.
    pub environment: Option<String>,
}

impl Purpose {
    /// What is unlocked, and the verb that goes with it: "Production stays", "padlocked acts stay".
    fn unlocked(&self) -> (&str, &str) {
        self.environment.as_deref().map_or(("padlocked acts", "stay"), |environment| (environment, "stays"))
    }
}

/// What the dialog is open for.
#[derive(Clone)]
enum Asked {
    /// An open window.
    Proof { purpose: Purpose, on_open: Callback<()> },
    /// The recovery codes, or new ones.
    RecoveryCodes { new: bool },
}

/// The one dialog about the second factor.
#[derive(Clone, Copy)]
pub struct StepUp {
    asked: RwSignal<Option<Asked>>,
    /// Which asking it is: what the last one left behind means nothing to the next.
    turn: RwSignal<u32>,
    /// The padlock in its heading is open.
    unlocked: RwSignal<bool>,
}

/// Makes [`use_step_up`] work below.
pub fn provide_step_up() -> StepUp {
    let step_up = StepUp { asked: RwSignal::new(None), turn: RwSignal::new(0), unlocked: RwSignal::new(false) };
    provide_context(step_up);
    step_up
}

/// The one dialog about the second factor.
#[must_use]
pub fn use_step_up() -> StepUp {
    use_context().unwrap_or_else(provide_step_up)
}

impl StepUp {
    /// Asks for the second factor. `on_open` goes on with what it was asked for, once the window is open; a reader who
    /// leaves is back where they were, and nothing has happened.
    pub fn ask(self, purpose: Purpose, on_open: impl Fn() + Send + Sync + 'static) {
        self.open(Asked::Proof { purpose, on_open: Callback::new(move |()| on_open()) });
    }

    /// Whether the dialog is open; follows it.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.asked.with(Option::is_some)
    }

    /// Shows the recovery codes to whoever proves password and second factor.
    pub fn show_recovery_codes(self) {
        self.open(Asked::RecoveryCodes { new: false });
    }

    /// Makes new recovery codes for whoever proves password and second factor.
    pub fn make_recovery_codes(self) {
        self.open(Asked::RecoveryCodes { new: true });
    }

    fn open(self, asked: Asked) {
        self.unlocked.set(false);
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
        self.asked.set(Some(asked));
    }

    /// Leaves.
    fn close(self) {
        if self.asked.try_with_untracked(Option::is_some) == Some(true) {
            self.asked.set(None);
        }
    }

    /// It was right: the shackle lifts, the dialog leaves, and what was asked for goes on.
    fn opened(self) {
        self.unlocked.try_set(true);
        let turn = self.turn.get_untracked();
        set_timeout(move || self.go_on(turn), LIFTS);
    }

    /// Goes on with what was asked for, unless the reader has left meanwhile.
    fn go_on(self, turn: u32) {
        let asked = self.asked.try_get_untracked().flatten();
        if let (Some(Asked::Proof { on_open, .. }), true) = (asked, self.turn.try_get_untracked() == Some(turn)) {
            self.close();
            on_open.run(());
        }
    }
}

/// Where the dialog stands; from its first asking on it is in the page.
#[component]
pub fn StepUpHost(
    /// From [`provide_step_up`].
    step_up: StepUp,
) -> impl IntoView {
    let router = use_router();
    // Who goes elsewhere has left what it was asked for.
    Effect::new(move |before: Option<()>| {
        let _ = router.route();
        if before.is_some() {
            step_up.close();
        }
    });
    let wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || step_up.asked.with(Option::is_some));
    move || wanted.get().then(|| lazy_view!(dialogs, |step_up: StepUp| view! { <dialog::StepUpDialog step_up/> }))
}
