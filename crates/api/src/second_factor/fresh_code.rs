//! Fresh codes: a code in the request itself, in the header `Padlock-Code` or in the body, for this one request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use padlock_contract::{ErrorCode, FRESH_CODE_HEADER};
use padlock_domain::second_factor::{Action, CodeInput, FreshCodeProof};
use padlock_domain::{EnrolmentId, Session, SignedDuration, Timestamp};

use super::consume::VerifiedCode;
use super::verify::{parse_code, verify_code};
use crate::app_state::Api;
use crate::auth::{Credential, Principal, SessionCredential};
use crate::http::{ApiError, Result};
use crate::notifications::record;
use crate::refusals::second_factor::Reveal;
use crate::unit_of_work::UnitOfWork;

/// The fresh code of a request, if it has one.
pub(crate) struct FreshCode(Option<CodeInput>);

impl<S: Sync> FromRequestParts<S> for FreshCode {
    type Rejection = ApiError;

    /// Reads the header, which any method may have.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let mut values = parts.headers.get_all(FRESH_CODE_HEADER).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let (Ok(text), None) = (value.to_str(), values.next()) else {
            return Err(ApiError::new(ErrorCode::BadRequest, "The header Padlock-Code has to be one code."));
        };
        Ok(Self(Some(parse_code(text)?)))
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
    /// Adds the code of the request's body.
    ///
    /// # Errors
    /// Returns an error if it is none, or another one than that of the header.
    pub(crate) fn or_in_body(self, code: Option<&str>) -> Result<Self> {
        match (self.0, code.map(parse_code).transpose()?) {
            (Some(header), Some(body)) if header != body => {
                Err(ApiError::field("code", "The header Padlock-Code has another code."))
            }
            (header, body) => Ok(Self(header.or(body))),
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
        attempt: impl Fn(SentCode) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let refused = match attempt(SentCode(None)).await {
            Err(error) if error.lacks_second_factor() => error,
            other => return other,
        };
        let Some(input) = self.0 else { return Err(refused) };
        let Credential::Session(SessionCredential { session, .. }) = &caller.credential;
        let reveal = if password_confirmed { Reveal::UsedCodes } else { reveal_to(session, api.ports.now()) };
        let device = caller.credential.device();
        let verified = verify_code(api, &caller.account, &device, &input, None, reveal).await?;
        let verified = Arc::new(verified);
        let result = attempt(SentCode(Some(Arc::clone(&verified)))).await;
        match &result {
            Ok(_) => verified.log(),
            Err(error) if error.is_outcome_unknown() => {}
            // The code was right and can still be used.
            Err(_) => verified.undo_attempt(api).await?,
        }
        result
    }
}

/// The fresh code of a request once it is verified, for the unit of work that may consume it.
#[derive(Clone)]
pub(crate) struct SentCode(Option<Arc<VerifiedCode>>);

impl SentCode {
    /// Consumes the code for exactly this action, and returns the proof for it.
    ///
    /// # Errors
    /// Returns `code_already_used` if another request was first.
    pub(crate) async fn consume_for(
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
