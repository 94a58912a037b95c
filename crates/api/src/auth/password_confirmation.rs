//! Confirms the password of a person who is already signed in.

use std::net::IpAddr;

use padlock_domain::{Password, PasswordProof};

use super::SignedIn;
use crate::app_state::Api;
use crate::http::Result;
use crate::notifications::count_wrong_password;
use crate::refusals::access::{too_many_attempts, wrong_password};

/// Verifies the account's password and returns the proof. Wrong passwords count towards the same limits as at sign-in.
///
/// # Errors
/// Returns `wrong_credentials`, or `too_many_requests` after too many wrong passwords.
#[tracing::instrument(skip_all)]
pub(crate) async fn confirm(api: &Api, caller: &SignedIn, address: IpAddr, password: String) -> Result<PasswordProof> {
    let account = &caller.account;
    let password = Password::from_input(password).map_err(|_| wrong_password())?;
    let clock = api.ports.clock.as_ref();
    let attempt = api.throttles.begin(Some(&account.login), address, clock).await;
    let attempt = attempt.map_err(|until| too_many_attempts(until, clock.now()))?;
    let hash = account.password_hash.clone();
    let correct = api.ports.hasher.verify(password, Some(hash.clone())).await?;
    attempt.finish(correct);
    if !correct {
        count_wrong_password(api, account, caller.device());
        return Err(wrong_password());
    }
    Ok(PasswordProof::for_verified_password(hash))
}
