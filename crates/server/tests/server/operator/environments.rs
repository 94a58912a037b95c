//! The addresses of environments, and what `check` reports about their isolation.

use std::net::TcpListener;

use padlock_trials::{Client, Installation, PASSWORD, Request};

use super::{deploy, installation_with_team};
use crate::support::{TESS, installation};

/// Returns the line of `check` about environments.
fn environments_line(installation: &Installation, options: &[&str]) -> String {
    let output = installation.run(&[&["check"], options].concat(), "");
    output.lines().find(|line| line.contains(" environments ")).unwrap_or_else(|| panic!("{output}")).to_owned()
}

#[test]
fn check_warns_if_environments_share_a_registrable_domain() {
    let installation = installation_with_team();
    for pattern in ["https://{env}--{app}.example.net", "https://{env}.{app}.apps.example.net"] {
        let line = environments_line(&installation, &["--apps-url", pattern]);
        assert!(line.starts_with("note") && line.contains("are both of example.net"), "{line}");
        let separator = if pattern.contains("--") { "--" } else { "." };
        assert!(line.contains(&format!("production{separator}shop.")), "{line}");
        assert!(line.contains(&format!("test{separator}shop.")), "{line}");
    }
    let mut command = installation.command(&["check"]);
    let output = command.env("PADLOCK_APPS_URL", "http://{env}.{app}.localhost").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("are both of shop.localhost"), "{text}");
}

#[test]
fn check_does_not_warn_if_every_environment_is_a_site() {
    let installation = installation_with_team();
    for options in [&[][..], &["--apps-url", "https://{env}--{app}.github.io"]] {
        let line = environments_line(&installation, options);
        assert!(line.starts_with("ok") && line.contains("production--shop."), "{line}");
    }
}

#[test]
fn check_takes_invented_environments_before_there_are_any() {
    let installation = installation();
    installation.run(&["account", "add", TESS, "--name", "Tess Tanaka"], PASSWORD);
    let line = environments_line(&installation, &["--apps-url", "https://{env}--{app}.example.net"]);
    assert!(line.starts_with("note") && line.contains("test--shop.example.net"), "{line}");
}

#[test]
fn environments_answer_at_the_configured_pattern_only() {
    // With the order reversed, the other host is a name of the app `test`, which does not exist.
    for (pattern, host, other, status) in [
        ("http://{env}.{app}.localhost", "test.shop.localhost", "test--shop.localhost", 421),
        ("http://{app}.{env}.localhost", "shop.test.localhost", "test.shop.localhost", 404),
        ("http://{app}--{env}.localhost", "shop--test.localhost", "test--shop.localhost", 404),
    ] {
        let installation = installation_with_team();
        // The server takes the port of a configured pattern as it is, so the port must be known before.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options = ["--apps-url", &format!("{pattern}:{port}"), "--apps-listen", &format!("127.0.0.1:{port}")];
        let server = installation.start_with(&[&["--first-binding", "password"][..], &options].concat());
        let tess = Client::signed_in(server.portal, TESS);
        deploy(&tess, "1.0.0");
        let card = tess.get("/apps/shop/environments/test").unwrap().json();
        assert_eq!(card["url"], format!("http://{host}:{port}/"));
        let get = |host: &str| Request::new("GET", "/").host(host).send(server.environments).unwrap();
        assert!(get(host).expect(200).text().starts_with("1.0.0"), "{host}");
        let _ = get(other).expect(status);
        server.stop();
    }
}
