//! Limits wrong passwords: for each login from one network, and for each network over all logins.

mod bounded_map;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use event_listener::Event;
use padlock_domain::throttle::{Admission, AttemptOutcome, ClientNetwork, LoginThrottle, NetworkThrottle};
use padlock_domain::{Login, Timestamp};

use self::bounded_map::{BoundedMap, Evictable, LastSuccess};
use crate::ports::Clock;

/// How many logins and networks are remembered; they take a few megabytes at most.
const CAPACITY: usize = 20_000;

type LoginFrom = (Login, ClientNetwork);

/// The limits of all logins and networks. They are kept in memory and a restart resets them (docs/adr/0012).
pub(crate) struct PasswordThrottles {
    tables: Mutex<ThrottleTables>,
    /// Notified when an attempt finishes.
    finished: Event,
}

/// All tables are behind one lock, so that an attempt is admitted by both limits or by none.
struct ThrottleTables {
    logins: BoundedMap<LoginFrom, LoginThrottle>,
    networks: BoundedMap<ClientNetwork, NetworkThrottle>,
    last_successes: BoundedMap<LoginFrom, LastSuccess>,
}

impl Default for PasswordThrottles {
    fn default() -> Self {
        let tables = ThrottleTables {
            logins: BoundedMap::new(CAPACITY),
            networks: BoundedMap::new(CAPACITY),
            last_successes: BoundedMap::new(CAPACITY),
        };
        Self { tables: Mutex::new(tables), finished: Event::new() }
    }
}

impl PasswordThrottles {
    /// Waits until a password may be checked. Without a valid login only the network's limit applies.
    ///
    /// # Errors
    /// Returns the time of the next attempt if there were too many wrong passwords.
    pub(crate) async fn begin<'a>(
        &'a self,
        login: Option<&Login>,
        address: IpAddr,
        clock: &'a dyn Clock,
    ) -> Result<PasswordAttempt<'a>, Timestamp> {
        let network = ClientNetwork::from(address);
        let login = login.map(|login| (login.clone(), network));
        loop {
            // The listener is created first, so that no attempt finishes unnoticed.
            let finished = self.finished.listen();
            let (admission, known) = self.tables().begin(network, login.as_ref(), clock.now());
            match admission {
                Admission::Admitted => {
                    let network = (!known).then_some(network);
                    return Ok(PasswordAttempt {
                        throttles: self,
                        clock,
                        network,
                        login,
                        outcome: AttemptOutcome::NotChecked,
                    });
                }
                Admission::Rejected { until } => return Err(until),
                Admission::Queued => finished.await,
            }
        }
    }

    fn tables(&self) -> MutexGuard<'_, ThrottleTables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ThrottleTables {
    /// Returns whether a password may be checked, and whether this login succeeded from this network before. If so, the
    /// network's limit does not apply: others who guess from the same network do not delay the owner.
    fn begin(&mut self, network: ClientNetwork, login: Option<&LoginFrom>, now: Timestamp) -> (Admission, bool) {
        let success = login.and_then(|login| self.last_successes.get(login));
        let known = success.is_some_and(|success| !success.is_idle(now));
        // The network comes first: one that is rejected must not fill the table of logins.
        let by_network = if known { Admission::Admitted } else { self.networks.entry(network, now).admit(now) };
        let (Admission::Admitted, Some(login)) = (by_network, login) else { return (by_network, known) };
        let by_login = self.logins.entry(login.clone(), now).admit(now);
        if by_login != Admission::Admitted && !known {
            self.networks.entry(network, now).record(AttemptOutcome::NotChecked, now);
        }
        (by_login, known)
    }

    fn finish(
        &mut self,
        network: Option<ClientNetwork>,
        login: Option<&LoginFrom>,
        outcome: AttemptOutcome,
        now: Timestamp,
    ) {
        if let Some(throttle) = network.and_then(|network| self.networks.get_mut(&network)) {
            throttle.record(outcome, now);
        }
        let Some(login) = login else { return };
        if let Some(throttle) = self.logins.get_mut(login) {
            throttle.record(outcome, now);
        }
        if outcome == AttemptOutcome::Correct {
            self.last_successes.entry(login.clone(), now).0 = Some(now);
        }
    }
}

/// An attempt whose password is being checked. If it is dropped without [`PasswordAttempt::finish`], it does not count.
pub(crate) struct PasswordAttempt<'a> {
    throttles: &'a PasswordThrottles,
    clock: &'a dyn Clock,
    /// The network, if its limit applies.
    network: Option<ClientNetwork>,
    login: Option<LoginFrom>,
    outcome: AttemptOutcome,
}

impl PasswordAttempt<'_> {
    /// Records whether the password was correct.
    pub(crate) fn finish(mut self, correct: bool) {
        self.outcome = if correct { AttemptOutcome::Correct } else { AttemptOutcome::Incorrect };
    }
}

impl Drop for PasswordAttempt<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        self.throttles.tables().finish(self.network, self.login.as_ref(), self.outcome, now);
        self.throttles.finished.notify(usize::MAX);
    }
}
