//! What a refused code means.

use padlock_contract::ErrorCode;

use crate::gateway::Failure;

/// What a failure says about the code that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not right; the sentence says so, and how many tries are left.
    Wrong(String),
    /// It was right once; seconds until the next one.
    Used(u64),
    /// Too many tries; seconds until one may go on.
    Hold(u64),
    /// Far too many: only a recovery code or Support leads out.
    Blocked(String),
    /// It has nothing to do with the code.
    Other(Option<ErrorCode>),
}

impl Verdict {
    /// Reads a failure.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        let Some(problem) = failure.problem() else { return Self::Other(None) };
        match (problem.code, problem.retry_after) {
            (ErrorCode::WrongCode | ErrorCode::TooManyRequests, Some(seconds)) => Self::Hold(seconds),
            // After a recovery code there comes no next one.
            (ErrorCode::WrongCode | ErrorCode::CodeAlreadyUsed, None) => Self::Wrong(failure.sentence()),
            (ErrorCode::CodeAlreadyUsed, Some(next)) => Self::Used(next),
            (ErrorCode::FactorBlocked, _) => Self::Blocked(failure.sentence()),
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

    fn verdict(code: ErrorCode, fill: impl FnOnce(&mut Problem)) -> Verdict {
        let mut problem = Problem::new(code, "A sentence.");
        fill(&mut problem);
        Verdict::of(&Failure::Problem(Box::new(problem)))
    }

    #[test]
    fn a_wrong_code_is_simply_wrong_until_one_has_to_wait() {
        let wrong = verdict(ErrorCode::WrongCode, |problem| problem.attempts_left = Some(4));
        assert_eq!(wrong, Verdict::Wrong("A sentence.".to_owned()));
        let last = |problem: &mut Problem| {
            problem.attempts_left = Some(0);
            problem.retry_after = Some(60);
        };
        assert_eq!(verdict(ErrorCode::WrongCode, last), Verdict::Hold(60));
        assert_eq!(verdict(ErrorCode::TooManyRequests, |problem| problem.retry_after = Some(58)), Verdict::Hold(58));
    }

    #[test]
    fn a_spent_code_says_when_the_next_one_comes() {
        assert_eq!(verdict(ErrorCode::CodeAlreadyUsed, |problem| problem.retry_after = Some(17)), Verdict::Used(17));
        assert_eq!(verdict(ErrorCode::CodeAlreadyUsed, |_| ()), Verdict::Wrong("A sentence.".to_owned()));
    }

    #[test]
    fn what_is_no_matter_of_the_code_is_told_apart() {
        assert_eq!(verdict(ErrorCode::ChallengeEnded, |_| ()), Verdict::Other(Some(ErrorCode::ChallengeEnded)));
        assert_eq!(Verdict::of(&Failure::Offline), Verdict::Other(None));
        assert_eq!(verdict(ErrorCode::InvalidFields, |_| ()), Verdict::Other(Some(ErrorCode::InvalidFields)));
        let of_the_code = |problem: &mut Problem| {
            problem.fields.insert("code".to_owned(), "A code is six digits.".to_owned());
        };
        assert_eq!(verdict(ErrorCode::InvalidFields, of_the_code), Verdict::Wrong("A code is six digits.".to_owned()));
    }
}
