//! What serves environments: it unpacks releases and answers at their addresses.

use std::collections::BTreeSet;

use async_trait::async_trait;
use padlock_domain::app::App;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{DeploymentId, EnvironmentId};

use super::ReadSeek;

/// Why a release could not be unpacked or started.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// There is no room.
    #[error("no space left")]
    Full,
    /// The package cannot be unpacked.
    #[error("the package cannot be unpacked: {0}")]
    Unreadable(String),
    /// It does not answer.
    #[error("the site does not answer: {0}")]
    NotResponding(String),
    /// Anything else, for the log.
    #[error("{0}")]
    Io(String),
}

/// Serves environments. A release is the unpacked site of one deployment; releases lie side by side, and which one an
/// environment serves changes in one step.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Unpacks a package's site as a new release, wholly on stable storage or not at all.
    async fn unpack(&self, release: DeploymentId, package: Box<dyn ReadSeek>) -> Result<(), RuntimeError>;

    /// Sees that an unpacked release answers, beside whatever is being served: a version that would not come up never
    /// takes the place of one that does.
    async fn check(&self, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Serves `release` at the environment's address from now on, in one step, and sees that it answers.
    async fn start(&self, app: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Stops serving; in-flight answers end. Not serving already is fine.
    async fn stop(&self, environment: EnvironmentId);

    /// Takes a release away; one that is gone already is fine.
    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Takes away every release but these, and whatever an interrupted unpacking left; says how many.
    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError>;

    /// Whether the environment answers now.
    fn is_serving(&self, environment: EnvironmentId) -> bool;

    /// The address at which it is, or would be, served.
    fn url(&self, app: &App, environment: &Environment) -> String;
}
