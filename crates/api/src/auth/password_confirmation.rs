//! The password of somebody who is signed in already, asked for once more.

use std::net::IpAddr;

use padlock_contract::ErrorCode;
use padlock_domain::Timestamp;
use padlock_domain::account::Account;
use padlock_domain::password::Password;

use super::errors::too_many_attempts;
use crate::app_state::Api;
use crate::http::problem::{ApiError, Result};

/// Insists that this is the account's password. Wrong ones are throttled as they are at sign-in.
pub(crate) async fn confirm(api: &Api, account: &Account, address: IpAddr, password: String) -> Result<()> {
    let wrong = || ApiError::new(ErrorCode::WrongCredentials, "The password is wrong.");
    let password = Password::from_input(password).map_err(|_| wrong())?;
    let clock = api.ports.clock.as_ref();
    let turn = api.throttles.enter(Some(&account.login), address, clock).await;
    let turn = turn.map_err(|until| throttled(until, clock.now()))?;
    let fits = api.ports.hasher.verify(password, Some(account.password.clone())).await?;
    turn.end(fits);
    if fits { Ok(()) } else { Err(wrong()) }
}

/// Too many wrong ones.
pub(crate) fn throttled(until: Timestamp, now: Timestamp) -> ApiError {
    let seconds = until.duration_since(now).as_secs().unsigned_abs() + 1;
    too_many_attempts(seconds)
}
