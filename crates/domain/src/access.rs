//! Who may do what, now: the one function behind the API's answers and the padlocks on the page.
//!
//! [`authorise`] returns a [`Grant`], without which nothing can be changed.

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

/// Who asks, and with what proof.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The person's place in the app's team.
    pub membership: &'a Membership,
    /// How the session is carried: a script needs API Rights too.
    pub session_kind: SessionKind,
    /// Until when this session's authorised window is open, if it is.
    pub authorised_until: Option<Timestamp>,
}

/// What is missing of the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// An open authorised window.
    Window,
    /// A code in the request itself.
    FreshCode,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// Do it.
    Grant(Grant),
    /// Prove the second factor first; everything else is in order.
    StepUp(StepUp),
    /// No, for these reasons (at least one).
    Refused(Vec<Reason>),
}

/// The padlock as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadlockState {
    /// The operation wears none.
    None,
    /// It asks for the second factor.
    Closed,
    /// The window is open.
    Open,
}

/// An operation as the page and `operations` in the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationStatus {
    /// The operation.
    pub operation: Operation,
    /// Whether permission and state allow it (the window aside).
    pub allowed: bool,
    /// Its padlock.
    pub padlock: PadlockState,
    /// Whether its request must carry a code.
    pub fresh: bool,
    /// Why it is not allowed; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Decides whether `actor` may do `operation` on `environment` at `now`.
///
/// A missing permission or a wrong state is answered before a missing step-up, so that nobody proves a factor in vain.
pub fn authorise(actor: Actor<'_>, operation: Operation, environment: &Environment, now: Timestamp) -> Decision {
    let status = operation_status(actor, operation, environment, now);
    decide(&status, actor, GrantTarget::Environment(environment.id), now)
}

/// The same for an operation of the app as a whole.
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
    reasons.extend(permission_reason(actor, rule.needs, None));
    let script = needs_api_rights(actor, rule.needs);
    if script && reasons.is_empty() && !actor.membership.holds_anywhere(Permission::ApiRights) {
        reasons.push(Reason::MissingApiRights);
    }
    let status = OperationStatus {
        operation,
        allowed: reasons.is_empty(),
        padlock: padlock_state(rule.padlock, protected, actor, now),
        fresh: fresh(rule.fresh, protected),
        reasons,
    };
    decide(&status, actor, GrantTarget::App(app.id), now)
}

/// The same for a request that carries a fresh code: proved for exactly this act, it stands in for the window, too.
pub fn authorise_fresh(
    actor: Actor<'_>,
    action: &Action,
    proof: FreshCodeProof,
    environment: &Environment,
    now: Timestamp,
) -> Decision {
    let status = operation_status(actor, action.operation, environment, now);
    let target = GrantTarget::Environment(environment.id);
    let proved = action.target == environment.id.to_string() && proof.is_for(action);
    match decide(&status, actor, target, now) {
        Decision::StepUp(_) if proved => {
            Decision::Grant(Grant::new(action.operation, target, actor.membership.account, now))
        }
        other => other,
    }
}

/// How `operation` on `environment` looks to `actor` at `now`.
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
        // Asked about the wrong thing: nobody may, whatever they hold.
        reasons.push(Reason::TechnicalContactOnly);
    }
    reasons.extend(permission_reason(actor, rule.needs, Some(environment.id)));
    let script = needs_api_rights(actor, rule.needs);
    if script && !actor.membership.permissions(environment.id).holds(Permission::ApiRights) {
        reasons.push(Reason::MissingApiRights);
    }
    if reasons.is_empty() {
        reasons.extend(state_refusal(rule.state, environment));
    }
    OperationStatus {
        operation,
        allowed: reasons.is_empty(),
        padlock: padlock_state(rule.padlock, environment.protected, actor, now),
        fresh: fresh(rule.fresh, environment.protected),
        reasons,
    }
}

fn decide(status: &OperationStatus, actor: Actor<'_>, target: GrantTarget, now: Timestamp) -> Decision {
    if !status.allowed {
        Decision::Refused(status.reasons.clone())
    } else if status.fresh {
        Decision::StepUp(StepUp::FreshCode)
    } else if status.padlock == PadlockState::Closed {
        Decision::StepUp(StepUp::Window)
    } else {
        Decision::Grant(Grant::new(status.operation, target, actor.membership.account, now))
    }
}

/// A script needs API Rights for whatever needs a permission at all.
fn needs_api_rights(actor: Actor<'_>, needs: Requirement) -> bool {
    actor.session_kind == SessionKind::Bearer && !matches!(needs, Requirement::Member | Requirement::OwnRow)
}

fn permission_reason(actor: Actor<'_>, needs: Requirement, on: Option<EnvironmentId>) -> Option<Reason> {
    let member = actor.membership;
    let held = |permission| match on {
        Some(environment) => member.permissions(environment).holds(permission),
        None => member.holds_anywhere(permission),
    };
    if member.deactivated {
        return Some(Reason::Deactivated);
    }
    let matrix = |any: &'static [Permission], reason: Reason| {
        if any.iter().any(|p| held(*p)) {
            None
        } else if member.deploy_permissions {
            Some(reason)
        } else {
            Some(Reason::NoDeployPermissions)
        }
    };
    match needs {
        Requirement::Member | Requirement::OwnRow => None,
        Requirement::AnyOf(any) => matrix(any, Reason::MissingPermission(any)),
        Requirement::TransportAnywhere => matrix(&[Permission::TransportRights], Reason::MissingTransportAnywhere),
        Requirement::TechnicalContact => (!member.technical_contact).then_some(Reason::TechnicalContactOnly),
        Requirement::TechnicalContactOrManager => {
            (!member.technical_contact && !held(Permission::ManagePermissions)).then_some(Reason::TechnicalContactOnly)
        }
        // Operations of accounts and of Support are decided where those are known, never by a team's matrix.
        Requirement::Owner | Requirement::OwnerWithPassword | Requirement::SupportAgent => {
            Some(Reason::TechnicalContactOnly)
        }
    }
}

fn padlock_state(padlock: PadlockRule, protected: bool, actor: Actor<'_>, now: Timestamp) -> PadlockState {
    let wears = match padlock {
        PadlockRule::Never => false,
        // What depends on the edit or on the member it is about is asked for wherever it may matter.
        PadlockRule::OnProtected | PadlockRule::IfMemberHoldsProtected | PadlockRule::AsTheEdit => protected,
    };
    match (wears, actor.authorised_until.is_some_and(|until| now < until)) {
        (false, _) => PadlockState::None,
        (true, false) => PadlockState::Closed,
        (true, true) => PadlockState::Open,
    }
}

const fn fresh(fresh: FreshCodeRule, protected: bool) -> bool {
    match fresh {
        // Granting Manage Permissions is known only from the edit itself, which asks for its code there.
        FreshCodeRule::Never | FreshCodeRule::GrantingManage => false,
        FreshCodeRule::OnProtected => protected,
        FreshCodeRule::Always | FreshCodeRule::IfEnrolled => true,
    }
}
