//! `GET /apps/{app}/activity`: an app's audit trail, as a list or as a CSV file.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use padlock_contract::activity::ActivityEntry;
use padlock_contract::{Page, Problem};
use padlock_domain::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::csv_export;
use super::query::{ActivityQuery, Format};
use super::responses::activity_entry;
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, Principal, authorised};
use crate::http::{Path, Query, Result, bounded_page};
use crate::ports::ActivityPage;
use crate::second_factor::fresh_code::FreshCode;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(authorised(&[Operation::ViewActivity, Operation::ExportActivity], routes!(list)))
}

/// Lists what happened in an app, newest first.
///
/// A page may have fewer entries than `limit`, even none, and still a `next_cursor`: only `null` marks the end. To
/// filter by day, send the reader's midnights as `from` and `until`.
///
/// With `Accept: text/csv`, or with `format=csv` where that header cannot be sent, the response is one file with all
/// matching entries; `limit` and `cursor` are ignored. Only the Technical Contact may export (`export_activity`).
#[utoipa::path(get, path = "/apps/{app}/activity", tag = "Apps",
    params(
        ("app" = String, Path),
        ("person" = Option<String>, Query, description = "By whom: the account's id"),
        ("type" = Option<String>, Query, description = "What kind: an entry's `type`"),
        ("environment" = Option<String>, Query, description = "About which environment: its slug or id"),
        ("from" = Option<String>, Query, description = "Not before this moment (RFC 3339)"),
        ("until" = Option<String>, Query, description = "Before this moment (RFC 3339)"),
        ("format" = Option<String>, Query, description = "`json` or `csv`; otherwise `Accept` decides"),
        ("limit" = Option<u32>, Query, minimum = 1, description = "How many, 50 if absent. More than 200 count as 200"), ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
    ),
    responses(
        (status = 200, content((Page<ActivityEntry> = "application/json"), (String = "text/csv"))),
        (status = 403, description = "As a file, for the Technical Contact alone", body = Problem),
        (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
        (status = 422, description = "A filter cannot be read", body = Problem),
    ))]
pub(crate) async fn list(
    State(api): State<Api>,
    method: Method,
    caller: Principal,
    code: FreshCode,
    Path(app): Path<String>,
    Query(query): Query<ActivityQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let format = query.format.unwrap_or_else(|| if wants_csv(&headers) { Format::Csv } else { Format::Json });
    if format == Format::Csv {
        // A request for the headers alone uses no code.
        let code = if method == Method::HEAD { FreshCode::none() } else { code };
        return csv_export::respond(&api, caller, code, app, &query).await;
    }
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    let (operation, on) = (Operation::ViewActivity, AppTarget::App(&environments));
    access.authorise_read(operation, on, api.ports.now())?.consume(operation, access.app.id)?;
    let filter = query.filter(&environments)?;
    let (limit, cursor) = query.paging()?;
    let ActivityPage { entries, next } = tx.activity(access.app.id, &filter, cursor, limit).await?;
    let names = DisplayNames::load(tx.as_mut(), entries.iter().filter_map(|e| e.account)).await?;
    let items: Vec<_> = entries.iter().map(|e| activity_entry(e, &environments, &names)).collect();
    let page = bounded_page(items, next.map(|id| id.to_string()), |entry: &ActivityEntry| entry.id.clone());
    Ok(Json(page).into_response())
}

/// Returns whether `Accept` names CSV before JSON and before any wildcard. Weights (`q=`) are ignored.
fn wants_csv(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut ranges = values.flat_map(|value| value.split(',')).map(|range| range.split(';').next().unwrap_or_default());
    let known = ["text/csv", "application/json", "application/*", "*/*"];
    let first = ranges.find_map(|range| known.into_iter().find(|known| range.trim().eq_ignore_ascii_case(known)));
    first == Some("text/csv")
}
