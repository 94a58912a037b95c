//! `POST /apps/{app}/packages`: uploads a package, as the request's body or in the field `file` of a form.

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::channel::oneshot;
use futures::{Stream, StreamExt, TryStreamExt};
use http::{HeaderMap, StatusCode, header};
use padlock_contract::events::Change;
use padlock_contract::packages::Package;
use padlock_contract::{Problem, paths};
use padlock_domain::activity::Event;
use padlock_domain::package::{self as domain, sanitize_file_name};
use padlock_domain::{AppId, Operation, PackageId};
use serde::Deserialize;

use super::multipart::{MAX_FORM_OVERHEAD, Progress, limit_form_overhead};
use super::routes::response_for;
use super::{archive, errors};
use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal};
use crate::http::{ApiError, Path, Query, Result};
use crate::ports::{BlobError, Blobs, PackageRecord, StagedUpload};
use crate::refusals::access::seconds_until;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    file_name: Option<String>,
}

/// The form of an upload, for the documentation.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the form is read as a stream")]
struct UploadForm {
    /// The `.mda` file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads a package. The body is the `.mda` file, named by `?file_name=`, or `multipart/form-data` with the field `file`.
/// Nothing is kept unless the upload is complete and a valid deployment package.
#[utoipa::path(post, path = "/apps/{app}/packages", tag = "Packages",
    params(("app" = String, Path), ("file_name" = Option<String>, Query, description = "The name of the file, if the body is the file itself")),
    request_body(content((Vec<u8> = "application/octet-stream"), (UploadForm = "multipart/form-data"))), responses(
    (status = 201, description = "Kept under `Location`", body = Package),
    (status = 400, description = "`upload_incomplete`", body = Problem),
    (status = 413, description = "Larger than allowed", body = Problem),
    (status = 422, description = "`invalid_package`", body = Problem),
    (status = 429, description = "The account has three uploads under way, or has begun too many within an hour", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub(crate) async fn upload(
    State(api): State<Api>,
    caller: Principal,
    Path(app): Path<String>,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Result<Response> {
    // Checked before the body is read, so that nobody uploads for nothing, and again in the transaction that adds the package.
    let app_id = require_upload_permission(&api, &caller, &app).await?;
    let _permit = api.uploads.acquire(caller.account.id).ok_or_else(errors::too_many_uploads)?;
    let now = api.ports.now();
    api.upload_quota
        .begin(caller.account.id, now)
        .map_err(|until| errors::upload_quota_used_up(&api, seconds_until(until, now)))?;
    let (name, received) = receive(&api, query.file_name, request).await?;

    let limits = api.config.package_limits;
    let (size, reader) = (received.size(), received.open().await?);
    let contents = blocking(api.ports.blobs.as_ref(), move || archive::inspect(reader, size, &limits)).await??;

    let now = api.ports.now();
    let package = domain::Package {
        id: PackageId::new(now, api.ports.random()),
        app: app_id,
        file_name: sanitize_file_name(&name),
        manifest: contents.manifest,
        has_index_page: contents.has_index_page,
        size,
        sha256: received.sha256(),
        uploaded_by: caller.account.id,
        created_at: now,
    };
    // The file is persisted before its row, so that no row names a missing file. The next start removes files without a row.
    received.persist(package.id).await?;
    match record(&api, &caller, &app, &package).await {
        Ok(body) => {
            api.bus.publish(package.app, Change::Packages);
            let location = format!("{}{}", paths::BASE, paths::package(&app, &package.id.to_string()));
            Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response())
        }
        Err(error) => {
            // A file whose row may exist stays; the next start removes it if there is none.
            if !error.is_outcome_unknown() {
                let _ = api.ports.blobs.remove(package.id).await;
            }
            Err(error)
        }
    }
}

/// Returns the id of the app if the caller may upload to it.
async fn require_upload_permission(api: &Api, caller: &Principal, app: &str) -> Result<AppId> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), caller, &api.ports, app).await?;
    let environments = tx.environments(access.app.id).await?;
    let on = AppTarget::App(&environments);
    access.require_allowed(Operation::UploadPackage, on, api.ports.now())?;
    Ok(access.app.id)
}

