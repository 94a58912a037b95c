//! The app that a path names, and what the caller may do in it.

use padlock_domain::access::{self, Actor, Decision, PadlockState};
use padlock_domain::{App, Environment, Grant, Membership, Operation};

use super::errors::{refused, step_up_required};
use super::signed_in::SignedIn;
use crate::http::{ApiError, Result};
use crate::ports::{PackageRecord, Ports, ReadTransaction};
use crate::unit_of_work::UnitOfWork;

/// An app and the caller's membership of its team.
pub(crate) struct AppAccess {
    pub(crate) app: App,
    pub(crate) membership: Membership,
    /// The name of the Technical Contact.
    pub(crate) technical_contact_name: String,
}

impl AppAccess {
    /// Loads the app and the membership.
    ///
    /// # Errors
    /// Returns `not_found` both for an unknown app and for one that the caller is no member of.
    pub(crate) async fn load(tx: &mut dyn ReadTransaction, caller: &SignedIn, slug_or_id: &str) -> Result<Self> {
        let app = tx.app(slug_or_id).await?.ok_or_else(|| ApiError::not_found("app"))?;
        Self::for_app(tx, caller, app).await
    }

    /// Loads the membership of an app.
    ///
    /// # Errors
    /// Returns `not_found` if the caller is no member of it.
    pub(crate) async fn for_app(tx: &mut dyn ReadTransaction, caller: &SignedIn, app: App) -> Result<Self> {
        let membership = tx.membership(app.id, caller.account.id).await?;
        let membership = membership.filter(|m| !m.deactivated).ok_or_else(|| ApiError::not_found("app"))?;
        let names = tx.display_names(&[app.technical_contact]).await?;
        let name = names.into_iter().next().map(|(_, name)| name);
        let technical_contact_name = name.unwrap_or_else(|| "The Technical Contact".to_owned());
        Ok(Self { app, membership, technical_contact_name })
    }

    /// Returns the environment with this slug or id.
    pub(crate) async fn environment(&self, tx: &mut dyn ReadTransaction, slug_or_id: &str) -> Result<Environment> {
        let environments = tx.environments(self.app.id).await?;
        find_environment(&environments, slug_or_id).cloned().ok_or_else(|| ApiError::not_found("environment"))
    }

    /// Returns the package of the app with this id, and when it was last deployed.
    pub(crate) async fn package(&self, tx: &mut dyn ReadTransaction, id: &str) -> Result<PackageRecord> {
        let missing = || ApiError::not_found("package");
        let id = id.parse().map_err(|_| missing())?;
        tx.package(self.app.id, id).await?.ok_or_else(missing)
    }

    pub(crate) fn actor(&self, caller: &SignedIn, ports: &Ports) -> Actor<'_> {
        caller.actor(&self.membership, ports)
    }

    /// Returns the grant for an operation on an environment. `purpose` completes "Two-factor authentication is needed …".
    ///
    /// # Errors
    /// Returns the refusal, with its reasons or the step-up that is missing.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn authorise(
        &self,
        tx: &mut UnitOfWork,
        caller: &SignedIn,
        ports: &Ports,
        operation: Operation,
        environment: &Environment,
        purpose: &str,
    ) -> Result<Grant> {
        let now = tx.now();
        let caller = caller.reload(&mut **tx, ports).await?;
        let actor = self.actor(&caller, ports);
        let uses_window = access::operation_status(actor, operation, environment, now).padlock == PadlockState::Open;
        let grant =
            self.grant_or_error(access::authorise(actor, operation, environment, now), &environment.name, purpose)?;
        if uses_window {
            caller.record_window_use(&mut **tx, now).await?;
        }
        Ok(grant)
    }

    /// Returns the grant for an operation on the app as a whole.
    ///
    /// # Errors
    /// As [`AppAccess::authorise`].
    #[tracing::instrument(skip_all)]
    pub(crate) async fn authorise_app(
        &self,
        tx: &mut dyn ReadTransaction,
        caller: &SignedIn,
        ports: &Ports,
        operation: Operation,
        environments: &[Environment],
    ) -> Result<Grant> {
        let now = ports.now();
        let caller = caller.reload(tx, ports).await?;
        let decision = access::authorise_app(self.actor(&caller, ports), operation, &self.app, environments, now);
        self.grant_or_error(decision, &self.app.name, "for this")
    }

    fn grant_or_error(&self, decision: Decision, target: &str, purpose: &str) -> Result<Grant> {
        match decision {
            Decision::Grant(grant) => Ok(grant),
            Decision::StepUp(step_up) => Err(step_up_required(step_up, purpose)),
            Decision::Refused(reasons) => Err(refused(&reasons, target, &self.technical_contact_name)),
        }
    }
}

/// Returns the environment with this slug or id.
pub(crate) fn find_environment<'a>(environments: &'a [Environment], slug_or_id: &str) -> Option<&'a Environment> {
    environments.iter().find(|e| e.slug.as_str() == slug_or_id || e.id.to_string() == slug_or_id)
}
