//! The web's traps, against the binary: the headers of every answer, readings that change nothing, and other origins that
//! get nowhere. Routes come from the API's own document, so that none is forgotten.

use std::io::Read;
use std::net::SocketAddr;

use padlock_trials::{Answer, Client, Process, Request, state};
use serde_json::{Value, json};

use crate::portal::Running;
use crate::process::{DEMO_PASSWORD, Demo, TESS};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What every answer of the portal carries, once (security.md 20).
const ALWAYS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// What none ever carries: it would let others read, or tell more than it must.
const NEVER: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "server",
    "x-powered-by",
    "service-worker-allowed",
];

#[track_caller]
fn is_secure(answer: &Answer, api: bool, https: bool, what: &str) {
    for (name, value) in ALWAYS {
        let found: Vec<_> = answer.headers().filter(|(key, _)| key.eq_ignore_ascii_case(name)).collect();
        assert_eq!(
            found.iter().map(|(_, found)| *found).collect::<Vec<_>>(),
            [value],
            "{what}: {name}\n{}",
            answer.head
        );
    }
    never(answer, what);
    assert!(answer.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{what}");
    assert!(answer.header("x-request-id").is_some(), "{what}");
    assert_eq!(answer.header("strict-transport-security").is_some(), https, "{what}");
    if api {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    }
}

#[track_caller]
pub(super) fn never(answer: &Answer, what: &str) {
    for name in NEVER {
        assert_eq!(answer.header(name), None, "{what}");
    }
}

/// A browser with Tess's cookie.
pub(super) struct Browser {
    to: SocketAddr,
    cookie: String,
}

impl Browser {
    pub(super) fn new(server: &Process) -> Self {
        let form = json!({ "login": TESS, "password": DEMO_PASSWORD });
        let request =
            Request::new("POST", "/api/v1/sign-in").json(&form).host(&host(server)).with("Origin", &origin(server));
        let answer = request.send(server.portal).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer.header("set-cookie").unwrap();
        for flag in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.split("; ").any(|part| part == flag), "{cookie}");
        }
        Self { to: server.portal, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// A request as that browser sends it, to the portal's own name.
    pub(super) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, path).host(&format!("localhost:{}", self.to.port())).with("Cookie", &self.cookie)
    }
}

pub(super) fn host(server: &Process) -> String {
    format!("localhost:{}", server.portal.port())
}

pub(super) fn origin(server: &Process) -> String {
    format!("http://{}", host(server))
}

/// Every route of the API's document, with names that exist, and what it takes.
fn routes(package: &str) -> Vec<(String, Value)> {
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let named = |path: &str| path.replace("{app}", "shop").replace("{env}", "test").replace("{id}", package);
    let mut routes: Vec<_> =
        document["paths"].as_object().unwrap().iter().map(|(path, item)| (named(path), item.clone())).collect();
    routes
        .extend(["/api/v1/openapi.json", "/api/docs", "/api", "/api/v1/none"].map(|path| (path.to_owned(), json!({}))));
    routes
}

