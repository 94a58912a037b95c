//! What the promotion line shows, as plain values: no API types, no rules.

use crate::ui::{Health, PadlockState};

/// One environment's card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardModel {
    /// What acts name it by.
    pub slug: String,
    /// Its heading.
    pub name: String,
    /// How it fares.
    pub health: Health,
    /// The version that runs, or would if it were started.
    pub version: Option<String>,
    /// Its runtime: "10.6".
    pub runtime: Option<String>,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// Where it answers.
    pub address: Option<Address>,
    /// Its own padlock: closed or open if it is protected, not for you if nothing here is.
    pub padlock: PadlockState,
    /// How far a deployment from the repository is: "Deploying 1.2.0, 2 of 4: unpacking."
    pub progress: Option<String>,
    /// A sentence: what to do first, why it failed, until when it is maintained, whom to ask.
    pub note: Option<String>,
    /// What can be done with it; the first two stand on the card, the others in its menu.
    pub acts: Vec<CardAct>,
}

/// Where an environment answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub href: String,
    /// Without scheme and port, as people say it.
    pub label: String,
}

/// Something that can be done with an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAct {
    /// Which.
    pub kind: CardActKind,
    /// Its padlock.
    pub padlock: PadlockState,
    /// Why not, and whom to ask; empty when it may be done.
    pub refused: String,
    /// Under way.
    pub busy: bool,
}

/// What can be done with an environment from its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardActKind {
    /// Look at it closely.
    Details,
    /// Start it.
    Start,
    /// Stop it.
    Stop,
    /// Stop and start it.
    Restart,
    /// Empty it.
    Clear,
}

impl CardActKind {
    /// Its label.
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

/// What stands between one environment and the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JointModel {
    /// The name of the environment it leads to.
    pub to: String,
    /// What is so.
    pub state: JointState,
    /// The transport, where there is something to transport.
    pub transport: Option<TransportAct>,
}

/// The one true sentence about a joint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JointState {
    /// Nothing runs before it.
    #[default]
    Nothing,
    /// Both sides run this version.
    Same,
    /// This version runs before it and waits to go on.
    Waiting {
        /// The version.
        version: String,
    },
    /// This version is on its way.
    Transporting {
        /// The version.
        version: String,
        /// The stage it is in, counted from one.
        stage: usize,
        /// How many stages there are.
        of: usize,
        /// What the stage does: "Unpack".
        doing: String,
    },
    /// It did not get there.
    Failed {
        /// The version that failed.
        version: String,
        /// At which stage: "while unpacking".
        why: String,
        /// What still runs behind it.
        still: Option<String>,
    },
}

/// The button on a joint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransportAct {
    /// Its padlock.
    pub padlock: PadlockState,
    /// Why not, and whom to ask; empty when it may be done.
    pub refused: String,
    /// Under way.
    pub busy: bool,
}
