//! Deployed sites and their listener.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Runtime, RuntimeError};
use padlock_domain::{DeploymentId, PackageLimits};
use padlock_server::runtime::{AppsUrl, StaticSiteRuntime, router};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::store::fixtures::{SampleData, at, unique};
use crate::support::zip_archive;

struct TestRuntime {
    data: TempDir,
    sites: StaticSiteRuntime,
    router: Router,
    sample: SampleData,
}

impl TestRuntime {
    async fn new() -> Self {
        Self::with_url(AppsUrl::local(8081)).await
    }

    async fn with_url(url: AppsUrl) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = MemoryStore::default();
        let sample = SampleData::insert(&store).await;
        let sites = StaticSiteRuntime::open(data.path(), url, PackageLimits::default()).unwrap();
        let router = router(sites.clone(), Arc::new(store));
        Self { data, sites, router, sample }
    }

    async fn unpack(&self, files: &[(&str, &[u8])]) -> Result<DeploymentId, RuntimeError> {
        let release = DeploymentId::new(at(0), unique());
        self.sites
            .unpack(release, Box::new(Cursor::new(zip_archive(files))), Box::new(|_, _| {}))
            .await
            .map(|()| release)
    }

    async fn start(&self, files: &[(&str, &[u8])]) -> DeploymentId {
        let release = self.unpack(files).await.unwrap();
        self.sites.start(&self.sample.shop, &self.sample.environments[0], release).await.unwrap();
        release
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Requests a file as a browser requests the script of a service worker.
    async fn get_worker(&self, method: Method, host: &str, path: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, host);
        self.send(request.header("Service-Worker", "script").body(Body::empty()).unwrap()).await
    }

    async fn get(&self, host: &str, path: &str) -> (StatusCode, String, http::HeaderMap) {
        let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
        let response = self.send(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(parts.headers["x-content-type-options"], "nosniff", "{host}{path}");
        assert!(!parts.headers.contains_key(header::SET_COOKIE));
        (parts.status, String::from_utf8_lossy(&body).into_owned(), parts.headers)
    }
}

const HOST: &str = "test--shop.localhost:8081";

const SITE: &[(&str, &[u8])] =
    &[("web/index.html", b"<h1>1.0.0</h1>"), ("web/sub/index.html", b"sub"), ("model/metadata.json", b"{}")];

