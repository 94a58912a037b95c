//! Operations on an account, which only its owner may perform.

use jiff::Timestamp;

use super::{Caller, Decision, OperationStatus, PadlockState, Request, StepUp, decide};
use crate::account::{Account, PasswordHash};
use crate::credential::CredentialKind;
use crate::grant::Target;
use crate::operation::{FreshCodeRule, Requirement, Scope};
use crate::reason::Reason;

/// The owner of an account, with what the request proves.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The account as it is now.
    pub account: &'a Account,
    /// The kind of the request's credential.
    pub credential: CredentialKind,
    /// Whether a second factor is enrolled.
    pub enrolled: bool,
    /// The proof of the password, if the request contains it.
    pub password: Option<&'a PasswordProof>,
}

/// The proof that a request contains the password of an account. It ends when the password is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProof(PasswordHash);

impl PasswordProof {
    /// Creates the proof for the password with this hash. Only whoever has verified it may call this.
    #[must_use]
    pub const fn for_verified_password(hash: PasswordHash) -> Self {
        Self(hash)
    }
}

/// Decides whether the owner of an account may perform an operation on it at `now`.
pub fn authorise_account(owner: Owner<'_>, request: impl Into<Request>, now: Timestamp) -> Decision {
    let request = request.into();
    let rule = request.operation.rule();
    let mut reasons = Vec::new();
    if rule.scope != Scope::Account {
        reasons.push(Reason::TechnicalContactOnly);
    } else if !owner.credential.may_ever(request.operation) {
        reasons.push(Reason::NotForTokens);
    }
    let knows_password = owner.password.is_some_and(|proof| proof.0 == owner.account.password_hash);
    if reasons.is_empty() && rule.requirement == Requirement::OwnerWithPassword && !knows_password {
        return Decision::StepUp(StepUp::Password);
    }
    let status = OperationStatus {
        operation: request.operation,
        padlock: PadlockState::None,
        requires_fresh_code: match rule.fresh_code {
            FreshCodeRule::Always => true,
            FreshCodeRule::IfEnrolled => owner.enrolled,
            FreshCodeRule::Never
            | FreshCodeRule::OnProtected
            | FreshCodeRule::GrantingManagePermissions
            | FreshCodeRule::ChangingAdmins => false,
        },
        reasons,
    };
    let caller = Caller { account: owner.account.id, credential: owner.credential };
    decide(caller, request, status, Target::Account(owner.account.id), now)
}
