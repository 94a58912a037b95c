//! `POST /account/mail-code`: sends a code to the account's address, which a first enrolment can require.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use padlock_contract::second_factor::MailCodeSent;
use padlock_contract::{ErrorCode, Problem};
use padlock_domain::Operation;
use padlock_domain::second_factor::MailCode;

use crate::app_state::Api;
use crate::auth::{AccountAccess, SignedIn};
use crate::http::{ApiError, Result};
use crate::jobs::Job;
use crate::ports::MailCodeRecord;
use crate::refusals::second_factor as refusals;
use crate::second_factor::encryption::encrypt_mail_code;
use crate::second_factor::mail_code::{decrypt, random_code};

/// Sends a code to the address of the signed-in account. An earlier code stops working.
#[utoipa::path(post, path = "/account/mail-code", tag = "Second factor", responses(
    (status = 202, description = "Sent", body = MailCodeSent),
    (status = 409, description = "`already_enrolled`", body = Problem),
    (status = 429, description = "The last one was sent less than a minute ago", body = Problem),
    (status = 503, description = "No mail server is set up", body = Problem),
))]
pub(crate) async fn send(State(api): State<Api>, caller: SignedIn) -> Result<Response> {
    let (account, caller) = (&caller.account, &caller);
    if !api.ports.mail.is_set_up() {
        let detail = "This portal cannot send mail. Tell whoever runs it to set up a mail server.";
        return Err(ApiError::new(ErrorCode::Unavailable, detail));
    }
    let (api, code) = (&api, random_code(&api.ports));
    let encrypted = &encrypt_mail_code(api.ports.vault.as_ref(), account.id, &code);
    let mailed = api
        .write(|mut tx| async move {
            AccountAccess::require_locked(&mut tx, caller, &api.ports, Operation::RequestMailCode).await?;
            let now = tx.now();
            if tx.second_factor(account.id).await?.is_some() {
                return Err(refusals::already_enrolled());
            }
            let previous = tx.mail_code(account.id).await?.map(|record| decrypt(api, account, &record)).transpose()?;
            let seconds = previous.as_ref().map_or(0, |previous| previous.resend_after(now));
            if seconds > 0 {
                return Err(ApiError::too_many_requests(
                    format!("A code is on its way. You can ask for another in {seconds} s."),
                    seconds,
                ));
            }
            let mailed = MailCode::next_after(previous.as_ref(), account.id, code, now);
            let MailCode { sent_at, attempts, consecutive_sends, .. } = mailed;
            let code = encrypted.clone();
            tx.put_mail_code(&MailCodeRecord { account: account.id, code, sent_at, attempts, consecutive_sends })
                .await?;
            tx.add_job(&Job::MailCodeEmail { account: account.id, sent_at }).await?;
            Ok(tx.commit(mailed).await?)
        })
        .await?;
    let sent = MailCodeSent {
        sent_to: mask_address(account.login.as_str()),
        expires_at: mailed.expires_at().into(),
        resend_after: mailed.resend_after(mailed.sent_at),
    };
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
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