#[tokio::test]
async fn a_site_is_served_by_host_name_and_by_path() {
    let runtime = TestRuntime::new().await;
    runtime.start(SITE).await;
    let (status, body, headers) = runtime.get(HOST, "/").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "<h1>1.0.0</h1>"));
    assert!(
        !headers.contains_key(header::CONTENT_SECURITY_POLICY),
        "a site with an origin of its own needs no sandbox"
    );
    assert_eq!(headers[header::CACHE_CONTROL], "no-cache");

    let (status, body, headers) = runtime.get("127.0.0.1:8081", "/shop/test/").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "<h1>1.0.0</h1>"));
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox allow-scripts");

    let (status, _, headers) = runtime.get("127.0.0.1:8081", "/shop/test?a=b").await;
    assert_eq!(
        (status, headers[header::LOCATION].to_str().unwrap()),
        (StatusCode::PERMANENT_REDIRECT, "/shop/test/?a=b")
    );
    let (_, _, headers) = runtime.get("127.0.0.1:8081", "/shop/test/sub").await;
    assert_eq!(headers[header::LOCATION], "/shop/test/sub/");
    for path in ["/sub", "//sub", "///sub"] {
        let (_, _, headers) = runtime.get(HOST, path).await;
        assert_eq!(headers[header::LOCATION], "/sub/", "{path} leads to no other host");
        let (_, _, headers) = runtime.get("127.0.0.1:8081", &format!("/shop/test{path}")).await;
        assert_eq!(headers[header::LOCATION], "/shop/test/sub/", "{path}");
    }
    for path in ["//shop/test", "//shop/test/sub"] {
        assert_eq!(runtime.get("127.0.0.1:8081", path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(runtime.get(HOST, "/sub/").await.1, "sub");
}

#[tokio::test]
async fn every_response_has_hsts_if_the_apps_url_is_https() {
    for (url, host, expected) in [
        ("http://{env}--{app}.localhost", "test--shop.localhost", None),
        ("https://{env}--{app}.example.org", "test--shop.example.org", Some("max-age=63072000")),
    ] {
        let runtime = TestRuntime::with_url(url.parse().unwrap()).await;
        runtime.start(SITE).await;
        for (path, host) in [("/", host), ("/none", host), ("/shop/test/", "127.0.0.1"), ("/", "evil.example")] {
            let (_, _, headers) = runtime.get(host, path).await;
            let found = headers.get(header::STRICT_TRANSPORT_SECURITY).map(|value| value.to_str().unwrap());
            assert_eq!(found, expected, "{host}{path}");
        }
    }
}

#[tokio::test]
async fn only_files_of_the_deployed_site_are_served() {
    let runtime = TestRuntime::new().await;
    runtime.start(SITE).await;
    std::fs::write(runtime.data.path().join("releases/secret.txt"), "secret").unwrap();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/sub/../../secret.txt",
        "//etc/passwd",
        "/model/metadata.json",
        "/%00",
    ] {
        let (status, body, _) = runtime.get(HOST, path).await;
        assert!(status == StatusCode::NOT_FOUND && !body.contains("secret"), "{path} {status}");
        let (status, body, _) = runtime.get("127.0.0.1", &format!("/shop/test{path}")).await;
        assert!(status == StatusCode::NOT_FOUND && !body.contains("secret"), "{path} {status}");
    }
    for (host, path, expected) in [
        ("evil.example", "/", 421),
        ("", "/", 421),
        ("127.0.0.1", "/", 404),
        ("127.0.0.1", "/shop/nowhere/", 404),
        ("nowhere--shop.localhost", "/", 404),
        ("production--shop.localhost", "/", 503),
        ("127.0.0.1", "/shop/production/", 503),
    ] {
        assert_eq!(runtime.get(host, path).await.0.as_u16(), expected, "{host}{path}");
    }
    let (_, body, _) = runtime.get("production--shop.localhost", "/").await;
    assert!(body.contains("production of shop is not running"), "{body}");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let request =
            Request::builder().method(method).uri("/").header(header::HOST, HOST).body(Body::empty()).unwrap();
        let response = runtime.send(request).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "GET, HEAD");
    }
}

#[tokio::test]
async fn a_compressed_file_beside_the_original_is_served() {
    let runtime = TestRuntime::new().await;
    runtime.start(&[("web/index.html", b"x"), ("web/app.js", b"plain"), ("web/app.js.gz", b"packed")]).await;
    let request = Request::get("/app.js").header(header::HOST, HOST).header(header::ACCEPT_ENCODING, "gzip, br");
    let response = runtime.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "packed");
    assert_eq!(runtime.get(HOST, "/app.js").await.1, "plain");
}

