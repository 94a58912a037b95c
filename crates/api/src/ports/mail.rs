//! Sending email.

use async_trait::async_trait;

/// A plain-text email. It contains no link that performs an action.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// The recipient's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// The text may contain a code, so it is not shown.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Why an email was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No mail server is configured.
    #[error("no mail server is set up")]
    NotSetUp,
    /// The mail server cannot be reached or asks to try again later; the text is for the log.
    #[error("{0}")]
    Temporary(String),
    /// The mail server refuses the email for good; the text is for the log.
    #[error("{0}")]
    Permanent(String),
}

/// Sends email.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands an email over to the mail server.
    async fn send(&self, email: Email) -> Result<(), MailError>;

    /// Returns whether a mail server is configured.
    fn is_set_up(&self) -> bool;
}
