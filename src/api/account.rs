//! Endpoints for the session, the second factor and the recovery codes of the visitor.

use futures::future::LocalBoxFuture;
use padlock_contract::demo::DemoClockResponse;
use padlock_contract::second_factor::{
    AccountDetails, ConfirmEnrolment, ConfirmEnrolmentResponse, Enrolment, MailCodeSent, NewEnrolment, PasswordAndCode,
    RecoveryCodes, SecondFactorMethod, VerifyCodeRequest, VerifyCodeResponse,
};
use padlock_contract::session::SessionSummary;
use padlock_contract::{Page, paths};

use super::{Api, ApiResult, Call, Method};

/// A pending request whose response has no body.
type EmptyCall = LocalBoxFuture<'static, ApiResult<String>>;

impl Api {
    /// Verifies a code of the second factor, to sign in or to open the authorised window.
    #[must_use]
    pub fn verify(self, code: String) -> Call<VerifyCodeResponse> {
        self.post(paths::VERIFY_CODE.to_owned(), &VerifyCodeRequest { code })
    }

    /// Closes the authorised window.
    #[must_use]
    pub fn lock(self) -> EmptyCall {
        self.request(Method::Post, paths::LOCK.to_owned(), None)
    }

    /// Returns the details of the visitor's account.
    #[must_use]
    pub fn account(self) -> Call<AccountDetails> {
        self.get(paths::ACCOUNT.to_owned())
    }

    /// Sends a code to the mail address of the account, for a first enrolment.
    #[must_use]
    pub fn send_mail_code(self) -> Call<MailCodeSent> {
        Call::new(self.request(Method::Post, paths::MAIL_CODE.to_owned(), None))
    }

    /// Begins the enrolment of an authenticator app.
    #[must_use]
    pub fn enrol(self, password: String, mail_code: Option<String>) -> Call<Enrolment> {
        let method = SecondFactorMethod::Authenticator;
        let form = NewEnrolment { method, phone: None, password, mail_code, replace: false, code: None };
        self.post(paths::SECOND_FACTOR.to_owned(), &form)
    }

    /// Confirms a pending enrolment with the first code of the authenticator app.
    #[must_use]
    pub fn confirm(self, enrolment_id: String, code: String) -> Call<ConfirmEnrolmentResponse> {
        self.post(
            paths::CONFIRM_SECOND_FACTOR.to_owned(),
            &ConfirmEnrolment { enrolment_id, code, required_at_sign_in: None },
        )
    }

    /// Returns the enrolment that this session began and has not confirmed.
    #[must_use]
    pub fn pending_enrolment(self) -> Call<Enrolment> {
        self.get(paths::PENDING_ENROLMENT.to_owned())
    }

    /// Cancels the enrolment with this id, unless it is no longer pending.
    #[must_use]
    pub fn cancel_enrolment(self, id: &str) -> EmptyCall {
        self.request(Method::Delete, [paths::PENDING_ENROLMENT, "?enrolment_id=", id].concat(), None)
    }

    /// Notes that the visitor has saved the recovery codes.
    #[must_use]
    pub fn mark_recovery_codes_saved(self) -> EmptyCall {
        self.request(Method::Post, paths::RECOVERY_CODES_SAVED.to_owned(), None)
    }

    /// Returns the recovery codes.
    #[must_use]
    pub fn recovery_codes(self, password: String, code: String) -> Call<RecoveryCodes> {
        self.post(paths::VIEW_RECOVERY_CODES.to_owned(), &PasswordAndCode { password, code: Some(code) })
    }

    /// Generates new recovery codes and invalidates the old ones.
    #[must_use]
    pub fn new_recovery_codes(self, password: String, code: String) -> Call<RecoveryCodes> {
        self.post(paths::RECOVERY_CODES.to_owned(), &PasswordAndCode { password, code: Some(code) })
    }

    /// Lists the sessions of the visitor's account, the most recently used first.
    #[must_use]
    pub fn sessions(self) -> Call<Page<SessionSummary>> {
        self.get(paths::SESSIONS.to_owned())
    }

    /// Ends the session with this id.
    #[must_use]
    pub fn end_session(self, id: &str) -> EmptyCall {
        self.request(Method::Delete, [paths::SESSIONS, "/", id].concat(), None)
    }

    /// Ends every session except this one.
    #[must_use]
    pub fn end_other_sessions(self) -> EmptyCall {
        self.request(Method::Delete, [paths::SESSIONS, "?others=true"].concat(), None)
    }

    /// Dismisses the account notice with this id.
    #[must_use]
    pub fn dismiss(self, notice: &str) -> EmptyCall {
        self.request(Method::Delete, paths::notice(notice), None)
    }

    /// Returns the clock of the demo. Other portals do not have this endpoint.
    #[must_use]
    pub fn demo_clock(self) -> Call<DemoClockResponse> {
        self.get(paths::DEMO_CLOCK.to_owned())
    }
}
