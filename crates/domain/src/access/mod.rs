//! Decides which operations an account may perform, for the API as well as for the padlocks on the page.
//!
//! [`authorise`], [`authorise_app`] and [`authorise_account`] return a [`Grant`], which every route and every state change
//! consumes.

mod account;
mod app;

pub use account::{Owner, PasswordProof, authorise_account};
pub use app::{Actor, app_operation_status, authorise, authorise_app, operation_status};
use jiff::Timestamp;

use crate::credential::CredentialKind;
use crate::grant::{Grant, Target};
use crate::ids::AccountId;
use crate::operation::Operation;
use crate::reason::Reason;
use crate::second_factor::{Action, FreshCodeProof};

/// A requested operation, with the fresh code that was verified for it, if any.
#[derive(Debug)]
pub struct Request {
    operation: Operation,
    content: String,
    fresh_code: Option<FreshCodeProof>,
}

impl Request {
    /// Returns the operation.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Adds what the request says, which its fresh code is bound to.
    #[must_use]
    pub fn with_content(self, content: impl Into<String>) -> Self {
        Self { content: content.into(), ..self }
    }

    /// Adds the proof of a fresh code. If it is for this very request, it replaces an open window as well.
    #[must_use]
    pub fn with_fresh_code(self, proof: Option<FreshCodeProof>) -> Self {
        Self { fresh_code: proof, ..self }
    }
}

impl From<Operation> for Request {
    fn from(operation: Operation) -> Self {
        Self { operation, content: String::new(), fresh_code: None }
    }
}

/// The proof that a request lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// The password of the account.
    Password,
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
    /// The operation is allowed once this is proved.
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

    /// Returns the step-up that is missing if no fresh code is sent.
    const fn missing_step_up(&self) -> Option<StepUp> {
        if self.requires_fresh_code {
            Some(StepUp::FreshCode)
        } else if matches!(self.padlock, PadlockState::Closed) {
            Some(StepUp::Window)
        } else {
            None
        }
    }
}

/// Who asks, and with what.
#[derive(Clone, Copy)]
struct Caller {
    account: AccountId,
    credential: CredentialKind,
}

/// Decides on a request whose status is known. Permissions and state come before the step-up, so that nobody is asked for a
/// code only to be refused.
fn decide(caller: Caller, request: Request, status: OperationStatus, target: Target, now: Timestamp) -> Decision {
    let Request { operation, content, fresh_code } = request;
    if !status.is_allowed() {
        return Decision::Refused(status.reasons);
    }
    let grant = || Decision::Grant(Grant::new(operation, target, caller.account, now));
    let Some(step_up) = status.missing_step_up() else { return grant() };
    if !caller.credential.may_step_up() {
        return Decision::Refused(vec![Reason::NotForTokens]);
    }
    let action = Action { operation, target, content };
    if fresh_code.is_some_and(|proof| proof.is_for(&action)) { grant() } else { Decision::StepUp(step_up) }
}
