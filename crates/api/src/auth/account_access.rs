//! The caller's own account, and what they may do with it.

use padlock_domain::access::{Decision, Owner, Request, authorise_account};
use padlock_domain::operation::FreshCodeRule;
use padlock_domain::{Account, CredentialKind, Grant, Operation, PasswordProof, StepUp, Timestamp};

use super::principal::{Credential, PendingSignIn, Principal, SessionCredential, SignedIn, enabled_account};
use super::route_operations::RouteOperations;
use crate::http::{ApiError, Result};
use crate::ports::{Ports, ReadTransaction, RowLock};
use crate::refusals::access::{refused, step_up_required};
use crate::refusals::second_factor::not_enrolled;
use crate::unit_of_work::UnitOfWork;

/// An account and the credential of its owner, as they are in this transaction.
pub(crate) struct AccountAccess {
    pub(crate) account: Account,
    credential: CredentialKind,
    route: RouteOperations,
}

impl AccountAccess {
    /// Loads the account of a session, and returns it with the session.
    ///
    /// # Errors
    /// Returns `not_signed_in` if the session has ended or the account is disabled by now.
    pub(crate) async fn load(
        tx: &mut dyn ReadTransaction,
        caller: &SignedIn,
        ports: &Ports,
    ) -> Result<(Self, SessionCredential)> {
        let Principal { account, credential, route } = caller.principal().reload(tx, ports).await?;
        let kind = credential.kind();
        let Credential::Session(session) = credential;
        Ok((Self { account, credential: kind, route }, session))
    }

    /// Loads the account of a session like [`AccountAccess::load`], and locks the rows of both until the transaction ends.
    ///
    /// # Errors
    /// As [`AccountAccess::load`].
    pub(crate) async fn load_locked(
        tx: &mut UnitOfWork,
        caller: &SignedIn,
        ports: &Ports,
    ) -> Result<(Self, SessionCredential)> {
        tx.lock_session_row(caller.session().id, RowLock::Exclusive).await?;
        Self::load(&mut **tx, caller, ports).await
    }

    /// Loads and locks the account of a session, and consumes the grant for an operation that needs neither the password nor a
    /// code.
    ///
    /// # Errors
    /// As [`AccountAccess::load`] and [`AccountAccess::authorise`].
    pub(crate) async fn require_locked(
        tx: &mut UnitOfWork,
        caller: &SignedIn,
        ports: &Ports,
        operation: Operation,
    ) -> Result<(Self, SessionCredential)> {
        let (access, credential) = Self::load_locked(tx, caller, ports).await?;
        let now = tx.now();
        access.require(&mut **tx, operation, now).await?;
        Ok((access, credential))
    }

    /// Loads the account of a sign-in that waits for its code.
    ///
    /// # Errors
    /// Returns `not_signed_in` if the sign-in has ended or the account is disabled by now.
    pub(crate) async fn load_pending(
        tx: &mut dyn ReadTransaction,
        caller: &PendingSignIn,
        ports: &Ports,
    ) -> Result<Self> {
        let now = ports.now();
        let challenge = tx.mfa_challenge(&caller.challenge.secret_hash).await?.filter(|found| found.is_live(now));
        challenge.ok_or_else(ApiError::not_signed_in)?;
        let account = enabled_account(tx, caller.account.id).await?;
        Ok(Self { account, credential: CredentialKind::MfaChallenge, route: caller.route.clone() })
    }

    /// Returns the grant for an operation on the account. `password` is the proof of the password, if the request contains
    /// it; `purpose` completes "A fresh code is needed …".
    ///
    /// # Errors
    /// Returns the refusal, or what has to be proved first.
    pub(crate) async fn authorise(
        &self,
        tx: &mut dyn ReadTransaction,
        request: impl Into<Request>,
        password: Option<&PasswordProof>,
        purpose: &str,
        now: Timestamp,
    ) -> Result<Grant> {
        let request = request.into();
        let operation = request.operation();
        // Only this rule asks whether a second factor is enrolled.
        let enrolled = operation.rule().fresh_code == FreshCodeRule::IfEnrolled
            && tx.second_factor(self.account.id).await?.is_some();
        let owner = Owner { account: &self.account, credential: self.credential, enrolled, password };
        match authorise_account(owner, request, now) {
            Decision::Grant(grant) => {
                self.route.record(operation)?;
                Ok(grant)
            }
            // Nobody is asked for a code that does not exist.
            Decision::StepUp(StepUp::FreshCode) if tx.second_factor(self.account.id).await?.is_none() => {
                Err(not_enrolled())
            }
            Decision::StepUp(step_up) => Err(step_up_required(step_up, purpose)),
            Decision::Refused(reasons) => Err(refused(&reasons, "your account", "whoever runs Padlock")),
        }
    }

    /// Authorises an operation that needs neither the password nor a code, and consumes its grant.
    ///
    /// # Errors
    /// As [`AccountAccess::authorise`].
    pub(crate) async fn require(
        &self,
        tx: &mut dyn ReadTransaction,
        operation: Operation,
        now: Timestamp,
    ) -> Result<()> {
        let grant = self.authorise(tx, operation, None, "for this", now).await?;
        Ok(grant.consume(operation, self.account.id)?)
    }
}
