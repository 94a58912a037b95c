//! The app that a path names, and what the caller may do in it.

use std::ops::Deref;

use padlock_domain::access::{self, Actor, Decision, OperationStatus, PadlockState, Request};
use padlock_domain::operation::{PadlockRule, Requirement};
use padlock_domain::{App, Environment, Grant, Membership, Operation, Target, Timestamp};

use super::principal::Principal;
use crate::http::{ApiError, Result};
use crate::ports::{PackageRecord, Ports, ReadTransaction};
use crate::refusals::access::{refused, step_up_required};
use crate::unit_of_work::UnitOfWork;

/// An app, the caller as they are in this transaction, and their membership of the app's team.
pub(crate) struct AppAccess {
    pub(crate) app: App,
    pub(crate) membership: Membership,
    /// The name of the Technical Contact.
    pub(crate) technical_contact_name: String,
    pub(crate) caller: Principal,
}

/// What an operation in an app is performed on.
#[derive(Clone, Copy)]
pub(crate) enum AppTarget<'a> {
    /// An environment of the app.
    Environment(&'a Environment),
    /// The app as a whole, which has these environments.
    App(&'a [Environment]),
}

impl AppAccess {
    /// Loads the app and the membership.
    ///
    /// # Errors
    /// Returns `not_signed_in` if the credential is no longer valid, and `not_found` both for an unknown app and for one that
    /// the caller is no member of.
    pub(crate) async fn load(
        tx: &mut dyn ReadTransaction,
        caller: &Principal,
        ports: &Ports,
        slug_or_id: &str,
    ) -> Result<Self> {
        let missing = || ApiError::not_found("app");
        let caller = caller.reload(tx, ports).await?;
        let app = tx.app(slug_or_id).await?.ok_or_else(missing)?;
        let membership = tx.membership(app.id, caller.account.id).await?;
        let membership = membership.filter(|m| !m.deactivated).ok_or_else(missing)?;
        let names = tx.display_names(&[app.technical_contact]).await?;
        let name = names.into_iter().next().map(|(_, name)| name);
        let technical_contact_name = name.unwrap_or_else(|| "The Technical Contact".to_owned());
        Ok(Self { app, membership, technical_contact_name, caller })
    }

    /// Loads the app and the membership for another part of a response that is still being sent. A new secret of the session
    /// ends it: a stolen copy of the old one may have begun it.
    ///
    /// # Errors
    /// As [`AppAccess::load`], also if the session has another secret by now.
    pub(crate) async fn load_for_stream(
        tx: &mut dyn ReadTransaction,
        caller: &Principal,
        ports: &Ports,
        slug_or_id: &str,
    ) -> Result<Self> {
        let access = Self::load(tx, caller, ports, slug_or_id).await?;
        if !access.caller.credential.has_same_secret(&caller.credential) {
            return Err(ApiError::not_signed_in());
        }
        Ok(access)
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

    /// Returns the status of an operation, as the page shows it.
    pub(crate) fn status(&self, operation: Operation, on: AppTarget<'_>, now: Timestamp) -> OperationStatus {
        let actor = self.actor(now);
        match on {
            AppTarget::Environment(environment) => access::operation_status(actor, operation, environment, now),
            AppTarget::App(environments) => {
                access::app_operation_status(actor, operation, &self.app, environments, now)
            }
        }
    }

    /// Returns the grant for a read that every member may do and that never has a padlock. It may come along with the operation
    /// of the route: a response shows what was changed.
    ///
    /// # Errors
    /// As [`AppAccess::authorise`].
    pub(crate) fn authorise_read(&self, operation: Operation, on: AppTarget<'_>, now: Timestamp) -> Result<Grant> {
        let rule = operation.rule();
        let is_for_members = matches!(rule.requirement, Requirement::Member | Requirement::OwnPermissions);
        if !is_for_members || rule.padlock != PadlockRule::Never {
            return Err(ApiError::internal(&"only what every member may see is read without locks"));
        }
        let grant = self.grant(operation.into(), on, "for this", now)?;
        if self.caller.route.declares(operation) {
            self.caller.route.record(operation)?;
        }
        Ok(grant)
    }

    /// Returns an error unless permissions and state allow an operation, whose authorisation follows.
    ///
    /// # Errors
    /// Returns the refusal.
    pub(crate) fn require_allowed(&self, operation: Operation, on: AppTarget<'_>, now: Timestamp) -> Result<()> {
        let status = self.status(operation, on, now);
        if status.is_allowed() {
            Ok(())
        } else {
            Err(refused(&status.reasons, self.target_name(on), &self.technical_contact_name))
        }
    }

    /// Returns what an operation is performed on.
    pub(crate) fn target(&self, on: AppTarget<'_>) -> Target {
        match on {
            AppTarget::Environment(environment) => environment.id.into(),
            AppTarget::App(_) => self.app.id.into(),
        }
    }

    fn grant(&self, request: Request, on: AppTarget<'_>, purpose: &str, now: Timestamp) -> Result<Grant> {
        let (actor, target) = (self.actor(now), self.target_name(on));
        let decision = match on {
            AppTarget::Environment(environment) => access::authorise(actor, request, environment, now),
            AppTarget::App(environments) => access::authorise_app(actor, request, &self.app, environments, now),
        };
        match decision {
            Decision::Grant(grant) => Ok(grant),
            Decision::StepUp(step_up) => Err(step_up_required(step_up, purpose)),
            Decision::Refused(reasons) => Err(refused(&reasons, target, &self.technical_contact_name)),
        }
    }

    fn actor(&self, now: Timestamp) -> Actor<'_> {
        let credential = &self.caller.credential;
        Actor {
            membership: &self.membership,
            credential: credential.kind(),
            authorised_until: credential.authorised_until(now),
        }
    }

    fn target_name<'a>(&'a self, on: AppTarget<'a>) -> &'a str {
        match on {
            AppTarget::Environment(environment) => &environment.name,
            AppTarget::App(_) => &self.app.name,
        }
    }
}

/// An app whose rows the transaction has locked: neither the session nor what the member may do changes before its end.
pub(crate) struct LockedAppAccess(AppAccess);

impl Deref for LockedAppAccess {
    type Target = AppAccess;

    fn deref(&self) -> &AppAccess {
        &self.0
    }
}

impl LockedAppAccess {
    /// Loads the app and the membership, and locks their rows and those of the session.
    ///
    /// # Errors
    /// As [`AppAccess::load`].
    pub(crate) async fn load(tx: &mut UnitOfWork, caller: &Principal, ports: &Ports, slug_or_id: &str) -> Result<Self> {
        caller.credential.lock_rows(&mut **tx).await?;
        let access = AppAccess::load(&mut **tx, caller, ports, slug_or_id).await?;
        tx.lock_membership_rows(access.app.id, access.membership.account).await?;
        Ok(Self(access))
    }

    /// Returns the grant for an operation. One with a padlock counts as a use of the authorised window. `purpose` completes
    /// "Two-factor authentication is needed …".
    ///
    /// # Errors
    /// Returns the refusal, with its reasons or the step-up that is missing.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn authorise(
        &self,
        tx: &mut UnitOfWork,
        request: impl Into<Request>,
        on: AppTarget<'_>,
        purpose: &str,
    ) -> Result<Grant> {
        let (request, now) = (request.into(), tx.now());
        let uses_window = self.status(request.operation(), on, now).padlock == PadlockState::Open;
        let operation = request.operation();
        let grant = self.grant(request, on, purpose, now)?;
        self.caller.route.record(operation)?;
        if uses_window {
            self.caller.credential.record_window_use(&mut **tx, now).await?;
        }
        Ok(grant)
    }

    /// Returns the access, for reads after the transaction.
    pub(crate) fn into_inner(self) -> AppAccess {
        self.0
    }
}

/// Returns the environment with this slug or id.
pub(crate) fn find_environment<'a>(environments: &'a [Environment], slug_or_id: &str) -> Option<&'a Environment> {
    environments.iter().find(|e| e.slug.as_str() == slug_or_id || e.id.to_string() == slug_or_id)
}
