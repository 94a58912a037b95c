//! The command line, as a person uses it.

use std::net::TcpListener;
use std::process::{Command, Output};

use crate::process::{Process, command, prepared};
use crate::support::ask;

pub(crate) fn one_line(output: &Output, about: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{about}: {err}");
    assert_eq!(out, "", "{about}");
    assert_eq!(err.lines().count(), 1, "{about}: {err}");
    assert!(err.starts_with("padlock-server: ") && err.contains(about), "{about}: {err}");
}

#[test]
fn a_bad_value_stops_with_one_line() {
    let folder = prepared();
    for (arguments, about) in [
        (&["--listen", "nowhere"][..], "like 127.0.0.1:8080"),
        (&["--listen"][..], "--listen"),
        (&["--no-such-option"][..], "--no-such-option"),
        (&["--public-url", "padlock.example.net"][..], "--public-url"),
        (&["--apps-url", "http://apps.example.net"][..], "{env}.{app}"),
        (&["--log-format", "xml"][..], "--log-format"),
        (&["--dist", "nothing"][..], "cargo xtask build"),
        (&["--data", "dist"][..], "holds something else"),
        (&["--data", "dist/index.html"][..], "cannot be used"),
        (&["--data", "dist/index.html/x"][..], "cannot be used"),
        (&["--demo", "--listen", "0.0.0.0:0"][..], "this machine only"),
        (&["--demo", "--apps-listen", "0.0.0.0:0"][..], "this machine only"),
        (&["--demo", "--trusted-proxies", "127.0.0.1"][..], "behind no proxy"),
        (&["--trusted-proxies", "127.0.0.1,localhost"][..], "like 127.0.0.1,10.0.0.0/8"),
        (&["--trusted-proxies", "0.0.0.0/0"][..], "would trust everybody"),
        (&["--demo", "--public-url", "https://padlock.example.net"][..], "https"),
        (
            &["--public-url", "https://padlock.example.net", "--apps-url", "https://{env}.{app}.example.net"][..],
            "one site",
        ),
    ] {
        one_line(&command(folder.path()).args(arguments).output().unwrap(), about);
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    one_line(&command(folder.path()).args(["--listen", &address]).output().unwrap(), "something listens there already");
    one_line(&command(folder.path()).env("PADLOCK_DEMO", "perhaps").output().unwrap(), "--demo");
    one_line(&command(folder.path()).env("PADLOCK_DIST", "nothing").output().unwrap(), "cargo xtask build");
}

#[test]
fn help_explains() {
    let output = Command::new(env!("CARGO_BIN_EXE_padlock-server")).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for option in
        ["--demo", "--listen", "--apps-listen", "--data", "--dist", "--public-url", "--apps-url", "PADLOCK_DATA"]
    {
        assert!(help.contains(option), "{option}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_from_first_start_to_last() {
    let folder = prepared();
    let first = Process::demo(folder.path());
    let second = command(folder.path()).arg("--demo").output().unwrap();
    one_line(&second, "another padlock-server");
    let secret = "never in the log";
    let body = format!(r#"{{"login":"tess@padlock.example","password":"{secret}"}}"#);
    let head = format!("POST /api/v1/sign-in?x={secret}\nContent-Type: application/json").replace(' ', "%20");
    let head =
        head.replacen("POST%20", "POST ", 1).replacen('\n', " HTTP/1.1\nHost: 127.0.0.1\n", 1).replace(":%20", ": ");
    assert_eq!(ask(first.portal, &head, &body).await.status, 401);
    let (code, log) = first.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("/api/v1/sign-in") && log.contains("401"), "{log}");
    assert!(!log.contains(secret) && !log.contains("never%20in") && !log.contains("tess@"), "{log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    assert!(!folder.path().join("data/padlock.db-wal").exists(), "the log is folded in");
    one_line(&command(folder.path()).output().unwrap(), "made with --demo");

    let again = Process::demo(folder.path());
    again.signal("-KILL");
    let (code, _) = again.end();
    assert_eq!(code, None);
    let after = Process::demo(folder.path());
    assert_eq!(ask(after.portal, "GET /api/v1/ready HTTP/1.1\nHost: x", "").await.status / 100, 2);
    after.signal("-INT");
    assert_eq!(after.end().0, Some(0));
}
