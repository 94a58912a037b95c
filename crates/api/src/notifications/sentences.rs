//! What the owner of an account reads about it, in the portal and by mail.

use padlock_contract::second_factor::Notice;
use padlock_domain::account::Account;
use padlock_domain::account_entry::{AccountEntry, AccountEvent};

use crate::app_state::Api;
use crate::ports::Email;

/// Returns an entry as the portal shows it.
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

pub(super) fn email(api: &Api, account: &Account, entry: &AccountEntry) -> Email {
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
