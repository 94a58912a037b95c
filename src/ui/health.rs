//! Health: a shape and a word, and a colour for those who see it.

use leptos::prelude::*;

use super::icon::symbol;

/// How an environment fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Nothing is there.
    #[default]
    Empty,
    /// Not started.
    Stopped,
    /// On its way up.
    Starting,
    /// Answers well.
    Running,
    /// Answers, but something needs a look.
    Warning,
    /// Hardly answers.
    Critical,
    /// Did not start, or the last deployment failed.
    Failed,
    /// Closed for maintenance.
    Maintenance,
}

impl Health {
    /// The word that stands beside the shape.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Failed => "failed",
            Self::Maintenance => "in maintenance",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            other => other.word(),
        }
    }
}

/// Shape and word.
pub fn health(health: Health) -> impl IntoView {
    let id = format!("health-{}", health.name());
    view! {
        <span class="health" data-health=health.name()>
            {symbol("health-shape", &id)}
            <span>{health.word()}</span>
        </span>
    }
}
