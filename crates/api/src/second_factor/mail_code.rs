//! Codes that are sent to an account's address: generating, verifying, and the email with one.

use padlock_domain::second_factor::{Code, MAIL_CODE_MAX_ATTEMPTS, MailCode};
use padlock_domain::{Account, AccountId, Timestamp};

use super::encryption::decrypt_mail_code;
use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::jobs::JobOutcome;
use crate::notifications;
use crate::ports::{Email, MailCodeRecord, Ports, StoreResult};
use crate::refusals::second_factor::{self as refusals, Reveal};

/// Verifies a mail code. The attempt is recorded in a transaction of its own before the code is compared. The caller
/// removes the code in the transaction that uses it.
///
/// # Errors
/// Returns the response to a missing, malformed, wrong or expired code.
pub(super) async fn verify(api: &Api, account: &Account, typed: Option<&str>) -> Result<()> {
    let typed = typed.ok_or_else(refusals::mail_code_required)?;
    let typed: Code =
        typed.parse().map_err(|_| ApiError::field("mail_code", "The code from your mail is six digits."))?;
    let mailed = api
        .write(|mut tx| async move {
            let record = tx.mail_code(account.id).await?.ok_or_else(refusals::mail_code_required)?;
            let mailed = decrypt(api, account, &record)?;
            if !mailed.is_live(tx.now()) {
                return Err(refusals::mail_code_expired());
            }
            tx.record_mail_code_attempt(account.id, mailed.attempts).await?.applied_or_else(ApiError::busy)?;
            Ok(tx.commit(mailed).await?)
        })
        .await?;
    if mailed.code == typed {
        return Ok(());
    }
    let left = MAIL_CODE_MAX_ATTEMPTS - mailed.attempts - 1;
    Err(if left == 0 { refusals::mail_code_expired() } else { refusals::wrong_code(Reveal::UsedCodes, left, None) })
}

pub(super) fn decrypt(api: &Api, account: &Account, record: &MailCodeRecord) -> Result<MailCode> {
    let code = decrypt_mail_code(api.ports.vault.as_ref(), account.id, &record.code)?;
    let MailCodeRecord { account, sent_at, attempts, consecutive_sends, .. } = *record;
    Ok(MailCode { account, code, sent_at, attempts, consecutive_sends })
}

/// Sends the mail code that was made at `sent_at`, unless it was replaced, used or has expired.
pub(crate) async fn send_mail_code(api: &Api, account: AccountId, sent_at: Timestamp) -> JobOutcome {
    let read: StoreResult<_> = async {
        let mut tx = api.ports.store.read().await?;
        Ok((tx.account(account).await?, tx.mail_code(account).await?))
    }
    .await;
    let (account, record) = match read {
        Ok((Some(account), Some(record))) => (account, record),
        Ok(_) => return JobOutcome::Done,
        Err(cause) => return JobOutcome::Retry(cause.to_string()),
    };
    match decrypt(api, &account, &record) {
        Ok(mailed) => {
            // The store keeps milliseconds.
            let is_meant = mailed.sent_at.as_millisecond() == sent_at.as_millisecond();
            if is_meant && mailed.is_live(api.ports.now()) {
                notifications::send(api, email(api, &account, &mailed.code)).await
            } else {
                JobOutcome::Done
            }
        }
        Err(_) => JobOutcome::Failed("the code cannot be decrypted".to_owned()),
    }
}

pub(super) fn random_code(ports: &Ports) -> Code {
    loop {
        if let Some(code) = Code::random(ports.random()) {
            return code;
        }
    }
}

fn email(api: &Api, account: &Account, code: &Code) -> Email {
    let portal = &api.config.name;
    Email {
        to: account.login.to_string(),
        subject: format!("{portal}: your code to set up two-factor authentication"),
        text: format!(
            "Hello {},\n\nYour code is {}. It works for ten minutes, once, to set up two-factor authentication for {} \
             on {}.\n\nIf you did not ask for it, somebody else knows your password: change it, and tell whoever runs \
             {portal}. Give the code to nobody.\n",
            account.name,
            code.expose(),
            account.login,
            api.config.public_origin
        ),
    }
}
