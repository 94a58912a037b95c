//! Why a call did not give what was asked for.

use padlock_contract::{ErrorCode, Problem};

/// The request did not get through, or its answer did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The API said why.
    Problem(Box<Problem>),
    /// There was no answer.
    Offline,
    /// There was an answer that makes no sense; the text is for whoever looks into it.
    Unreadable(String),
}

impl From<NoAnswer> for Failure {
    fn from(_: NoAnswer) -> Self {
        Self::Offline
    }
}

impl Failure {
    /// The API's word for it, if it gave one.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.problem().map(|problem| problem.code)
    }

    /// The problem document, if there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Offline | Self::Unreadable(_) => None,
        }
    }

    /// The sentence for a person. Reasons come first: they say what is missing and whom to ask.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Problem(problem) if !problem.reasons.is_empty() => {
                let reasons: Vec<&str> = problem.reasons.iter().map(|reason| reason.message.as_str()).collect();
                reasons.join(" ")
            }
            Self::Problem(problem) if !problem.detail.is_empty() => problem.detail.clone(),
            Self::Problem(problem) => {
                let mut title = problem.title.clone();
                title.push('.');
                title
            }
            Self::Offline => "Padlock cannot be reached. Check your connection, then try again.".to_owned(),
            Self::Unreadable(_) => "The server's answer makes no sense. Try again.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use padlock_contract::Reason;

    use super::*;

    #[test]
    fn reasons_are_said_before_the_detail() {
        let mut problem = Problem::new(ErrorCode::Forbidden, "You may not.");
        assert_eq!(Failure::Problem(Box::new(problem.clone())).sentence(), "You may not.");
        problem.reasons = ["One.", "Two."]
            .map(|message| Reason { code: "missing_permission".into(), message: message.into(), ask: None })
            .to_vec();
        assert_eq!(Failure::Problem(Box::new(problem)).sentence(), "One. Two.");
    }

    #[test]
    fn a_bare_title_becomes_a_sentence() {
        let problem = Problem::new(ErrorCode::Internal, "");
        assert_eq!(Failure::Problem(Box::new(problem)).sentence(), "The server failed.");
    }
}
