//! Who may do what, now: the one function behind the API's answers and the padlocks on the page.
//!
//! [`authorise`] answers with a [`Grant`], which is the only way to change an environment: it is bound to one
//! operation on one environment, cannot be copied and is spent by use.

use jiff::Timestamp;

use crate::app::{App, Membership};
use crate::environment::Environment;
use crate::ids::{AccountId, AppId, EnvironmentId};
use crate::operation::{Fresh, Needs, Operation, Padlock, Scope};
use crate::permission::Permission;
use crate::reason::{Reason, state_reason};
use crate::second_factor::{Act, FreshProof};
use crate::session::Carrier;

/// Who asks, and with what proof.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The person's place in the app's team.
    pub membership: &'a Membership,
    /// How the session is carried: a script needs API Rights too.
    pub carrier: Carrier,
    /// Until when this session's authorised window is open, if it is.
    pub open_until: Option<Timestamp>,
}

/// Leave to do one operation in one place, once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a grant that is not spent changes nothing"]
pub struct Grant {
    operation: Operation,
    place: Place,
    account: AccountId,
    at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Environment(EnvironmentId),
    App(AppId),
}

impl Grant {
    /// Whose it is.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// When it was given.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Spends it on an environment: the operation it allows there, or nothing if it was given for another place.
    #[must_use]
    pub fn spend_on(self, environment: EnvironmentId) -> Option<Operation> {
        (self.place == Place::Environment(environment)).then_some(self.operation)
    }

    /// Spends it on an app as a whole.
    #[must_use]
    pub fn spend_in(self, app: AppId) -> Option<Operation> {
        (self.place == Place::App(app)).then_some(self.operation)
    }
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
pub enum Mark {
    /// The operation wears none.
    None,
    /// It asks for the second factor.
    Closed,
    /// The window is open.
    Open,
}

/// An operation as the page and `operations` in the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The operation.
    pub operation: Operation,
    /// Whether permission and state allow it (the window aside).
    pub allowed: bool,
    /// Its padlock.
    pub padlock: Mark,
    /// Whether its request must carry a code.
    pub fresh: bool,
    /// Why it is not allowed; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Decides whether `actor` may do `operation` on `environment` at `now`.
///
/// A missing permission or a wrong state is answered before a missing step-up, so that nobody proves a factor in vain.
pub fn authorise(actor: Actor<'_>, operation: Operation, environment: &Environment, now: Timestamp) -> Decision {
    let outlook = outlook(actor, operation, environment, now);
    decide(&outlook, actor, Place::Environment(environment.id), now)
}

/// The same for an operation of the app as a whole.
pub fn authorise_in_app(
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
    let outlook = Outlook {
        operation,
        allowed: reasons.is_empty(),
        padlock: mark(rule.padlock, protected, actor, now),
        fresh: fresh(rule.fresh, protected),
        reasons,
    };
    decide(&outlook, actor, Place::App(app.id), now)
}

/// The same for a request that carries a fresh code: proved for exactly this act, it stands in for the window, too.
pub fn authorise_fresh(
    actor: Actor<'_>,
    act: &Act,
    proof: FreshProof,
    environment: &Environment,
    now: Timestamp,
) -> Decision {
    let outlook = outlook(actor, act.operation, environment, now);
    let place = Place::Environment(environment.id);
    let proved = act.target == environment.id.to_string() && proof.is_for(act);
    match decide(&outlook, actor, place, now) {
        Decision::StepUp(_) if proved => {
            Decision::Grant(Grant { operation: act.operation, place, account: actor.membership.account, at: now })
        }
        other => other,
    }
}

/// How `operation` on `environment` looks to `actor` at `now`.
#[must_use]
pub fn outlook(actor: Actor<'_>, operation: Operation, environment: &Environment, now: Timestamp) -> Outlook {
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
        reasons.extend(state_reason(rule.state, environment));
    }
    Outlook {
        operation,
        allowed: reasons.is_empty(),
        padlock: mark(rule.padlock, environment.protected, actor, now),
        fresh: fresh(rule.fresh, environment.protected),
        reasons,
    }
}

fn decide(outlook: &Outlook, actor: Actor<'_>, place: Place, now: Timestamp) -> Decision {
    if !outlook.allowed {
        Decision::Refused(outlook.reasons.clone())
    } else if outlook.fresh {
        Decision::StepUp(StepUp::FreshCode)
    } else if outlook.padlock == Mark::Closed {
        Decision::StepUp(StepUp::Window)
    } else {
        Decision::Grant(Grant { operation: outlook.operation, place, account: actor.membership.account, at: now })
    }
}

/// A script needs API Rights for whatever needs a permission at all.
fn needs_api_rights(actor: Actor<'_>, needs: Needs) -> bool {
    actor.carrier == Carrier::Bearer && !matches!(needs, Needs::Member | Needs::OwnRow)
}

fn permission_reason(actor: Actor<'_>, needs: Needs, on: Option<EnvironmentId>) -> Option<Reason> {
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
        Needs::Member | Needs::OwnRow => None,
        Needs::AnyOf(any) => matrix(any, Reason::MissingPermission(any)),
        Needs::TransportAnywhere => matrix(&[Permission::TransportRights], Reason::MissingTransportAnywhere),
        Needs::TechnicalContact => (!member.technical_contact).then_some(Reason::TechnicalContactOnly),
        Needs::TechnicalContactOrManager => {
            (!member.technical_contact && !held(Permission::ManagePermissions)).then_some(Reason::TechnicalContactOnly)
        }
        // Operations of accounts and of Support are decided where those are known, never by a team's matrix.
        Needs::Owner | Needs::OwnerWithPassword | Needs::SupportAgent => Some(Reason::TechnicalContactOnly),
    }
}

fn mark(padlock: Padlock, protected: bool, actor: Actor<'_>, now: Timestamp) -> Mark {
    let wears = match padlock {
        Padlock::Never => false,
        // What depends on the edit or on the member it is about is asked for wherever it may matter.
        Padlock::OnProtected | Padlock::IfMemberHoldsProtected | Padlock::AsTheEdit => protected,
    };
    match (wears, actor.open_until.is_some_and(|until| now < until)) {
        (false, _) => Mark::None,
        (true, false) => Mark::Closed,
        (true, true) => Mark::Open,
    }
}

const fn fresh(fresh: Fresh, protected: bool) -> bool {
    match fresh {
        // Granting Manage Permissions is known only from the edit itself, which asks for its code there.
        Fresh::Never | Fresh::GrantingManage => false,
        Fresh::OnProtected => protected,
        Fresh::Always | Fresh::IfEnrolled => true,
    }
}
