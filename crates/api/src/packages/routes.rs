//! Routes of the Deployment Package Repository: listing, reading and deleting packages.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use padlock_contract::events::Change;
use padlock_contract::packages::{Package, PackageSummary};
use padlock_contract::{Page, Problem};
use padlock_domain::activity::Event;
use padlock_domain::package::expiry;
use padlock_domain::{App, Environment, Grant, Operation, PackageId};

use super::{errors, responses};
use crate::accounts::display_names::DisplayNames;
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal};
use crate::http::{ApiError, Paging, Path, Query, Result, bounded_page};
use crate::packages::retention::retained_packages;
use crate::ports::{PackageListing, PackageRecord, ReadTransaction};

/// Returns the app's packages, newest first, without their constants and scheduled events.
///
/// A page may have fewer packages than `limit` and still a `next_cursor`: only `null` marks the end.
#[utoipa::path(get, path = "/apps/{app}/packages", tag = "Packages",
    params(("app" = String, Path), ("limit" = Option<u32>, Query, minimum = 1, description = "How many, 50 if absent. More than 200 count as 200"), ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before")), responses(
    (status = 200, body = Page<PackageSummary>),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Principal,
    Path(app): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<PackageSummary>>> {
    let limit = paging.limit()?;
    let cursor = paging.cursor::<PackageId>()?;
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    // One more than `limit` shows whether there is a next page.
    let mut listings = tx.packages(access.app.id, cursor, limit + 1).await?;
    let has_more = listings.len() > limit as usize;
    listings.truncate(limit as usize);
    let next_cursor = listings.last().filter(|_| has_more).map(|listing| listing.package.id.to_string());
    let environments = tx.environments(access.app.id).await?;
    let grant = access.authorise_read(Operation::ViewPackages, AppTarget::App(&environments), api.ports.now())?;
    let items = summaries(grant, &listings, &access.app, &environments, tx.as_mut()).await?;
    Ok(Json(bounded_page(items, next_cursor, |package| package.id.clone())))
}

/// Returns a package.
#[utoipa::path(get, path = "/apps/{app}/packages/{id}", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 200, body = Package),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: Principal,
    Path((app, id)): Path<(String, String)>,
) -> Result<Json<Package>> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let record = access.package(tx.as_mut(), &id).await?;
    let environments = tx.environments(access.app.id).await?;
    let grant = access.authorise_read(Operation::ViewPackages, AppTarget::App(&environments), api.ports.now())?;
    response_for(grant, record, &access.app, &environments, tx.as_mut()).await.map(Json)
}

/// Deletes a package that is not in use.
#[utoipa::path(delete, path = "/apps/{app}/packages/{id}", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 204, description = "Deleted"),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
    (status = 409, description = "`in_use`", body = Problem),
))]
pub(crate) async fn delete(
    State(api): State<Api>,
    caller: Principal,
    Path((app, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    let (ports, caller, app, id) = (&api.ports, &caller, app.as_str(), id.as_str());
    let (app, package) = api
        .write(|mut tx| async move {
            let access = LockedAppAccess::load(&mut tx, caller, ports, app).await?;
            let package = access.package(&mut *tx, id).await?.package;
            let environments = tx.environments(access.app.id).await?;
            let (operation, on) = (Operation::DeletePackage, AppTarget::App(&environments));
            let grant = access.authorise(&mut tx, operation, on, "to delete a package").await?;
            let (app, account) = (access.app.id, grant.account());
            grant.consume(operation, app)?;
            let version = package.manifest.version;
            tx.delete_package(app, package.id).await?.applied_or_else(|| errors::in_use(&version))?;
            let event = Event::PackageDeleted { version, file_name: package.file_name };
            tx.record_activity(app, None, Some(account), event).await?;
            Ok::<_, ApiError>(tx.commit((app, package.id)).await?)
        })
        .await?;
    // Nothing refers to the file any more; if it cannot be removed now, the next start removes it.
    if let Err(cause) = ports.blobs.remove(package).await {
        tracing::warn!(%cause, %package, "file of a deleted package stays until the next start");
    }
    api.bus.publish(app, Change::Packages);
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the response for a package, which the grant is for. `environments` are all environments of its app.
pub(super) async fn response_for(
    grant: Grant,
    record: PackageRecord,
    app: &App,
    environments: &[Environment],
    tx: &mut dyn ReadTransaction,
) -> Result<Package> {
    let PackageRecord { package, last_deployed_at } = record;
    let listing = PackageListing { package: package.to_summary(), last_deployed_at };
    let summaries = summaries(grant, &[listing], app, environments, tx).await?;
    let summary = summaries.into_iter().next().ok_or_else(|| ApiError::not_found("package"))?;
    Ok(responses::package(summary, &package.manifest))
}

async fn summaries(
    grant: Grant,
    listings: &[PackageListing],
    app: &App,
    environments: &[Environment],
    tx: &mut dyn ReadTransaction,
) -> Result<Vec<PackageSummary>> {
    grant.consume(Operation::ViewPackages, app.id)?;
    let retained = retained_packages(tx, app.id, environments).await?;
    let names = DisplayNames::load(tx, listings.iter().map(|listing| listing.package.uploaded_by)).await?;
    let ids: Vec<_> = listings.iter().map(|listing| listing.package.id).collect();
    let runs: BTreeSet<_> = tx.environments_run_on(&ids).await?.into_iter().collect();
    let response = |PackageListing { package, last_deployed_at }: &PackageListing| {
        let expires_at =
            (!retained.contains(&package.id)).then(|| expiry::expires_at(package.created_at, *last_deployed_at));
        let has_run = |on: &Environment| runs.contains(&(package.id, on.id));
        let not_promoted = responses::not_promoted(&package.version, app.promotion, environments, has_run);
        responses::summary(package, expires_at, not_promoted, environments, &names)
    };
    Ok(listings.iter().map(response).collect())
}
