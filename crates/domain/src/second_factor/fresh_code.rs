//! Fresh codes: what is irreversible asks for one in the request itself, open window or not.

use crate::operation::Operation;

/// One act: an operation, on what, and exactly what it does there. Another content is another act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The operation.
    pub operation: Operation,
    /// The id of what it is done to: an environment, an app, an account.
    pub target: String,
    /// What it does there, in words that change with it; empty where there is no choice.
    pub content: String,
}

/// The second factor was proved for one act. It cannot be copied: one code, one act.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a code was spent for it"]
pub struct FreshCodeProof(Action);

impl FreshCodeProof {
    /// The proof that a code was spent for `act`. Made in the transaction that spends it, and nowhere else.
    pub const fn for_consumed_code(act: Action) -> Self {
        Self(act)
    }

    /// Whether it was for this very act. It is gone either way.
    #[must_use]
    pub fn is_for(self, act: &Action) -> bool {
        self.0 == *act
    }
}