#[tokio::test]
async fn text_is_served_with_its_charset() {
    let runtime = TestRuntime::new().await;
    let names = [
        ("index.html", "text/html; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.md", "text/markdown; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "application/javascript; charset=utf-8"),
        ("a.json", "application/json; charset=utf-8"),
        ("a.xml", "text/xml; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.webmanifest", "application/manifest+json; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.png", "image/png"),
        ("a.woff2", "font/woff2"),
        ("LICENSE", "application/octet-stream"),
    ];
    let paths: Vec<_> = names.iter().map(|(name, _)| format!("web/{name}")).collect();
    let files: Vec<(&str, &[u8])> = paths.iter().map(|path| (path.as_str(), "Größe".as_bytes())).collect();
    runtime.start(&files).await;
    for (name, expected) in names {
        assert_eq!(runtime.get(HOST, &format!("/{name}")).await.2[header::CONTENT_TYPE], expected, "{name}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_only_while_the_file_is_the_same() {
    let runtime = TestRuntime::new().await;
    runtime.start(&[("web/index.html", b"x"), ("web/a.bin", b"0123456789"), ("web/empty.bin", b"")]).await;
    let get = async |method: Method, path: &str, headers: &[(http::HeaderName, &str)]| {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let (parts, body) = runtime.send(request.body(Body::empty()).unwrap()).await.into_parts();
        let range = parts.headers.get(header::CONTENT_RANGE).map(|v| v.to_str().unwrap().to_owned());
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        (parts.status.as_u16(), body, range)
    };
    let (_, _, headers) = runtime.get(HOST, "/a.bin").await;
    assert_eq!(headers[header::ACCEPT_RANGES], "bytes");
    let etag = headers[header::ETAG].to_str().unwrap().to_owned();
    let weak = format!("W/{etag}");
    let part = |body: &str, range: &str| (206, body.to_owned(), Some(format!("bytes {range}/10")));
    let whole = || (200, "0123456789".to_owned(), None);
    for (range, expected) in [
        ("bytes=0-3", part("0123", "0-3")),
        ("bytes=8-", part("89", "8-9")),
        ("bytes=8-99", part("89", "8-9")),
        ("bytes=-3", part("789", "7-9")),
        ("bytes=-99", whole()),
        ("bytes=10-", (416, String::new(), Some("bytes */10".to_owned()))),
        ("bytes=3-2", whole()),
        ("bytes=0-1,4-5", whole()),
        ("bytes=x", whole()),
        ("lines=0-1", whole()),
        ("", whole()),
    ] {
        assert_eq!(get(Method::GET, "/a.bin", &[(header::RANGE, range)]).await, expected, "{range}");
        let same = [(header::RANGE, range), (header::IF_RANGE, &etag)];
        assert_eq!(get(Method::GET, "/a.bin", &same).await, expected, "{range} of the same file");
        for other in ["\"other\"", &weak, "Wed, 21 Oct 2015 07:28:00 GMT", ""] {
            let changed = [(header::RANGE, range), (header::IF_RANGE, other)];
            assert_eq!(get(Method::GET, "/a.bin", &changed).await, whole(), "{range} of {other}");
        }
    }
    assert_eq!(get(Method::HEAD, "/a.bin", &[(header::RANGE, "bytes=0-3")]).await, (200, String::new(), None));
    assert_eq!(get(Method::GET, "/empty.bin", &[(header::RANGE, "bytes=0-")]).await, (200, String::new(), None));
    let unchanged = [(header::RANGE, "bytes=0-3"), (header::IF_NONE_MATCH, &etag)];
    assert_eq!(get(Method::GET, "/a.bin", &unchanged).await.0, 304);
}

#[tokio::test]
async fn a_new_release_replaces_the_old_one_and_responses_in_progress_complete() {
    let runtime = TestRuntime::new().await;
    let large = vec![b'1'; 3_000_000];
    let first = runtime.start(&[("web/index.html", b"first"), ("web/large", &large)]).await;
    let request = Request::get("/large").header(header::HOST, HOST).body(Body::empty()).unwrap();
    let mut body = runtime.send(request).await.into_body();
    let first_frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let (_, _, headers) = runtime.get(HOST, "/").await;

    runtime.start(&[("web/index.html", b"newer")]).await;
    runtime.sites.remove(first).await.unwrap();
    runtime.sites.remove(first).await.unwrap();
    assert_eq!(runtime.get(HOST, "/").await.1, "newer");
    assert_eq!(
        first_frame.len() + body.collect().await.unwrap().to_bytes().len(),
        large.len(),
        "the response of the old release is complete"
    );
    let request = Request::get("/").header(header::HOST, HOST).header(header::IF_NONE_MATCH, &headers[header::ETAG]);
    let response = runtime.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK, "the old version's ETag is not the new one's");
    let etag = response.headers()[header::ETAG].clone();
    let request = Request::get("/").header(header::HOST, HOST).header(header::IF_NONE_MATCH, etag);
    assert_eq!(runtime.send(request.body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_MODIFIED);

    let id = runtime.sample.environments[0].id;
    assert!(runtime.sites.serving(&[id]).await.contains(&id));
    runtime.sites.stop(id).await;
    runtime.sites.stop(id).await;
    assert!(runtime.sites.serving(&[id]).await.is_empty());
    assert_eq!(runtime.get(HOST, "/").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_service_worker_that_the_release_does_not_have_removes_itself() {
    let runtime = TestRuntime::new().await;
    let (by_host, by_path) = ((HOST, ""), ("127.0.0.1", "/shop/test"));
    let stopped = [("production--shop.localhost", ""), ("127.0.0.1", "/shop/production")];
    let unknown = [("nowhere--shop.localhost", ""), ("127.0.0.1", "/shop/nowhere")];
    runtime.start(&[("web/index.html", b"x"), ("web/sw.js", b"own"), ("web/folder.js/index.html", b"x")]).await;
    for (host, prefix) in [by_host, by_path] {
        let response = runtime.get_worker(Method::GET, host, &format!("{prefix}/sw.js")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "own");
        // Without the header, it is a file like any other.
        assert_eq!(runtime.get(host, &format!("{prefix}/old.js")).await.0, StatusCode::NOT_FOUND);
        assert_eq!(runtime.get(host, &format!("{prefix}/folder.js")).await.0, StatusCode::TEMPORARY_REDIRECT);
        let posted = runtime.get_worker(Method::POST, host, &format!("{prefix}/old.js")).await;
        assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    for (host, prefix) in [by_host, by_path].into_iter().chain(stopped).chain(unknown) {
        for path in ["/old.js", "/folder.js", "/old/sw.js?v=1"] {
            let response = runtime.get_worker(Method::GET, host, &format!("{prefix}{path}")).await;
            let what = format!("{host}{prefix}{path}");
            assert_eq!(response.status(), StatusCode::OK, "{what}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8", "{what}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache", "{what}");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{what}");
            assert!(!response.headers().contains_key("service-worker-allowed"), "{what}");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert!(String::from_utf8_lossy(&body).contains("self.registration.unregister()"), "{what}");
        }
    }
    assert_eq!(
        runtime.get_worker(Method::GET, "evil.example", "/sw.js").await.status(),
        StatusCode::MISDIRECTED_REQUEST
    );

    // The environment stops, so its own worker goes too.
    runtime.sites.stop(runtime.sample.environments[0].id).await;
    let response = runtime.get_worker(Method::GET, HOST, "/sw.js").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn a_release_that_does_not_start_replaces_nothing() {
    let runtime = TestRuntime::new().await;
    runtime.start(&[("web/index.html", b"old")]).await;
    let missing = DeploymentId::new(at(0), unique());
    assert!(matches!(runtime.sites.check_health(missing).await, Err(RuntimeError::NotResponding(_))));
    let started = runtime.sites.start(&runtime.sample.shop, &runtime.sample.environments[0], missing).await;
    assert!(matches!(started, Err(RuntimeError::NotResponding(_))));
    assert_eq!(runtime.get(HOST, "/").await.1, "old");
    let no_index = runtime.unpack(&[("web/other.html", b"x")]).await.unwrap();
    runtime.sites.check_health(no_index).await.unwrap();
}

#[tokio::test]
async fn a_release_is_unpacked_completely_or_not_at_all() {
    let runtime = TestRuntime::new().await;
    let releases = runtime.data.path().join("releases");
    let bad = runtime.unpack(&[("web/index.html", b"x"), ("web/../../escaped", b"x")]).await;
    assert!(matches!(bad, Err(RuntimeError::Unreadable(_))), "{bad:?}");
    let mut bytes = zip_archive(&[("web/index.html", &[b'x'; 5_000])]);
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0xff;
    let release = DeploymentId::new(at(0), unique());
    let damaged = runtime.sites.unpack(release, Box::new(Cursor::new(bytes)), Box::new(|_, _| {})).await;
    assert!(matches!(damaged, Err(RuntimeError::Unreadable(_))), "{damaged:?}");
    assert_eq!(names(&releases), Vec::<String>::new());
    assert!(!runtime.data.path().join("escaped").exists());

    let kept = runtime.unpack(&[("web/index.html", b"x")]).await.unwrap();
    runtime.unpack(&[("web/index.html", b"x")]).await.unwrap();
    std::fs::create_dir(releases.join("unfinished-something")).unwrap();
    assert_eq!(runtime.sites.remove_unreferenced(&std::collections::BTreeSet::from([kept])).await.unwrap(), 1);
    StaticSiteRuntime::open(runtime.data.path(), AppsUrl::local(1), PackageLimits::default()).unwrap();
    assert_eq!(names(&releases), [kept.to_string()]);
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}
