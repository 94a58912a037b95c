//! The command line of the server.

use std::net::TcpListener;

use padlock_trials::Request;

use crate::support::{TESS, assert_refused, installation};

#[test]
fn an_invalid_option_is_refused_with_one_line() {
    let installation = installation();
    let serve = |options: &[&str]| installation.serve_command(options);
    for (options, message) in [
        (&["--listen", "nowhere"][..], "like 127.0.0.1:8080"),
        (&["--listen"][..], "--listen"),
        (&["--no-such-option"][..], "--no-such-option"),
        (&["--public-url", "padlock.example.net"][..], "--public-url"),
        (&["--apps-url", "http://apps.example.net"][..], "{env}--{app}"),
        (&["--log-format", "xml"][..], "--log-format"),
        (&["--dist", "nothing"][..], "cargo xtask build"),
        (&["--data", "dist"][..], "holds something else"),
        (&["--data", "dist/index.html"][..], "cannot be used"),
        (&["--data", "dist/index.html/x"][..], "cannot be used"),
        (&["--demo", "--listen", "0.0.0.0:0"][..], "this machine only"),
        (&["--demo", "--apps-listen", "0.0.0.0:0"][..], "this machine only"),
        (&["--demo", "--trusted-proxies", "127.0.0.1"][..], "behind no proxy"),
        (&["--demo", "--database", "postgres://padlock@localhost/padlock"][..], "leave out --database"),
        (&["--trusted-proxies", "127.0.0.1,localhost"][..], "like 127.0.0.1,10.0.0.0/8"),
        (&["--trusted-proxies", "0.0.0.0/0"][..], "would trust everybody"),
        (&["--demo", "--public-url", "https://padlock.example.net"][..], "https"),
        (
            &["--public-url", "https://padlock.example.net", "--apps-url", "https://{env}--{app}.example.net"][..],
            "one site",
        ),
    ] {
        assert_refused(&serve(options).output().unwrap(), message);
    }
    let misspelt = serve(&["--database", "postgress://padlock:secret@localhost/padlock"]).output().unwrap();
    assert_refused(&misspelt, "--database must be sqlite:FILE or postgres://");
    assert!(!String::from_utf8_lossy(&misspelt.stderr).contains("secret"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_refused(&serve(&["--listen", &address]).output().unwrap(), "something listens there already");
    assert_refused(&serve(&[]).env("PADLOCK_DEMO", "perhaps").output().unwrap(), "--demo");
    assert_refused(&serve(&[]).env("PADLOCK_DIST", "nothing").output().unwrap(), "cargo xtask build");
}

#[test]
fn help_lists_every_option() {
    let help = installation().run(&["serve", "--help"], "");
    for option in
        ["--demo", "--listen", "--apps-listen", "--data", "--dist", "--public-url", "--apps-url", "PADLOCK_DATA"]
    {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn a_demo_logs_no_secrets_runs_once_and_survives_a_kill() {
    let installation = installation();
    let start = || installation.start_with(&["--demo"]);
    let serve = |options: &[&str]| installation.serve_command(options).output().unwrap();
    let server = start();
    assert_refused(&serve(&["--demo"]), "another padlock-server");
    let secret = "never in the log";
    let path = format!("/api/v1/sign-in?x={secret}").replace(' ', "%20");
    let form = serde_json::json!({ "login": TESS, "password": secret });
    let _ = Request::new("POST", &path).json(&form).send(server.portal).unwrap().expect(401);
    let log = server.stop();
    assert!(log.contains("/api/v1/sign-in") && log.contains("401"), "{log}");
    assert!(!log.contains(secret) && !log.contains("never%20in") && !log.contains("tess@"), "{log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    assert!(!installation.data().join("padlock.db-wal").exists(), "a regular stop removes the write-ahead log");
    assert_refused(&serve(&[]), "made with --demo");

    start().kill();
    let server = start();
    let ready = Request::new("GET", "/api/v1/ready").host("x").send(server.portal).unwrap();
    assert_eq!(ready.status / 100, 2);
    server.signal("-INT");
    assert_eq!(server.wait().0, Some(0));
}
