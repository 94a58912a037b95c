//! Credentials: how a request proves whose it is, and what each kind may ever do.

use crate::operation::{Operation, Scope};
use crate::session::SessionKind;

/// The kind of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// The cookie of a browser session.
    CookieSession,
    /// The bearer token of a script's session.
    BearerSession,
    /// A personal access token.
    Token,
    /// A sign-in that still needs a code, with either a cookie or a bearer token.
    MfaChallenge,
}

impl CredentialKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::CookieSession, Self::BearerSession, Self::Token, Self::MfaChallenge];

    /// Returns whether a credential of this kind may ever be used for `operation`, whatever the account may do.
    ///
    /// A token never touches the account, Support, the installation or permissions. A sign-in that still needs a code can
    /// only be completed or ended.
    #[must_use]
    pub const fn may_ever(self, operation: Operation) -> bool {
        match self {
            Self::CookieSession | Self::BearerSession => true,
            Self::Token => match operation.rule().scope {
                Scope::Environment | Scope::App => !matches!(
                    operation,
                    Operation::ViewPermissions
                        | Operation::EditPermissions
                        | Operation::ExportPermissions
                        | Operation::ImportPermissions
                ),
                Scope::Account | Scope::Support | Scope::Installation => false,
            },
            Self::MfaChallenge => matches!(operation, Operation::VerifyCode | Operation::SignOut),
        }
    }

    /// Returns whether requests with a credential of this kind may prove the second factor, with a window or a fresh code.
    #[must_use]
    pub const fn may_step_up(self) -> bool {
        matches!(self, Self::CookieSession | Self::BearerSession)
    }

    /// Returns whether API Rights are needed in addition to the permission for an operation.
    #[must_use]
    pub const fn needs_api_rights(self) -> bool {
        matches!(self, Self::BearerSession | Self::Token)
    }
}

impl From<SessionKind> for CredentialKind {
    fn from(kind: SessionKind) -> Self {
        match kind {
            SessionKind::Cookie => Self::CookieSession,
            SessionKind::Bearer => Self::BearerSession,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_touches_the_account_or_permissions() {
        for operation in Operation::ALL {
            let permitted = CredentialKind::Token.may_ever(*operation);
            let name = operation.name();
            let in_app = matches!(operation.rule().scope, Scope::Environment | Scope::App);
            assert_eq!(permitted, in_app && !name.contains("permissions"), "{name}");
        }
        assert!(!CredentialKind::Token.may_step_up());
    }

    #[test]
    fn a_sign_in_that_needs_a_code_can_only_be_completed_or_ended() {
        let permitted = Operation::ALL.iter().filter(|operation| CredentialKind::MfaChallenge.may_ever(**operation));
        assert_eq!(permitted.map(|operation| operation.name()).collect::<Vec<_>>(), ["verify_code", "sign_out"]);
    }
}
