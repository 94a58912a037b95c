//! Notifies the owners of accounts: in the entries of the account, in the activity of its apps, and by email.

mod messages;
pub(crate) mod store;

pub(crate) use messages::{notice, subject};

use padlock_domain::account_entry::{NOTIFY_AFTER_WRONG_PASSWORDS, WRONG_PASSWORD_PERIOD};
use padlock_domain::{Account, AccountEntryId, AccountEvent, AccountId, Timestamp};

use crate::app_state::Api;
use crate::jobs::JobOutcome;
use crate::ports::{Email, MailError, StoreResult};
use crate::unit_of_work::UnitOfWork;

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
    api.write(|mut tx| async move {
        let now = tx.now();
        let period_start = now.checked_sub(WRONG_PASSWORD_PERIOD).unwrap_or(Timestamp::MIN);
        // Every count is returned once, so that the owner is notified once in a period.
        let count = tx.count_wrong_password(account.id, period_start, now).await?;
        if count == NOTIFY_AFTER_WRONG_PASSWORDS {
            record(&mut tx, account, device, AccountEvent::WrongPasswords).await?;
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
    tx: &mut UnitOfWork,
    account: &Account,
    device: &str,
    event: AccountEvent,
) -> StoreResult<()> {
    tx.record_account_event(account, device, event).await?;
    if let Some(event) = event.as_activity() {
        for app in tx.apps_of(account.id).await? {
            tx.record_activity(app.id, None, Some(account.id), event.clone()).await?;
        }
    }
    Ok(())
}

/// Sends the email about an entry of an account. It may be sent twice if the process is killed in between.
pub(crate) async fn send_email(api: &Api, account: AccountId, entry: AccountEntryId) -> JobOutcome {
    let read: StoreResult<_> = async {
        let mut tx = api.ports.store.read().await?;
        Ok((tx.account(account).await?, tx.account_entry(account, entry).await?))
    }
    .await;
    match read {
        Ok((Some(account), Some(entry))) => send(api, messages::email(api, &account, &entry)).await,
        Ok(_) => JobOutcome::Done,
        Err(cause) => JobOutcome::Retry(cause.to_string()),
    }
}

/// Sends an email, as an attempt of a job.
pub(crate) async fn send(api: &Api, email: Email) -> JobOutcome {
    let subject = email.subject.clone();
    match api.ports.mail.send(email).await {
        Ok(()) => JobOutcome::Done,
        Err(MailError::NotSetUp) => {
            tracing::debug!(subject, "an email was not sent: no mail server is set up");
            JobOutcome::Done
        }
        Err(MailError::Temporary(cause)) => JobOutcome::Retry(cause),
        Err(MailError::Permanent(cause)) => JobOutcome::Failed(cause),
    }
}
