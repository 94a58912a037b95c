//! The [`Mail`] port over SMTP.

use std::fmt::Display;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use padlock_api::ports::{Email, Mail, MailError};

/// How long a mail server may take for an email.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Sends emails through a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Creates a client of the mail server at `smtps://user:password@mail.example.net` or `smtp://…?tls=required`.
    ///
    /// # Errors
    /// Returns a sentence for the operator. It does not contain the URL, which may contain a password.
    pub fn new(url: &str, from: Mailbox) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("--smtp-url cannot be used: {error}"))?
            .build();
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Mail for Smtp {
    async fn send(&self, email: Email) -> Result<(), MailError> {
        let to = email.to.parse::<Mailbox>().map_err(permanent)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(email.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(email.text)
            .map_err(permanent)?;
        // lettre's own timeout covers the connection only.
        let Ok(result) = tokio::time::timeout(TIMEOUT, self.transport.send(message)).await else {
            return Err(MailError::Temporary("the mail server does not answer".to_owned()));
        };
        match result {
            Ok(_) => Ok(()),
            // RFC 5321 §4.2.1: the reply 5yz means that the same request would be refused again.
            Err(error) if error.is_permanent() => Err(permanent(error)),
            Err(error) => Err(MailError::Temporary(error.to_string())),
        }
    }

    fn is_set_up(&self) -> bool {
        true
    }
}

fn permanent(error: impl Display) -> MailError {
    MailError::Permanent(error.to_string())
}

/// The [`Mail`] port of an installation without a mail server: sends nothing.
pub struct NoMail;

#[async_trait]
impl Mail for NoMail {
    async fn send(&self, _: Email) -> Result<(), MailError> {
        Err(MailError::NotSetUp)
    }

    fn is_set_up(&self) -> bool {
        false
    }
}
