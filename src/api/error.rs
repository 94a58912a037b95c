//! Errors of calls to the API.

use padlock_contract::{ErrorCode, Problem};

/// There was no response: the server could not be reached, or the connection broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkError;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The API responded with a problem document.
    Problem(Box<Problem>),
    /// There was no response.
    Network,
    /// The response could not be parsed. The text explains why, to developers.
    InvalidResponse(String),
}

impl From<NetworkError> for ApiError {
    fn from(_: NetworkError) -> Self {
        Self::Network
    }
}

impl ApiError {
    /// Returns the error code of the API, if there is a problem document.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.problem().map(|problem| problem.code)
    }

    /// Returns the problem document, if there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Network | Self::InvalidResponse(_) => None,
        }
    }

    /// Returns the message for the visitor. The reasons take precedence over the detail: they name what is missing and
    /// whom to ask.
    #[must_use]
    pub fn message(&self) -> String {
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
            Self::Network => "Padlock cannot be reached. Check your connection, then try again.".to_owned(),
            Self::InvalidResponse(_) => "The server's answer makes no sense. Try again.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use padlock_contract::Reason;

    use super::*;

    #[test]
    fn reasons_take_precedence_over_the_detail() {
        let mut problem = Problem::new(ErrorCode::Forbidden, "You may not.");
        assert_eq!(ApiError::Problem(Box::new(problem.clone())).message(), "You may not.");
        problem.reasons = ["One.", "Two."]
            .map(|message| Reason { code: "missing_permission".into(), message: message.into(), contact: None })
            .to_vec();
        assert_eq!(ApiError::Problem(Box::new(problem)).message(), "One. Two.");
    }

    #[test]
    fn a_bare_title_becomes_a_sentence() {
        let problem = Problem::new(ErrorCode::Internal, "");
        assert_eq!(ApiError::Problem(Box::new(problem)).message(), "The server failed.");
    }
}
