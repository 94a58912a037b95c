//! Operations on apps and environments, which the permissions of a team's members decide.

use jiff::Timestamp;

use super::{Caller, Decision, OperationStatus, PadlockState, Request, decide};
use crate::app::{App, Membership};
use crate::credential::CredentialKind;
use crate::environment::Environment;
use crate::grant::Target;
use crate::ids::{AppId, EnvironmentId};
use crate::operation::{FreshCodeRule, Operation, PadlockRule, Requirement, Rule, Scope};
use crate::permission::Permission;
use crate::reason::{Reason, state_refusal};

/// The member of a team who requests an operation, with what the request proves.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The account's membership of the app.
    pub membership: &'a Membership,
    /// The kind of the request's credential.
    pub credential: CredentialKind,
    /// The time at which the session's authorised window closes, if it is open.
    pub authorised_until: Option<Timestamp>,
}

impl Actor<'_> {
    const fn caller(&self) -> Caller {
        Caller { account: self.membership.account, credential: self.credential }
    }
}

/// Decides whether `actor` may perform an operation on `environment` at `now`.
pub fn authorise(actor: Actor<'_>, request: impl Into<Request>, environment: &Environment, now: Timestamp) -> Decision {
    let request = request.into();
    let status = operation_status(actor, request.operation, environment, now);
    decide(actor.caller(), request, status, Target::Environment(environment.id), now)
}

/// Decides whether `actor` may perform an operation on `app` as a whole at `now`. `environments` are all of the app's.
pub fn authorise_app(
    actor: Actor<'_>,
    request: impl Into<Request>,
    app: &App,
    environments: &[Environment],
    now: Timestamp,
) -> Decision {
    let request = request.into();
    let status = app_operation_status(actor, request.operation, app, environments, now);
    decide(actor.caller(), request, status, Target::App(app.id), now)
}

/// Returns the status of `operation` on `environment` for `actor` at `now`.
#[must_use]
pub fn operation_status(
    actor: Actor<'_>,
    operation: Operation,
    environment: &Environment,
    now: Timestamp,
) -> OperationStatus {
    let on =
        PermissionScope { app: environment.app, environment: Some(environment.id), protected: environment.protected };
    let mut status = on.status(actor, operation, now);
    if status.reasons.is_empty() {
        status.reasons.extend(state_refusal(operation.rule().state, environment));
    }
    status
}

/// Returns the status of `operation` on `app` as a whole for `actor` at `now`. `environments` are all of the app's.
#[must_use]
pub fn app_operation_status(
    actor: Actor<'_>,
    operation: Operation,
    app: &App,
    environments: &[Environment],
    now: Timestamp,
) -> OperationStatus {
    let protected = environments.iter().any(|environment| environment.protected);
    PermissionScope { app: app.id, environment: None, protected }.status(actor, operation, now)
}

/// What permissions decide about: an environment, or an app.
struct PermissionScope {
    app: AppId,
    environment: Option<EnvironmentId>,
    protected: bool,
}

impl PermissionScope {
    fn status(&self, actor: Actor<'_>, operation: Operation, now: Timestamp) -> OperationStatus {
        let rule = operation.rule();
        OperationStatus {
            operation,
            padlock: padlock_state(rule.padlock, self.protected, actor, now),
            requires_fresh_code: requires_fresh_code(rule.fresh_code, self.protected),
            reasons: self.refusals(actor, operation, rule),
        }
    }

    fn refusals(&self, actor: Actor<'_>, operation: Operation, rule: Rule) -> Vec<Reason> {
        let scope = if self.environment.is_some() { Scope::Environment } else { Scope::App };
        if rule.scope != scope || actor.membership.app != self.app {
            // The caller combined an operation with the wrong kind of target: refused whatever the permissions.
            return vec![Reason::TechnicalContactOnly];
        }
        if !actor.credential.may_ever(operation) {
            return vec![Reason::NotForTokens];
        }
        let mut reasons: Vec<_> = self.missing_permission(actor.membership, rule.requirement).into_iter().collect();
        if needs_api_rights(actor.credential, rule.requirement)
            && !self.has_api_rights(actor.membership, rule.requirement)
        {
            reasons.push(Reason::MissingApiRights);
        }
        reasons
    }

    fn holds(&self, member: &Membership, permission: Permission) -> bool {
        match self.environment {
            Some(environment) => member.permissions(environment).contains(permission),
            None => member.holds_on_one_environment(&[permission]),
        }
    }

    /// Returns whether the member holds API Rights, for a permission on any environment together with that permission.
    fn has_api_rights(&self, member: &Membership, requirement: Requirement) -> bool {
        match (self.environment, requirement) {
            (None, Requirement::TransportAnywhere) => {
                member.holds_on_one_environment(&[Permission::TransportRights, Permission::ApiRights])
            }
            _ => self.holds(member, Permission::ApiRights),
        }
    }

    fn missing_permission(&self, member: &Membership, requirement: Requirement) -> Option<Reason> {
        if member.deactivated {
            return Some(Reason::Deactivated);
        }
        let any_of = |permissions: &'static [Permission], reason: Reason| {
            if permissions.iter().any(|p| self.holds(member, *p)) {
                None
            } else if member.deploy_permissions {
                Some(reason)
            } else {
                Some(Reason::NoDeployPermissions)
            }
        };
        let manages = || member.technical_contact || self.holds(member, Permission::ManagePermissions);
        match requirement {
            Requirement::Member | Requirement::OwnPermissions => None,
            Requirement::AnyOf(permissions) => any_of(permissions, Reason::MissingPermission(permissions)),
            Requirement::TransportAnywhere => any_of(&[Permission::TransportRights], Reason::MissingTransportAnywhere),
            Requirement::TechnicalContact => (!member.technical_contact).then_some(Reason::TechnicalContactOnly),
            Requirement::TechnicalContactOrManager => (!manages()).then_some(Reason::TechnicalContactOnly),
            // Never decided by an app's permissions.
            Requirement::Owner
            | Requirement::OwnerWithPassword
            | Requirement::SupportAgent
            | Requirement::AppCreator
            | Requirement::Admin => Some(Reason::TechnicalContactOnly),
        }
    }
}

/// Scripts need API Rights for every operation that needs a permission.
const fn needs_api_rights(credential: CredentialKind, requirement: Requirement) -> bool {
    credential.needs_api_rights() && !matches!(requirement, Requirement::Member | Requirement::OwnPermissions)
}

fn padlock_state(rule: PadlockRule, protected: bool, actor: Actor<'_>, now: Timestamp) -> PadlockState {
    let padlocked = match rule {
        PadlockRule::Never => false,
        // The edit and the affected member are not known here, so every protected environment counts.
        PadlockRule::OnProtected | PadlockRule::IfMemberHoldsProtected | PadlockRule::IfAppHasProtected => protected,
        PadlockRule::Always => true,
    };
    // Whatever its session says, a credential that cannot step up has no window.
    let open = actor.credential.may_step_up() && actor.authorised_until.is_some_and(|until| now < until);
    match (padlocked, open) {
        (false, _) => PadlockState::None,
        (true, false) => PadlockState::Closed,
        (true, true) => PadlockState::Open,
    }
}

const fn requires_fresh_code(rule: FreshCodeRule, protected: bool) -> bool {
    match rule {
        // Only the edit itself shows whether it makes the code necessary, so the code is required there.
        FreshCodeRule::Never | FreshCodeRule::GrantingManagePermissions | FreshCodeRule::ChangingAdmins => false,
        FreshCodeRule::OnProtected => protected,
        FreshCodeRule::Always | FreshCodeRule::IfEnrolled => true,
    }
}
