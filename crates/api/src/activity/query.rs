//! The query of the audit trail: which entries, and as what.

use padlock_domain::activity::Event;
use padlock_domain::{ActivityId, Environment, Timestamp};
use serde::Deserialize;

use crate::auth::find_environment;
use crate::http::{ApiError, Paging, Result};
use crate::ports::ActivityFilter;

/// The parameters of the query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityQuery {
    person: Option<String>,
    r#type: Option<String>,
    environment: Option<String>,
    from: Option<String>,
    until: Option<String>,
    pub(super) format: Option<Format>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The format of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    Json,
    Csv,
}

impl ActivityQuery {
    /// Returns how many entries to return, and the one that they follow.
    pub(super) fn paging(&self) -> Result<(u32, Option<ActivityId>)> {
        let paging = Paging::new(self.limit, self.cursor.clone());
        Ok((paging.limit()?, paging.cursor()?))
    }

    /// Returns which entries are asked for. `environments` are all of the app's.
    pub(super) fn filter(&self, environments: &[Environment]) -> Result<ActivityFilter> {
        let person = self.person.as_deref().map(str::parse).transpose();
        let account = person.map_err(|_| ApiError::field("person", "Give the id of an account."))?;
        let kind = self.r#type.as_deref().map(|name| {
            let kind = Event::KINDS.iter().copied().find(|kind| *kind == name);
            kind.ok_or_else(|| ApiError::field("type", format!("The types are {}.", Event::KINDS.join(", "))))
        });
        let environment = self.environment.as_deref().map(|name| {
            let found = find_environment(environments, name).map(|e| e.id);
            found.ok_or_else(|| ApiError::field("environment", "This app has no environment of that name."))
        });
        let (from, until) = (timestamp("from", self.from.as_deref())?, timestamp("until", self.until.as_deref())?);
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(ApiError::field("until", "It has to come after from."));
        }
        Ok(ActivityFilter { account, environment: environment.transpose()?, kind: kind.transpose()?, from, until })
    }
}

fn timestamp(name: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let timestamp = text.map(str::parse).transpose();
    timestamp.map_err(|_| ApiError::field(name, "Give a moment such as 2026-11-12T09:30:00Z."))
}