#[test]
fn every_answer_has_its_headers() {
    let demo = Demo::start(&["--metrics-listen", "127.0.0.1:0"]);
    let (server, tess, package) = (&demo.server, &demo.tess, demo.package());
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    let mut check = |request: &Request, api: bool, what: &str| {
        let answer = request.send(server.portal).unwrap_or_else(|error| panic!("{what}: {error}"));
        *statuses.entry(answer.status).or_default() += 1;
        is_secure(&answer, api, false, what);
    };
    for (path, _) in routes(&package) {
        for method in METHODS {
            let what = format!("{method} {path}");
            check(&Request::new(method, &path).host(&host(server)), true, &what);
            if path.ends_with("/events") || !matches!(method, "GET" | "HEAD") {
                continue;
            }
            check(&tess.request(method, path.strip_prefix("/api/v1").unwrap_or(&path)), true, &what);
        }
    }
    for path in
        ["/", "/index.html", "/apps/shop", "/assets/app-0123abcd.js", "/assets/none.js", "/icon.svg", "/..%2f", "//x"]
    {
        for method in METHODS {
            check(&Request::new(method, path).host(&host(server)), false, &format!("{method} {path}"));
        }
    }
    let sign_in = || Request::new("POST", "/api/v1/sign-in").host(&host(server));
    let guess = json!({ "login": "omar@padlock.example", "password": "a wrong long sentence" });
    for (request, api, what) in [
        (Request::new("GET", "/x").host("evil.example"), false, "another name"),
        (Request::new("POST", "/api/v1/sign-in").host("evil.example").with("Origin", "null"), true, "another name"),
        (Request::new("GET", "/").host(&host(server)).with("X-Forwarded-For", "10.0.0.1"), false, "a proxy"),
        (sign_in().with("Content-Length", "2000000"), true, "too large"),
        (sign_in().body("application/json", &[b' '; 70_000]), true, "too large for JSON"),
        (sign_in().body("text/plain", b"{}"), true, "text"),
        (sign_in().body("application/json", b"{"), true, "no JSON"),
        (sign_in().json(&json!({ "login": 1 })), true, "wrong fields"),
        (sign_in().json(&json!({})).with("Origin", "https://evil.example"), true, "another origin"),
    ]
    .into_iter()
    .chain((0..6).map(|_| (sign_in().json(&guess), true, "a wrong password")))
    {
        check(&request, api, what);
    }
    println!("{statuses:?}");
    for status in [200, 204, 308, 400, 401, 403, 404, 405, 413, 415, 421, 422, 429] {
        assert!(statuses.contains_key(&status), "nothing was answered {status}");
    }
    stream_of_events(server, tess);
    not_http(server.portal);
    numbers(server);
    let gone = tess.delete("/session").unwrap();
    is_secure(&gone, true, false, "sign out");
    assert_eq!((gone.status, gone.header("clear-site-data")), (204, Some("\"cache\"")));
}

fn stream_of_events(server: &Process, tess: &Client) {
    let mut stream = tess.request("GET", "/apps/shop/events").begin(server.portal, usize::MAX).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().replace('\r', "");
    let answer = Answer { status: 200, head: head.trim_end().to_owned(), body: Vec::new() };
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    is_secure(&answer, true, false, "events");
}

/// What is no HTTP is answered by the library, before anybody could put a header on it: with a status, and nothing else that
/// a browser could take for something.
fn not_http(to: SocketAddr) {
    let long = "x".repeat(100_000);
    for (bytes, what) in [
        ("GARBAGE\r\n\r\n".to_owned(), "no request"),
        ("GET / HTTP/3.0\r\n\r\n".to_owned(), "no such version"),
        ("GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n".to_owned(), "no header"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n".to_owned(), "no length"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            "two lengths",
        ),
        (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), "a long address"),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"), "a long header"),
    ] {
        let mut stream = std::net::TcpStream::connect(to).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(1))).unwrap();
        std::io::Write::write_all(&mut stream, bytes.as_bytes()).unwrap();
        let mut all = Vec::new();
        // It may be cut off in the middle of what it sends.
        let _ = stream.read_to_end(&mut all);
        let text = String::from_utf8_lossy(&all).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        println!("{what}: {status}");
        if head.contains("content-security-policy") {
            continue;
        }
        assert!(["", "400", "414", "431", "505"].contains(&status.as_str()), "{what}: {head}");
        assert_eq!(body, "", "{what}");
        let known = ["http/1.1", "content-length: 0", "connection: close", "date:"];
        assert!(
            head.lines().all(|line| line.is_empty() || known.iter().any(|known| line.starts_with(known))),
            "{head}"
        );
    }
}

