//! What the pages of an app know: the app, its environments and its packages, kept true by the app's events.

mod live;
mod repository;
mod tell;

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::apps::App;
use padlock_contract::environments::{Environment, Status};

use crate::gateway::use_api;
use crate::later;
use crate::load::{Load, Loaded};
use crate::ui::toasts;

pub use repository::Repository;
pub use tell::{doing, ending, is_under_way, stage_now};

/// What is known of an app. Lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Board {
    /// The app's slug.
    pub slug: StoredValue<String>,
    /// The app.
    pub app: Load<App>,
    /// Its environments in promotion order.
    pub environments: Load<Vec<Environment>>,
    /// Its packages.
    pub repository: Repository,
    /// The deployment that an open dialog tells about, so that nobody else does.
    pub watched: RwSignal<Option<String>>,
}

impl Board {
    /// Asks for everything at once.
    #[must_use]
    pub fn new(slug: String) -> Self {
        let api = use_api();
        let slug = StoredValue::new(slug);
        let board = Self {
            slug,
            app: Load::new(move || slug.with_value(|slug| api.app(slug))),
            environments: Load::new(move || slug.with_value(|slug| api.environments(slug)).map_ok(|page| page.items)),
            repository: Repository::new(slug),
            watched: RwSignal::new(None),
        };
        later!(live, |board: Board| live::listen(board));
        live::look_while_something_is_under_way(board);
        live::follow_what_lies_where(board);
        live::follow_the_window(board);
        tell::tell_what_ended(board, toasts());
        board
    }

    /// Whether there is enough to draw.
    #[must_use]
    pub fn is_here(self) -> Memo<bool> {
        Memo::new(move |_| self.environments.with(|state| matches!(state, Loaded::Ready(_))))
    }

    /// The Technical Contact's name; empty until it is known.
    #[must_use]
    pub fn contact(self) -> String {
        self.app.ready(|app| app.technical_contact.name.clone()).unwrap_or_default()
    }

    /// One environment.
    #[must_use]
    pub fn environment(self, slug: &str) -> Option<Environment> {
        self.environments.ready(|all| all.iter().find(|one| one.slug == slug).cloned()).flatten()
    }

    /// The environment before that one in promotion order.
    #[must_use]
    pub fn before(self, slug: &str) -> Option<Environment> {
        let before = |all: &Vec<Environment>| {
            let at = all.iter().position(|one| one.slug == slug)?.checked_sub(1)?;
            all.get(at).cloned()
        };
        self.environments.ready(before).flatten()
    }

    /// The names of the environments that hold a package. From the cards, so that list and line never disagree.
    #[must_use]
    pub fn lies_on(self, package: &str) -> Vec<String> {
        self.named(|one| holds(one, package))
    }

    /// Those of them on which it runs.
    #[must_use]
    pub fn runs_on(self, package: &str) -> Vec<String> {
        self.named(|one| holds(one, package) && matches!(one.status, Status::Running | Status::Starting))
    }

    fn named(self, which: impl Fn(&Environment) -> bool) -> Vec<String> {
        let which = |one: &&Environment| which(one);
        let names = |all: &Vec<Environment>| all.iter().filter(which).map(|one| one.name.clone()).collect();
        self.environments.ready(names).unwrap_or_default()
    }

    /// Fetches everything again.
    pub fn again(self) {
        self.app.again();
        self.environments.again();
        self.repository.again();
    }

    /// Fetches everything again after a failure.
    pub fn retry(self) {
        self.app.retry();
        self.environments.retry();
        self.repository.packages.retry();
    }
}

fn holds(environment: &Environment, package: &str) -> bool {
    environment.package.as_ref().is_some_and(|held| held.id == package)
}
