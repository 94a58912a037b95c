//! The single-page app's files: hashed ones for ever, everything else asked about each time, deep links to the page.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::disk;

/// Everything below carries its own hash, in its name or its folder's.
const HASHED: &str = "/assets/";
/// What is a file of ours, or nothing: never a page of the app.
const FILES: &[&str] =
    &["css", "gz", "br", "ico", "js", "json", "map", "png", "svg", "txt", "wasm", "webmanifest", "woff2"];

/// The folder that the build leaves.
#[derive(Debug, Clone)]
pub struct Spa {
    dist: PathBuf,
}

impl Spa {
    /// The app built into `dist`.
    ///
    /// # Errors
    /// When there is no `index.html` to be read in it.
    pub fn open(dist: &Path) -> io::Result<Self> {
        std::fs::File::open(dist.join("index.html"))?;
        Ok(Self { dist: dist.to_owned() })
    }

    pub(super) async fn answer(&self, request: Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "This method does not exist here.\n");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let path = request.uri().path();
        if !disk::may_exist(path) {
            return plain(StatusCode::NOT_FOUND, "There is no such file.\n");
        }
        if matches!(path, "/" | "/index.html") {
            return self.page(request.headers()).await;
        }
        let hashed = path.starts_with(HASHED);
        let page_if_missing = !hashed && !is_file(path);
        let headers = request.headers().clone();
        let mut response = self.file(request).await;
        if response.status() == StatusCode::NOT_FOUND {
            return if page_if_missing {
                self.page(&headers).await
            } else {
                plain(StatusCode::NOT_FOUND, "There is no such file.\n")
            };
        }
        let fine = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        let cache = if hashed && fine { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        response
    }

    async fn file(&self, mut request: Request) -> Response {
        // Builds may give all files one time; the ETag has their size too, and hashed names never change.
        request.headers_mut().remove(header::IF_MODIFIED_SINCE);
        let files = ServeDir::new(&self.dist)
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false)
            .precompressed_br()
            .precompressed_gzip();
        let result: Result<_, Infallible> = files.oneshot(request).await;
        let mut response = match result {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        };
        response.headers_mut().remove(header::LAST_MODIFIED);
        response
    }

    /// `index.html`, told apart by its content: it names the hashes of everything else, in the same number of bytes.
    async fn page(&self, headers: &HeaderMap) -> Response {
        let page = match tokio::fs::read(self.dist.join("index.html")).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(%error, "the app's page cannot be read");
                return plain(StatusCode::SERVICE_UNAVAILABLE, "The app is being built. Try again in a moment.\n");
            }
        };
        let mut etag = HEXLOWER.encode(&Sha256::digest(&page));
        etag.truncate(32);
        let etag = format!("\"{etag}\"");
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let unchanged =
            known.flat_map(|value| value.split(',')).any(|known| known.trim().trim_start_matches("W/") == etag);
        let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(page) });
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        }
        if let Ok(etag) = HeaderValue::try_from(etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, extension)| FILES.contains(&extension))
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
