//! The error of every command.

use std::fmt::Display;

/// Why a command failed, in a sentence for the operator.
#[derive(Debug)]
pub enum CommandError {
    /// The command line or its input must be corrected.
    Usage(String),
    /// Any other failure.
    Failed(String),
}

/// Turns any error into [`CommandError::Failed`], as `anyhow::Context` does.
pub(crate) trait Context<T> {
    fn context(self, what: &str) -> Result<T, CommandError>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, what: &str) -> Result<T, CommandError> {
        self.map_err(|error| CommandError::Failed(format!("{what}: {error}")))
    }
}
