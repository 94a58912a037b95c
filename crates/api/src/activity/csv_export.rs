//! The audit trail as a file: everything that fits, written while it is read.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use padlock_contract::Time;
use padlock_contract::activity::ActivityEntry;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{ActivityId, AppId};
use padlock_domain::operation::Operation;

use super::responses::activity_entry;
use crate::account::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::signed_in::SignedIn;
use crate::http::csv;
use crate::http::problem::{ApiError, Result};
use crate::ports::{ActivityFilter, StoreError, Transaction};

/// Entries read at a time.
const PART: u32 = 200;

/// Answers with the file, if it is the caller's to have.
pub(super) async fn respond(
    api: &Api,
    caller: &SignedIn,
    team: &AppAccess,
    environments: &[Environment],
    filter: ActivityFilter,
    mut tx: Box<dyn Transaction>,
) -> Result<Response> {
    let grant = team.authorise_app(tx.as_mut(), caller, &api.ports, Operation::ExportActivity, environments).await?;
    grant.consume_for_app(team.app.id).ok_or_else(|| ApiError::internal(&"a grant for another app"))?;
    let mut file = File { api: api.clone(), app: team.app.id, filter, place: Place::Begin };
    // What goes wrong at once is still answered in words.
    let first = file.part(tx.as_mut()).await?;
    drop(tx);
    let rest = stream::try_unfold(file, File::next);
    let body = Body::from_stream(stream::once(async { Ok(first) }).chain(rest));
    let mut response = Response::new(body);
    let day = Time::from(api.ports.now()).as_str().get(..10).unwrap_or_default().to_owned();
    // A slug needs no escaping.
    let disposition = format!("attachment; filename=\"{}-activity-{day}.csv\"", team.app.slug);
    let disposition = HeaderValue::from_str(&disposition).map_err(|e| ApiError::internal(&e))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

struct File {
    api: Api,
    app: AppId,
    filter: ActivityFilter,
    place: Place,
}

enum Place {
    Begin,
    Before(ActivityId),
    End,
}

impl File {
    async fn next(mut self) -> std::result::Result<Option<(Bytes, Self)>, StoreError> {
        if matches!(self.place, Place::End) {
            return Ok(None);
        }
        // Each part in a transaction of its own: a slow reader holds nobody up, and entries are only ever added.
        let mut tx = self.api.ports.store.read().await?;
        let part = self.part(tx.as_mut()).await?;
        Ok(Some((part, self)))
    }

    async fn part(&mut self, tx: &mut dyn Transaction) -> std::result::Result<Bytes, StoreError> {
        let (mut text, before) = match self.place {
            Place::Before(id) => (String::new(), Some(id)),
            _ => (csv::line(["at", "person", "type", "environment", "text", "id"]), None),
        };
        let environments = tx.environments(self.app).await?;
        let page = tx.activity(self.app, &self.filter, before, PART).await?;
        let names = DisplayNames::load(tx, page.entries.iter().filter_map(|e| e.account)).await?;
        for entry in &page.entries {
            text.push_str(&line(&activity_entry(entry, &environments, &names)));
        }
        self.place = page.next.map_or(Place::End, Place::Before);
        Ok(text.into())
    }
}

fn line(entry: &ActivityEntry) -> String {
    let person = entry.person.as_ref().map_or("", |person| &person.name);
    let environment = entry.environment.as_deref().unwrap_or_default();
    csv::line([entry.at.as_str(), person, &entry.kind, environment, &entry.text, &entry.id])
}