#[tracing::instrument(skip_all)]
async fn record(api: &Api, caller: &Principal, app: &str, package: &domain::Package) -> Result<Package> {
    api.write(|mut tx| async move {
        let access = LockedAppAccess::load(&mut tx, caller, &api.ports, app).await?;
        let environments = tx.environments(access.app.id).await?;
        let (operation, on) = (Operation::UploadPackage, AppTarget::App(&environments));
        access.authorise(&mut tx, operation, on, "to upload a package").await?.consume(operation, package.app)?;
        tx.add_package(package).await?;
        let event = Event::PackageUploaded {
            package: Some(package.id),
            version: package.manifest.version.clone(),
            file_name: package.file_name.clone(),
        };
        tx.record_activity(package.app, None, Some(caller.account.id), event).await?;
        let record = PackageRecord { package: package.clone(), last_deployed_at: None };
        let view = access.authorise_read(Operation::ViewPackages, on, tx.now())?;
        let body = response_for(view, record, &access.app, &environments, &mut *tx).await?;
        Ok(tx.commit(body).await?)
    })
    .await
}

/// Receives the file of a request and returns its name and content.
#[tracing::instrument(skip_all)]
async fn receive(api: &Api, name: Option<String>, mut request: Request) -> Result<(String, Box<dyn StagedUpload>)> {
    let declared = |headers: &HeaderMap| {
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok())
    };
    let max_bytes = api.config.package_limits.file_bytes + MAX_FORM_OVERHEAD;
    if declared(request.headers()).is_some_and(|length| length > max_bytes) {
        return Err(errors::too_large(api));
    }
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "multipart/form-data" => {
            // axum's default limit is two megabytes.
            DefaultBodyLimit::max(usize::try_from(max_bytes).unwrap_or(usize::MAX)).apply(&mut request);
            let progress = Progress::default();
            let request = request.map(|body| limit_form_overhead(body, progress.clone()));
            let mut form = Multipart::from_request(request, &()).await.map_err(|_| errors::form_unreadable())?;
            let to_response = |error| form_error(api, &error, &progress);
            while let Some(field) = form.next_field().await.map_err(to_response)? {
                if field.name() == Some("file") {
                    progress.mark_file_reached();
                    let name = name.or_else(|| field.file_name().map(str::to_owned)).unwrap_or_default();
                    let received = stage_upload(api, field.into_stream().map_err(to_response)).await?;
                    return Ok((name, received));
                }
            }
            Err(errors::form_without_file())
        }
        "" | "application/octet-stream" | "application/zip" | "application/x-zip-compressed" => {
            let body: Body = request.into_body();
            let stream = body.into_data_stream().map_err(|_| errors::upload_incomplete());
            Ok((name.unwrap_or_default(), stage_upload(api, stream).await?))
        }
        _ => Err(errors::unsupported_media_type()),
    }
}

async fn stage_upload(api: &Api, chunks: impl Stream<Item = Result<Bytes>> + Send) -> Result<Box<dyn StagedUpload>> {
    let mut upload = api.ports.blobs.begin_upload().await?;
    let mut size = 0;
    let mut chunks = std::pin::pin!(chunks);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        size += chunk.len() as u64;
        if size > api.config.package_limits.file_bytes {
            return Err(errors::too_large(api));
        }
        upload.write(chunk).await?;
    }
    Ok(upload.finish().await?)
}

/// Returns the error for a form that is too large or ended too early.
fn form_error(api: &Api, error: &MultipartError, progress: &Progress) -> ApiError {
    if progress.limit_exceeded() {
        errors::form_too_large()
    } else if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        errors::too_large(api)
    } else {
        errors::upload_incomplete()
    }
}

/// Runs blocking work on a file off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    blobs: &dyn Blobs,
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, BlobError> {
    let (sender, receiver) = oneshot::channel();
    let task = Box::new(move || {
        let _ = sender.send(work());
    });
    blobs.blocking(task).await;
    receiver.await.map_err(|_| BlobError::Failed("the work stopped in the middle".to_owned()))
}
