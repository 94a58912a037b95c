//! The throttles of wrong passwords: for each login from one address, and for each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use padlock_domain::Timestamp;
use padlock_domain::account::Login;
use padlock_domain::throttle::{Throttle, Wait};

/// Pairs that are remembered; beyond it what is forgotten anyway goes, then everything.
const MOST: usize = 100_000;

/// In memory on purpose: a restart forgets them, and nothing hangs on them but the guesser's patience.
#[derive(Default)]
pub(crate) struct Throttles {
    pairs: Mutex<HashMap<(Login, IpAddr), Throttle>>,
}

impl Throttles {
    /// Charges a try before its password is looked at.
    pub(crate) fn charge(&self, login: &Login, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= MOST {
            pairs.retain(|_, throttle| !throttle.is_forgotten(now));
            if pairs.len() >= MOST {
                pairs.clear();
            }
        }
        pairs.entry((login.clone(), address)).or_default().charge(now)
    }

    /// Takes the charge back: the password was right.
    pub(crate) fn was_right(&self, login: &Login, address: IpAddr) {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).remove(&(login.clone(), address));
    }
}
