//! The [`Mail`] port over SMTP.

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use padlock_api::ports::{Email, Mail, MailError};

/// Hands letters to a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server by its address: `smtps://user:password@mail.example.net`, or `smtp://…?tls=required`.
    ///
    /// # Errors
    /// A sentence for the person at the terminal; it does not repeat the address, which may hold a password.
    pub fn new(url: &str, from: Mailbox) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("--smtp-url cannot be used: {error}"))?
            .build();
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Mail for Smtp {
    async fn send(&self, letter: Email) -> Result<(), MailError> {
        let failed = |error: String| MailError::Failed(error);
        let to = letter.to.parse::<Mailbox>().map_err(|error| failed(error.to_string()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|error| failed(error.to_string()))?;
        self.transport.send(message).await.map_err(|error| failed(error.to_string()))?;
        Ok(())
    }

    fn is_set_up(&self) -> bool {
        true
    }
}

/// No mail server: what cannot be told is at least in the log, without its text.
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
