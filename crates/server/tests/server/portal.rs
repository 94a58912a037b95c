//! The listener of the portal: pages, assets, host names, event streams and the limits of bodies.

use std::io::Read;
use std::time::Duration;

use padlock_trials::{Client, Request, Stopwatch, send_raw};

use crate::security_headers::assert_required_headers;
use crate::support::{Demo, get_page, installation, portal_host};

#[test]
fn unknown_paths_get_the_page_and_missing_files_get_404() {
    let installation = installation();
    let server = installation.start();
    let request = |path: &str| Request::new("GET", path).host(&portal_host(&server));
    for path in ["/", "/index.html", "/apps/shop", "/apps/shop/packages/1.2.0", "/no/such/page?x=1"] {
        let page = get_page(&server, path).expect(200);
        assert_required_headers(&page, path);
        assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
        assert!(page.text().contains("<title>Padlock</title>"), "{path}");
        assert_eq!(page.header("strict-transport-security"), None);
    }
    let page = get_page(&server, "/");
    let conditional = request("/deep/link").header("If-None-Match", page.header("etag").unwrap());
    assert_required_headers(&conditional.send(server.portal).unwrap().expect(304), "304");

    let asset = request("/assets/app-0123abcd.js").header("Accept-Encoding", "gzip, br");
    let asset = asset.send(server.portal).unwrap().expect(200);
    assert_required_headers(&asset, "a compressed asset");
    assert_eq!(asset.text(), "packed");
    assert_eq!(asset.header("content-encoding"), Some("br"));
    assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let icon = get_page(&server, "/icon.svg").expect(200);
    assert_required_headers(&icon, "the icon");
    assert_eq!(icon.header("cache-control"), Some("no-cache"));
    for (path, status) in [
        ("/assets/app-ffffffff.js", 404),
        ("/assets/", 404),
        ("/assets", 200),
        ("/favicon.ico", 404),
        ("/assets/../index.htm.js", 404),
        ("/x.wasm", 404),
    ] {
        let response = get_page(&server, path).expect(status);
        assert_required_headers(&response, path);
    }
    let post = Request::new("POST", "/").host(&portal_host(&server)).body("text/plain", b"x");
    let _ = post.send(server.portal).unwrap().expect(405);
}

#[test]
fn other_host_names_are_redirected_or_refused() {
    let installation = installation();
    let server = installation.start();
    let redirect = Request::new("GET", "/apps?a=b").host(&server.portal.to_string()).send(server.portal).unwrap();
    let redirect = redirect.expect(308);
    assert_eq!(redirect.header("location"), Some(format!("http://{}/apps?a=b", portal_host(&server)).as_str()));
    assert_required_headers(&redirect, "another host name");
    let evil = |method, path| Request::new(method, path).host("evil.example");
    for (request, status) in [
        (evil("GET", "/api/v1/apps"), 308),
        (evil("GET", "/api/v1/health"), 204),
        (Request::new("GET", "/api/v1/ready").host("10.0.0.1"), 204),
        (Request::new("GET", "/api/v1/apps").header("Authorization", "Bearer x"), 401),
        (evil("POST", "/api/v1/sign-in").header("Origin", "http://evil.example"), 421),
        (evil("POST", "/api/v1/sign-in").header("Cookie", "padlock=x"), 421),
        (evil("POST", "/apps"), 421),
    ] {
        let response = request.send(server.portal).unwrap();
        assert_eq!(response.status, status, "{request:?}");
        assert_required_headers(&response, &format!("{request:?}"));
    }
    let without_host = send_raw(server.portal, b"GET / HTTP/1.0\r\n\r\n").unwrap().expect(308);
    assert_required_headers(&without_host, "HTTP/1.0");
}

#[test]
fn the_api_is_served_below_its_prefix() {
    let Demo { server, tess, installation: _installation } = Demo::start(&[]);
    let apps = tess.get("/apps").unwrap().expect(200);
    assert_eq!(apps.header("cache-control"), Some("no-store"));
    assert!(apps.text().contains("\"shop\""), "{}", apps.text());
    let unknown = get_page(&server, "/api/v1/none").expect(404);
    assert_eq!(unknown.header("content-type"), Some("application/problem+json"));
    let request = |method, path| Request::new(method, path).host(&portal_host(&server));
    // A demo does not run behind a proxy.
    let _ = request("GET", "/").header("X-Forwarded-For", "10.0.0.1").send(server.portal).unwrap().expect(400);
    let large = request("POST", "/api/v1/sign-in").header("Content-Type", "application/json");
    let _ = large.header("Content-Length", "2000000").send(server.portal).unwrap().expect(413);
}

#[test]
fn an_event_stream_ends_when_the_server_stops() {
    let Demo { server, tess, installation: _installation } = Demo::start(&[]);
    let mut stream = tess.request("GET", "/apps/shop/events").send_part(server.portal, usize::MAX).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    let stopwatch = Stopwatch::start();
    server.stop();
    assert!(stopwatch.elapsed() < Duration::from_secs(5), "{:?}", stopwatch.elapsed());
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream was cut off: {}", String::from_utf8_lossy(&rest));
}

#[test]
fn a_body_without_a_length_is_limited() {
    let installation = installation();
    let server = installation.start();
    let client = Client::anonymous(server.portal);
    let write = |out: &mut dyn std::io::Write| (0..32).try_for_each(|_| out.write_all(&[b'x'; 0x10000]));
    let _ = client.post_stream("/sign-in", "application/json", write).unwrap().expect(413);
}
