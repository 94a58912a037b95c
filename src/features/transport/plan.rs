//! What would go where, read from the address and what is known of the app.

use padlock_contract::Operation;
use padlock_contract::deployments::NewDeployment;
use padlock_contract::environments::Environment;
use padlock_contract::packages::PackageRef;

use crate::features::board::Board;
use crate::features::step_up::Purpose;
use crate::routes::Open;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// What runs before this environment, onto it.
    Transport {
        /// The target's slug.
        onto: String,
    },
    /// A package of the repository, onto an environment.
    Deploy {
        /// The package's id.
        package: String,
        /// The target's slug.
        onto: String,
    },
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// What goes.
    pub package: PackageRef,
    /// For a transport: from where.
    pub from: Option<Environment>,
    /// Onto what, as it is now.
    pub onto: Environment,
}

impl Wish {
    pub(super) fn read(open: Open) -> Option<Self> {
        match open {
            Open::Transport(onto) => Some(Self::Transport { onto }),
            Open::Deploy { package, onto } => Some(Self::Deploy { package, onto }),
            Open::Nothing | Open::Package(_) | Open::Upload => None,
        }
    }

    /// The plan, as far as it is possible. For a package that is not in the list `fetched` may help.
    pub(super) fn plan(&self, board: Board, fetched: Option<PackageRef>) -> Option<Plan> {
        match self {
            Self::Transport { onto } => {
                let from = board.before(onto)?;
                Some(Plan { package: from.package.clone()?, from: Some(from), onto: board.environment(onto)? })
            }
            Self::Deploy { package, onto } => {
                let package = board.repository.package(package).map(|package| package.to_ref()).or(fetched)?;
                Some(Plan { package, from: None, onto: board.environment(onto)? })
            }
        }
    }
}

impl Plan {
    /// The operation it takes.
    pub(super) const fn operation(&self) -> Operation {
        if self.from.is_some() { Operation::Transport } else { Operation::Deploy }
    }

    /// "Transport 1.2.0 to Production".
    pub(super) fn title(&self) -> String {
        let verb = if self.from.is_some() { "Transport " } else { "Deploy " };
        [verb, self.package.name(), " to ", &self.onto.name].concat()
    }

    /// What a padlock is asked for: "transport shop 1.2.0 to Production".
    pub(super) fn purpose(&self, app: &str) -> Purpose {
        let verb = if self.from.is_some() { "transport " } else { "deploy " };
        let act = [verb, app, " ", self.package.name(), " to ", &self.onto.name].concat();
        Purpose { act, environment: Some(self.onto.name.clone()) }
    }

    /// What is there now.
    pub(super) fn replaced(&self) -> Option<&str> {
        self.onto.package.as_ref().map(PackageRef::name)
    }

    /// What is asked of the API: bound to what the reader saw on both sides.
    pub(super) fn request(&self) -> NewDeployment {
        NewDeployment {
            package_id: self.package.id.clone(),
            from: self.from.as_ref().map(|from| from.slug.clone()),
            replaces: Some(self.onto.package.as_ref().map(|package| package.id.clone())),
            start: true,
        }
    }
}
