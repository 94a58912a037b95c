//! The domain as the wire shows it.

mod activity;
mod deployment;
mod environment;
mod package;

pub(crate) use activity::activity_entry;
pub(crate) use deployment::deployment;
pub(crate) use environment::{card, summary};
pub(crate) use package::{package, package_ref};

use std::collections::BTreeMap;

use padlock_contract::{Person, Reason, session};
use padlock_domain::account::Account;
use padlock_domain::ids::AccountId;

use crate::ports::{StoreError, Transaction};

/// A reason in words.
pub(crate) fn reason(reason: &padlock_domain::reason::Reason, place: &str, contact: &str) -> Reason {
    Reason {
        code: reason.code().to_owned(),
        message: reason.message(place, contact),
        ask: reason.asks_contact().then(|| contact.to_owned()),
    }
}

/// One's own account.
pub(crate) fn account(account: &Account) -> session::Account {
    session::Account { id: account.id.to_string(), login: account.login.to_string(), name: account.name.clone() }
}

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
