//! Notifies the owners of accounts: in the entries of the account, in the activity of its apps, and by email.

mod messages;
pub(crate) mod store;

pub(crate) use messages::notice;

use padlock_domain::account_entry::{NOTIFY_AFTER_WRONG_PASSWORDS, WRONG_PASSWORD_PERIOD};
use padlock_domain::{Account, AccountEntry, AccountEntryId, AccountEvent, Timestamp};

use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::http::Result;
use crate::log_events;
use crate::ports::{Email, MailError, Transaction};

/// How many times sending an email is tried.
const MAX_ATTEMPTS: u32 = 4;
/// The time before the second attempt, in milliseconds. It doubles with each further attempt.
const FIRST_RETRY_MILLIS: u32 = 5_000;

/// Records events of an account in the transaction in which they happen, commits it, and then sends the emails about them.
#[tracing::instrument(skip_all)]
pub(crate) async fn record_and_commit(
    api: &Api,
    mut tx: Box<dyn Transaction>,
    account: &Account,
    device: &str,
    events: impl IntoIterator<Item = AccountEvent, IntoIter: Send> + Send,
) -> Result<()> {
    let mut emails = Vec::new();
    for event in events {
        emails.extend(record(api, tx.as_mut(), account, device, event).await?);
    }
    tx.commit().await?;
    emails.into_iter().for_each(|email| send(api, email));
    Ok(())
}

/// Counts a wrong password in the background, and notifies the owner once when there were many within a day. In the
/// background, so that the response to a known login takes no longer than to an unknown one.
pub(crate) fn count_wrong_password(api: &Api, account: &Account, device: String) {
    let (task_api, account) = (api.clone(), account.clone());
    api.ports.spawn.spawn(Box::pin(async move {
        if let Err(cause) = record_wrong_password(&task_api, &account, &device).await {
            tracing::warn!(?cause, account = %account.id, "a wrong password was not counted");
        }
    }));
}

async fn record_wrong_password(api: &Api, account: &Account, device: &str) -> Result<()> {
    let mut tx = api.ports.store.write().await?;
    let now = api.ports.now();
    let period_start = now.checked_sub(WRONG_PASSWORD_PERIOD).unwrap_or(Timestamp::MIN);
    // Every count is returned once, so that the owner is notified once in a period.
    let count = tx.count_wrong_password(account.id, period_start, now).await?;
    let event = (count == NOTIFY_AFTER_WRONG_PASSWORDS).then_some(AccountEvent::WrongPasswords);
    record_and_commit(api, tx, account, device, event).await
}

/// Records an event, and returns the email to send after the commit.
async fn record(
    api: &Api,
    tx: &mut dyn Transaction,
    account: &Account,
    device: &str,
    event: AccountEvent,
) -> Result<Option<Email>> {
    let at = api.ports.now();
    let id = AccountEntryId::new(at, api.ports.random());
    let entry = AccountEntry { id, account: account.id, at, device: device.to_owned(), event };
    tx.add_account_entry(&entry).await?;
    if let Some(event) = event.as_activity() {
        for app in tx.apps_of(account.id).await? {
            tx.add_activity(&new_entry(&api.ports, app.id, None, Some(account.id), event.clone())).await?;
        }
    }
    Ok(event.notifies_owner().then(|| messages::email(api, account, &entry)))
}

/// Sends an email in the background, with retries. Call it after the transaction that the email is about is committed.
pub(crate) fn send(api: &Api, email: Email) {
    let ports = api.ports.clone();
    api.ports.spawn.spawn(Box::pin(async move {
        let mut wait_millis = FIRST_RETRY_MILLIS;
        for left in (0..MAX_ATTEMPTS).rev() {
            match ports.mail.send(email.clone()).await {
                Ok(()) => return,
                Err(error) if left == 0 || matches!(error, MailError::NotSetUp) => {
                    tracing::error!(event = log_events::EMAIL_FAILED, %error, subject = email.subject,
                        "an email was not sent");
                    return;
                }
                Err(error) => tracing::warn!(%error, left, "an email was not sent yet"),
            }
            ports.clock.sleep(wait_millis).await;
            wait_millis *= 2;
        }
    }));
}
