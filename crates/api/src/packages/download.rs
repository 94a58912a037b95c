//! `GET /apps/{app}/packages/{id}/content`: downloads a package's file.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, header};
use padlock_contract::Problem;
use padlock_domain::activity::{DOWNLOADS_MERGED_WITHIN, Event};
use padlock_domain::{AccountId, Operation, Package, PackageId, SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app_state::Api;
use crate::auth::{AppAccess, AppTarget, LockedAppAccess, Principal};
use crate::http::{ApiError, Path, Result};
use crate::ports::{ActivityFilter, BlobError};
use crate::unit_of_work::UnitOfWork;

/// How many entries are read at a time to find an earlier download.
const ENTRIES_PER_READ: u32 = 200;
/// How much of a file is read at a time, in bytes.
const CHUNK_BYTES: usize = 256 * 1024;
/// After how long it is checked again whether the caller may download the package.
const CHECK_INTERVAL: SignedDuration = SignedDuration::from_secs(4);

const OPERATION: Operation = Operation::DownloadPackage;

/// Downloads a package's file.
#[utoipa::path(get, path = "/apps/{app}/packages/{id}/content", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
    (status = 404, description = "Unknown, or the account is not in the team", body = Problem),
))]
pub(crate) async fn download(
    State(api): State<Api>,
    caller: Principal,
    method: Method,
    Path((app, id)): Path<(String, String)>,
) -> Result<Response> {
    let mut tx = api.ports.store.read().await?;
    let access = AppAccess::load(tx.as_mut(), &caller, &api.ports, &app).await?;
    let environments = tx.environments(access.app.id).await?;
    let on = AppTarget::App(&environments);
    access.authorise_read(OPERATION, on, api.ports.now())?.consume(OPERATION, access.app.id)?;
    let package = access.package(tx.as_mut(), &id).await?.package;
    drop(tx);
    // The file must be readable before the audit trail says that it was downloaded.
    let first_chunk = api.ports.blobs.read(package.id, 0, CHUNK_BYTES).await?;
    if method != Method::HEAD {
        let (api, caller, app, id) = (&api, &caller, app.as_str(), id.as_str());
        let unit = api.write(|mut tx| async move {
            // While the file was read, the package may have been deleted or the person may have left the team.
            let access = LockedAppAccess::load(&mut tx, caller, &api.ports, app).await?;
            let environments = tx.environments(access.app.id).await?;
            let grant = access.authorise(&mut tx, OPERATION, AppTarget::App(&environments), "to download").await?;
            grant.consume(OPERATION, access.app.id)?;
            let package = access.package(&mut *tx, id).await?.package;
            record(&mut tx, caller.account.id, &package).await?;
            Ok::<_, ApiError>(tx.commit(()).await?)
        });
        unit.await?;
    }

    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, package.size.to_string()),
        (header::CONTENT_DISPOSITION, content_disposition(&package.file_name)),
    ];
    let offset = first_chunk.len() as u64;
    let rest = RestOfFile { checked_at: api.ports.now(), api, caller, app, package: package.id, offset };
    let rest = stream::try_unfold(rest, RestOfFile::next);
    Ok((headers, Body::from_stream(stream::once(async { Ok(first_chunk) }).chain(rest))).into_response())
}

/// Records a download: in the entry of the person's first download of this package within ten minutes, if there is one.
async fn record(tx: &mut UnitOfWork, account: AccountId, package: &Package) -> Result<()> {
    let filter = ActivityFilter {
        account: Some(account),
        kind: Some(Event::PACKAGE_DOWNLOADED),
        from: tx.now().checked_sub(DOWNLOADS_MERGED_WITHIN).ok(),
        ..ActivityFilter::default()
    };
    let mut before = None;
    loop {
        let page = tx.activity(package.app, &filter, before, ENTRIES_PER_READ).await?;
        for entry in &page.entries {
            if let Some(event) = entry.event.with_another_download(package.id) {
                return tx.replace_activity_event(entry, &event).await?.applied_or_else(ApiError::busy);
            }
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let event = Event::PackageDownloaded {
        package: Some(package.id),
        times: 1,
        version: package.manifest.version.clone(),
        file_name: package.file_name.clone(),
    };
    Ok(tx.record_activity(package.app, None, Some(account), event).await?)
}

/// Why a download stops in the middle, which the client notices by the missing end of the file.
#[derive(Debug, thiserror::Error)]
enum DownloadEnded {
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error("the caller may not download the package any more, or that could not be found out: {0}")]
    Unauthorised(String),
}

/// What is left of a file.
struct RestOfFile {
    api: Api,
    caller: Principal,
    app: String,
    package: PackageId,
    offset: u64,
    /// When it was last checked whether the caller may download the package.
    checked_at: Timestamp,
}

impl RestOfFile {
    /// Returns the next chunk, or `None` at the end.
    async fn next(mut self) -> std::result::Result<Option<(Bytes, Self)>, DownloadEnded> {
        let now = self.api.ports.now();
        if now.duration_since(self.checked_at) >= CHECK_INTERVAL {
            self.check().await.map_err(|error| DownloadEnded::Unauthorised(error.to_string()))?;
            self.checked_at = now;
        }
        let chunk = self.api.ports.blobs.read(self.package, self.offset, CHUNK_BYTES).await?;
        self.offset += chunk.len() as u64;
        Ok((!chunk.is_empty()).then_some((chunk, self)))
    }

    /// Returns an error unless the session is live and its account still in the team.
    async fn check(&self) -> Result<()> {
        let ports = &self.api.ports;
        let mut tx = ports.store.read().await?;
        let access = AppAccess::load(tx.as_mut(), &self.caller, ports, &self.app).await?;
        let environments = tx.environments(access.app.id).await?;
        access.require_allowed(OPERATION, AppTarget::App(&environments), ports.now())
    }
}

/// The characters that RFC 8187 §3.2.1 requires to be percent-encoded, and a few more.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Returns the header of an attachment with this name (RFC 6266 §4.3): ASCII for old clients, UTF-8 for the others.
fn content_disposition(name: &str) -> String {
    let ascii: String = name.chars().map(|c| if c.is_ascii() && c != '"' && c != '\\' { c } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::content_disposition;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            content_disposition("Größe \"2\".mda"),
            "attachment; filename=\"Gr__e _2_.mda\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%222%22.mda"
        );
    }
}
