//! Decides which operations an account may perform, for the API as well as for the padlocks on the page.
//!
//! [`authorise`] returns a [`Grant`], which every state change requires.

use jiff::Timestamp;

use crate::app::{App, Membership};
use crate::environment::Environment;
use crate::grant::{Grant, GrantTarget};
use crate::ids::EnvironmentId;
use crate::operation::{FreshCodeRule, Operation, PadlockRule, Requirement, Scope};
use crate::permission::Permission;
use crate::reason::{Reason, state_refusal};
use crate::second_factor::{Action, FreshCodeProof};
use crate::session::SessionKind;

/// The account that requests an operation, with what its session has proved.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The account's membership of the app.
    pub membership: &'a Membership,
    /// How the session authenticates its requests. Bearer sessions need API Rights as well.
    pub session_kind: SessionKind,
    /// The time at which the session's authorised window closes, if it is open.
    pub authorised_until: Option<Timestamp>,
}

/// The proof of the second factor that a request lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// An open authorised window.
    Window,
    /// A code in the request itself.
    FreshCode,
}

/// The result of an authorisation.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// The operation is allowed.
    Grant(Grant),
    /// The operation is allowed once the second factor is proved.
    StepUp(StepUp),
    /// The operation is refused, for at least one reason.
    Refused(Vec<Reason>),
}

/// The padlock of an operation, as the page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadlockState {
    /// The operation has no padlock.
    None,
    /// The operation needs the second factor.
    Closed,
    /// The authorised window is open.
    Open,
}

/// An operation's availability, as the page and the API's `operations` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationStatus {
    /// The operation.
    pub operation: Operation,
    /// The operation's padlock.
    pub padlock: PadlockState,
    /// Whether the request must contain a code.
    pub requires_fresh_code: bool,
    /// Why the operation is not allowed. Empty if it is.
    pub reasons: Vec<Reason>,
}

