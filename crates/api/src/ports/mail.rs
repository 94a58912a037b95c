//! Letters to people.

use async_trait::async_trait;

/// A letter. Plain text: it says what happened, and holds no link that acts.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// The mail address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// It may hold a code: only whom it is for is shown.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Why a letter did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Nobody set up mail.
    #[error("no mail server is set up")]
    NotSetUp,
    /// Anything else, for the log.
    #[error("{0}")]
    Failed(String),
}

/// Sends letters.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands a letter over.
    async fn send(&self, letter: Email) -> Result<(), MailError>;

    /// Whether letters can go out at all.
    fn is_set_up(&self) -> bool;
}
