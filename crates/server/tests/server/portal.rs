//! What the portal's listener does for every request.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use padlock_server::cli::{Cli, Command};
use padlock_server::metrics::Metrics;
use padlock_server::serve::Server;
use padlock_trials::dist;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::support::{Answer, ask};

pub(crate) struct Running {
    pub(crate) portal: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<()>,
    _folder: TempDir,
}

impl Running {
    pub(crate) async fn start(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        dist(&folder.path().join("dist"));
        let (data, dist) = (folder.path().join("data"), folder.path().join("dist"));
        let mut line = vec!["padlock-server", "serve", "--listen", "127.0.0.1:0", "--apps-listen", "127.0.0.1:0"];
        line.extend(["--data", data.to_str().unwrap(), "--dist", dist.to_str().unwrap()]);
        line.extend(more);
        let Command::Serve(options) = Cli::try_parse_from(line).unwrap().command else { panic!("not serve") };
        let server = Server::open(&options, Metrics::default()).await.unwrap();
        let portal = server.portal_address().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(server.run(shutdown.clone()));
        Self { portal, shutdown, server, _folder: folder }
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.portal.port())
    }

    async fn get(&self, path: &str, more: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\nHost: {}\n{more}", self.host());
        let answer = ask(self.portal, &head, "").await;
        is_secure(&answer);
        answer
    }

    async fn sign_in(&self) -> String {
        let body = r#"{"login":"tess@padlock.example","password":"correct horse battery staple","token":true}"#;
        // A script may use any address of the machine.
        let head = format!("POST /api/v1/sign-in HTTP/1.1\nHost: {}\nContent-Type: application/json", self.portal);
        let answer = ask(self.portal, &head, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        json["session_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(10), self.server).await.unwrap().unwrap();
    }
}

fn is_secure(answer: &Answer) {
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src \
             'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{}", answer.head);
        let copies = answer.head.lines().filter(|line| line.to_lowercase().starts_with(&format!("{name}:"))).count();
        assert_eq!(copies, 1, "{name}");
    }
    assert!(answer.header("permissions-policy").is_some() && answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn pages_assets_and_what_is_neither() {
    let running = Running::start(&[]).await;
    for path in ["/", "/index.html", "/apps/shop", "/apps/shop/packages/1.2.0", "/no/such/page?x=1"] {
        let answer = running.get(path, "").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-cache")), "{path}");
        assert!(answer.body.contains("<title>Padlock</title>"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    let etag = running.get("/", "").await.header("etag").unwrap().to_owned();
    assert_eq!(running.get("/deep/link", &format!("If-None-Match: {etag}")).await.status, 304);

    let asset = running.get("/assets/app-0123abcd.js", "Accept-Encoding: gzip, br").await;
    assert_eq!((asset.status, asset.body.as_str()), (200, "packed"));
    assert_eq!(asset.header("content-encoding"), Some("br"));
    assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let icon = running.get("/icon.svg", "").await;
    assert_eq!((icon.status, icon.header("cache-control")), (200, Some("no-cache")));
    for missing in
        ["/assets/app-ffffffff.js", "/assets/", "/assets", "/favicon.ico", "/assets/../index.htm.js", "/x.wasm"]
    {
        let answer = running.get(missing, "").await;
        let page = missing == "/assets";
        assert_eq!(answer.status, if page { 200 } else { 404 }, "{missing}");
    }
    let head = format!("POST / HTTP/1.1\nHost: {}", running.host());
    assert_eq!(ask(running.portal, &head, "x").await.status, 405);
    running.stop().await;
}

#[tokio::test]
async fn the_portal_answers_to_one_name() {
    let running = Running::start(&[]).await;
    let to = running.portal;
    let elsewhere = ask(to, &format!("GET /apps?a=b HTTP/1.1\nHost: {to}"), "").await;
    assert_eq!(elsewhere.status, 308);
    assert_eq!(elsewhere.header("location"), Some(format!("http://{}/apps?a=b", running.host()).as_str()));
    is_secure(&elsewhere);
    for (head, expected) in [
        ("GET /api/v1/apps HTTP/1.1\nHost: evil.example", 308),
        ("GET /api/v1/health HTTP/1.1\nHost: evil.example", 200),
        ("GET /api/v1/ready HTTP/1.1\nHost: 10.0.0.1", 200),
        ("GET /api/v1/apps HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer x", 401),
        ("POST /api/v1/sign-in HTTP/1.1\nHost: evil.example\nOrigin: http://evil.example", 421),
        ("POST /api/v1/sign-in HTTP/1.1\nHost: evil.example\nCookie: padlock=x", 421),
        ("POST /apps HTTP/1.1\nHost: evil.example", 421),
        ("GET / HTTP/1.0", 308),
    ] {
        let answer = ask(to, head, "").await;
        let fits = answer.status == expected || expected == 200 && answer.status == 204;
        assert!(fits, "{head}: {}", answer.status);
        is_secure(&answer);
    }
    running.stop().await;
}

#[tokio::test]
async fn the_api_behind_it() {
    let running = Running::start(&["--demo"]).await;
    let token = running.sign_in().await;
    let apps = running.get("/api/v1/apps", &format!("Authorization: Bearer {token}")).await;
    assert_eq!(apps.status, 200);
    assert_eq!(apps.header("cache-control"), Some("no-store"));
    assert!(apps.body.contains("\"shop\""), "{}", apps.body);
    let unknown = running.get("/api/v1/none", "").await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, Some("application/problem+json")));
    let forwarded = running.get("/", "X-Forwarded-For: 10.0.0.1").await;
    assert_eq!(forwarded.status, 400, "the demo stands behind no proxy");

    let head = format!("POST /api/v1/sign-in HTTP/1.1\nHost: {}\nContent-Type: application/json", running.host());
    let large = format!("{{\"login\":\"{}\"}}", "x".repeat(2_000_000));
    let answer = ask(running.portal, &format!("{head}\nContent-Length: {}", large.len()), "").await;
    assert_eq!(answer.status, 413, "{}", answer.head);
    running.stop().await;
}

#[tokio::test]
async fn a_stream_of_events_ends_with_the_server() {
    let running = Running::start(&["--demo"]).await;
    let token = running.sign_in().await;
    let mut stream = TcpStream::connect(running.portal).await.unwrap();
    let request = format!(
        "GET /api/v1/apps/shop/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        running.host()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "it ended in order: {}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn a_body_without_a_length_is_bounded_too() {
    let running = Running::start(&[]).await;
    let mut stream = TcpStream::connect(running.portal).await.unwrap();
    let head = format!(
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        running.host()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    // The server may answer and hang up before everything is sent.
    for _ in 0..32 {
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
    running.stop().await;
}
