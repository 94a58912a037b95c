//! Typed calls about my session, my second factor and my recovery codes.

use futures::future::LocalBoxFuture;
use padlock_contract::demo::DemoClock;
use padlock_contract::paths;
use padlock_contract::second_factor::{
    AccountDetails, CodeSent, ConfirmEnrolment, Enrolled, Enrolment, NewEnrolment, PasswordAndCode, RecoveryCodes,
    Verified, VerifyCode,
};
use padlock_contract::session::Method as Factor;

use super::{Answer, Api, Call, Method};

/// An answer with nothing in it.
type Done = LocalBoxFuture<'static, Answer<String>>;

impl Api {
    /// Proves the second factor: at sign-in and at a padlock alike.
    #[must_use]
    pub fn verify(self, code: String) -> Call<Verified> {
        self.post(paths::VERIFY.to_owned(), &VerifyCode { code })
    }

    /// Closes the authorised window.
    #[must_use]
    pub fn lock(self) -> Done {
        self.ask(Method::Post, paths::LOCK.to_owned(), None)
    }

    /// My account.
    #[must_use]
    pub fn account(self) -> Call<AccountDetails> {
        self.get(paths::ACCOUNT.to_owned())
    }

    /// Asks for a code to my mail address.
    #[must_use]
    pub fn mail_code(self) -> Call<CodeSent> {
        Call::of(self.ask(Method::Post, paths::MAIL_CODE.to_owned(), None))
    }

    /// Begins to enrol an authenticator app.
    #[must_use]
    pub fn enrol(self, password: String, mail_code: Option<String>) -> Call<Enrolment> {
        let method = Factor::Authenticator;
        let form = NewEnrolment { method, phone: None, password, mail_code, replace: false, code: None };
        self.post(paths::SECOND_FACTOR.to_owned(), &form)
    }

    /// Confirms a pending enrolment by its first code.
    #[must_use]
    pub fn confirm(self, enrolment_id: String, code: String) -> Call<Enrolled> {
        self.post(paths::CONFIRM.to_owned(), &ConfirmEnrolment { enrolment_id, code, sign_in: None })
    }

    /// Drops a pending enrolment.
    #[must_use]
    pub fn drop_enrolment(self, id: &str) -> Done {
        self.ask(Method::Delete, paths::enrolment(id), None)
    }

    /// Says that the recovery codes are saved.
    #[must_use]
    pub fn recovery_codes_saved(self) -> Done {
        self.ask(Method::Post, paths::RECOVERY_CODES_SAVED.to_owned(), None)
    }

    /// The recovery codes.
    #[must_use]
    pub fn recovery_codes(self, password: String, code: String) -> Call<RecoveryCodes> {
        self.post(paths::VIEW_RECOVERY_CODES.to_owned(), &PasswordAndCode { password, code: Some(code) })
    }

    /// Makes new recovery codes; the old ones are dead.
    #[must_use]
    pub fn new_recovery_codes(self, password: String, code: String) -> Call<RecoveryCodes> {
        self.post(paths::RECOVERY_CODES.to_owned(), &PasswordAndCode { password, code: Some(code) })
    }

    /// Dismisses a notice.
    #[must_use]
    pub fn dismiss(self, notice: &str) -> Done {
        self.ask(Method::Delete, paths::notice(notice), None)
    }

    /// The demo's clock; there is none elsewhere.
    #[must_use]
    pub fn demo_clock(self) -> Call<DemoClock> {
        self.get(paths::DEMO_CLOCK.to_owned())
    }
}
