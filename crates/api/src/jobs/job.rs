//! What a job does, and for how long it is tried.

use padlock_domain::second_factor::MAIL_CODE_LIFETIME;
use padlock_domain::{AccountEntryId, AccountId, DeploymentId, JobId, SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an email is tried again.
const EMAIL_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How long a job waits at most: until it is tried again, or until the cleanup comes again.
pub(crate) const MAX_JOB_DELAY: SignedDuration = SignedDuration::from_hours(1);
/// How long a worker has a job without renewing the lease.
pub(crate) const JOB_LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What a job does. No job contains a secret: what it needs, it reads when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Sends the email about an entry of an account to its owner.
    NotificationEmail {
        /// The account.
        account: AccountId,
        /// The entry.
        entry: AccountEntryId,
    },
    /// Sends the mail code of an account, unless it was replaced or used.
    MailCodeEmail {
        /// The account.
        account: AccountId,
        /// When the code was made, which distinguishes it from later ones.
        sent_at: Timestamp,
    },
    /// Carries out a deployment. It has one attempt, which belongs to the process that adds it.
    Deployment {
        /// The deployment.
        deployment: DeploymentId,
    },
    /// Deletes what has expired, every hour.
    Cleanup {},
}

impl Job {
    /// The kind of [`Job::Deployment`].
    pub const DEPLOYMENT: &str = "deployment";
    /// The kind of [`Job::NotificationEmail`].
    pub const NOTIFICATION_EMAIL: &str = "notification_email";
    /// The kind of [`Job::MailCodeEmail`].
    pub const MAIL_CODE_EMAIL: &str = "mail_code_email";
    /// The kind of [`Job::Cleanup`].
    pub const CLEANUP: &str = "cleanup";

    /// Every kind.
    pub(crate) const KINDS: &[&str] =
        &[Self::DEPLOYMENT, Self::NOTIFICATION_EMAIL, Self::MAIL_CODE_EMAIL, Self::CLEANUP];

    /// Returns the kind, as the store has it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotificationEmail { .. } => Self::NOTIFICATION_EMAIL,
            Self::MailCodeEmail { .. } => Self::MAIL_CODE_EMAIL,
            Self::Deployment { .. } => Self::DEPLOYMENT,
            Self::Cleanup {} => Self::CLEANUP,
        }
    }

    /// Returns how long the job is tried, or `None` if it never ends.
    #[must_use]
    pub const fn lifetime(&self) -> Option<SignedDuration> {
        match self {
            Self::NotificationEmail { .. } => Some(EMAIL_LIFETIME),
            Self::MailCodeEmail { .. } => Some(MAIL_CODE_LIFETIME),
            Self::Deployment { .. } | Self::Cleanup {} => None,
        }
    }
}

/// Returns the id of the job that cleans up, of which there is one.
pub(crate) fn cleanup_job_id() -> JobId {
    JobId::min_at(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_has_its_kind_in_its_payload() {
        let account = AccountId::min_at(Timestamp::UNIX_EPOCH);
        let jobs = [
            Job::NotificationEmail { account, entry: AccountEntryId::min_at(Timestamp::UNIX_EPOCH) },
            Job::MailCodeEmail { account, sent_at: Timestamp::UNIX_EPOCH },
            Job::Deployment { deployment: DeploymentId::min_at(Timestamp::UNIX_EPOCH) },
            Job::Cleanup {},
        ];
        for job in &jobs {
            let payload = serde_json::to_value(job).unwrap_or_default();
            assert_eq!(payload.get("kind").and_then(|kind| kind.as_str()), Some(job.kind()));
            assert!(Job::KINDS.contains(&job.kind()));
            assert_eq!(serde_json::from_value::<Job>(payload).ok().as_ref(), Some(job));
        }
    }
}
