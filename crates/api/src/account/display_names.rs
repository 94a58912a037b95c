//! The names of the people that a response mentions.

use std::collections::BTreeMap;

use padlock_contract::Person;
use padlock_domain::ids::AccountId;

use crate::ports::{StoreError, Transaction};

/// The names of people that an answer mentions.
pub(crate) struct DisplayNames(BTreeMap<AccountId, String>);

impl DisplayNames {
    pub(crate) async fn load(
        tx: &mut dyn Transaction,
        ids: impl Iterator<Item = AccountId>,
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(Self(tx.display_names(&ids).await?.into_iter().collect()))
    }

    pub(crate) fn person(&self, id: AccountId) -> Person {
        let name = self.0.get(&id).cloned().unwrap_or_else(|| "Somebody who left".to_owned());
        Person { id: id.to_string(), name }
    }
}
