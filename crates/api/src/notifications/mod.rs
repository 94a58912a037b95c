//! Telling owners what happened to their account: in its entries, in the activity of their apps, by mail.

pub(crate) mod store;

use padlock_contract::second_factor::Notice;
use padlock_domain::account::Account;
use padlock_domain::account_entry::{AccountEntry, AccountEvent};
use padlock_domain::ids::AccountEntryId;

use crate::activity::entry::activity;
use crate::app_state::Api;
use crate::http::problem::Result;
use crate::log_events;
use crate::ports::{Email, MailError, Transaction};

/// How often a letter is tried.
const TRIES: u32 = 4;
/// How long between two tries, in milliseconds; twice as long each time.
const PAUSE: u32 = 5_000;

/// Writes down what happened, in the transaction in which it happens. Gives the letter to post once that is committed.
pub(crate) async fn record(
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
            tx.add_activity(&activity(&api.ports, app.id, None, Some(account.id), event.clone())).await?;
        }
    }
    Ok(event.notifies_owner().then(|| letter(api, account, &entry)))
}

/// Sends a letter, after whatever it tells of is committed. Nobody waits for it.
pub(crate) fn post(api: &Api, letter: Option<Email>) {
    let Some(letter) = letter else { return };
    let ports = api.ports.clone();
    api.ports.spawn.spawn(Box::pin(async move {
        let mut pause = PAUSE;
        for left in (0..TRIES).rev() {
            match ports.mail.send(letter.clone()).await {
                Ok(()) => return,
                Err(error) if left == 0 || matches!(error, MailError::NotSetUp) => {
                    tracing::error!(event = log_events::EMAIL_FAILED, %error, subject = letter.subject, "a letter is given up");
                    return;
                }
                Err(error) => tracing::warn!(%error, left, "a letter did not go out yet"),
            }
            ports.clock.sleep(pause).await;
            pause *= 2;
        }
    }));
}

/// What the portal shows of it.
pub(crate) fn notice(entry: &AccountEntry) -> Notice {
    Notice { id: entry.id.to_string(), at: entry.at.into(), text: sentence(entry) }
}

fn sentence(entry: &AccountEntry) -> String {
    let from = &entry.device;
    match entry.event {
        AccountEvent::SecondFactorEnrolled => format!("Two-factor authentication was set up from {from}."),
        AccountEvent::SecondFactorReplaced => {
            format!("Your authenticator app was replaced by another one from {from}.")
        }
        AccountEvent::SecondFactorBlocked => {
            format!("Too many wrong codes were tried, the last from {from}. Only a recovery code works now.")
        }
        AccountEvent::Unlocked => format!("The padlock was opened from {from}."),
        AccountEvent::RecoveryCodeUsed { left: 0 } => {
            format!("The last recovery code was used from {from}. Make new ones.")
        }
        AccountEvent::RecoveryCodeUsed { left: 1 } => {
            format!("A recovery code was used from {from}. One is left: make new ones.")
        }
        AccountEvent::RecoveryCodeUsed { left } => format!("A recovery code was used from {from}. {left} are left."),
        AccountEvent::RecoveryCodesViewed => format!("Your recovery codes were looked at from {from}."),
        AccountEvent::RecoveryCodesRegenerated => {
            format!("New recovery codes were made from {from}. The old ones are dead.")
        }
        AccountEvent::PasswordSet => format!("Your password was replaced from {from}. Every session was signed out."),
        AccountEvent::Disabled => format!("Your account was disabled from {from}."),
        AccountEvent::Enabled => format!("Your account was enabled again from {from}."),
        AccountEvent::SupportAgentMade => format!("You were made a support agent from {from}."),
        AccountEvent::SupportAgentNoMore => format!("You are no support agent any more, from {from}."),
    }
}

fn letter(api: &Api, account: &Account, entry: &AccountEntry) -> Email {
    let (name, portal) = (&account.name, &api.config.name);
    let at = entry.at.strftime("%-d %B %Y, %H:%M UTC");
    let (what, origin) = (sentence(entry), &api.config.public_origin);
    Email {
        to: account.login.to_string(),
        subject: format!("{portal}: {}", subject(entry.event)),
        text: format!(
            "Hello {name},\n\n{what}\nThis was on {at}, for {} on {origin}.\n\n\
             If this was you, there is nothing to do. If it was not, change your password and tell whoever runs \
             {portal} at once.\n",
            account.login
        ),
    }
}

const fn subject(event: AccountEvent) -> &'static str {
    match event {
        AccountEvent::SecondFactorEnrolled => "two-factor authentication was set up",
        AccountEvent::SecondFactorReplaced => "your authenticator app was replaced",
        AccountEvent::SecondFactorBlocked => "your second factor is blocked",
        AccountEvent::Unlocked => "the padlock was opened",
        AccountEvent::RecoveryCodeUsed { .. } => "a recovery code was used",
        AccountEvent::RecoveryCodesViewed => "your recovery codes were looked at",
        AccountEvent::RecoveryCodesRegenerated => "new recovery codes were made",
        AccountEvent::PasswordSet => "your password was replaced",
        AccountEvent::Disabled => "your account was disabled",
        AccountEvent::Enabled => "your account was enabled again",
        AccountEvent::SupportAgentMade => "you were made a support agent",
        AccountEvent::SupportAgentNoMore => "you are no support agent any more",
    }
}
