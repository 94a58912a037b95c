//! Exporting the activity as CSV: all entries that match the filter, including those that are not loaded yet. Only the
//! Technical Contact can do this.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::apps::App;
use padlock_contract::{ErrorCode, paths};

use super::filters::use_filter;
use super::list::filter_query;
use crate::api::{self, Api, use_api};
use crate::navigation::use_navigation;
use crate::routes::{ActivityFilter, with_query};
use crate::state::query::Query;
use crate::state::session::use_session;
use crate::state::step_up::{Purpose, StepUp, use_step_up};
use crate::ui::{Button, PadlockState, Toasts, Tone, toasts};

/// The button **Export CSV**.
#[component]
pub(super) fn Export(app: Query<App>, slug: StoredValue<String>) -> impl IntoView {
    let (session, filter) = (use_session(), use_filter(use_navigation()));
    let busy = RwSignal::new(false);
    let exporter = Exporter { api: use_api(), step_up: use_step_up(), toasts: toasts(), busy };
    let forbidden_reason = Signal::derive(move || {
        let contact = app.ready(|app| app.technical_contact.clone());
        let own_id = session.account().map(|account| account.id);
        match contact {
            Some(contact) if own_id.as_ref() != Some(&contact.id) => {
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
    view! { <Button label="Export CSV" padlock forbidden_reason busy on_press=export/> }
}

#[derive(Clone, Copy)]
struct Exporter {
    api: Api,
    step_up: StepUp,
    toasts: Toasts,
    busy: RwSignal<bool>,
}

impl Exporter {
    /// Downloads the file, after asking for the second factor if that is required.
    fn export(self, app: String, filter: ActivityFilter) {
        self.busy.set(true);
        spawn_local(async move {
            let permission = self.api.may_export_activity(&app).await;
            self.busy.try_set(false);
            match permission {
                Ok(_) => download(&app, &filter),
                Err(error) if error.code() == Some(ErrorCode::StepUpRequired) => {
                    let act = ["export the activity of ", &app].concat();
                    let purpose = Purpose { act, environment: None };
                    self.step_up.unlock(purpose, move |_| self.export(app.clone(), filter.clone()));
                }
                Err(error) => self.toasts.show(Tone::Bad, error.message()),
            }
        });
    }
}

fn download(app: &str, filter: &ActivityFilter) {
    let query = filter_query(filter);
    let mut pairs: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // A link cannot have an `Accept` header.
    pairs.push(("format", "csv"));
    api::download(&with_query(&paths::activity(app), &pairs), &[app, "-activity.csv"].concat());
}
