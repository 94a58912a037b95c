//! Fresh codes, which irreversible operations require in the request even if the authorised window is open.

use crate::grant::Target;
use crate::operation::Operation;

/// What a fresh code authorises: an operation on a target with exactly this content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The operation.
    pub operation: Operation,
    /// What it is performed on.
    pub target: Target,
    /// A description that identifies the content of the request. Empty if the operation has no parameters.
    pub content: String,
}

impl Action {
    /// Creates the action of an operation without parameters.
    #[must_use]
    pub fn new(operation: Operation, target: impl Into<Target>) -> Self {
        Self { operation, target: target.into(), content: String::new() }
    }

    /// Returns the action with the content of its request.
    #[must_use]
    pub fn with_content(self, content: impl Into<String>) -> Self {
        Self { content: content.into(), ..self }
    }
}

/// The proof that a fresh code was verified for an [`Action`]. It cannot be copied, so one code authorises one action.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the code of an unused proof is lost"]
pub struct FreshCodeProof(Action);

impl FreshCodeProof {
    /// Creates the proof. Only the transaction that marks the code as used may call this.
    pub const fn for_consumed_code(action: Action) -> Self {
        Self(action)
    }

    /// Consumes the proof and returns whether it is for `action`.
    #[must_use]
    pub fn is_for(self, action: &Action) -> bool {
        self.0 == *action
    }
}
