//! What the owner of an account reads about it, in notices and emails.

use padlock_contract::second_factor::Notice;
use padlock_domain::account_entry::{NOTIFY_AFTER_WRONG_CODES, NOTIFY_AFTER_WRONG_PASSWORDS};
use padlock_domain::{Account, AccountEntry, AccountEvent};

use crate::app_state::Api;
use crate::ports::Email;

/// Returns the notice that the portal shows for an entry.
pub(crate) fn notice(entry: &AccountEntry) -> Notice {
    Notice { id: entry.id.to_string(), at: entry.at.into(), text: sentence(entry) }
}

fn sentence(entry: &AccountEntry) -> String {
    let device = &entry.device;
    match entry.event {
        AccountEvent::SecondFactorEnrolled => format!("Two-factor authentication was set up from {device}."),
        AccountEvent::SecondFactorReplaced => {
            format!("Your authenticator app was replaced by another one from {device}.")
        }
        AccountEvent::SecondFactorBlocked => {
            format!("Too many wrong codes were tried, the last from {device}. Only a recovery code works now.")
        }
        AccountEvent::WrongCodes => format!(
            "{NOTIFY_AFTER_WRONG_CODES} wrong codes in a row were tried after your password, the last from {device}."
        ),
        AccountEvent::WrongPasswords => format!(
            "{NOTIFY_AFTER_WRONG_PASSWORDS} wrong passwords were tried for your account within a day, the last from \
             {device}."
        ),
        AccountEvent::WindowOpened => format!("The padlock was opened from {device}."),
        AccountEvent::RecoveryCodeUsed { left: 0 } => {
            format!("The last recovery code was used from {device}. Make new ones.")
        }
        AccountEvent::RecoveryCodeUsed { left: 1 } => {
            format!("A recovery code was used from {device}. One is left: make new ones.")
        }
        AccountEvent::RecoveryCodeUsed { left } => format!("A recovery code was used from {device}. {left} are left."),
        AccountEvent::RecoveryCodesViewed => format!("Your recovery codes were looked at from {device}."),
        AccountEvent::RecoveryCodesRegenerated => {
            format!("New recovery codes were made from {device}. The old ones are dead.")
        }
        AccountEvent::PasswordSet => format!("Your password was replaced from {device}. Every session was signed out."),
        AccountEvent::Disabled => format!("Your account was disabled from {device}."),
        AccountEvent::Enabled => format!("Your account was enabled again from {device}."),
        AccountEvent::SupportAgentGranted => format!("You were made a support agent from {device}."),
        AccountEvent::SupportAgentRevoked => format!("You are no support agent any more, from {device}."),
        AccountEvent::RecoveryCodesVoided => {
            "The portal was restored from a backup, so your recovery codes do not work any more. Make new ones."
                .to_owned()
        }
    }
}

/// Returns the email about an entry.
pub(super) fn email(api: &Api, account: &Account, entry: &AccountEntry) -> Email {
    let (name, portal) = (&account.name, &api.config.name);
    let at = entry.at.strftime("%-d %B %Y, %H:%M UTC");
    let (sentence, origin) = (sentence(entry), &api.config.public_origin);
    Email {
        to: account.login.to_string(),
        subject: format!("{portal}: {}", subject(entry.event)),
        text: format!(
            "Hello {name},\n\n{sentence}\nThis was on {at}, for {} on {origin}.\n\n\
             {}\n",
            account.login,
            advice(entry.event, portal)
        ),
    }
}

fn advice(event: AccountEvent, portal: &str) -> String {
    match event {
        AccountEvent::WrongPasswords => format!(
            "Nobody got in this way. If it was not you, and your password is short or used elsewhere too, choose another \
             one, and tell whoever runs {portal}."
        ),
        AccountEvent::WrongCodes => format!(
            "If this was you, there is nothing to do. If it was not, somebody knows your password: change it and tell \
             whoever runs {portal} at once."
        ),
        AccountEvent::RecoveryCodesVoided => format!(
            "In {portal}, open the menu of your account, choose “Recovery codes” and “Make new ones”. Nobody needs your old \
             codes: throw them away. If you replaced your authenticator app or your password after the backup was made, the \
             earlier ones work again, and the new ones do not: tell whoever runs {portal}."
        ),
        _ => format!(
            "If this was you, there is nothing to do. If it was not, change your password and tell whoever runs {portal} \
             at once."
        ),
    }
}

pub(crate) const fn subject(event: AccountEvent) -> &'static str {
    match event {
        AccountEvent::SecondFactorEnrolled => "two-factor authentication was set up",
        AccountEvent::SecondFactorReplaced => "your authenticator app was replaced",
        AccountEvent::SecondFactorBlocked => "your second factor is blocked",
        AccountEvent::WrongCodes => "wrong codes were tried for your account",
        AccountEvent::WrongPasswords => "wrong passwords were tried for your account",
        AccountEvent::WindowOpened => "the padlock was opened",
        AccountEvent::RecoveryCodeUsed { .. } => "a recovery code was used",
        AccountEvent::RecoveryCodesViewed => "your recovery codes were looked at",
        AccountEvent::RecoveryCodesRegenerated => "new recovery codes were made",
        AccountEvent::PasswordSet => "your password was replaced",
        AccountEvent::Disabled => "your account was disabled",
        AccountEvent::Enabled => "your account was enabled again",
        AccountEvent::SupportAgentGranted => "you were made a support agent",
        AccountEvent::SupportAgentRevoked => "you are no support agent any more",
        AccountEvent::RecoveryCodesVoided => "make new recovery codes",
    }
}
