//! The health of an environment as a shape, a word and a colour.

use leptos::prelude::*;

use super::icon::symbol;

/// The health of an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Nothing is deployed.
    #[default]
    Empty,
    /// Not started.
    Stopped,
    /// Starting up.
    Starting,
    /// Running and answering normally.
    Running,
    /// Running, but something needs attention.
    Warning,
    /// Running, but hardly answering.
    Critical,
    /// It did not start, or the last deployment failed.
    Failed,
    /// Closed for maintenance.
    Maintenance,
    /// A state that this build does not know.
    Unknown,
}

impl Health {
    /// Returns the word shown beside the shape.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Failed => "failed",
            Self::Maintenance => "in maintenance",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the value of the `data-health` attribute.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            other => other.label(),
        }
    }
}

/// Renders the shape and the word.
pub fn health(health: Health) -> impl IntoView {
    let shape = if health == Health::Unknown { Health::Empty } else { health };
    let id = format!("health-{}", shape.name());
    view! {
        <span class="health" translate="no" data-health=health.name()>
            {symbol("health-shape", &id)}
            <span>{health.label()}</span>
        </span>
    }
}
