//! The reasons why a code is refused.

use padlock_contract::ErrorCode;

use crate::api::ApiError;

/// What an API error says about the code that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The code is wrong. Holds the message, which also says how many attempts are left.
    Wrong(String),
    /// The code was used already. Holds the seconds until the next one.
    Used(u64),
    /// There were too many attempts. Holds the seconds until the next one is allowed.
    Hold(u64),
    /// The second factor is blocked: only a recovery code or Support can help. Holds the message.
    Blocked(String),
    /// The error does not concern the code. Holds the error code, if the API has answered.
    Other(Option<ErrorCode>),
}

impl Rejection {
    /// Returns what the error says about the code.
    #[must_use]
    pub fn of(error: &ApiError) -> Self {
        let Some(problem) = error.problem() else { return Self::Other(None) };
        match (problem.code, problem.retry_after) {
            (ErrorCode::WrongCode | ErrorCode::TooManyRequests, Some(seconds)) => Self::Hold(seconds),
            // A recovery code is not followed by another one, so there is nothing to wait for.
            (ErrorCode::WrongCode | ErrorCode::CodeAlreadyUsed, None) => Self::Wrong(error.message()),
            (ErrorCode::CodeAlreadyUsed, Some(seconds)) => Self::Used(seconds),
            (ErrorCode::FactorBlocked, _) => Self::Blocked(error.message()),
            (ErrorCode::InvalidFields, _) => match problem.fields.get("code") {
                Some(message) => Self::Wrong(message.clone()),
                None => Self::Other(Some(problem.code)),
            },
            (code, _) => Self::Other(Some(code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use padlock_contract::Problem;

    use super::*;

    fn rejection(code: ErrorCode, edit: impl FnOnce(&mut Problem)) -> Rejection {
        let mut problem = Problem::new(code, "A sentence.");
        edit(&mut problem);
        Rejection::of(&ApiError::Problem(Box::new(problem)))
    }

    #[test]
    fn a_wrong_code_is_held_only_if_the_visitor_must_wait() {
        let wrong = rejection(ErrorCode::WrongCode, |problem| problem.attempts_left = Some(4));
        assert_eq!(wrong, Rejection::Wrong("A sentence.".to_owned()));
        let last_attempt = |problem: &mut Problem| {
            problem.attempts_left = Some(0);
            problem.retry_after = Some(60);
        };
        assert_eq!(rejection(ErrorCode::WrongCode, last_attempt), Rejection::Hold(60));
        assert_eq!(
            rejection(ErrorCode::TooManyRequests, |problem| problem.retry_after = Some(58)),
            Rejection::Hold(58)
        );
    }

    #[test]
    fn a_used_code_reports_when_the_next_one_comes() {
        assert_eq!(
            rejection(ErrorCode::CodeAlreadyUsed, |problem| problem.retry_after = Some(17)),
            Rejection::Used(17)
        );
        assert_eq!(rejection(ErrorCode::CodeAlreadyUsed, |_| ()), Rejection::Wrong("A sentence.".to_owned()));
    }

    #[test]
    fn an_error_that_does_not_concern_the_code_is_other() {
        assert_eq!(rejection(ErrorCode::ChallengeEnded, |_| ()), Rejection::Other(Some(ErrorCode::ChallengeEnded)));
        assert_eq!(Rejection::of(&ApiError::Network), Rejection::Other(None));
        assert_eq!(rejection(ErrorCode::InvalidFields, |_| ()), Rejection::Other(Some(ErrorCode::InvalidFields)));
        let invalid_code = |problem: &mut Problem| {
            problem.fields.insert("code".to_owned(), "A code is six digits.".to_owned());
        };
        assert_eq!(
            rejection(ErrorCode::InvalidFields, invalid_code),
            Rejection::Wrong("A code is six digits.".to_owned())
        );
    }
}
