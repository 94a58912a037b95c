//! Limits how many uploads one account may begin within an hour.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use padlock_domain::{AccountId, SignedDuration, Timestamp};

const PERIOD: SignedDuration = SignedDuration::from_hours(1);

/// When the accounts began their latest uploads. It is kept in memory, and a restart resets it.
pub(crate) struct UploadQuota {
    limit: u32,
    begun: Mutex<BTreeMap<AccountId, VecDeque<Timestamp>>>,
}

impl UploadQuota {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, begun: Mutex::default() }
    }

    /// Records an upload that begins at `now`.
    ///
    /// # Errors
    /// Returns the time of the next upload if the account has begun as many within an hour as are allowed.
    pub(crate) fn begin(&self, account: AccountId, now: Timestamp) -> Result<(), Timestamp> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |at: &Timestamp| *at <= now && now.duration_since(*at) < PERIOD;
        // Forgets accounts without uploads, so that the table does not grow.
        begun.retain(|_, times| {
            times.retain(counts);
            !times.is_empty()
        });
        let times = begun.entry(account).or_default();
        match times.front() {
            Some(first) if times.len() >= self.limit as usize => Err(first.checked_add(PERIOD).unwrap_or(*first)),
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_begins_so_many_uploads_within_an_hour() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let account = |n| AccountId::new(at(0), [n; 10]);
        let quota = UploadQuota::new(2);
        assert_eq!(quota.begin(account(1), at(0)), Ok(()));
        assert_eq!(quota.begin(account(1), at(10)), Ok(()));
        assert_eq!(quota.begin(account(1), at(20)), Err(at(60)));
        assert_eq!(quota.begin(account(2), at(20)), Ok(()), "another account");
        assert_eq!(quota.begin(account(1), at(60)), Ok(()), "the first is an hour ago");
        assert_eq!(quota.begin(account(1), at(61)), Err(at(70)));
        assert_eq!(quota.begin(account(3), at(200)), Ok(()));
        assert_eq!(quota.begun.lock().unwrap().len(), 1, "accounts without uploads are forgotten");
    }
}
