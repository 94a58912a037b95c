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

/// Replies to an authentication that is missing or wrong (RFC 4954 §6), and of a server that accepts no mail (RFC 7504).
const SERVER_REPLIES: &[u16] = &[521, 530, 534, 535, 538];

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
            Err(error) if error.is_permanent() && !is_about_server(&error) => Err(permanent(error)),
            Err(error) => Err(MailError::Temporary(error.to_string())),
        }
    }

    fn is_set_up(&self) -> bool {
        true
    }
}

/// Returns whether a reply refuses the portal and not this email. The operator can correct that.
fn is_about_server(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| SERVER_REPLIES.contains(&u16::from(code)))
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    /// Sends an email to a mail server that answers these commands with these replies, and every other one with 250.
    async fn send(replies: &'static [(&'static str, &'static str)]) -> Result<(), MailError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("smtp://padlock:secret@{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (reader, mut writer) = stream.split();
            writer.write_all(b"220 mail.example.net\r\n").await.unwrap();
            let mut lines = BufReader::new(reader).lines();
            let mut is_text = false;
            while let Ok(Some(line)) = lines.next_line().await {
                if is_text && line != "." {
                    continue;
                }
                is_text = line == "DATA";
                let reply = replies.iter().find(|(command, _)| line.starts_with(command)).map(|(_, reply)| *reply);
                let reply = match line.split(' ').next() {
                    _ if reply.is_some() => reply.unwrap_or_default(),
                    Some("EHLO") => "250-mail.example.net\r\n250 AUTH PLAIN",
                    Some("AUTH") => "235 ok",
                    Some("DATA") => "354 go on",
                    _ => "250 ok",
                };
                if writer.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        let mail = Smtp::new(&url, "padlock@example.net".parse().unwrap()).unwrap();
        let (to, subject, text) = ("tess@example.net".to_owned(), "Hello".to_owned(), "Hello\n".to_owned());
        let sent = mail.send(Email { to, subject, text }).await;
        server.abort();
        sent
    }

    #[tokio::test]
    async fn a_reply_about_the_email_is_final_and_one_about_the_server_is_not() {
        send(&[]).await.unwrap();
        for (replies, is_final) in [
            (&[("RCPT", "550 no such mailbox")] as &[_], true),
            (&[(".", "554 spam")], true),
            (&[("RCPT", "451 try later")], false),
            (&[("AUTH", "535 wrong password")], false),
            (&[("MAIL", "530 authentication required")], false),
        ] {
            let error = send(replies).await.unwrap_err();
            assert_eq!(matches!(error, MailError::Permanent(_)), is_final, "{replies:?}: {error:?}");
        }
    }
}
