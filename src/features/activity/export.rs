//! The activity as a file: everything that is shown, and all that is older. For the Technical Contact.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::apps::App;
use padlock_contract::{ErrorCode, paths};

use super::filters::filter;
use super::list::query;
use crate::address;
use crate::features::step_up::{Purpose, StepUp, use_step_up};
use crate::gateway::{self, Api, use_api};
use crate::load::Load;
use crate::router::use_router;
use crate::routes::ActivityFilter;
use crate::session::use_session;
use crate::ui::{Button, Glyph, PadlockState, Toasts, Tone, toasts};

/// The button.
#[component]
pub(super) fn Export(app: Load<App>, slug: StoredValue<String>) -> impl IntoView {
    let (session, filter) = (use_session(), filter(use_router()));
    let busy = RwSignal::new(false);
    let exporter = Exporter { api: use_api(), step_up: use_step_up(), toasts: toasts(), busy };
    let refused = Signal::derive(move || {
        let contact = app.ready(|app| app.technical_contact.clone());
        let me = session.account().map(|account| account.id);
        match contact {
            Some(contact) if me.as_ref() != Some(&contact.id) => {
                ["Only ", &contact.name, ", the Technical Contact, can export the activity."].concat()
            }
            _ => String::new(),
        }
    });
    let padlock = Signal::derive(move || match session.authorised_until() {
        Some(_) => PadlockState::Open,
        None => PadlockState::Closed,
    });
    let export = move |()| exporter.export(slug.get_value(), filter.get_untracked());
    view! { <Button label="Export CSV" glyph=Glyph::Download padlock refused busy on_press=export/> }
}

#[derive(Clone, Copy)]
struct Exporter {
    api: Api,
    step_up: StepUp,
    toasts: Toasts,
    busy: RwSignal<bool>,
}

impl Exporter {
    /// Fetches the file, and asks for the second factor before if one is wanted.
    fn export(self, app: String, shown: ActivityFilter) {
        self.busy.set(true);
        spawn_local(async move {
            let may = self.api.may_export_activity(&app).await;
            self.busy.try_set(false);
            match may {
                Ok(_) => download(&app, &shown),
                Err(failure) if failure.code() == Some(ErrorCode::StepUpRequired) => {
                    let act = ["export the activity of ", &app].concat();
                    let purpose = Purpose { act, environment: None };
                    self.step_up.ask(purpose, move || self.export(app.clone(), shown.clone()));
                }
                Err(failure) => self.toasts.tell(Tone::Bad, failure.sentence()),
            }
        });
    }
}

fn download(app: &str, shown: &ActivityFilter) {
    let query = query(shown);
    let mut pairs: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // A link cannot say what it accepts.
    pairs.push(("format", "csv"));
    gateway::download(&address::with_query(&paths::activity(app), &pairs), &[app, "-activity.csv"].concat());
}
