//! Environments that serve.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Runtime, RuntimeError};
use padlock_domain::ids::DeploymentId;
use padlock_domain::package::PackageLimits;
use padlock_server::runtime::{AppsUrl, Sites, router};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::support::{World, at, unique, zipped};

struct House {
    data: TempDir,
    sites: Sites,
    app: Router,
    world: World,
}

impl House {
    async fn make() -> Self {
        Self::at(AppsUrl::local(8081)).await
    }

    async fn at(url: AppsUrl) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = MemoryStore::default();
        let world = World::make(&store).await;
        let sites = Sites::open(data.path(), url, PackageLimits::default()).unwrap();
        let app = router(sites.clone(), Arc::new(store));
        Self { data, sites, app, world }
    }

    async fn unpack(&self, files: &[(&str, &[u8])]) -> Result<DeploymentId, RuntimeError> {
        let release = DeploymentId::new(at(0), unique());
        self.sites.unpack(release, Box::new(Cursor::new(zipped(files)))).await.map(|()| release)
    }

    async fn start(&self, files: &[(&str, &[u8])]) -> DeploymentId {
        let release = self.unpack(files).await.unwrap();
        self.sites.start(&self.world.shop, &self.world.environments[0], release).await.unwrap();
        release
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.app.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, host: &str, path: &str) -> (StatusCode, String, http::HeaderMap) {
        let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
        let response = self.ask(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(parts.headers["x-content-type-options"], "nosniff", "{host}{path}");
        assert!(!parts.headers.contains_key(header::SET_COOKIE));
        (parts.status, String::from_utf8_lossy(&body).into_owned(), parts.headers)
    }
}

const HOST: &str = "test.shop.localhost:8081";

fn site(version: &str) -> Vec<(String, Vec<u8>)> {
    [
        ("web/index.html", format!("<h1>{version}</h1>")),
        ("web/sub/index.html", "sub".to_owned()),
        ("model/metadata.json", "{}".to_owned()),
    ]
    .map(|(name, content)| (name.to_owned(), content.into_bytes()))
    .into()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect()
}

#[tokio::test]
async fn one_site_at_both_addresses() {
    let house = House::make().await;
    house.start(&borrowed(&site("1.0.0"))).await;
    let (status, body, headers) = house.get(HOST, "/").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "<h1>1.0.0</h1>"));
    assert!(!headers.contains_key(header::CONTENT_SECURITY_POLICY), "an origin of its own needs no sandbox");
    assert_eq!(headers[header::CACHE_CONTROL], "no-cache");

    let (status, body, headers) = house.get("127.0.0.1:8081", "/shop/test/").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "<h1>1.0.0</h1>"));
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox allow-scripts");

    let (status, _, headers) = house.get("127.0.0.1:8081", "/shop/test?a=b").await;
    assert_eq!(
        (status, headers[header::LOCATION].to_str().unwrap()),
        (StatusCode::PERMANENT_REDIRECT, "/shop/test/?a=b")
    );
    let (_, _, headers) = house.get("127.0.0.1:8081", "/shop/test/sub").await;
    assert_eq!(headers[header::LOCATION], "/shop/test/sub/");
    let (_, _, headers) = house.get(HOST, "/sub").await;
    assert_eq!(headers[header::LOCATION], "/sub/");
    assert_eq!(house.get(HOST, "/sub/").await.1, "sub");
}

#[tokio::test]
async fn https_is_insisted_on_where_it_is_there() {
    for (url, host, insisted) in [
        ("http://{env}.{app}.localhost", "test.shop.localhost", None),
        ("https://{env}.{app}.example.org", "test.shop.example.org", Some("max-age=63072000")),
    ] {
        let house = House::at(url.parse().unwrap()).await;
        house.start(&borrowed(&site("1.0.0"))).await;
        for (path, host) in [("/", host), ("/none", host), ("/shop/test/", "127.0.0.1"), ("/", "evil.example")] {
            let (_, _, headers) = house.get(host, path).await;
            let found = headers.get(header::STRICT_TRANSPORT_SECURITY).map(|value| value.to_str().unwrap());
            assert_eq!(found, insisted, "{host}{path}");
        }
    }
}

