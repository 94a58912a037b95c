//! The names of the people that a response mentions.

use std::collections::{BTreeMap, BTreeSet};

use padlock_contract::Person;
use padlock_domain::AccountId;

use crate::ports::{ReadTransaction, StoreResult};

/// Display names by account.
pub(crate) struct DisplayNames(BTreeMap<AccountId, String>);

impl DisplayNames {
    /// Loads the names of these accounts.
    pub(crate) async fn load(tx: &mut dyn ReadTransaction, ids: impl Iterator<Item = AccountId>) -> StoreResult<Self> {
        let ids: Vec<_> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        Ok(Self(tx.display_names(&ids).await?.into_iter().collect()))
    }

    /// Returns an account's person, with a placeholder for a name that is not known.
    pub(crate) fn person(&self, id: AccountId) -> Person {
        let name = self.0.get(&id).cloned().unwrap_or_else(|| "Somebody who left".to_owned());
        Person { id: id.to_string(), name }
    }
}
