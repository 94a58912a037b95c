//! `GET /apps/{app}/packages/{id}/content`: the file back, as it came.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderValue, Method, header};
use padlock_contract::Problem;
use padlock_domain::activity::Event;
use padlock_domain::ids::PackageId;

use super::routes::find;
use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::auth::app_access::AppAccess;
use crate::auth::signed_in::SignedIn;
use crate::http::problem::{ApiError, Result};
use crate::ports::{BlobError, Blobs};

/// Bytes read at a time.
const PART: usize = 256 * 1024;

/// Downloads a package's file.
#[utoipa::path(get, path = "/apps/{app}/packages/{id}/content", tag = "Packages",
    params(("app" = String, Path), ("id" = String, Path)), responses(
    (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
    (status = 404, description = "Unknown or not mine", body = Problem),
))]
pub(crate) async fn download(
    State(api): State<Api>,
    caller: SignedIn,
    method: Method,
    Path((app, id)): Path<(String, String)>,
) -> Result<Response> {
    let mut tx = api.ports.store.write().await?;
    let team = AppAccess::load(tx.as_mut(), &caller, &app).await?;
    let package = find(tx.as_mut(), &team, &id).await?;
    // The file has to be there before the audit trail says that somebody took it.
    let first = api.ports.blobs.read(package.id, 0, PART).await?;
    // Who asks for the head alone has taken nothing.
    if method != Method::HEAD {
        let (version, file_name) = (package.manifest.version.clone(), package.file_name.clone());
        let event = Event::PackageDownloaded { version, file_name };
        tx.add_activity(&new_entry(&api.ports, team.app.id, None, Some(caller.account.id), event)).await?;
        tx.commit().await?;
    }

    let mut response = Response::new(Body::from_stream(parts(Arc::clone(&api.ports.blobs), package.id, first)));
    let headers = response.headers_mut();
    let disposition = disposition(&package.file_name);
    let mut set = |name, value: &str| -> Result<()> {
        let value = HeaderValue::from_str(value).map_err(|e| ApiError::internal(&e))?;
        headers.insert(name, value);
        Ok(())
    };
    set(header::CONTENT_TYPE, "application/octet-stream")?;
    set(header::CONTENT_LENGTH, &package.size.to_string())?;
    set(header::CONTENT_DISPOSITION, &disposition)?;
    Ok(response)
}

fn parts(
    blobs: Arc<dyn Blobs>,
    id: PackageId,
    first: Bytes,
) -> impl futures::Stream<Item = std::result::Result<Bytes, BlobError>> + Send + 'static {
    let offset = first.len() as u64;
    let rest = stream::try_unfold((blobs, offset), move |(blobs, offset)| async move {
        let part = blobs.read(id, offset, PART).await?;
        let next = offset + part.len() as u64;
        Ok((!part.is_empty()).then_some((part, (blobs, next))))
    });
    stream::once(async { Ok(first) }).chain(rest)
}

/// An attachment of that name (RFC 6266 §4.3): plain ASCII for old clients, UTF-8 for the others.
fn disposition(name: &str) -> String {
    let ascii: String = name.chars().map(|c| if c.is_ascii() && c != '"' && c != '\\' { c } else { '_' }).collect();
    let utf8: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{utf8}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("Größe \"2\".mda"),
            "attachment; filename=\"Gr__e _2_.mda\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%222%22.mda"
        );
    }
}
