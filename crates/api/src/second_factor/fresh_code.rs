//! Fresh codes: a code in the request itself, in the header `Padlock-Code` or in the body, for this one request.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::FRESH_CODE_HEADER;
use padlock_domain::access::Request;
use padlock_domain::second_factor::{Action, CodeInput, FreshCodeProof};
use padlock_domain::{EnrolmentId, Grant, Operation, PasswordProof, Session, SignedDuration, Timestamp};

use super::consume::VerifiedCode;
use super::verify::{parse_code, verify_code};
use crate::app_state::Api;
use crate::auth::{AccountAccess, AppTarget, Credential, LockedAppAccess, Principal, SessionCredential, SignedIn};
use crate::http::{ApiError, Result};
use crate::notifications::record;
use crate::refusals::second_factor::Reveal;
use crate::unit_of_work::{Committed, UnitOfWork};

/// The fresh code of a request, if it has one. An invalid header matters only where a code is needed.
pub(crate) struct FreshCode {
    header: Result<Option<CodeInput>>,
    body: Option<CodeInput>,
}

impl<S: Sync> FromRequestParts<S> for FreshCode {
    type Rejection = Infallible;

    /// Reads the header, which any method may have.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let mut values = parts.headers.get_all(FRESH_CODE_HEADER).iter();
        let header = match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => parse_code("Padlock-Code", value.to_str().unwrap_or_default()).map(Some),
            (Some(_), Some(_)) => Err(ApiError::field("Padlock-Code", "The header stands twice.")),
        };
        Ok(Self { header, body: None })
    }
}

/// How long after sign-in a session counts as proof of the password, for telling used codes from wrong ones.
const PASSWORD_IS_RECENT: SignedDuration = SignedDuration::from_mins(10);

/// Returns what a response may say to the owner of a session. The code of a sign-in is often typed once more for the first
/// step-up.
pub(crate) fn reveal_to(session: &Session, now: Timestamp) -> Reveal {
    let since_password = now.duration_since(session.created_at);
    if since_password < PASSWORD_IS_RECENT { Reveal::UsedCodes } else { Reveal::Nothing }
}

impl FreshCode {
    /// Returns the code of a request without one.
    pub(crate) const fn none() -> Self {
        Self { header: Ok(None), body: None }
    }

    /// Adds the code of the request's body.
    ///
    /// # Errors
    /// Returns an error if it is not a code.
    pub(crate) fn or_in_body(self, code: Option<&str>) -> Result<Self> {
        Ok(Self { body: code.map(|code| parse_code("code", code)).transpose()?, ..self })
    }

    /// Returns the code of the header or of the body.
    ///
    /// # Errors
    /// Returns an error if the header is invalid or both have different codes.
    fn into_input(self) -> Result<Option<CodeInput>> {
        match (self.header?, self.body) {
            (Some(header), Some(body)) if header != body => {
                Err(ApiError::field("code", "The header Padlock-Code has another code."))
            }
            (header, body) => Ok(header.or(body)),
        }
    }

    /// Runs a unit of work without the code, and again with it if it lacks a proof of the second factor. So a code is used
    /// only if it is needed, and counted as an attempt only then. `password_confirmed` says whether the request has the
    /// password as well.
    ///
    /// # Errors
    /// Returns the error of `attempt`, or the response to a code that is wrong or was used.
    pub(crate) async fn retry_with<T, F>(
        self,
        api: &Api,
        caller: &Principal,
        password_confirmed: bool,
        attempt: impl Fn(VerifiedFreshCode) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let refused = match attempt(VerifiedFreshCode(None)).await {
            Err(error) if error.lacks_second_factor() => error,
            other => return other,
        };
        let Some(input) = self.into_input()? else { return Err(refused) };
        let Credential::Session(SessionCredential { session, .. }) = &caller.credential;
        let reveal = if password_confirmed { Reveal::UsedCodes } else { reveal_to(session, api.ports.now()) };
        let device = caller.credential.device();
        let verified = Arc::new(verify_code(api, &caller.account, &device, &input, None, reveal).await?);
        let result = attempt(VerifiedFreshCode(Some(Arc::clone(&verified)))).await?;
        verified.log();
        Ok(result)
    }
}

/// The fresh code of a request once it is verified, for the unit of work that may consume it.
#[derive(Clone)]
pub(crate) struct VerifiedFreshCode(Option<Arc<VerifiedCode>>);

impl VerifiedFreshCode {
    /// Returns the grant for an operation in an app, and consumes the code for it if there is one. `content` is what the
    /// request says; `purpose` completes "Two-factor authentication is needed …".
    ///
    /// # Errors
    /// Returns the refusal, or `code_already_used` if another request was first.
    pub(crate) async fn authorise(
        &self,
        tx: &mut UnitOfWork,
        access: &LockedAppAccess,
        (operation, content): (Operation, &str),
        on: AppTarget<'_>,
        purpose: &str,
    ) -> Result<Grant> {
        let action = Action::new(operation, access.target(on)).with_content(content);
        let proof = self.consume_for(action, &access.caller, tx).await?;
        let request = Request::from(operation).with_content(content).with_fresh_code(proof);
        access.authorise(tx, request, on, purpose).await
    }

    async fn consume_for(
        &self,
        action: Action,
        caller: &Principal,
        tx: &mut UnitOfWork,
    ) -> Result<Option<FreshCodeProof>> {
        let Some(verified) = &self.0 else { return Ok(None) };
        let (proof, consumed) = verified.consume_for(action, tx).await?;
        if let Some(event) = consumed.recovery_code_event() {
            record(tx, &caller.account, &caller.credential.device(), event).await?;
        }
        Ok(Some(proof))
    }

    /// Returns whether the code is one of this factor.
    pub(super) fn is_of(&self, factor: Option<EnrolmentId>) -> bool {
        self.0.as_ref().is_none_or(|verified| Some(verified.factor()) == factor)
    }
}

/// An operation on the caller's account that requires the password and a fresh code.
pub(super) struct ConfirmedRequest<'a> {
    pub(super) api: &'a Api,
    pub(super) caller: &'a SignedIn,
    pub(super) password: &'a PasswordProof,
    pub(super) operation: Operation,
    /// Completes "A fresh code is needed …".
    pub(super) purpose: &'a str,
}

impl ConfirmedRequest<'_> {
    /// Runs `unit` with the grant, once the code is verified. The password was verified before, so that a wrong one records no
    /// attempt at the factor.
    pub(super) async fn perform<T, F>(
        &self,
        code: FreshCode,
        unit: impl Fn(UnitOfWork, Grant, VerifiedFreshCode) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<Committed<T>>>,
    {
        let Self { api, caller, password, operation, purpose } = *self;
        let principal = &caller.principal();
        let attempt = |code: VerifiedFreshCode| {
            let unit = &unit;
            async move {
                let code = &code;
                api.write(|mut tx| async move {
                    let (access, _) = AccountAccess::load_locked(&mut tx, caller, &api.ports).await?;
                    let action = Action::new(operation, access.account.id);
                    let proof = code.consume_for(action, principal, &mut tx).await?;
                    let (request, now) = (Request::from(operation).with_fresh_code(proof), tx.now());
                    let grant = access.authorise(&mut *tx, request, Some(password), purpose, now).await?;
                    unit(tx, grant, code.clone()).await
                })
                .await
            }
        };
        code.retry_with(api, principal, true, attempt).await
    }
}
