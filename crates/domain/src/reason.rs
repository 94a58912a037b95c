//! Reasons why an operation is refused, with the sentences that the API and the page show.

use crate::environment::{Environment, EnvironmentState};
use crate::operation::StateRequirement;
use crate::permission::Permission;

/// A reason why an operation is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The member is deactivated.
    Deactivated,
    /// The member's app-team role has no Deploy Permissions.
    NoDeployPermissions,
    /// The member has none of these permissions on the environment.
    MissingPermission(&'static [Permission]),
    /// The member does not have Transport Rights on any environment.
    MissingTransportAnywhere,
    /// The member uses a script's session or a token without API Rights on the environment.
    MissingApiRights,
    /// Only the Technical Contact may perform the operation.
    TechnicalContactOnly,
    /// A personal access token cannot be used for the operation.
    NotForTokens,
    /// A deployment is in progress.
    Busy,
    /// Nothing is deployed.
    Empty,
    /// The environment is already running.
    AlreadyRunning,
    /// The environment is not running.
    NotRunning,
    /// The environment is not stopped.
    NotStopped,
}

/// The kind of a reason. It determines the HTTP status of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonKind {
    /// A permission is missing: 403.
    Permission,
    /// The state of the environment does not allow the operation: 409.
    State,
}

impl Reason {
    /// Returns the stable code of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::NoDeployPermissions => "no_deploy_permissions",
            Self::MissingPermission(_) | Self::MissingTransportAnywhere => "missing_permission",
            Self::MissingApiRights => "missing_api_rights",
            Self::TechnicalContactOnly => "technical_contact_only",
            Self::NotForTokens => "not_for_tokens",
            Self::Busy => "busy",
            Self::Empty => "empty",
            Self::AlreadyRunning => "already_running",
            Self::NotRunning => "not_running",
            Self::NotStopped => "not_stopped",
        }
    }

    /// Returns the kind of the reason.
    #[must_use]
    pub const fn kind(&self) -> ReasonKind {
        match self {
            Self::Busy | Self::Empty | Self::AlreadyRunning | Self::NotRunning | Self::NotStopped => ReasonKind::State,
            _ => ReasonKind::Permission,
        }
    }

    /// Returns the sentence for the user. `target` is the name of the environment or app, `contact` the name of the
    /// Technical Contact.
    #[must_use]
    pub fn message(&self, target: &str, contact: &str) -> String {
        let can = |action: &str| format!("{contact}, the Technical Contact, can {action}.");
        match self {
            Self::Deactivated => format!("You were deactivated in this app. {}", can("take you back")),
            Self::NoDeployPermissions => {
                format!("Your app-team role has no Deploy Permissions. {}", can("change it"))
            }
            Self::MissingPermission(permissions) => {
                let names: Vec<_> = permissions.iter().map(|p| p.name()).collect();
                format!("You need {} on {target}. {}", names.join(" or "), can("grant them"))
            }
            Self::MissingTransportAnywhere => {
                format!("You need Transport Rights on an environment of {target}. {}", can("grant them"))
            }
            Self::MissingApiRights => format!("A script needs API Rights on {target}. {}", can("grant them")),
            Self::TechnicalContactOnly => format!("Only {contact}, the Technical Contact, can do this."),
            Self::NotForTokens => format!("A personal access token cannot do this on {target}. Sign in instead."),
            Self::Busy => format!("A deployment to {target} is under way. Wait until it has ended."),
            Self::Empty => format!("Nothing is deployed to {target} yet. Deploy a package first."),
            Self::AlreadyRunning => format!("{target} is running already."),
            Self::NotRunning => format!("{target} is not running. Start it first."),
            Self::NotStopped => format!("{target} has to be stopped first."),
        }
    }

    /// Returns whether the Technical Contact can resolve the reason.
    #[must_use]
    pub fn technical_contact_can_help(&self) -> bool {
        self.kind() == ReasonKind::Permission && *self != Self::NotForTokens
    }
}

/// Returns why the environment's present state does not meet the requirement, if so.
#[must_use]
pub fn state_refusal(requirement: StateRequirement, environment: &Environment) -> Option<Reason> {
    if requirement == StateRequirement::Any {
        return None;
    }
    if environment.active_deployment.is_some() {
        return Some(Reason::Busy);
    }
    match (requirement, &environment.state) {
        (
            StateRequirement::Startable | StateRequirement::Stoppable | StateRequirement::Running,
            EnvironmentState::Empty,
        ) => Some(Reason::Empty),
        (StateRequirement::Startable, EnvironmentState::Running(_) | EnvironmentState::Starting(_)) => {
            Some(Reason::AlreadyRunning)
        }
        (
            StateRequirement::Stoppable | StateRequirement::Running,
            EnvironmentState::Stopped(_) | EnvironmentState::Failed(_),
        ) => Some(Reason::NotRunning),
        (StateRequirement::Running, EnvironmentState::Starting(_)) => Some(Reason::NotRunning),
        (StateRequirement::Stopped, EnvironmentState::Running(_) | EnvironmentState::Starting(_)) => {
            Some(Reason::NotStopped)
        }
        _ => None,
    }
}
