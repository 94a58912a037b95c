//! The audit trail as a CSV file, which is sent while it is read from the store.

use axum::body::Body;
use axum::response::Response;
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use padlock_contract::Time;
use padlock_contract::activity::ActivityEntry;
use padlock_domain::{ActivityId, AppId, Environment, Operation};

use super::responses::activity_entry;
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, SignedIn};
use crate::http::{ApiError, Result, csv};
use crate::ports::{ActivityFilter, ReadTransaction, StoreError, StoreResult};

/// The maximum number of entries that one transaction reads.
const BATCH_SIZE: u32 = 200;

/// Returns a response that streams all entries that match `filter`.
///
/// # Errors
/// Returns the refusal if the caller may not export the trail, or the error of reading the first batch.
pub(super) async fn respond(
    api: &Api,
    caller: &SignedIn,
    access: &AppAccess,
    environments: &[Environment],
    filter: ActivityFilter,
    mut tx: Box<dyn ReadTransaction>,
) -> Result<Response> {
    let app = &access.app;
    let grant = access.authorise_app(tx.as_mut(), caller, &api.ports, Operation::ExportActivity, environments).await?;
    grant.consume_for_app(app.id).ok_or_else(|| ApiError::internal(&"a grant for another app"))?;
    let export = CsvExport { api: api.clone(), app: app.id, filter };
    // The first batch is read before the response begins, so that an error can still become a problem document.
    let (rows, next) = export.read_batch(tx.as_mut(), None).await?;
    drop(tx);
    let first =
        csv::BYTE_ORDER_MARK.to_owned() + &csv::line(["at", "person", "type", "environment", "text", "id"]) + &rows;
    let rest = stream::try_unfold((export, next), |(export, next)| async move {
        let Some(before) = next else { return Ok(None) };
        // Each batch has its own transaction, so that a slow client keeps none open. The batches fit together because
        // entries are only ever added.
        let mut tx = export.api.ports.store.read().await?;
        let (rows, next) = export.read_batch(tx.as_mut(), Some(before)).await?;
        Ok::<_, StoreError>(Some((rows, (export, next))))
    });
    let body = Body::from_stream(stream::once(async { Ok(first) }).chain(rest));
    let mut response = Response::new(body);
    let day = Time::from(api.ports.now()).as_str().get(..10).unwrap_or_default().to_owned();
    // A slug needs no escaping.
    let disposition = format!("attachment; filename=\"{}-activity-{day}.csv\"", app.slug);
    let disposition = HeaderValue::from_str(&disposition).map_err(|e| ApiError::internal(&e))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

struct CsvExport {
    api: Api,
    app: AppId,
    filter: ActivityFilter,
}

impl CsvExport {
    /// Returns the rows of the entries before `before`, or the latest ones, and where the next batch begins, if there is one.
    async fn read_batch(
        &self,
        tx: &mut dyn ReadTransaction,
        before: Option<ActivityId>,
    ) -> StoreResult<(String, Option<ActivityId>)> {
        let environments = tx.environments(self.app).await?;
        let page = tx.activity(self.app, &self.filter, before, BATCH_SIZE).await?;
        let names = DisplayNames::load(tx, page.entries.iter().filter_map(|e| e.account)).await?;
        let rows = page.entries.iter().map(|entry| line(&activity_entry(entry, &environments, &names))).collect();
        Ok((rows, page.next))
    }
}

fn line(entry: &ActivityEntry) -> String {
    let person = entry.person.as_ref().map_or("", |person| &person.name);
    let environment = entry.environment.as_deref().unwrap_or_default();
    csv::line([entry.at.as_str(), person, &entry.kind, environment, &entry.text, &entry.id])
}
