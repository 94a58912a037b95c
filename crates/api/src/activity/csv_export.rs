//! The audit trail as a CSV file, which is sent while it is read from the store.

use axum::body::Body;
use axum::response::Response;
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use padlock_contract::Time;
use padlock_contract::activity::ActivityEntry;
use padlock_domain::{ActivityId, App, AppId, Grant, Operation};

use super::query::ActivityQuery;
use super::responses::activity_entry;
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal};
use crate::http::{ApiError, Result, csv};
use crate::ports::{ActivityFilter, ReadTransaction, StoreError, StoreResult};
use crate::second_factor::fresh_code::{FreshCode, VerifiedFreshCode};

const OPERATION: Operation = Operation::ExportActivity;
/// The maximum number of entries that one transaction reads.
const BATCH_SIZE: u32 = 200;

/// Returns a response that streams all entries that match the filter of `query`.
///
/// # Errors
/// Returns the refusal if the caller may not export the trail, or the error of reading the first batch.
pub(super) async fn respond(
    api: &Api,
    caller: Principal,
    code: FreshCode,
    app: String,
    query: &ActivityQuery,
) -> Result<Response> {
    let (caller_ref, app_ref) = (&caller, app.as_str());
    let attempt = |code: VerifiedFreshCode| async move {
        let code = &code;
        // A transaction that writes, since an export counts as a use of the authorised window.
        api.write(|mut tx| async move {
            let access = LockedAppAccess::load(&mut tx, caller_ref, &api.ports, app_ref).await?;
            let environments = tx.environments(access.app.id).await?;
            let on = AppTarget::App(&environments);
            access.require_allowed(OPERATION, on, tx.now())?;
            let filter = query.filter(&environments)?;
            let grant = code.authorise(&mut tx, &access, (OPERATION, ""), on, "to export the activity").await?;
            // The first batch is read before the response begins, so that an error can still become a problem document.
            let (rows, next) = first_batch(&mut *tx, grant, &access.app, &filter).await?;
            Ok::<_, ApiError>(tx.commit((filter, access.app.slug.clone(), rows, next)).await?)
        })
        .await
    };
    let (filter, slug, rows, next) = code.retry_with(api, &caller, false, attempt).await?;
    let export = CsvExport { api: api.clone(), caller, app, filter };
    let first =
        csv::BYTE_ORDER_MARK.to_owned() + &csv::line(["at", "person", "type", "environment", "text", "id"]) + &rows;
    let rest = stream::try_unfold((export, next), |(export, next)| async move {
        let Some(before) = next else { return Ok(None) };
        let (rows, next) = export.next_batch(before).await?;
        Ok::<_, ExportEnded>(Some((rows, (export, next))))
    });
    let body = Body::from_stream(stream::once(async { Ok(first) }).chain(rest));
    let mut response = Response::new(body);
    let day = Time::from(api.ports.now()).as_str().get(..10).unwrap_or_default().to_owned();
    // A slug needs no escaping.
    let disposition = format!("attachment; filename=\"{slug}-activity-{day}.csv\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(|e| ApiError::internal(&e))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

struct CsvExport {
    api: Api,
    caller: Principal,
    app: String,
    filter: ActivityFilter,
}

/// Why an export stops in the middle, which the client notices by the missing end of the response.
#[derive(Debug, thiserror::Error)]
enum ExportEnded {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the caller may not export the activity any more, or that could not be found out: {0}")]
    Unauthorised(String),
}

impl CsvExport {
    /// Returns the rows of the entries before `before`, and where the next batch begins, if there is one. Each batch has its
    /// own transaction, so that a slow client keeps none open, and asks again whether the caller may export. The batches fit
    /// together because entries are added at the end.
    async fn next_batch(&self, before: ActivityId) -> std::result::Result<Batch, ExportEnded> {
        let ports = &self.api.ports;
        let mut tx = ports.store.read().await?;
        let access = AppAccess::load_for_stream(tx.as_mut(), &self.caller, ports, &self.app).await;
        let access = access.map_err(|error| ExportEnded::Unauthorised(error.to_string()))?;
        let environments = tx.environments(access.app.id).await?;
        // The authorised window was asked for at the beginning, like that of a deployment.
        let allowed = access.require_allowed(OPERATION, AppTarget::App(&environments), ports.now());
        allowed.map_err(|error| ExportEnded::Unauthorised(error.to_string()))?;
        Ok(read_batch(tx.as_mut(), access.app.id, &self.filter, Some(before)).await?)
    }
}

/// The rows of some entries, and where the next batch begins, if there is one.
type Batch = (String, Option<ActivityId>);

/// Returns the latest entries, which the grant is for.
async fn first_batch(tx: &mut dyn ReadTransaction, grant: Grant, app: &App, filter: &ActivityFilter) -> Result<Batch> {
    grant.consume(OPERATION, app.id)?;
    Ok(read_batch(tx, app.id, filter, None).await?)
}

async fn read_batch(
    tx: &mut dyn ReadTransaction,
    app: AppId,
    filter: &ActivityFilter,
    before: Option<ActivityId>,
) -> StoreResult<Batch> {
    let environments = tx.environments(app).await?;
    let page = tx.activity(app, filter, before, BATCH_SIZE).await?;
    let names = DisplayNames::load(tx, page.entries.iter().filter_map(|e| e.account)).await?;
    let rows = page.entries.iter().map(|entry| line(&activity_entry(entry, &environments, &names))).collect();
    Ok((rows, page.next))
}

fn line(entry: &ActivityEntry) -> String {
    let person = entry.person.as_ref().map_or("", |person| &person.name);
    let environment = entry.environment.as_deref().unwrap_or_default();
    csv::line([entry.at.as_str(), person, &entry.kind, environment, &entry.text, &entry.id])
}
