//! Serves the preview as a static host would. `cargo xtask preview` builds and runs this program; it is a crate of its
//! own because `cargo xtask` should not wait until the HTTP libraries are compiled.

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves the preview as a static host would
#[derive(Parser)]
struct Options {
    /// The folder with the built preview
    folder: PathBuf,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS")]
    listen: String,
    /// The path below which the files are served
    #[arg(long, value_name = "/PATH/", default_value = "/")]
    public_url: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(Options { folder, listen, public_url }: Options) -> Result<()> {
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("Nothing can listen on {listen}"))?;
    println!("The preview is at http://{}{public_url}", listener.local_addr()?);
    println!("  everything happens in the browser tab; Ctrl-C stops this");
    Ok(axum::serve(listener, router(&folder, &public_url)).await?)
}

/// Serves the files of a folder below a path.
fn router(folder: &Path, public_url: &str) -> Router {
    let page = ServeFile::new(folder.join("404.html"));
    let files =
        ServeDir::new(folder).append_index_html_on_directories(false).fallback(page_or_not_found.with_state(page));
    let router = match public_url.trim_end_matches('/') {
        "" => Router::new().fallback_service(files),
        path => Router::new().nest_service(path, files),
    };
    router.layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}

/// Answers the path of a page, which has no file, with 404.html: it contains the app, which knows the page. Unlike a
/// static host this answers with the status 200, so that browsers report no error.
async fn page_or_not_found(State(page): State<ServeFile>, request: Request) -> Response {
    let extension = Path::new(request.uri().path()).extension();
    if extension.is_some_and(|extension| extension != "html") {
        return StatusCode::NOT_FOUND.into_response();
    }
    page.oneshot(request).await.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use std::fs;

    /// Requests a path from a server of a folder with `app.js` and `404.html`, beside which lies `secret.js`.
    async fn get(public_url: &str, path: &str) -> (StatusCode, String) {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("dist-preview");
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/app.js"), "script").unwrap();
        fs::write(folder.join("404.html"), "page").unwrap();
        fs::write(parent.path().join("secret.js"), "secret").unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router(&folder, public_url).oneshot(request).await.unwrap();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        let status = response.status();
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn files_are_found_below_the_base() {
        assert_eq!(get("/", "/assets/app.js").await, (StatusCode::OK, "script".into()));
        assert_eq!(get("/below/", "/below/assets/app.js?x=1").await, (StatusCode::OK, "script".into()));
    }

    #[tokio::test]
    async fn pages_get_the_app_and_missing_files_stay_missing() {
        for path in ["/apps/shop", "/", "/assets", "/assets/", "/kit.html"] {
            assert_eq!(get("/", path).await, (StatusCode::OK, "page".into()), "{path}");
        }
        for path in ["/below", "/below/", "/below/apps/shop"] {
            assert_eq!(get("/below/", path).await, (StatusCode::OK, "page".into()), "{path}");
        }
        assert_eq!(get("/", "/assets/gone.js").await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn nothing_outside_the_folder_is_served() {
        for path in ["/../secret.js", "/assets/../../secret.js", "/%2e%2e/secret.js", "/..%2fsecret.js"] {
            assert_eq!(get("/", path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(get("/", "/../secret").await, (StatusCode::OK, "page".into()));
    }
}
