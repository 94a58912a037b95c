//! The runtime: unpacks releases and serves environments at their addresses.

use std::collections::BTreeSet;

use async_trait::async_trait;
use padlock_domain::{App, DeploymentId, Environment, EnvironmentId};

use super::ReadSeek;

/// Why a release could not be unpacked or started.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The disk is full.
    #[error("no space left")]
    Full,
    /// The package cannot be unpacked.
    #[error("the package cannot be unpacked: {0}")]
    Unreadable(String),
    /// The site does not answer.
    #[error("the site does not answer: {0}")]
    NotResponding(String),
    /// Any other failure; the text is for the log.
    #[error("{0}")]
    Failed(String),
}

/// Is told how far unpacking is: the number of files that were read, and of all files.
pub type UnpackObserver = Box<dyn FnMut(usize, usize) + Send>;

/// Serves environments. A release is the unpacked site of one deployment. An environment changes from one release to another
/// in one step.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Unpacks a package's site as a new release: completely and on stable storage, or not at all. `on_progress` is called
    /// with the number of files that were read and the number of all files in the package.
    async fn unpack(
        &self,
        release: DeploymentId,
        package: Box<dyn ReadSeek>,
        on_progress: UnpackObserver,
    ) -> Result<(), RuntimeError>;

    /// Checks that an unpacked release answers, before it replaces the one that is being served.
    async fn check_health(&self, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Serves `release` at the environment's address from now on and checks that it answers.
    async fn start(&self, app: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Stops serving an environment and ends its responses in flight; one that is not served is not an error.
    async fn stop(&self, environment: EnvironmentId);

    /// Removes a release; a missing one is not an error.
    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError>;

    /// Removes every release but these and what interrupted unpacking left; returns how many were removed.
    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError>;

    /// Returns which of these environments are being served.
    async fn serving(&self, environments: &[EnvironmentId]) -> BTreeSet<EnvironmentId>;

    /// Returns the address at which the environment is or would be served.
    fn url(&self, app: &App, environment: &Environment) -> String;
}
