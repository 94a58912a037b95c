//! `POST /account/mail-code`: a code to the account's own address, for a first enrolment.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::second_factor::MailCodeSent;
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::account::Account;
use padlock_domain::second_factor::{Code, MAIL_CODE_MAX_ATTEMPTS, MailCode};

use crate::app_state::Api;
use crate::auth::signed_in::SignedIn;
use crate::http::problem::{ApiError, Result};
use crate::notifications;
use crate::ports::Ports;
use crate::ports::{Email, MailCodeRecord, Update};
use crate::second_factor::encryption::decrypt_mail_code;
use crate::second_factor::encryption::encrypt_mail_code;
use crate::second_factor::errors;

/// Mails a code to the address of my account. A new one kills the old.
#[utoipa::path(post, path = "/account/mail-code", tag = "Second factor", responses(
    (status = 202, description = "On its way", body = MailCodeSent),
    (status = 409, description = "`already_enrolled`", body = Problem),
    (status = 429, description = "The last one was sent less than a minute ago", body = Problem),
    (status = 503, description = "No mail server is set up", body = Problem),
))]
pub(crate) async fn send(State(api): State<Api>, caller: SignedIn) -> Result<Response> {
    let account = &caller.account;
    if !api.ports.mail.is_set_up() {
        let words = "This portal cannot send mail. Tell whoever runs it to set up a mail server.";
        return Err(ApiError::new(ErrorCode::Unavailable, words));
    }
    let now = api.ports.now();
    let mut tx = api.ports.store.write().await?;
    if tx.second_factor(account.id).await?.is_some() {
        return Err(errors::already_enrolled());
    }
    let before = tx.mail_code(account.id).await?.map(|row| opened(&api, account, &row)).transpose()?;
    let seconds = before.as_ref().map_or(0, |before| before.resend_after(now));
    if seconds > 0 {
        return Err(ApiError::too_many_requests(
            format!("A code is on its way. You can ask for another in {seconds} s."),
            seconds,
        ));
    }
    let mailed = MailCode::following(before.as_ref(), account.id, random(&api.ports), now);
    let MailCode { code, sent_at, attempts, consecutive_sends, .. } = mailed;
    let sealed = encrypt_mail_code(api.ports.vault.as_ref(), account.id, &code);
    tx.put_mail_code(&MailCodeRecord { account: account.id, code: sealed, sent_at, attempts, consecutive_sends })
        .await?;
    tx.commit().await?;
    notifications::send(&api, Some(email(&api, account, &code)));
    let sent = MailCodeSent {
        sent_to: masked(account.login.as_str()),
        expires_at: mailed.expires_at().into(),
        resend_after: mailed.resend_after(now),
    };
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}

/// Insists on the code that was mailed. Each try is charged in a commit of its own, before it is compared; whoever goes on
/// takes the code away.
pub(super) async fn verify(api: &Api, account: &Account, typed: Option<&str>) -> Result<()> {
    let typed = typed.ok_or_else(errors::mail_code_required)?;
    let typed: Code =
        typed.parse().map_err(|_| ApiError::field("mail_code", "The code from your mail is six digits."))?;
    let now = api.ports.now();
    let mut tx = api.ports.store.write().await?;
    let row = tx.mail_code(account.id).await?.ok_or_else(errors::mail_code_required)?;
    let mailed = opened(api, account, &row)?;
    if !mailed.is_live(now) {
        return Err(errors::mail_code_expired());
    }
    if tx.record_mail_code_attempt(account.id, mailed.attempts).await? == Update::Stale {
        return Err(ApiError::busy());
    }
    tx.commit().await?;
    if mailed.code == typed {
        return Ok(());
    }
    let left = MAIL_CODE_MAX_ATTEMPTS - mailed.attempts - 1;
    Err(if left == 0 { errors::mail_code_expired() } else { errors::wrong_code(left, None) })
}

fn opened(api: &Api, account: &Account, row: &MailCodeRecord) -> Result<MailCode> {
    let code = decrypt_mail_code(api.ports.vault.as_ref(), account.id, &row.code)?;
    let MailCodeRecord { account, sent_at, attempts, consecutive_sends, .. } = *row;
    Ok(MailCode { account, code, sent_at, attempts, consecutive_sends })
}

fn random(ports: &Ports) -> Code {
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

/// An address with the middle of its name hidden: `t…s@padlock.example`.
fn masked(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let ends = (name.chars().next(), name.chars().next_back());
    match ends {
        (Some(first), Some(last)) if name.chars().count() > 2 => format!("{first}…{last}@{host}"),
        (Some(first), _) => format!("{first}…@{host}"),
        _ => format!("…@{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_recognised_and_not_shown() {
        assert_eq!(masked("tess@padlock.example"), "t…s@padlock.example");
        assert_eq!(masked("ab@c"), "a…@c");
        assert_eq!(masked("a@c"), "a…@c");
    }
}
