//! A deployed package that tries to act as the portal. What a browser does with it, the headers decide; so those are looked
//! at here, and every request is sent that such a page could make a browser send.

use std::io::{Cursor, Write};

use padlock_trials::{Answer, Request, state};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::forge::{MANIFEST, METADATA};
use crate::process::Demo;
use crate::web::{Browser, host, never, origin};

const PAGE: &str = r#"<!doctype html><meta http-equiv="Set-Cookie" content="padlock=x; Domain=localhost">
<script>
  document.cookie = "padlock=x; domain=localhost; path=/";
  navigator.serviceWorker.register("/sw.js", { scope: "/" });
  fetch("PORTAL/api/v1/session", { credentials: "include" });
  fetch("PORTAL/api/v1/session", { method: "DELETE", credentials: "include", mode: "no-cors" });
</script>
<iframe src="PORTAL/"></iframe>
<form method="post" action="PORTAL/api/v1/apps/shop/environments/test/stop"><button>win</button></form>"#;
/// What other servers would take for settings.
const FILES: [(&str, &str); 6] = [
    ("web/sw.js", "self.addEventListener('fetch', event => event.respondWith(new Response('mine')));"),
    ("web/api/v1/session", r#"{"account":{"login":"tess@padlock.example"}}"#),
    ("web/_headers", "/*\n  Access-Control-Allow-Origin: *\n  Set-Cookie: padlock=x"),
    ("web/.htaccess", "Header set Set-Cookie padlock=x"),
    ("web/sub/index.html", "sub"),
    ("web/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
];

fn package(portal: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let page = PAGE.replace("PORTAL", portal);
    let manifest = (MANIFEST, std::str::from_utf8(METADATA).unwrap());
    for (name, content) in FILES.into_iter().chain([manifest, ("web/index.html", page.as_str())]) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A demo on whose Test that package runs, and a browser that is signed in to the portal.
fn deployed() -> (Demo, Browser) {
    let demo = Demo::start(&[]);
    let tess = &demo.tess;
    let package = tess.upload("/apps/shop/packages", &package(&origin(&demo.server))).unwrap();
    assert_eq!(package.status, 201, "{}", package.text());
    let path = "/apps/shop/environments/test";
    let job = tess.post(&format!("{path}/deployments"), &json!({ "package_id": package.json()["id"] })).unwrap();
    assert_eq!(job.status, 202, "{}", job.text());
    let card = || tess.get(path).unwrap().json();
    while card()["deployment"]["state"] != "done" {
        assert_ne!(card()["deployment"]["state"], "failed");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let browser = Browser::new(&demo.server);
    (demo, browser)
}

#[track_caller]
fn harmless(answer: &Answer, what: &str) {
    never(answer, what);
    assert_eq!(answer.header("set-cookie"), None, "{what}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_ne!(answer.header("content-type"), Some("application/problem+json"), "{what}: the portal answers");
}

#[test]
fn what_it_is_served_with() {
    let (Demo { server, .. }, browser) = &deployed();
    let port = server.apps.port();
    let (own, plain) = (format!("test.shop.localhost:{port}"), format!("localhost:{port}"));
    for path in
        ["/", "/sw.js", "/api/v1/session", "/_headers", "/.htaccess", "/sub", "/picture.svg", "/none", "/..%2f.."]
    {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let what = format!("{method} {path}");
            // A browser sends the portal's cookie to all ports of its host.
            let cookie =
                |request: Request| request.with("Cookie", "padlock=pls_stolen").with("Authorization", "Bearer pls_x");
            let answer = cookie(Request::new(method, path).host(&own)).send(server.apps).unwrap();
            harmless(&answer, &what);
            // Beside the others' sites, on one origin with them, it is of no origin at all.
            let below = Request::new(method, &format!("/shop/test{path}"));
            for host in [&plain, "127.0.0.1", "[::1]:1"] {
                let answer = cookie(below.clone().host(host)).send(server.apps).unwrap();
                harmless(&answer, &what);
                let policy = answer.header("content-security-policy").unwrap_or_default();
                let sandbox = policy.split("; ").find(|part| part.starts_with("sandbox")).unwrap_or_default();
                assert!(matches!(sandbox, "sandbox" | "sandbox allow-scripts"), "{what}: {policy}");
            }
            // The portal's own addresses are nothing here, under whatever name.
            for host in [&plain, &host(server), "padlock.example.net", "crm.localhost", "evil.example"] {
                let answer = browser.request(method, &format!("/api/v1{path}")).host(host).send(server.apps).unwrap();
                assert!(matches!(answer.status, 404 | 421), "{what} at {host}: {}", answer.status);
                harmless(&answer, &what);
            }
        }
    }
}

#[test]
fn what_it_can_make_a_browser_send() {
    let (Demo { server, tess, place, .. }, browser) = &deployed();
    let (port, database) = (server.apps.port(), place.database());
    let before = state(&database, &[]);
    let stop = "/api/v1/apps/shop/environments/test/stop";
    for origin in [format!("http://test.shop.localhost:{port}"), format!("http://localhost:{port}"), "null".to_owned()]
    {
        // A form's post, a script's fetch, with a cookie as if `SameSite` were not heeded.
        for (method, path, media_type, body) in [
            ("POST", stop, "application/x-www-form-urlencoded", "a=b"),
            ("POST", stop, "text/plain", "{\"a\":\"=b\"}"),
            ("POST", stop, "application/json", "{}"),
            ("DELETE", "/api/v1/session", "text/plain", ""),
            ("POST", "/api/v1/sign-in", "text/plain", "{}"),
            ("POST", "/api/v1/apps/shop/packages", "multipart/form-data; boundary=x", "--x--"),
        ] {
            let request = browser.request(method, path).body(media_type, body.as_bytes()).with("Origin", &origin);
            let answer = request.send(server.portal).unwrap();
            assert_eq!((answer.status, answer.code().as_str()), (403, "cross_origin"), "{origin}: {method} {path}");
        }
        // Asked whether it may, the portal says nothing that allows it; what is read is for its own origin's eyes.
        let asked =
            browser.request("OPTIONS", stop).with("Origin", &origin).with("Access-Control-Request-Method", "POST");
        never(&asked.send(server.portal).unwrap(), &origin);
        for path in ["/api/v1/session", "/api/v1/account", "/", "/assets/app-0123abcd.js"] {
            let answer = browser.request("GET", path).with("Origin", &origin).send(server.portal).unwrap();
            assert_eq!(answer.status, 200, "{path}");
            never(&answer, path);
            assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
            assert!(answer.header("content-security-policy").unwrap().ends_with("frame-ancestors 'none'"), "{path}");
        }
    }
    // Its own name, sent to the portal: a name that is pointed at another address gets the portal nowhere.
    for (method, status) in [("GET", 308), ("POST", 421)] {
        let request = browser.request(method, "/api/v1/session").host(&format!("test.shop.localhost:{port}"));
        assert_eq!(request.send(server.portal).unwrap().status, status, "{method}");
    }
    assert_eq!(state(&database, &[]), before);
    assert_eq!(tess.get("/session").unwrap().status, 200);
    let card: Value = tess.get("/apps/shop/environments/test").unwrap().json();
    assert_eq!(card["status"], "running");
}
