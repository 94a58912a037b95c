//! What follows a restore: what was used or ended after the backup was made must not work again.

use padlock_domain::activity::Event;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{AccountEvent, Login, Timestamp};

use super::accounts::disable;
use super::{Operator, Result, find_account, record};

/// What was made void after a restore.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RestoreSummary {
    /// How many accounts have to make new recovery codes.
    pub accounts_without_codes: usize,
    /// How many accounts were disabled.
    pub disabled: usize,
}

impl Operator {
    /// Makes recovery codes and the present codes of authenticators void, tells the owners, disables these accounts, and
    /// records the restore in every app. Repeating it changes nothing but the records.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no account with one of these logins.
    #[tracing::instrument(skip_all)]
    pub async fn finish_restore(&self, backup_made_at: Timestamp, to_disable: &[Login]) -> Result<RestoreSummary> {
        self.write(|mut tx| async move {
            let mut summary = RestoreSummary::default();
            // A code of the next step is accepted already.
            let last_step = Step::at(tx.now()).plus(1);
            for account in tx.all_accounts().await? {
                let Some(factor) = tx.second_factor(account.id).await? else { continue };
                // The step may be used already, which is as good.
                let _ = tx.consume_step(factor.id, last_step).await?;
                tx.put_recovery_codes(account.id, &[]).await?;
                record(&mut tx, &account, AccountEvent::RecoveryCodesVoided).await?;
                summary.accounts_without_codes += 1;
            }
            for login in to_disable {
                let account = find_account(&mut *tx, login).await?;
                summary.disabled += usize::from(disable(&mut tx, &account, true).await?);
            }
            for app in tx.all_apps().await? {
                tx.record_activity(app.id, None, None, Event::Restored { backup_made_at }).await?;
            }
            Ok(tx.commit(summary).await?)
        })
        .await
    }
}
