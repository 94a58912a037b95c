//! Account commands of the operator: creating, listing, changing passwords, disabling, and support agents.

use std::collections::BTreeSet;

use padlock_domain::activity::Event;
use padlock_domain::{Account, AccountEvent, AccountId, App, Login, Password};

use super::{Operator, Result, find_account, record, record_in_apps, refused};
use crate::ports::{Insert, NotFound, ReadTransaction, Update};
use crate::unit_of_work::UnitOfWork;

/// An account as the operator's list shows it.
#[derive(Debug, Clone)]
pub struct AccountSummary {
    /// The account.
    pub account: Account,
    /// Whether a second factor is enrolled.
    pub second_factor: bool,
    /// The slugs of the apps that it is the Technical Contact of.
    pub contact_of: Vec<String>,
}

impl Operator {
    /// Creates an account.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when the login is taken.
    #[tracing::instrument(skip_all)]
    pub async fn add_account(&self, login: Login, name: String, password: Password) -> Result<Account> {
        let hash = self.hasher.hash(password).await?;
        let account = Account {
            id: AccountId::new(self.clock.now(), self.random()),
            login,
            name,
            password_hash: hash,
            disabled: false,
            support_agent: false,
        };
        let new = &account;
        self.write(|mut tx| async move {
            if tx.add_account(new).await? == Insert::Duplicate {
                return refused(format!("there is an account {} already", new.login));
            }
            Ok(tx.commit(()).await?)
        })
        .await?;
        Ok(account)
    }

    /// Changes an account's password and ends its sessions. Its second factor stays.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no such account.
    #[tracing::instrument(skip_all)]
    pub async fn set_password(&self, login: &Login, password: Password) -> Result<Account> {
        let hash = self.hasher.hash(password).await?;
        let hash = &hash;
        self.write(|mut tx| async move {
            let account = find_account(&mut *tx, login).await?;
            if tx.set_password(account.id, hash).await? == Err(NotFound) {
                return refused(format!("there is no account {login} any more"));
            }
            tx.end_all_access(account.id).await?;
            record(&mut tx, &account, AccountEvent::PasswordSet).await?;
            record_in_apps(&mut tx, &account, &Event::PasswordSet { name: account.name.clone() }).await?;
            Ok(tx.commit(account).await?)
        })
        .await
    }

    /// Disables an account and ends its sessions, or enables it again.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no such account or nothing would change.
    #[tracing::instrument(skip_all)]
    pub async fn set_disabled(&self, login: &Login, disabled: bool) -> Result<AccountSummary> {
        self.write(|mut tx| async move {
            let account = find_account(&mut *tx, login).await?;
            if !disable(&mut tx, &account, disabled).await? {
                return refused(format!("{login} is {} already", if disabled { "disabled" } else { "enabled" }));
            }
            let summary = summarise(&mut *tx, Account { disabled, ..account }).await?;
            Ok(tx.commit(summary).await?)
        })
        .await
    }

    /// Makes the account a support agent, or revokes that.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no such account, it is disabled, or nothing
    /// would change.
    #[tracing::instrument(skip_all)]
    pub async fn set_support_agent(&self, login: &Login, support_agent: bool) -> Result<Account> {
        self.write(|mut tx| async move {
            let account = find_account(&mut *tx, login).await?;
            if support_agent && account.disabled {
                return refused(format!("{login} is disabled: enable it first"));
            }
            if tx.set_support_agent(account.id, support_agent).await? == Update::Stale {
                return refused(format!(
                    "{login} is {} already",
                    if support_agent { "a support agent" } else { "none" }
                ));
            }
            let event =
                if support_agent { AccountEvent::SupportAgentGranted } else { AccountEvent::SupportAgentRevoked };
            record(&mut tx, &account, event).await?;
            Ok(tx.commit(account).await?)
        })
        .await
    }

    /// Returns every account, ordered by login.
    ///
    /// # Errors
    /// Returns [`OperatorError::Store`](super::OperatorError) when the store fails.
    #[tracing::instrument(skip_all)]
    pub async fn accounts(&self) -> Result<Vec<AccountSummary>> {
        let mut tx = self.store.read().await?;
        let with_factor: BTreeSet<_> = tx.accounts_with_second_factor().await?.into_iter().collect();
        let apps = tx.all_apps().await?;
        let accounts = tx.all_accounts().await?;
        let summary = |account: Account| AccountSummary {
            second_factor: with_factor.contains(&account.id),
            contact_of: slugs_of_contact(&apps, account.id),
            account,
        };
        Ok(accounts.into_iter().map(summary).collect())
    }
}

/// Returns the slugs of the apps that an account is the Technical Contact of.
fn slugs_of_contact(apps: &[App], account: AccountId) -> Vec<String> {
    apps.iter().filter(|app| app.technical_contact == account).map(|app| app.slug.to_string()).collect()
}

/// Disables or enables an account, ends its sessions and records it. Returns whether that changed anything.
pub(super) async fn disable(tx: &mut UnitOfWork, account: &Account, disabled: bool) -> Result<bool> {
    if tx.set_disabled(account.id, disabled).await? == Update::Stale {
        return Ok(false);
    }
    tx.end_all_access(account.id).await?;
    let name = account.name.clone();
    let (entry, event) = if disabled {
        (AccountEvent::Disabled, Event::AccountDisabled { name })
    } else {
        (AccountEvent::Enabled, Event::AccountEnabled { name })
    };
    record(tx, account, entry).await?;
    record_in_apps(tx, account, &event).await?;
    Ok(true)
}

async fn summarise(tx: &mut dyn ReadTransaction, account: Account) -> Result<AccountSummary> {
    let second_factor = tx.second_factor(account.id).await?.is_some();
    let contact_of = slugs_of_contact(&tx.apps_of(account.id).await?, account.id);
    Ok(AccountSummary { second_factor, contact_of, account })
}
