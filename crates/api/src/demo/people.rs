//! The demo's accounts.

use std::collections::BTreeMap;

use padlock_domain::account::{Account, PasswordHash};
use padlock_domain::ids::AccountId;

use super::{SeedError, ago, data};
use crate::ports::Ports;
use crate::ports::Transaction;

/// The one password of all the demo's accounts.
pub const PASSWORD: &str = "correct horse battery staple";

const SUPPORT_AGENT: &str = "Support agent";

/// One of the demo's people.
#[derive(Debug, Clone, Copy)]
pub struct DemoPerson {
    /// The login.
    pub login: &'static str,
    /// The name.
    pub name: &'static str,
    /// What the person may do, in a few words.
    pub role: &'static str,
}

/// The demo's people.
pub const PEOPLE: &[DemoPerson] = &[
    DemoPerson { login: "tess@padlock.example", name: "Tess Tanaka", role: "Technical Contact of shop and crm" },
    DemoPerson {
        login: "omar@padlock.example",
        name: "Omar Okafor",
        role: "Deploys shop everywhere; Technical Contact of intranet",
    },
    DemoPerson {
        login: "dana@padlock.example",
        name: "Dana Dahl",
        role: "Deploys shop to Test and Acceptance, not to Production",
    },
    DemoPerson { login: "ines@padlock.example", name: "Ines Ibarra", role: "A newcomer: shop’s Acceptance only" },
    DemoPerson { login: "sam@padlock.example", name: "Sam Sato", role: SUPPORT_AGENT },
    DemoPerson { login: "noor@padlock.example", name: "Noor Nasser", role: SUPPORT_AGENT },
];

/// The accounts by the part of the login before the `@`.
pub(super) struct People(BTreeMap<&'static str, AccountId>);

impl People {
    pub(super) async fn add(
        ports: &Ports,
        tx: &mut dyn Transaction,
        password: &PasswordHash,
    ) -> Result<Self, SeedError> {
        let mut ids = BTreeMap::new();
        for person in PEOPLE {
            let account = Account {
                id: AccountId::new(ago(ports.now(), 24 * 60), ports.random()),
                login: person.login.parse().map_err(data)?,
                name: person.name.to_owned(),
                password: password.clone(),
                disabled: false,
                support_agent: person.role == SUPPORT_AGENT,
            };
            let _ = tx.add_account(&account).await?;
            ids.insert(person.login.split('@').next().unwrap_or_default(), account.id);
        }
        Ok(Self(ids))
    }

    pub(super) fn id(&self, short: &str) -> Result<AccountId, SeedError> {
        self.0.get(short).copied().ok_or_else(|| data(format!("nobody is called {short}")))
    }
}
