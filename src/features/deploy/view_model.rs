//! What the promotion line shows, as plain values without API types.

pub(super) mod from_api;

use crate::ui::{Health, PadlockState};

/// The card of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardModel {
    /// The slug of the environment, which identifies it in actions.
    pub slug: String,
    /// The name of the environment, shown as the heading.
    pub name: String,
    /// The health of the environment.
    pub health: Health,
    /// The version that is deployed, whether it is running or stopped.
    pub version: Option<String>,
    /// The major and minor version of the runtime: "10.6".
    pub runtime: Option<String>,
    /// Since when the environment has been in its present state, as an RFC 3339 timestamp.
    pub since: Option<String>,
    /// Who deployed the package.
    pub deployed_by: Option<DeployedBy>,
    /// The address of the activity of the environment.
    pub activity_href: String,
    /// The address of the running app.
    pub address: Option<Address>,
    /// The padlock of the environment: closed or open if it is protected, "not for you" if the visitor may neither
    /// deploy nor transport to it.
    pub padlock: PadlockState,
    /// The progress of a deployment from the repository: "Deploying 1.2.0, 2 of 4: unpacking."
    pub progress: Option<String>,
    /// A sentence about the environment: what to do first, why a deployment failed, or whom to ask for access.
    pub note: Option<String>,
    /// The available actions.
    pub actions: Vec<CardAction>,
}

/// Who deployed the package of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedBy {
    /// The name of the person.
    pub name: String,
    /// Whether that was before the environment entered its present state: it was stopped or started again.
    pub is_earlier: bool,
}

/// The address of a running app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The URL.
    pub href: String,
    /// The URL without scheme, port and trailing slash.
    pub label: String,
}

/// An action on an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAction {
    /// The kind of the action.
    pub kind: CardActionKind,
    /// The padlock on the button.
    pub padlock: PadlockState,
    /// Why the action is not possible, and whom to ask. Empty if it is possible.
    pub refusal_reason: String,
    /// Whether the action is under way.
    pub busy: bool,
    /// Whether it stands in the menu of the card instead of beside the harmless ones.
    pub in_menu: bool,
}

/// The kinds of actions on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardActionKind {
    /// Show the details of the environment.
    Details,
    /// Start the environment.
    Start,
    /// Stop the environment.
    Stop,
    /// Stop the environment and start it again.
    Restart,
    /// Remove what is deployed on the environment.
    Clear,
}

impl CardActionKind {
    /// Returns the label of the button.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Details => "Details",
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Restart => "Restart",
            Self::Clear => "Clear",
        }
    }
}

/// The connector between an environment and the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorModel {
    /// The name of the environment that the connector leads to.
    pub to: String,
    /// The state of the transport.
    pub state: ConnectorState,
    /// The **Transport** button. `None` if there is nothing to transport.
    pub transport: Option<TransportAction>,
}

/// The state of the transport from an environment to the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConnectorState {
    /// The first of the two environments is empty.
    #[default]
    Nothing,
    /// The same package is on both environments.
    Same {
        /// The name of the environment that does not run, if one of them does not.
        stopped: Option<String>,
    },
    /// A version can be transported.
    Waiting {
        /// The version on the first environment.
        version: String,
    },
    /// A transport is queued or running.
    Transporting {
        /// The version that is transported.
        version: String,
        /// The number of the current stage, counted from one. Zero while the transport is queued.
        stage: usize,
        /// The number of stages.
        stage_count: usize,
        /// What happens in the current stage: "unpacking".
        stage_label: String,
    },
    /// The last transport failed.
    Failed {
        /// The version that was to be transported.
        version: String,
        /// Why, and what is still running.
        cause: String,
    },
}

/// The **Transport** button on a connector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransportAction {
    /// The padlock on the button.
    pub padlock: PadlockState,
    /// Why a transport is not possible, and whom to ask. Empty if it is possible.
    pub refusal_reason: String,
    /// Whether a transport is under way.
    pub busy: bool,
}
