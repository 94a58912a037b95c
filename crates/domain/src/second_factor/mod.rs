//! The second factor: enrolled by a first correct code, verified by later ones, each accepted once.

pub mod attempts;
mod authenticator;
mod code;
mod code_input;
pub mod code_text;
mod enrolment;
mod factor;
mod fresh_code;
mod mail_code;
mod recovery_code;
pub mod totp;

pub use authenticator::{Authenticator, CodeVerification};
pub use code::{CODE_DIGITS, Code, InvalidCode};
pub use code_input::{CodeInput, InvalidCodeInput};
pub use enrolment::{ConfirmationError, ENROLMENT_LIFETIME, EnrolmentDetails, PendingEnrolment};
pub use factor::{SecondFactor, SecondFactorDetails, SecondFactorKind};
pub use fresh_code::{Action, FreshCodeProof};
pub use mail_code::{MAIL_CODE_HISTORY, MAIL_CODE_LIFETIME, MAIL_CODE_MAX_ATTEMPTS, MailCode};
pub use recovery_code::{InvalidRecoveryCode, RECOVERY_CODE_COUNT, RecoveryCode};
