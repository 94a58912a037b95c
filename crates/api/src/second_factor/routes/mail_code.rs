//! `POST /account/mail-code`: sends a code to the account's address, which a first enrolment can require.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::second_factor::MailCodeSent;
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::Account;
use padlock_domain::second_factor::{Code, MAIL_CODE_MAX_ATTEMPTS, MailCode};

use crate::app_state::Api;
use crate::auth::SignedIn;
use crate::http::{ApiError, Result};
use crate::notifications;
use crate::ports::{Email, MailCodeRecord, Ports, Update};
use crate::second_factor::encryption::{decrypt_mail_code, encrypt_mail_code};
use crate::second_factor::errors;

/// Sends a code to the address of the signed-in account. An earlier code stops working.
#[utoipa::path(post, path = "/account/mail-code", tag = "Second factor", responses(
    (status = 202, description = "Sent", body = MailCodeSent),
    (status = 409, description = "`already_enrolled`", body = Problem),
    (status = 429, description = "The last one was sent less than a minute ago", body = Problem),
    (status = 503, description = "No mail server is set up", body = Problem),
))]
pub(crate) async fn send(State(api): State<Api>, caller: SignedIn) -> Result<Response> {
    let account = &caller.account;
    if !api.ports.mail.is_set_up() {
        let detail = "This portal cannot send mail. Tell whoever runs it to set up a mail server.";
        return Err(ApiError::new(ErrorCode::Unavailable, detail));
    }
    let now = api.ports.now();
    let mut tx = api.ports.store.write().await?;
    if tx.second_factor(account.id).await?.is_some() {
        return Err(errors::already_enrolled());
    }
    let previous = tx.mail_code(account.id).await?.map(|record| decrypt(&api, account, &record)).transpose()?;
    let seconds = previous.as_ref().map_or(0, |previous| previous.resend_after(now));
    if seconds > 0 {
        return Err(ApiError::too_many_requests(
            format!("A code is on its way. You can ask for another in {seconds} s."),
            seconds,
        ));
    }
    let mailed = MailCode::next_after(previous.as_ref(), account.id, random_code(&api.ports), now);
    let MailCode { code, sent_at, attempts, consecutive_sends, .. } = mailed;
    let encrypted = encrypt_mail_code(api.ports.vault.as_ref(), account.id, &code);
    tx.put_mail_code(&MailCodeRecord { account: account.id, code: encrypted, sent_at, attempts, consecutive_sends })
        .await?;
    tx.commit().await?;
    notifications::send(&api, Some(email(&api, account, &code)));
    let sent = MailCodeSent {
        sent_to: mask_address(account.login.as_str()),
        expires_at: mailed.expires_at().into(),
        resend_after: mailed.resend_after(now),
    };
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}

/// Verifies a mailed code. The attempt is recorded in a transaction of its own before the code is compared. The caller
/// removes the code in the transaction that uses it.
///
/// # Errors
/// Returns the response to a missing, malformed, wrong or expired code.
pub(super) async fn verify(api: &Api, account: &Account, typed: Option<&str>) -> Result<()> {
    let typed = typed.ok_or_else(errors::mail_code_required)?;
    let typed: Code =
        typed.parse().map_err(|_| ApiError::field("mail_code", "The code from your mail is six digits."))?;
    let now = api.ports.now();
    let mut tx = api.ports.store.write().await?;
    let record = tx.mail_code(account.id).await?.ok_or_else(errors::mail_code_required)?;
    let mailed = decrypt(api, account, &record)?;
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

fn decrypt(api: &Api, account: &Account, record: &MailCodeRecord) -> Result<MailCode> {
    let code = decrypt_mail_code(api.ports.vault.as_ref(), account.id, &record.code)?;
    let MailCodeRecord { account, sent_at, attempts, consecutive_sends, .. } = *record;
    Ok(MailCode { account, code, sent_at, attempts, consecutive_sends })
}

fn random_code(ports: &Ports) -> Code {
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

/// Returns the address with the middle of its local part hidden: `t…s@padlock.example`.
fn mask_address(address: &str) -> String {
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
    fn a_masked_address_shows_the_ends_of_its_name_and_the_host() {
        assert_eq!(mask_address("tess@padlock.example"), "t…s@padlock.example");
        assert_eq!(mask_address("ab@c"), "a…@c");
        assert_eq!(mask_address("a@c"), "a…@c");
    }
}
