//! Notifies the owners of accounts: in the entries of the account, in the activity of its apps, and by email.

mod messages;
pub(crate) mod store;

pub(crate) use messages::notice;

use padlock_domain::account_entry::{NOTIFY_AFTER_WRONG_PASSWORDS, WRONG_PASSWORD_PERIOD};
use padlock_domain::{Account, AccountEvent, Timestamp};

use crate::app_state::Api;
use crate::log_events;
use crate::ports::{Email, MailError, Ports, StoreResult};
use crate::unit_of_work::UnitOfWork;

/// How many times sending an email is tried.
const MAX_ATTEMPTS: u32 = 4;
/// The time before the second attempt, in milliseconds. It doubles with each further attempt.
const FIRST_RETRY_MILLIS: u32 = 5_000;

/// Counts a wrong password in the background, and notifies the owner once when there were many within a day. In the
/// background, so that the response to a known login takes no longer than to an unknown one.
pub(crate) fn count_wrong_password(api: &Api, account: &Account, device: String) {
    let (task_api, account) = (api.clone(), account.clone());
    api.ports.spawn.spawn(Box::pin(async move {
        if let Err(cause) = record_wrong_password(&task_api, &account, &device).await {
            tracing::warn!(%cause, account = %account.id, "a wrong password was not counted");
        }
    }));
}

async fn record_wrong_password(api: &Api, account: &Account, device: &str) -> StoreResult<()> {
    api.ports
        .write(|mut tx| async move {
            let now = tx.now();
            let period_start = now.checked_sub(WRONG_PASSWORD_PERIOD).unwrap_or(Timestamp::MIN);
            // Every count is returned once, so that the owner is notified once in a period.
            let count = tx.count_wrong_password(account.id, period_start, now).await?;
            if count == NOTIFY_AFTER_WRONG_PASSWORDS {
                record(api, &mut tx, account, device, AccountEvent::WrongPasswords).await?;
            }
            tx.commit(()).await
        })
        .await
}

/// Records an event of an account in the unit of work in which it happens, with the email about it.
///
/// # Errors
/// Returns the store's error.
#[tracing::instrument(skip_all)]
pub(crate) async fn record(
    api: &Api,
    tx: &mut UnitOfWork,
    account: &Account,
    device: &str,
    event: AccountEvent,
) -> StoreResult<()> {
    let entry = tx.record_account_event(account, device, event).await?;
    if let Some(event) = event.as_activity() {
        for app in tx.apps_of(account.id).await? {
            tx.record_activity(app.id, None, Some(account.id), event.clone()).await?;
        }
    }
    if event.notifies_owner() {
        tx.send_after_commit(messages::email(api, account, &entry));
    }
    Ok(())
}

/// Sends an email in the background, with retries. Call it after the transaction that the email is about is committed.
pub(crate) fn send(ports: &Ports, email: Email) {
    let task_ports = ports.clone();
    ports.spawn.spawn(Box::pin(async move {
        let mut wait_millis = FIRST_RETRY_MILLIS;
        for left in (0..MAX_ATTEMPTS).rev() {
            match task_ports.mail.send(email.clone()).await {
                Ok(()) => return,
                Err(error) if left == 0 || matches!(error, MailError::NotSetUp) => {
                    tracing::error!(event = log_events::EMAIL_FAILED, %error, subject = email.subject,
                        "an email was not sent");
                    return;
                }
                Err(error) => tracing::warn!(%error, left, "an email was not sent yet"),
            }
            task_ports.clock.sleep(wait_millis).await;
            wait_millis *= 2;
        }
    }));
}
