//! The commands for accounts, apps and support agents, with and without a running server.

use padlock_trials::{Client, PASSWORD, ServerProcess};

use super::add_team;
use crate::support::{DANA, Demo, TESS, assert_refused, installation};

fn sign_in(server: &ServerProcess, login: &str, password: &str) -> u16 {
    Client::anonymous(server.portal).sign_in(login, password).unwrap().status
}

#[test]
fn commands_take_effect_on_a_running_server() {
    let installation = installation();
    let server = installation.start();
    assert!(server.startup_output.contains("padlock-server account add"), "{}", server.startup_output);
    add_team(&installation);
    let [tess, dana] = [TESS, DANA].map(|login| Client::signed_in(server.portal, login));
    let environments = dana.get("/apps/shop/environments").unwrap().json();
    let allowed = |at: usize, name: &str| {
        let operations = environments["items"][at]["operations"].as_array().unwrap();
        operations.iter().any(|operation| operation["name"] == name && operation["allowed"] == true)
    };
    assert!(allowed(0, "deploy") && allowed(1, "deploy"), "{environments}");
    assert!(!allowed(2, "deploy"), "{environments}");
    let activity = tess.get("/apps/shop/activity").unwrap().json();
    let texts: Vec<_> =
        activity["items"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap()).collect();
    assert_eq!(
        texts,
        [
            "added Dana Dahl to the team for the operator",
            "created this app for the operator, with Tess Tanaka as Technical Contact"
        ]
    );

    installation.run(&["account", "disable", DANA], "");
    assert_eq!(dana.get("/session").unwrap().status, 401, "from the next request on");
    assert_eq!(sign_in(&server, DANA, PASSWORD), 401);
    installation.run(&["account", "enable", DANA], "");
    assert_eq!(dana.get("/session").unwrap().status, 401, "the session remains ended");
    assert_eq!(sign_in(&server, DANA, PASSWORD), 200);

    installation.run(&["account", "set-password", TESS], "another fine sentence\n");
    assert_eq!(tess.get("/session").unwrap().status, 401);
    assert_eq!(sign_in(&server, TESS, PASSWORD), 401);
    assert_eq!(sign_in(&server, TESS, "another fine sentence"), 200);
    // A shell writes a byte order mark and the letters in two parts; browsers send them in one, or also in two.
    installation.run(&["account", "set-password", TESS], "\u{feff}Gro\u{308}ße der fine Kuh\r\n");
    for typed in ["Größe der fine Kuh", "Gro\u{308}ße der fine Kuh", "\u{feff}Größe der fine Kuh"] {
        assert_eq!(sign_in(&server, TESS, typed), 200, "{typed:?}");
    }
    assert_eq!(sign_in(&server, TESS, "Grosse der fine Kuh"), 401);

    let output = installation.run(&["account", "disable", TESS], "");
    assert!(output.contains("Technical Contact of shop"), "{output}");
    installation.run(&["support-agent", "add", DANA], "");
    let list = installation.run(&["account", "list"], "");
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[0].contains("Dana Dahl") && lines[0].contains("support agent"), "{list}");
    assert!(lines[1].contains("disabled") && lines[1].contains("Technical Contact of shop"), "{list}");
    let log = server.stop();
    assert!(log.contains(r#""event":"no_account""#), "{log}");
    assert!(!log.contains("fine"), "{log}");
}

#[test]
fn commands_at_once_do_not_disturb_each_other() {
    let installation = installation();
    add_team(&installation);
    let add = |first: usize| {
        let add = |n: usize| installation.add_account(&format!("person{n}@padlock.example"));
        std::thread::scope(|scope| {
            for n in first..first + 12 {
                scope.spawn(move || add(n));
            }
        });
    };
    add(0);
    let server = installation.start();
    add(12);
    assert_eq!(installation.run(&["account", "list"], "").lines().count(), 2 + 24);
    server.stop();
}

#[test]
fn a_refused_command_prints_one_line_and_changes_nothing() {
    let installation = installation();
    assert_refused(&installation.output(&["account", "list"], ""), "no data of Padlock");
    assert_refused(
        &installation.output(&["account", "add", "x@y", "--name", "X"], "too short"),
        "at least 12 characters",
    );
    assert!(!installation.data().exists());
    add_team(&installation);
    for (arguments, input, message) in [
        (&["account", "add", TESS, "--name", "T"][..], PASSWORD, "already"),
        (&["account", "add", "nobody", "--name", "N"][..], PASSWORD, "mail address"),
        (&["account", "add", "a@b", "--name", " "][..], PASSWORD, "1 to 100 characters"),
        (&["account", "add", "a@b"][..], PASSWORD, "--name"),
        (&["account", "add", "a@b", "--name", "A", "--password", "secret"][..], "", "--password"),
        (&["account", "add", "a@b", "--name", "A"][..], "", "no password came"),
        (&["account", "add", "a@b", "--name", "A"][..], "passwordpassword", "guessers"),
        (&["account", "set-password", "a@b"][..], PASSWORD, "there is no account a@b"),
        (&["account", "disable", "a@b"][..], "", "there is no account a@b"),
        (&["account", "enable", TESS][..], "", "enabled already"),
        (&["support-agent", "remove", TESS][..], "", "none already"),
        (&["app", "add", "shop", "--technical-contact", TESS][..], "", "there is an app shop already"),
        (&["app", "add", "Shop", "--technical-contact", TESS][..], "", "lower-case"),
        (&["app", "add", "crm", "--technical-contact", "a@b"][..], "", "there is no account a@b"),
        (&["app", "add-member", "crm", DANA][..], "", "there is no app crm"),
        (&["app", "add-member", "shop", DANA][..], "", "in the team of shop already"),
    ] {
        assert_refused(&installation.output(arguments, input), message);
    }
    installation.run(&["account", "add", "ines@padlock.example", "--name", "Ines"], PASSWORD);
    let unknown_environment = &["app", "add-member", "shop", "ines@padlock.example=moon"];
    assert_refused(&installation.output(unknown_environment, ""), "it has test, acceptance, production");
    installation.run(&["app", "add-member", "shop", "ines@padlock.example=test"], "");
    installation.run(&["account", "disable", "ines@padlock.example"], "");
    assert_refused(&installation.output(&["support-agent", "add", "ines@padlock.example"], ""), "disabled");
}

#[test]
fn commands_do_not_change_a_demo() {
    let Demo { installation, server, .. } = Demo::start(&[]);
    assert_refused(&installation.output(&["account", "list"], ""), "demo");
    server.stop();
    assert_refused(&installation.output(&["account", "list"], ""), "demo");
}

#[test]
fn the_help_of_every_command_has_an_example() {
    let installation = installation();
    for command in [
        &["account", "add"][..],
        &["account", "set-password"],
        &["account", "list"],
        &["account", "disable"],
        &["account", "enable"],
        &["app", "add"],
        &["app", "add-member"],
        &["support-agent", "add"],
        &["support-agent", "remove"],
        &["check"],
        &["backup"],
        &["restore"],
        &["key", "rotate"],
    ] {
        let help = installation.run(&[command, &["--help"]].concat(), "");
        let example = format!("padlock-server {}", command.join(" "));
        assert!(help.contains(&example), "{example}: {help}");
        assert!(help.contains("PADLOCK_DATA") || help.contains("--data"), "{help}");
    }
}