#[tokio::test]
async fn nothing_but_the_site_is_served() {
    let house = House::make().await;
    house.start(&borrowed(&site("1.0.0"))).await;
    std::fs::write(house.data.path().join("releases/secret.txt"), "secret").unwrap();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/sub/../../secret.txt",
        "//etc/passwd",
        "/model/metadata.json",
        "/%00",
    ] {
        let (status, body, _) = house.get(HOST, path).await;
        assert!(status == StatusCode::NOT_FOUND && !body.contains("secret"), "{path} {status}");
        let (status, body, _) = house.get("127.0.0.1", &format!("/shop/test{path}")).await;
        assert!(status == StatusCode::NOT_FOUND && !body.contains("secret"), "{path} {status}");
    }
    for (host, path, expected) in [
        ("evil.example", "/", 421),
        ("", "/", 421),
        ("127.0.0.1", "/", 404),
        ("127.0.0.1", "/shop/nowhere/", 404),
        ("nowhere.shop.localhost", "/", 404),
        ("production.shop.localhost", "/", 503),
        ("127.0.0.1", "/shop/production/", 503),
    ] {
        assert_eq!(house.get(host, path).await.0.as_u16(), expected, "{host}{path}");
    }
    let (_, body, _) = house.get("production.shop.localhost", "/").await;
    assert!(body.contains("production of shop is not running"), "{body}");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let request =
            Request::builder().method(method).uri("/").header(header::HOST, HOST).body(Body::empty()).unwrap();
        let response = house.ask(request).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "GET, HEAD");
    }
}

#[tokio::test]
async fn a_twin_that_is_compressed_already_is_used() {
    let house = House::make().await;
    house.start(&[("web/index.html", b"x"), ("web/app.js", b"plain"), ("web/app.js.gz", b"packed")]).await;
    let request = Request::get("/app.js").header(header::HOST, HOST).header(header::ACCEPT_ENCODING, "gzip, br");
    let response = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "packed");
    assert_eq!(house.get(HOST, "/app.js").await.1, "plain");
}

#[tokio::test]
async fn a_switch_is_one_step_and_lets_answers_end() {
    let house = House::make().await;
    let large = vec![b'1'; 3_000_000];
    let first = house.start(&[("web/index.html", b"first"), ("web/large", &large)]).await;
    let request = Request::get("/large").header(header::HOST, HOST).body(Body::empty()).unwrap();
    let mut body = house.ask(request).await.into_body();
    let begun = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let (_, _, headers) = house.get(HOST, "/").await;

    house.start(&[("web/index.html", b"newer")]).await;
    house.sites.remove(first).await.unwrap();
    house.sites.remove(first).await.unwrap();
    assert_eq!(house.get(HOST, "/").await.1, "newer");
    assert_eq!(begun.len() + body.collect().await.unwrap().to_bytes().len(), large.len(), "what had begun ends");
    let request = Request::get("/").header(header::HOST, HOST).header(header::IF_NONE_MATCH, &headers[header::ETAG]);
    let response = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK, "the old version's ETag is not the new one's");
    let etag = response.headers()[header::ETAG].clone();
    let request = Request::get("/").header(header::HOST, HOST).header(header::IF_NONE_MATCH, etag);
    assert_eq!(house.ask(request.body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_MODIFIED);

    let id = house.world.environments[0].id;
    assert!(house.sites.is_serving(id));
    house.sites.stop(id).await;
    house.sites.stop(id).await;
    assert!(!house.sites.is_serving(id));
    assert_eq!(house.get(HOST, "/").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_does_not_come_up_takes_nobodys_place() {
    let house = House::make().await;
    house.start(&[("web/index.html", b"old")]).await;
    let missing = DeploymentId::new(at(0), unique());
    assert!(matches!(house.sites.check(missing).await, Err(RuntimeError::NotResponding(_))));
    let started = house.sites.start(&house.world.shop, &house.world.environments[0], missing).await;
    assert!(matches!(started, Err(RuntimeError::NotResponding(_))));
    assert_eq!(house.get(HOST, "/").await.1, "old");
    let no_index = house.unpack(&[("web/other.html", b"x")]).await.unwrap();
    house.sites.check(no_index).await.unwrap();
}

#[tokio::test]
async fn a_release_is_whole_or_not_there() {
    let house = House::make().await;
    let releases = house.data.path().join("releases");
    let bad = house.unpack(&[("web/index.html", b"x"), ("web/../../escaped", b"x")]).await;
    assert!(matches!(bad, Err(RuntimeError::Unreadable(_))), "{bad:?}");
    let mut bytes = zipped(&[("web/index.html", &[b'x'; 5_000])]);
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0xff;
    let release = DeploymentId::new(at(0), unique());
    let damaged = house.sites.unpack(release, Box::new(Cursor::new(bytes))).await;
    assert!(matches!(damaged, Err(RuntimeError::Unreadable(_))), "{damaged:?}");
    assert_eq!(names(&releases), Vec::<String>::new());
    assert!(!house.data.path().join("escaped").exists());

    let kept = house.unpack(&[("web/index.html", b"x")]).await.unwrap();
    house.unpack(&[("web/index.html", b"x")]).await.unwrap();
    std::fs::create_dir(releases.join("unfinished-something")).unwrap();
    assert_eq!(house.sites.remove_unreferenced(&std::collections::BTreeSet::from([kept])).await.unwrap(), 1);
    Sites::open(house.data.path(), AppsUrl::local(1), PackageLimits::default()).unwrap();
    assert_eq!(names(&releases), [kept.to_string()]);
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}
