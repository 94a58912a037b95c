//! The files of the single-page app: hashed files are cached for ever, all others are revalidated, and unknown paths get
//! the page.

use std::io;
use std::path::{Path, PathBuf};

use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};
use tower_http::services::ServeDir;

use super::static_files;
use crate::disk;

/// Files below have a hash in their name or their folder's.
const HASHED_PREFIX: &str = "/assets/";
/// Paths with these extensions are never pages of the app.
const FILE_EXTENSIONS: &[&str] =
    &["css", "gz", "br", "ico", "js", "json", "map", "png", "svg", "txt", "wasm", "webmanifest", "woff2"];

/// The folder with a build of the single-page app.
#[derive(Debug, Clone)]
pub struct Spa {
    dist: PathBuf,
}

impl Spa {
    /// Opens the folder of a build.
    ///
    /// # Errors
    /// Returns an error if it has no readable `index.html`.
    pub fn open(dist: &Path) -> io::Result<Self> {
        std::fs::File::open(dist.join("index.html"))?;
        Ok(Self { dist: dist.to_owned() })
    }

    pub(super) async fn handle(&self, request: Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let response = text_response(StatusCode::METHOD_NOT_ALLOWED, "This method does not exist here.\n");
            return ([(header::ALLOW, "GET, HEAD")], response).into_response();
        }
        let path = request.uri().path();
        if !disk::fits_path_limits(path) {
            return not_found();
        }
        if matches!(path, "/" | "/index.html") {
            return self.page(request.headers()).await;
        }
        let is_hashed = path.starts_with(HASHED_PREFIX);
        let is_page = !is_hashed && !has_file_extension(path);
        let headers = request.headers().clone();
        let mut response = self.file(request).await;
        if response.status() == StatusCode::NOT_FOUND {
            return if is_page { self.page(&headers).await } else { not_found() };
        }
        let is_ok = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        let cache = if is_hashed && is_ok { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        response
    }

    async fn file(&self, request: Request) -> Response {
        let files = ServeDir::new(&self.dist)
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false)
            .precompressed_br()
            .precompressed_gzip();
        static_files::serve(files, request).await
    }

    /// Its ETag is a hash, since two builds may differ only in the hashes it contains.
    async fn page(&self, headers: &HeaderMap) -> Response {
        let page = match tokio::fs::read(self.dist.join("index.html")).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(%error, "the page of the app cannot be read");
                let text = "The app is being built. Try again in a moment.\n";
                return text_response(StatusCode::SERVICE_UNAVAILABLE, text);
            }
        };
        let mut etag = HEXLOWER.encode(&Sha256::digest(&page));
        etag.truncate(32);
        let etag = format!("\"{etag}\"");
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_unchanged =
            known.flat_map(|value| value.split(',')).any(|known| known.trim().trim_start_matches("W/") == etag);
        let headers = [(header::ETAG, etag), (header::CACHE_CONTROL, "no-cache".to_owned())];
        if is_unchanged {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, Html(page)).into_response()
    }
}

fn has_file_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, extension)| FILE_EXTENSIONS.contains(&extension))
}

fn not_found() -> Response {
    text_response(StatusCode::NOT_FOUND, "There is no such file.\n")
}

fn text_response(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
