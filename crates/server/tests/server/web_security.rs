//! Web security: the headers of every response, reads without side effects, and requests from other origins. The routes are
//! those of the OpenAPI document, so that none is missing.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};

use padlock_trials::{Client, Request, Response, ServerProcess, dump};
use serde_json::{Value, json};

use crate::security_headers::{REQUIRED, assert_no_forbidden_headers, assert_required_headers};
use crate::support::{DEMO_PASSWORD, Demo, TESS, installation, metrics_address, portal_host};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

#[track_caller]
fn assert_secure(response: &Response, is_api: bool, is_https: bool, request: &str) {
    assert_required_headers(response, request);
    assert_eq!(response.header("strict-transport-security").is_some(), is_https, "{request}");
    if is_api {
        assert_eq!(response.header("cache-control"), Some("no-store"), "{request}");
    }
}

/// A browser in which Tess is signed in.
pub(crate) struct Browser {
    host: String,
    origin: String,
    cookie: String,
}

impl Browser {
    pub(crate) fn sign_in(server: &ServerProcess) -> Self {
        let form = json!({ "login": TESS, "password": DEMO_PASSWORD });
        let host = portal_host(server);
        let origin = format!("http://{host}");
        let request = Request::new("POST", "/api/v1/sign-in").json(&form).host(&host).header("Origin", &origin);
        let response = request.send(server.portal).unwrap().expect(200);
        let cookie = response.header("set-cookie").unwrap();
        for flag in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.split("; ").any(|part| part == flag), "{cookie}");
        }
        Self { host, origin, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// Creates a request with the cookie to the host name of the portal.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, path).host(&self.host).header("Cookie", &self.cookie)
    }
}

/// Returns the routes of the OpenAPI document with their operations and with existing names as parameters, and some others.
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
fn every_response_has_the_security_headers() {
    let demo = Demo::start(&["--metrics-listen", "127.0.0.1:0"]);
    let (server, tess, package) = (&demo.server, &demo.tess, demo.package());
    let mut statuses = BTreeMap::<u16, u32>::new();
    let mut check = |request: &Request, is_api: bool, name: &str| {
        let response = request.send(server.portal).unwrap_or_else(|error| panic!("{name}: {error}"));
        *statuses.entry(response.status).or_default() += 1;
        assert_secure(&response, is_api, false, name);
    };
    for (path, _) in routes(&package) {
        for method in METHODS {
            let what = format!("{method} {path}");
            check(&Request::new(method, &path).host(&portal_host(server)), true, &what);
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
            check(&Request::new(method, path).host(&portal_host(server)), false, &format!("{method} {path}"));
        }
    }
    let sign_in = || Request::new("POST", "/api/v1/sign-in").host(&portal_host(server));
    let guess = json!({ "login": "omar@padlock.example", "password": "a wrong long sentence" });
    for (request, is_api, name) in [
        (Request::new("GET", "/x").host("evil.example"), false, "another name"),
        (Request::new("POST", "/api/v1/sign-in").host("evil.example").header("Origin", "null"), true, "another name"),
        (Request::new("GET", "/").host(&portal_host(server)).header("X-Forwarded-For", "10.0.0.1"), false, "a proxy"),
        (sign_in().header("Content-Length", "2000000"), true, "too large"),
        (sign_in().body("application/json", &[b' '; 70_000]), true, "too large for JSON"),
        (sign_in().body("text/plain", b"{}"), true, "text"),
        (sign_in().body("application/json", b"{"), true, "no JSON"),
        (sign_in().json(&json!({ "login": 1 })), true, "wrong fields"),
        (sign_in().json(&json!({})).header("Origin", "https://evil.example"), true, "another origin"),
    ]
    .into_iter()
    .chain((0..6).map(|_| (sign_in().json(&guess), true, "a wrong password")))
    {
        check(&request, is_api, name);
    }
    println!("{statuses:?}");
    for status in [200, 204, 308, 400, 401, 403, 404, 405, 413, 415, 421, 422, 429] {
        assert!(statuses.contains_key(&status), "no response has the status {status}");
    }
    check_event_stream(server, tess);
    check_invalid_requests(server.portal);
    check_metrics(server);
    let response = tess.delete("/session").unwrap();
    assert_secure(&response, true, false, "sign out");
    assert_eq!((response.status, response.header("clear-site-data")), (204, Some("\"cache\"")));
}

fn check_event_stream(server: &ServerProcess, tess: &Client) {
    let mut stream = tess.request("GET", "/apps/shop/events").send_part(server.portal, usize::MAX).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().replace('\r', "");
    let response = Response { status: 200, head: head.trim_end().to_owned(), body: Vec::new() };
    assert_eq!(response.header("content-type"), Some("text/event-stream"));
    assert_secure(&response, true, false, "events");
}

