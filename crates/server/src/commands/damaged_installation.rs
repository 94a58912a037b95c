//! What can still be read of the installation that a backup replaces, and what differs from the backup.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use padlock_api::operator::Operator;
use padlock_api::ports::{SecondFactorRecord, StoreResult};
use padlock_domain::{Account, Login};

use super::output::count;
use super::restore_report::RestoreReport;
use crate::cli::RestoreOptions;
use crate::command_error::{CommandError, Context};
use crate::store::{DamagedAccount, DatabaseUrl, SqlStore};

/// The accounts of a damaged installation.
pub(super) struct DamagedInstallation {
    url: DatabaseUrl,
    accounts: Vec<DamagedAccount>,
    /// Why the others cannot be read, if it is known that there are others.
    unreadable: Option<String>,
}

impl DamagedInstallation {
    /// Reads the installation that the options name, if they name one.
    ///
    /// # Errors
    /// Returns an error if it cannot be read as a whole, and the operator does not want to go on.
    pub(super) async fn read(options: &RestoreOptions) -> Result<Option<Self>, CommandError> {
        let embedded = options.damaged.as_ref().map(|folder| folder.join("padlock.db"));
        let url = match (&options.damaged_database, embedded) {
            (Some(url), Some(file)) if file.exists() => {
                return Err(CommandError::Usage(format!(
                    "there are two damaged databases, {} and {url}: leave out --damaged or PADLOCK_DAMAGED_DATABASE",
                    file.display()
                )));
            }
            (Some(url), _) => url.clone(),
            (None, Some(file)) => DatabaseUrl::Sqlite(file),
            (None, None) => return Ok(None),
        };
        let (accounts, error) = match SqlStore::read_damaged(&url).await {
            Ok(read) => read,
            Err(error) => (Vec::new(), Some(error)),
        };
        let unreadable = error.map(|error| match accounts.len() {
            0 => format!("nothing can be read of {url} ({error})"),
            read => format!("only {} of {url} can be read ({error})", count(read, "account")),
        });
        if let Some(what) = &unreadable {
            accept_incomplete(options, what)?;
        }
        Ok(Some(Self { url, accounts, unreadable }))
    }

    /// Reports how the accounts differ from the restored ones, and returns those to disable: those that were disabled after the
    /// backup was made, if the operator agrees.
    pub(super) async fn compare(
        self,
        options: &RestoreOptions,
        operator: &Operator,
        report: &mut RestoreReport,
    ) -> Result<Vec<Login>, CommandError> {
        let restored = Restored::read(operator).await.context("the restored accounts cannot be read")?;
        let unreadable = match (self.unreadable, restored.missing_in(&self.accounts)) {
            (Some(what), _) => Some(what),
            (None, 0) => None,
            // Accounts are never deleted.
            (None, missing) => {
                let missing = count(missing, "account");
                let what = format!(
                    "{} lacks {missing} of the backup, so it is another installation, or cannot be read as a whole",
                    self.url
                );
                accept_incomplete(options, &what)?;
                Some(what)
            }
        };
        if let Some(what) = &unreadable {
            report.line(&format!("Not every account is compared: {what}."));
        }
        let (mut to_disable, mut differences) = (Vec::new(), 0);
        for damaged in self.accounts {
            let mut differs = |how: &str| {
                differences += 1;
                report.line(&format!("{} {how}.", damaged.login));
            };
            let Some((account, factor)) = restored.account(&damaged.login) else {
                differs("was created after the backup, and is gone");
                continue;
            };
            match (account.disabled, damaged.disabled) {
                (false, true) => {
                    to_disable.push(account.login.clone());
                    differs("is enabled in the backup, and was disabled since");
                }
                (true, false) => differs("is disabled in the backup, and was enabled since: it stays disabled"),
                (false, false) | (true, true) => {}
            }
            if factor.is_some_and(|factor| damaged.second_factor != Some(factor.id.to_string())) {
                differs("has replaced or lost the second factor since: the one of the backup works again");
            }
        }
        if differences == 0 && unreadable.is_none() {
            report.line("No account was disabled or enabled since, and no second factor replaced.");
        }
        if to_disable.is_empty() {
            return Ok(to_disable);
        }
        let accounts = count(to_disable.len(), "account");
        let disable = !options.leave_enabled
            && (!stdin().is_terminal() || !ask(&format!("Disable {accounts} again? [Y/n] "), "n")?);
        if !disable {
            report.line(&format!("{accounts} stayed enabled, as the operator wished."));
            to_disable.clear();
        }
        Ok(to_disable)
    }
}

/// The accounts of the backup, with their second factors.
struct Restored(Vec<(Account, Option<SecondFactorRecord>)>);

impl Restored {
    async fn read(operator: &Operator) -> StoreResult<Self> {
        let mut tx = operator.store.read().await?;
        let mut accounts = Vec::new();
        for account in tx.all_accounts().await? {
            let factor = tx.second_factor(account.id).await?;
            accounts.push((account, factor));
        }
        Ok(Self(accounts))
    }

    /// Returns how many of the accounts are not among these.
    fn missing_in(&self, accounts: &[DamagedAccount]) -> usize {
        let logins: BTreeSet<_> = accounts.iter().map(|account| account.login.as_str()).collect();
        self.0.iter().filter(|(account, _)| !logins.contains(account.login.as_str())).count()
    }

    fn account(&self, login: &str) -> Option<(&Account, Option<&SecondFactorRecord>)> {
        let found = self.0.iter().find(|(account, _)| account.login.as_str() == login);
        found.map(|(account, factor)| (account, factor.as_ref()))
    }
}

/// Returns an error unless the operator wants to go on although not every account can be compared.
fn accept_incomplete(options: &RestoreOptions, what: &str) -> Result<(), CommandError> {
    if options.accept_unreadable || ask(&format!("Warning: {what}. Go on without the rest? [y/N] "), "y")? {
        return Ok(());
    }
    Err(CommandError::Usage(format!(
        "{what}: name the right installation, or go on without the rest with --accept-unreadable"
    )))
}

/// Asks at the terminal, and returns whether the answer begins with this letter. Without a terminal it does not.
fn ask(question: &str, letter: &str) -> Result<bool, CommandError> {
    if !stdin().is_terminal() {
        return Ok(false);
    }
    let _ = write!(stderr(), "{question}");
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).context("the answer cannot be read")?;
    Ok(answer.trim().to_lowercase().starts_with(letter))
}
