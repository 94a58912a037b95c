//! The Deployment Package Repository: listing, looking at and deleting packages.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use padlock_contract::events::Change;
use padlock_contract::packages::Package;
use padlock_contract::{Page, Problem};
use padlock_domain::Timestamp;
use padlock_domain::activity::Event;
use padlock_domain::environment::Environment;
use padlock_domain::ids::PackageId;
use padlock_domain::operation::Operation;
use padlock_domain::package::{self as domain, expiry};

use super::{errors, responses};
use crate::account::display_names::DisplayNames;
use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::signed_in::SignedIn;
use crate::http::problem::{ApiError, Result};
use crate::http::query::Paging;
use crate::http::query::Query;
use crate::packages::retention::retained_packages;
use crate::ports::{PackageRecord, Transaction, Update};

/// An app's packages, the newest first.
#[utoipa::path(get, path = "/apps/{app}/packages", tag = "Packages",
    params(("app" = String, Path), ("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query)), responses(
    (status = 200, body = Page<Package>),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: SignedIn,
    Path(app): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Package>>> {
    let limit = paging.limit()?;
    let cursor = paging.cursor::<PackageId>()?;
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    // One more than asked for tells whether there is a next page.
    let mut rows = tx.packages(team.app.id, cursor, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.package.id.to_string());
    let items = describe(rows, &team, tx.as_mut()).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// One package.
#[utoipa::path(get, path = "/apps/{app}/packages/{id}", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 200, body = Package),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, id)): Path<(String, String)>,
) -> Result<Json<Package>> {
    let mut tx = api.ports.store.read().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let package = find(tx.as_mut(), &team, &id).await?;
    one(package, &team, tx.as_mut()).await.map(Json)
}

/// Deletes a package that is not in use.
#[utoipa::path(delete, path = "/apps/{app}/packages/{id}", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 204, description = "Deleted"),
    (status = 403, description = "A permission is missing", body = Problem),
    (status = 404, description = "Unknown or not mine", body = Problem),
    (status = 409, description = "`in_use`", body = Problem),
))]
pub(crate) async fn delete(
    State(api): State<Api>,
    caller: SignedIn,
    Path((app, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    let mut tx = api.ports.store.write().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let package = find(tx.as_mut(), &team, &id).await?;
    let environments = tx.environments(team.app.id).await?;
    let grant = team.authorise_app(tx.as_mut(), &caller, &api.ports, Operation::DeletePackage, &environments).await?;
    if tx.delete_package(team.app.id, package.id).await? == Update::Stale {
        return Err(errors::in_use(&package.manifest.version));
    }
    let event =
        Event::PackageDeleted { version: package.manifest.version.clone(), file_name: package.file_name.clone() };
    let account = grant.account();
    grant.consume_for_app(team.app.id).ok_or_else(|| ApiError::internal(&"a grant for another app"))?;
    tx.add_activity(&new_entry(&api.ports, team.app.id, None, Some(account), event)).await?;
    tx.commit().await?;
    // The row is gone, so the file is out of reach; what cannot be removed now is swept at the next start.
    if let Err(cause) = api.ports.blobs.remove(package.id).await {
        tracing::warn!(%cause, package = %package.id, "file of a deleted package stays until the next start");
    }
    api.bus.publish(team.app.id, Change::Packages);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn find(tx: &mut dyn Transaction, team: &AppAccess, id: &str) -> Result<domain::Package> {
    let missing = || ApiError::not_found("package");
    let id = id.parse().map_err(|_| missing())?;
    tx.package(team.app.id, id).await?.ok_or_else(missing)
}

/// One package as the wire shows it.
pub(super) async fn one(package: domain::Package, team: &AppAccess, tx: &mut dyn Transaction) -> Result<Package> {
    let last_deployed_at = tx.last_deployed_at(package.id).await?;
    let rows = describe(vec![PackageRecord { package, last_deployed_at }], team, tx).await?;
    rows.into_iter().next().ok_or_else(|| ApiError::not_found("package"))
}

async fn describe(rows: Vec<PackageRecord>, team: &AppAccess, tx: &mut dyn Transaction) -> Result<Vec<Package>> {
    let environments = tx.environments(team.app.id).await?;
    let kept = retained_packages(tx, team.app.id, &environments).await?;
    let names = DisplayNames::load(tx, rows.iter().map(|r| r.package.uploaded_by)).await?;
    Ok(rows.iter().map(|row| view(row, &kept, &environments, &names)).collect())
}

fn view(
    row: &PackageRecord,
    kept: &BTreeSet<PackageId>,
    environments: &[Environment],
    names: &DisplayNames,
) -> Package {
    let expires_at: Option<Timestamp> =
        (!kept.contains(&row.package.id)).then(|| expiry::expires_at(row.package.created_at, row.last_deployed_at));
    responses::package(&row.package, expires_at, environments, names)
}
