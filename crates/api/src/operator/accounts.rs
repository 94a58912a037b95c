//! Accounts: made, given another password, disabled, looked at.

use padlock_domain::account::{Account, Login};
use padlock_domain::account_entry::AccountEvent;
use padlock_domain::activity::Event;
use padlock_domain::ids::AccountId;
use padlock_domain::password::Password;

use super::{Operator, Result, named, refused};
use crate::ports::{Insert, NotFound, Update};

/// An account as the operator's list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// Whether a second factor is enrolled.
    pub second_factor: bool,
    /// The slugs of the apps whose Technical Contact it is.
    pub contact_of: Vec<String>,
}

impl Operator {
    /// Makes an account.
    ///
    /// # Errors
    /// Refused when the login is taken.
    pub async fn add_account(&self, login: Login, name: String, password: Password) -> Result<Account> {
        let hash = self.hasher.hash(password).await?;
        let account = Account {
            id: AccountId::new(self.clock.now(), self.random()),
            login,
            name,
            password: hash,
            disabled: false,
            support_agent: false,
        };
        let mut tx = self.store.write().await?;
        if tx.add_account(&account).await? == Insert::Duplicate {
            return refused(format!("there is an account {} already", account.login));
        }
        tx.commit().await?;
        Ok(account)
    }

    /// Gives an account another password, and ends everything it has begun. Its second factor stays as it is.
    ///
    /// # Errors
    /// Refused when there is no such account.
    pub async fn set_password(&self, login: &Login, password: Password) -> Result<Account> {
        let hash = self.hasher.hash(password).await?;
        let mut tx = self.store.write().await?;
        let account = named(tx.as_mut(), login).await?;
        if tx.set_password(account.id, &hash).await? == Err(NotFound) {
            return refused(format!("there is no account {login} any more"));
        }
        tx.end_all_access(account.id).await?;
        self.note(tx.as_mut(), &account, AccountEvent::PasswordSet).await?;
        let event = Event::PasswordSet { name: account.name.clone() };
        self.note_in_apps(tx.as_mut(), &account, &event).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Disables an account and ends everything it has begun, or enables it again.
    ///
    /// # Errors
    /// Refused when there is no such account, or it is so already.
    pub async fn set_disabled(&self, login: &Login, disabled: bool) -> Result<Listed> {
        let mut tx = self.store.write().await?;
        let account = named(tx.as_mut(), login).await?;
        if tx.set_disabled(account.id, disabled).await? == Update::Stale {
            return refused(format!("{login} is {} already", if disabled { "disabled" } else { "enabled" }));
        }
        tx.end_all_access(account.id).await?;
        let name = account.name.clone();
        let (entry, event) = if disabled {
            (AccountEvent::Disabled, Event::AccountDisabled { name })
        } else {
            (AccountEvent::Enabled, Event::AccountEnabled { name })
        };
        self.note(tx.as_mut(), &account, entry).await?;
        self.note_in_apps(tx.as_mut(), &account, &event).await?;
        let listed = listed(tx.as_mut(), Account { disabled, ..account }).await?;
        tx.commit().await?;
        Ok(listed)
    }

    /// Makes an account's owner a support agent, or takes that away.
    ///
    /// # Errors
    /// Refused when there is no such account, it is disabled, or it is so already.
    pub async fn set_support_agent(&self, login: &Login, support_agent: bool) -> Result<Account> {
        let mut tx = self.store.write().await?;
        let account = named(tx.as_mut(), login).await?;
        if support_agent && account.disabled {
            return refused(format!("{login} is disabled: enable it first"));
        }
        if tx.set_support_agent(account.id, support_agent).await? == Update::Stale {
            return refused(format!("{login} is {} already", if support_agent { "a support agent" } else { "none" }));
        }
        let event = if support_agent { AccountEvent::SupportAgentMade } else { AccountEvent::SupportAgentNoMore };
        self.note(tx.as_mut(), &account, event).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Every account, by login.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn accounts(&self) -> Result<Vec<Listed>> {
        let mut tx = self.store.read().await?;
        let mut all = Vec::new();
        for account in tx.all_accounts().await? {
            all.push(listed(tx.as_mut(), account).await?);
        }
        Ok(all)
    }
}

async fn listed(tx: &mut dyn crate::ports::Transaction, account: Account) -> Result<Listed> {
    let second_factor = tx.second_factor(account.id).await?.is_some();
    let apps = tx.apps_of(account.id).await?.into_iter().filter(|app| app.technical_contact == account.id);
    Ok(Listed { second_factor, contact_of: apps.map(|app| app.slug.to_string()).collect(), account })
}
