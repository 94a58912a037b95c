//! A deployed package that tries to act as the portal. The headers decide what a browser allows it, so the tests check the
//! headers and send every request that such a page could make a browser send.

use padlock_trials::{Request, Response, dump};
use serde_json::json;

use super::zip_files::{MANIFEST, METADATA};
use crate::security_headers::assert_no_forbidden_headers;
use crate::support::{Demo, portal_host, zip_archive};
use crate::web_security::Browser;

const PAGE: &str = r#"<!doctype html><meta http-equiv="Set-Cookie" content="padlock=x; Domain=localhost">
<script>
  document.cookie = "padlock=x; domain=localhost; path=/";
  navigator.serviceWorker.register("/sw.js", { scope: "/" });
  fetch("PORTAL/api/v1/session", { credentials: "include" });
  fetch("PORTAL/api/v1/session", { method: "DELETE", credentials: "include", mode: "no-cors" });
</script>
<iframe src="PORTAL/"></iframe>
<form method="post" action="PORTAL/api/v1/apps/shop/environments/test/stop"><button>win</button></form>"#;
/// Files that some web servers interpret as configuration, and files with paths of the portal.
const FILES: [(&str, &str); 6] = [
    ("web/sw.js", "self.addEventListener('fetch', event => event.respondWith(new Response('mine')));"),
    ("web/api/v1/session", r#"{"account":{"login":"tess@padlock.example"}}"#),
    ("web/_headers", "/*\n  Access-Control-Allow-Origin: *\n  Set-Cookie: padlock=x"),
    ("web/.htaccess", "Header set Set-Cookie padlock=x"),
    ("web/sub/index.html", "sub"),
    ("web/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
];

/// Starts a demo, deploys the hostile package to Test and signs a browser in to the portal.
fn deploy_hostile_site() -> (Demo, Browser) {
    let demo = Demo::start(&[]);
    let page = PAGE.replace("PORTAL", &format!("http://{}", portal_host(&demo.server)));
    let mut files = vec![(MANIFEST, METADATA), ("web/index.html", page.as_bytes())];
    files.extend(FILES.map(|(name, content)| (name, content.as_bytes())));
    let package = demo.tess.upload_package("shop", &zip_archive(&files));
    demo.tess.deploy("shop", "test", &json!({ "package_id": package }));
    let browser = Browser::sign_in(&demo.server);
    (demo, browser)
}

#[track_caller]
fn assert_harmless(response: &Response, request: &str) {
    assert_no_forbidden_headers(response, request);
    assert_eq!(response.header("set-cookie"), None, "{request}");
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{request}");
    assert_ne!(
        response.header("content-type"),
        Some("application/problem+json"),
        "{request}: a response of the portal"
    );
}

#[test]
fn a_deployed_site_gets_no_headers_or_cookies_of_the_portal() {
    let (Demo { server, .. }, browser) = &deploy_hostile_site();
    let port = server.environments.port();
    let (own, plain) = (format!("test--shop.localhost:{port}"), format!("localhost:{port}"));
    for path in
        ["/", "/sw.js", "/api/v1/session", "/_headers", "/.htaccess", "/sub", "/picture.svg", "/none", "/..%2f.."]
    {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let what = format!("{method} {path}");
            // A browser sends the portal's cookie to all ports of its host.
            let authenticated = |request: Request| {
                request.header("Cookie", "padlock=pls_stolen").header("Authorization", "Bearer pls_x")
            };
            let response = authenticated(Request::new(method, path).host(&own)).send(server.environments).unwrap();
            assert_harmless(&response, &what);
            // Sites that are addressed by path share an origin, so each of them is sandboxed.
            let by_path = Request::new(method, &format!("/shop/test{path}"));
            for host in [&plain, "127.0.0.1", "[::1]:1"] {
                let response = authenticated(by_path.clone().host(host)).send(server.environments).unwrap();
                assert_harmless(&response, &what);
                let policy = response.header("content-security-policy").unwrap_or_default();
                let sandbox = policy.split("; ").find(|part| part.starts_with("sandbox")).unwrap_or_default();
                assert!(matches!(sandbox, "sandbox" | "sandbox allow-scripts"), "{what}: {policy}");
            }
            // The paths of the portal do not exist here under any host name.
            for host in [&plain, &portal_host(server), "padlock.example.net", "crm.localhost", "evil.example"] {
                let response =
                    browser.request(method, &format!("/api/v1{path}")).host(host).send(server.environments).unwrap();
                assert!(matches!(response.status, 404 | 421), "{what} at {host}: {}", response.status);
                assert_harmless(&response, &what);
            }
        }
    }
}

#[test]
fn requests_that_a_deployed_site_sends_to_the_portal_change_nothing() {
    let (Demo { server, tess, installation }, browser) = &deploy_hostile_site();
    let (port, database) = (server.environments.port(), installation.database());
    let before = dump(&database);
    let stop = "/api/v1/apps/shop/environments/test/stop";
    for origin in [format!("http://test--shop.localhost:{port}"), format!("http://localhost:{port}"), "null".to_owned()]
    {
        // Forms and scripts, with the cookie, as if the browser ignored `SameSite`.
        for (method, path, media_type, body) in [
            ("POST", stop, "application/x-www-form-urlencoded", "a=b"),
            ("POST", stop, "text/plain", "{\"a\":\"=b\"}"),
            ("POST", stop, "application/json", "{}"),
            ("DELETE", "/api/v1/session", "text/plain", ""),
            ("POST", "/api/v1/sign-in", "text/plain", "{}"),
            ("POST", "/api/v1/apps/shop/packages", "multipart/form-data; boundary=x", "--x--"),
        ] {
            let request = browser.request(method, path).body(media_type, body.as_bytes()).header("Origin", &origin);
            let response = request.send(server.portal).unwrap();
            assert_eq!(
                (response.status, response.error_code().as_str()),
                (403, "cross_origin"),
                "{origin}: {method} {path}"
            );
        }
        let preflight =
            browser.request("OPTIONS", stop).header("Origin", &origin).header("Access-Control-Request-Method", "POST");
        assert_no_forbidden_headers(&preflight.send(server.portal).unwrap(), &origin);
        for path in ["/api/v1/session", "/api/v1/account", "/", "/assets/app-0123abcd.js"] {
            let response = browser.request("GET", path).header("Origin", &origin).send(server.portal).unwrap();
            assert_eq!(response.status, 200, "{path}");
            assert_no_forbidden_headers(&response, path);
            assert_eq!(response.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
            assert!(response.header("content-security-policy").unwrap().ends_with("frame-ancestors 'none'"), "{path}");
        }
    }
    // DNS rebinding: the host name of the site, sent to the portal.
    for (method, status) in [("GET", 308), ("POST", 421)] {
        let request = browser.request(method, "/api/v1/session").host(&format!("test--shop.localhost:{port}"));
        assert_eq!(request.send(server.portal).unwrap().status, status, "{method}");
    }
    assert_eq!(dump(&database), before);
    assert_eq!(tess.get("/session").unwrap().status, 200);
    let card = tess.get("/apps/shop/environments/test").unwrap().json();
    assert_eq!(card["status"], "running");
}

#[test]
fn a_service_worker_ends_with_the_release_that_has_it() {
    let (Demo { server, tess, .. }, _) = &deploy_hostile_site();
    let host = format!("test--shop.localhost:{}", server.environments.port());
    let update_worker = || {
        let request = Request::new("GET", "/sw.js").host(&host).header("Service-Worker", "script");
        let response = request.send(server.environments).unwrap();
        assert_harmless(&response, "/sw.js");
        assert_eq!((response.status, response.header("cache-control")), (200, Some("no-cache")));
        response.text()
    };
    assert!(update_worker().contains("new Response('mine')"));

    let files: [(&str, &[u8]); 3] = [(MANIFEST, METADATA), ("web/index.html", b"new"), ("web/other.js", b"")];
    let package = tess.upload_package("shop", &zip_archive(&files));
    tess.deploy("shop", "test", &json!({ "package_id": package }));
    assert!(update_worker().contains("self.registration.unregister()"));
}