impl OperationStatus {
    /// Returns whether permissions and state allow the operation, regardless of the authorised window.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Decides whether `actor` may perform `operation` on `environment` at `now`.
///
/// Permissions and state are checked before the step-up, so that nobody is asked for a code only to be refused.
pub fn authorise(actor: Actor<'_>, operation: Operation, environment: &Environment, now: Timestamp) -> Decision {
    let status = operation_status(actor, operation, environment, now);
    decide(status, actor, GrantTarget::Environment(environment.id), now)
}

/// Decides whether `actor` may perform `operation` on `app` as a whole at `now`.
pub fn authorise_app(
    actor: Actor<'_>,
    operation: Operation,
    app: &App,
    environments: &[Environment],
    now: Timestamp,
) -> Decision {
    let rule = operation.rule();
    let protected = environments.iter().any(|e| e.protected);
    let mut reasons = Vec::new();
    if rule.scope != Scope::App || actor.membership.app != app.id {
        reasons.push(Reason::TechnicalContactOnly);
    }
    reasons.extend(missing_permission(actor, rule.requirement, None));
    if reasons.is_empty()
        && needs_api_rights(actor, rule.requirement)
        && !actor.membership.holds_on_any_environment(Permission::ApiRights)
    {
        reasons.push(Reason::MissingApiRights);
    }
    let status = OperationStatus {
        operation,
        padlock: padlock_state(rule.padlock, protected, actor, now),
        requires_fresh_code: requires_fresh_code(rule.fresh_code, protected),
        reasons,
    };
    decide(status, actor, GrantTarget::App(app.id), now)
}

/// Decides like [`authorise`] for a request with a fresh code. A code that was verified for `action` also replaces an
/// open window.
pub fn authorise_with_fresh_code(
    actor: Actor<'_>,
    action: &Action,
    proof: FreshCodeProof,
    environment: &Environment,
    now: Timestamp,
) -> Decision {
    let status = operation_status(actor, action.operation, environment, now);
    let target = GrantTarget::Environment(environment.id);
    let proven = action.target == environment.id.to_string() && proof.is_for(action);
    match decide(status, actor, target, now) {
        Decision::StepUp(_) if proven => {
            Decision::Grant(Grant::new(action.operation, target, actor.membership.account, now))
        }
        other => other,
    }
}

/// Returns the status of `operation` on `environment` for `actor` at `now`.
#[must_use]
pub fn operation_status(
    actor: Actor<'_>,
    operation: Operation,
    environment: &Environment,
    now: Timestamp,
) -> OperationStatus {
    let rule = operation.rule();
    let mut reasons = Vec::new();
    if rule.scope != Scope::Environment || actor.membership.app != environment.app {
        // The caller combined an operation with the wrong kind of target: refused whatever the permissions.
        reasons.push(Reason::TechnicalContactOnly);
    }
    reasons.extend(missing_permission(actor, rule.requirement, Some(environment.id)));
    if needs_api_rights(actor, rule.requirement)
        && !actor.membership.permissions(environment.id).contains(Permission::ApiRights)
    {
        reasons.push(Reason::MissingApiRights);
    }
    if reasons.is_empty() {
        reasons.extend(state_refusal(rule.state, environment));
    }
    OperationStatus {
        operation,
        padlock: padlock_state(rule.padlock, environment.protected, actor, now),
        requires_fresh_code: requires_fresh_code(rule.fresh_code, environment.protected),
        reasons,
    }
}

fn decide(status: OperationStatus, actor: Actor<'_>, target: GrantTarget, now: Timestamp) -> Decision {
    if !status.is_allowed() {
        Decision::Refused(status.reasons)
    } else if status.requires_fresh_code {
        Decision::StepUp(StepUp::FreshCode)
    } else if status.padlock == PadlockState::Closed {
        Decision::StepUp(StepUp::Window)
    } else {
        Decision::Grant(Grant::new(status.operation, target, actor.membership.account, now))
    }
}

/// Bearer sessions need API Rights for every operation that needs a permission.
fn needs_api_rights(actor: Actor<'_>, requirement: Requirement) -> bool {
    actor.session_kind == SessionKind::Bearer
        && !matches!(requirement, Requirement::Member | Requirement::OwnPermissions)
}

fn missing_permission(
    actor: Actor<'_>,
    requirement: Requirement,
    environment: Option<EnvironmentId>,
) -> Option<Reason> {
    let member = actor.membership;
    let holds = |permission| match environment {
        Some(environment) => member.permissions(environment).contains(permission),
        None => member.holds_on_any_environment(permission),
    };
    if member.deactivated {
        return Some(Reason::Deactivated);
    }
    let any_of = |permissions: &'static [Permission], reason: Reason| {
        if permissions.iter().any(|p| holds(*p)) {
            None
        } else if member.deploy_permissions {
            Some(reason)
        } else {
            Some(Reason::NoDeployPermissions)
        }
    };
    match requirement {
        Requirement::Member | Requirement::OwnPermissions => None,
        Requirement::AnyOf(permissions) => any_of(permissions, Reason::MissingPermission(permissions)),
        Requirement::TransportAnywhere => any_of(&[Permission::TransportRights], Reason::MissingTransportAnywhere),
        Requirement::TechnicalContact => (!member.technical_contact).then_some(Reason::TechnicalContactOnly),
        Requirement::TechnicalContactOrManager => {
            (!member.technical_contact && !holds(Permission::ManagePermissions)).then_some(Reason::TechnicalContactOnly)
        }
        // Operations of accounts and of Support are authorised elsewhere, never by an app's permissions.
        Requirement::Owner | Requirement::OwnerWithPassword | Requirement::SupportAgent => {
            Some(Reason::TechnicalContactOnly)
        }
    }
}

fn padlock_state(rule: PadlockRule, protected: bool, actor: Actor<'_>, now: Timestamp) -> PadlockState {
    let padlocked = match rule {
        PadlockRule::Never => false,
        // The edit and the affected member are not known here, so every protected environment counts.
        PadlockRule::OnProtected | PadlockRule::IfMemberHoldsProtected | PadlockRule::IfAppHasProtected => protected,
    };
    match (padlocked, actor.authorised_until.is_some_and(|until| now < until)) {
        (false, _) => PadlockState::None,
        (true, false) => PadlockState::Closed,
        (true, true) => PadlockState::Open,
    }
}

const fn requires_fresh_code(rule: FreshCodeRule, protected: bool) -> bool {
    match rule {
        // Only the edit itself shows whether it grants Manage Permissions, so the code is required there.
        FreshCodeRule::Never | FreshCodeRule::GrantingManagePermissions => false,
        FreshCodeRule::OnProtected => protected,
        FreshCodeRule::Always | FreshCodeRule::IfEnrolled => true,
    }
}
