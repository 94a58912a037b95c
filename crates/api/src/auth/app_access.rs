//! The caller's place in the app that a path names.

use padlock_domain::access::{self, Actor, Decision, PadlockState};
use padlock_domain::app::{App, Membership};
use padlock_domain::environment::Environment;
use padlock_domain::grant::Grant;
use padlock_domain::operation::Operation;

use super::errors::{refused, step_up_required};
use super::signed_in::SignedIn;
use crate::http::problem::{ApiError, Result};
use crate::ports::Ports;
use crate::ports::Transaction;

/// An app, the caller's place in its team, and whom to ask.
pub(crate) struct AppAccess {
    pub(crate) app: App,
    pub(crate) membership: Membership,
    pub(crate) contact: String,
}

impl AppAccess {
    /// Loads it; an app that is unknown and one that is not the caller's answer alike.
    pub(crate) async fn load(tx: &mut dyn Transaction, caller: &SignedIn, slug_or_id: &str) -> Result<Self> {
        let missing = || ApiError::not_found("app");
        let app = tx.app(slug_or_id).await?.ok_or_else(missing)?;
        let membership = tx.membership(app.id, caller.account.id).await?;
        let membership = membership.filter(|m| !m.deactivated).ok_or_else(missing)?;
        let contact = tx.display_names(&[app.technical_contact]).await?;
        let contact = contact.into_iter().next().map_or_else(|| "The Technical Contact".to_owned(), |(_, name)| name);
        Ok(Self { app, membership, contact })
    }

    /// The environment that a path names, by slug or id.
    pub(crate) async fn environment(&self, tx: &mut dyn Transaction, slug_or_id: &str) -> Result<Environment> {
        let environments = tx.environments(self.app.id).await?;
        named_environment(&environments, slug_or_id).cloned().ok_or_else(|| ApiError::not_found("environment"))
    }

    pub(crate) fn actor(&self, caller: &SignedIn, ports: &Ports) -> Actor<'_> {
        caller.actor(&self.membership, ports)
    }

    /// The grant for an operation on an environment, or the answer that refuses it. `act` completes
    /// "Two-factor authentication is needed …".
    pub(crate) async fn authorise(
        &self,
        tx: &mut dyn Transaction,
        caller: &SignedIn,
        ports: &Ports,
        operation: Operation,
        environment: &Environment,
        act: &str,
    ) -> Result<Grant> {
        let now = ports.now();
        let caller = caller.still(tx, now).await?;
        let actor = self.actor(&caller, ports);
        let padlocked = access::operation_status(actor, operation, environment, now).padlock == PadlockState::Open;
        let grant = self.granted(access::authorise(actor, operation, environment, now), &environment.name, act)?;
        if padlocked {
            caller.record_window_use(tx, now).await?;
        }
        Ok(grant)
    }

    /// The same for an operation of the app as a whole.
    pub(crate) async fn authorise_app(
        &self,
        tx: &mut dyn Transaction,
        caller: &SignedIn,
        ports: &Ports,
        operation: Operation,
        environments: &[Environment],
    ) -> Result<Grant> {
        let now = ports.now();
        let caller = caller.still(tx, now).await?;
        let decision = access::authorise_app(self.actor(&caller, ports), operation, &self.app, environments, now);
        self.granted(decision, &self.app.name, "for this")
    }

    fn granted(&self, decision: Decision, place: &str, act: &str) -> Result<Grant> {
        match decision {
            Decision::Grant(grant) => Ok(grant),
            Decision::StepUp(step_up) => Err(step_up_required(step_up, act)),
            Decision::Refused(reasons) => Err(refused(&reasons, place, &self.contact)),
        }
    }
}

/// The environment of this slug or id.
pub(crate) fn named_environment<'a>(environments: &'a [Environment], slug_or_id: &str) -> Option<&'a Environment> {
    environments.iter().find(|e| e.slug.as_str() == slug_or_id || e.id.to_string() == slug_or_id)
}