/// The HTTP library answers invalid requests itself, without our headers: its response must have no body and no header that
/// a browser could interpret.
fn check_invalid_requests(portal: SocketAddr) {
    let long = "x".repeat(100_000);
    for (bytes, name) in [
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
        let mut stream = std::net::TcpStream::connect(portal).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(1))).unwrap();
        std::io::Write::write_all(&mut stream, bytes.as_bytes()).unwrap();
        let mut all = Vec::new();
        // The server may close the connection before it has sent everything.
        let _ = stream.read_to_end(&mut all);
        let text = String::from_utf8_lossy(&all).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        println!("{name}: {status}");
        if head.contains("content-security-policy") {
            continue;
        }
        assert!(["", "400", "414", "431", "505"].contains(&status.as_str()), "{name}: {head}");
        assert_eq!(body, "", "{name}");
        let known = ["http/1.1", "content-length: 0", "connection: close", "date:"];
        assert!(
            head.lines().all(|line| line.is_empty() || known.iter().any(|known| line.starts_with(known))),
            "{head}"
        );
    }
}

/// Also the refusals that do not come from the API itself.
#[test]
fn every_error_below_api_is_a_problem_document() {
    let demo = Demo::start(&[]);
    let portal = demo.server.portal;
    let host = portal_host(&demo.server);
    let request = |method: &str, path: &str| demo.tess.request(method, path).host(&host);
    let sign_in = || Request::new("POST", "/api/v1/sign-in").host(&host);
    let chunked = |bytes: usize| {
        let chunk = format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", " ".repeat(bytes));
        let head = sign_in().header("Content-Type", "application/json").header("Transfer-Encoding", "chunked");
        [head.to_bytes(), chunk.into_bytes()].concat()
    };
    let mut requests = vec![
        (Request::new("POST", "/api/v1/sign-in").host("evil.example").header("Origin", "null").to_bytes(), 421),
        (Request::new("POST", "/api").host("evil.example").header("Origin", "null").to_bytes(), 421),
        (sign_in().header("X-Forwarded-For", "10.0.0.1").to_bytes(), 400),
        (sign_in().header("Content-Length", "2000000").to_bytes(), 413),
        (request("DELETE", "/session").header("Content-Length", "2000000").to_bytes(), 413),
        (request("POST", "/apps/shop/packages").header("Content-Length", "99999999999").to_bytes(), 413),
        (chunked(70_000), 413),
        (chunked(2_000_000), 413),
        (sign_in().body("application/json", b"{").to_bytes(), 400),
        (sign_in().body("text/plain", b"{}").to_bytes(), 415),
        (request("DELETE", "/session").body("text/plain", b"").to_bytes(), 415),
        (request("DELETE", "/session").header("Content-Length", "2").to_bytes(), 415),
        (request("GET", "/apps/%ff").to_bytes(), 400),
        (request("GET", "/apps/shop/packages?limit=%ff").to_bytes(), 400),
        (request("GET", "/apps/shop/packages?limit=x").to_bytes(), 400),
    ];
    for method in METHODS.into_iter().chain(["TRACE", "PROPFIND"]) {
        for path in ["/api", "/api/", "/api/v1", "/api/v2/apps", "/api/%ff", "/api//v1/apps"] {
            let unknown = Request::new(method, path).host(&host);
            requests.push((unknown.to_bytes(), 404));
        }
    }
    for method in ["OPTIONS", "TRACE", "PROPFIND", "PUT"] {
        requests.push((request(method, "/portal").to_bytes(), 405));
    }
    for (bytes, status) in requests {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let mut stream = std::net::TcpStream::connect(portal).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        // The server may respond before it has received everything.
        let _ = std::io::Write::write_all(&mut stream, &bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let text = String::from_utf8_lossy(&all);
        let (response, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {head}"));
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{head}\n{response}");
        assert!(response.contains("content-type: application/problem+json"), "{head}\n{response}");
        if !head.starts_with("HEAD") {
            let problem: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {head}\n{text}"));
            assert_eq!(problem["status"], status, "{head}");
            assert!(problem["code"].is_string(), "{head}");
        }
    }
}

fn check_metrics(server: &ServerProcess) {
    let address = metrics_address(server);
    for (method, path, status) in [("GET", "/metrics", 200), ("POST", "/metrics", 405), ("GET", "/", 404)] {
        let response = Request::new(method, path).send(address).unwrap();
        assert_eq!(response.status, status, "{path}");
        for (name, value) in REQUIRED.into_iter().chain([("cache-control", "no-store")]) {
            assert_eq!(response.header(name), Some(value), "{method} {path}");
        }
        assert_no_forbidden_headers(&response, path);
    }
}

#[test]
fn every_response_has_hsts_if_the_public_url_is_https() {
    let installation = installation();
    // The server prints its public URLs, so they must have the ports on which it listens.
    let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [portal, apps] = free.map(|listener| listener.local_addr().unwrap());
    let mut command = installation.command(&["serve"]);
    command.args(["--listen", &portal.to_string(), "--apps-listen", &apps.to_string()]);
    let host = format!("padlock.example.net:{}", portal.port());
    command.args(["--public-url", &format!("https://{host}")]);
    command.args(["--apps-url", &format!("https://{{env}}.{{app}}.example.org:{}", apps.port())]);
    let server = ServerProcess::spawn(command);
    for (path, is_api) in [("/", false), ("/none.js", false), ("/api/v1/portal", true), ("/api/v1/none", true)] {
        let response = Request::new("GET", path).host(&host).send(server.portal).unwrap();
        assert_secure(&response, is_api, true, path);
    }
}

#[test]
fn reads_change_nothing_but_the_record_of_downloads() {
    let demo = Demo::start(&[]);
    let (server, tess, package, database) = (&demo.server, &demo.tess, demo.package(), demo.installation.database());
    // Jobs run in the background, and the record of a download has its place in the order of its app.
    let is_compared = |row: &String| !row.starts_with("jobs: ") && !row.starts_with("activity_sequences: ");
    let dump = || dump(&database).into_iter().filter(is_compared).collect::<Vec<_>>();
    let before = dump();
    for _ in 0..2 {
        for (path, item) in routes(&package) {
            if path.ends_with("/events") {
                continue;
            }
            for method in ["GET", "HEAD"] {
                let response =
                    tess.request(method, path.strip_prefix("/api/v1").unwrap_or(&path)).send(server.portal).unwrap();
                assert!(response.status < 500, "{method} {path}: {}", response.status);
                assert!(
                    !item["get"].is_null() || response.status >= 400 || path.starts_with("/api/"),
                    "{method} {path}"
                );
                let anonymous = Request::new(method, &path).host(&portal_host(server)).send(server.portal).unwrap();
                assert!(anonymous.status < 500, "{method} {path}: {}", anonymous.status);
            }
        }
    }
    let (downloads, after): (Vec<_>, Vec<_>) = dump().into_iter().partition(|row| row.contains("package_downloaded"));
    assert!(matches!(downloads.as_slice(), [row] if row.contains(r#""times":2"#)), "{downloads:?}");
    assert!(after == before, "{:?}", after.iter().filter(|row| !before.contains(row)).collect::<Vec<_>>());
}

#[test]
fn requests_from_other_origins_change_nothing() {
    let demo = Demo::start(&[]);
    let (server, package, database) = (&demo.server, demo.package(), demo.installation.database());
    let browser = Browser::sign_in(server);
    let before = dump(&database);
    let site = format!("http://test--shop.localhost:{}", server.environments.port());
    let by_path = format!("http://localhost:{}", server.environments.port());
    let other_origins: [&[(&str, &str)]; 10] = [
        &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
        // The origin of sandboxed pages and of redirected requests.
        &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "null")],
        &[("Origin", &site), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &by_path), ("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &browser.origin), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "")],
        // An old browser sends neither header.
        &[],
    ];
    let mut sent = 0;
    for (path, item) in routes(&package) {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let Some(operation) = item.get(method.to_lowercase()) else { continue };
            for headers in other_origins {
                let request =
                    headers.iter().fold(browser.request(method, &path), |request, (k, v)| request.header(k, v));
                for request in [request.clone().json(&json!({})), request.body("text/plain", b"{}")] {
                    let response = request.send(server.portal).unwrap();
                    assert_eq!(
                        (response.status, response.error_code().as_str()),
                        (403, "cross_origin"),
                        "{method} {path} {headers:?}"
                    );
                    sent += 1;
                }
            }
            let json_only = !operation["requestBody"]["content"]["application/json"].is_null();
            for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
            {
                if json_only {
                    let request =
                        browser.request(method, &path).header("Origin", &browser.origin).body(media_type, b"{}");
                    let response = request.send(server.portal).unwrap();
                    assert_eq!(response.status, 415, "{method} {path} {media_type}: {}", response.text());
                }
            }
        }
    }
    assert!(sent >= 400, "only {sent}");
    assert_eq!(dump(&database), before);
}
