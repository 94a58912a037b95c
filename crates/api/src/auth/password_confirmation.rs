//! Confirms the password of a person who is already signed in.

use std::net::IpAddr;

use padlock_contract::ErrorCode;
use padlock_domain::Password;

use super::SignedIn;
use super::errors::too_many_attempts;
use crate::app_state::Api;
use crate::http::{ApiError, Result};
use crate::notifications::count_wrong_password;

/// Verifies the account's password. Wrong passwords count towards the same limits as at sign-in.
///
/// # Errors
/// Returns `wrong_credentials`, or `too_many_requests` after too many wrong passwords.
#[tracing::instrument(skip_all)]
pub(crate) async fn confirm(api: &Api, caller: &SignedIn, address: IpAddr, password: String) -> Result<()> {
    let account = &caller.account;
    let wrong = || ApiError::new(ErrorCode::WrongCredentials, "The password is wrong.");
    let password = Password::from_input(password).map_err(|_| wrong())?;
    let clock = api.ports.clock.as_ref();
    let attempt = api.throttles.begin(Some(&account.login), address, clock).await;
    let attempt = attempt.map_err(|until| too_many_attempts(until, clock.now()))?;
    let correct = api.ports.hasher.verify(password, Some(account.password_hash.clone())).await?;
    attempt.finish(correct);
    if !correct {
        count_wrong_password(api, account, caller.device());
        return Err(wrong());
    }
    Ok(())
}