fn numbers(server: &Process) {
    let line = server.said.lines().find_map(|line| line.trim().strip_prefix("Metrics:")).unwrap();
    let to = line.trim().strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap().parse().unwrap();
    for (method, path, status) in [("GET", "/metrics", 200), ("POST", "/metrics", 405), ("GET", "/", 404)] {
        let answer = Request::new(method, path).send(to).unwrap();
        assert_eq!(answer.status, status, "{path}");
        for (name, value) in ALWAYS.into_iter().chain([("cache-control", "no-store")]) {
            assert_eq!(answer.header(name), Some(value), "{method} {path}");
        }
        never(&answer, path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_insisted_on_for_every_answer() {
    let names = ["--public-url", "https://padlock.example.net", "--apps-url", "https://{env}.{app}.example.org"];
    let running = Running::start(&names).await;
    for (path, api) in [("/", false), ("/none.js", false), ("/api/v1/portal", true), ("/api/v1/none", true)] {
        let portal = running.portal;
        let request = Request::new("GET", path).host("padlock.example.net");
        let answer = tokio::task::spawn_blocking(move || request.send(portal)).await.unwrap().unwrap();
        is_secure(&answer, api, true, path);
    }
    running.stop().await;
}

#[test]
fn reading_changes_nothing() {
    let demo = Demo::start(&[]);
    let (server, tess, package, database) = (&demo.server, &demo.tess, demo.package(), demo.place.database());
    let before = state(&database, &[]);
    for _ in 0..2 {
        for (path, item) in routes(&package) {
            if path.ends_with("/events") {
                continue;
            }
            for method in ["GET", "HEAD"] {
                let answer =
                    tess.request(method, path.strip_prefix("/api/v1").unwrap_or(&path)).send(server.portal).unwrap();
                assert!(answer.status < 500, "{method} {path}: {}", answer.status);
                assert!(!item["get"].is_null() || answer.status >= 400 || path.starts_with("/api/"), "{method} {path}");
                let stranger = Request::new(method, &path).host(&host(server)).send(server.portal).unwrap();
                assert!(stranger.status < 500, "{method} {path}: {}", stranger.status);
            }
        }
    }
    // A download is written down, once for each: who takes a package away is on record before it leaves the house.
    let (downloads, after): (Vec<_>, Vec<_>) =
        state(&database, &[]).into_iter().partition(|row| row.contains("package_downloaded"));
    assert_eq!(downloads.len(), 2);
    assert!(after == before, "{:?}", after.iter().filter(|row| !before.contains(row)).collect::<Vec<_>>());
}

#[test]
fn other_origins_change_nothing() {
    let demo = Demo::start(&[]);
    let (server, package, database) = (&demo.server, demo.package(), demo.place.database());
    let browser = Browser::new(server);
    let before = state(&database, &[]);
    let site = format!("http://test.shop.localhost:{}", server.apps.port());
    let by_path = format!("http://localhost:{}", server.apps.port());
    let own = origin(server);
    let elsewhere: [&[(&str, &str)]; 10] = [
        &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
        // A sandboxed page, or one that was redirected.
        &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "null")],
        &[("Origin", &site), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &by_path), ("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "")],
        // An old browser that says nothing.
        &[],
    ];
    let mut tried = 0;
    for (path, item) in routes(&package) {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let Some(operation) = item.get(method.to_lowercase()) else { continue };
            for headers in elsewhere {
                let request = headers.iter().fold(browser.request(method, &path), |request, (k, v)| request.with(k, v));
                for request in [request.clone().json(&json!({})), request.body("text/plain", b"{}")] {
                    let answer = request.send(server.portal).unwrap();
                    assert_eq!(
                        (answer.status, answer.code().as_str()),
                        (403, "cross_origin"),
                        "{method} {path} {headers:?}"
                    );
                    tried += 1;
                }
            }
            let json_only = !operation["requestBody"]["content"]["application/json"].is_null();
            for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
            {
                if json_only {
                    let request = browser.request(method, &path).with("Origin", &own).body(media_type, b"{}");
                    let answer = request.send(server.portal).unwrap();
                    assert_eq!(answer.status, 415, "{method} {path} {media_type}: {}", answer.text());
                }
            }
        }
    }
    assert!(tried >= 400, "only {tried}");
    assert_eq!(state(&database, &[]), before);
}
