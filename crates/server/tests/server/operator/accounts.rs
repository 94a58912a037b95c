//! Accounts, apps and support agents, alone and beside a server that runs.

use std::path::Path;

use super::script::{PASSWORD, Script, sign_in, start};
use crate::command::one_line;
use crate::process::{Process, operate, prepared, works};

/// A data folder with Tess and Dana, and Tess's app.
pub(super) fn furnished(folder: &Path) {
    works(folder, &["account", "add", "tess@padlock.example", "--name", "Tess Tanaka"], &format!("{PASSWORD}\n"));
    works(folder, &["account", "add", "dana@padlock.example", "--name", "Dana Dahl"], PASSWORD);
    let dana = "dana@padlock.example=test,acceptance";
    let tess = ["--technical-contact", "tess@padlock.example"];
    works(folder, &["app", "add", "shop", "--name", "Shop", tess[0], tess[1], "--member", dana], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_day_from_an_empty_folder() {
    let folder = prepared();
    let server = start(folder.path());
    assert!(server.said.contains("padlock-server account add"), "{}", server.said);
    // Beside the server.
    furnished(folder.path());
    let (tess, dana) = (Script::tess(&server).await, Script::new(&server, "dana@padlock.example").await);
    let (_, environments) = dana.get("/apps/shop/environments").await;
    let allowed = |at: usize, name: &str| {
        let operations = environments["items"][at]["operations"].as_array().unwrap();
        operations.iter().any(|operation| operation["name"] == name && operation["allowed"] == true)
    };
    assert!(allowed(0, "view_details") && allowed(1, "view_details"), "{environments}");
    assert!(!allowed(2, "view_details"), "{environments}");
    let (_, activity) = tess.get("/apps/shop/activity").await;
    let told: Vec<_> =
        activity["items"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "took Dana Dahl into the team for the operator",
            "made this app for the operator, with Tess Tanaka as Technical Contact"
        ]
    );

    works(folder.path(), &["account", "disable", "dana@padlock.example"], "");
    assert_eq!(dana.get("/session").await.0, 401, "it bites on the next request");
    assert_eq!(sign_in(&server, "dana@padlock.example", PASSWORD).await.status, 401);
    works(folder.path(), &["account", "enable", "dana@padlock.example"], "");
    assert_eq!(dana.get("/session").await.0, 401, "ended stays ended");
    Script::new(&server, "dana@padlock.example").await;

    works(folder.path(), &["account", "set-password", "tess@padlock.example"], "another fine sentence\n");
    assert_eq!(tess.get("/session").await.0, 401);
    assert_eq!(sign_in(&server, "tess@padlock.example", PASSWORD).await.status, 401);
    assert_eq!(sign_in(&server, "tess@padlock.example", "another fine sentence").await.status, 200);

    let said = works(folder.path(), &["account", "disable", "tess@padlock.example"], "");
    assert!(said.contains("Technical Contact of shop"), "{said}");
    works(folder.path(), &["support-agent", "add", "dana@padlock.example"], "");
    let list = works(folder.path(), &["account", "list"], "");
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[0].contains("Dana Dahl") && lines[0].contains("support agent"), "{list}");
    assert!(lines[1].contains("disabled") && lines[1].contains("Technical Contact of shop"), "{list}");
    let (_, log) = server.stop();
    assert!(log.contains(r#""event":"no_account""#), "{log}");
    assert!(!log.contains("fine"), "{log}");
}

#[test]
fn what_is_refused_is_one_line_and_changes_nothing() {
    let folder = prepared();
    let folder = folder.path();
    one_line(&operate(folder, &["account", "list"], ""), "no data of Padlock");
    one_line(&operate(folder, &["account", "add", "x@y", "--name", "X"], "too short"), "at least 12 characters");
    assert!(!folder.join("data").exists(), "nothing is made for what is refused");
    furnished(folder);
    for (arguments, input, about) in [
        (&["account", "add", "tess@padlock.example", "--name", "T"][..], PASSWORD, "already"),
        (&["account", "add", "nobody", "--name", "N"][..], PASSWORD, "mail address"),
        (&["account", "add", "a@b", "--name", " "][..], PASSWORD, "1 to 100 characters"),
        (&["account", "add", "a@b"][..], PASSWORD, "--name"),
        (&["account", "add", "a@b", "--name", "A", "--password", "secret"][..], "", "--password"),
        (&["account", "add", "a@b", "--name", "A"][..], "", "no password came"),
        (&["account", "add", "a@b", "--name", "A"][..], "passwordpassword", "guessers"),
        (&["account", "set-password", "a@b"][..], PASSWORD, "there is no account a@b"),
        (&["account", "disable", "a@b"][..], "", "there is no account a@b"),
        (&["account", "enable", "tess@padlock.example"][..], "", "enabled already"),
        (&["support-agent", "remove", "tess@padlock.example"][..], "", "none already"),
        (
            &["app", "add", "shop", "--technical-contact", "tess@padlock.example"][..],
            "",
            "there is an app shop already",
        ),
        (&["app", "add", "Shop", "--technical-contact", "tess@padlock.example"][..], "", "lower-case"),
        (&["app", "add", "crm", "--technical-contact", "a@b"][..], "", "there is no account a@b"),
        (&["app", "add-member", "crm", "dana@padlock.example"][..], "", "there is no app crm"),
        (&["app", "add-member", "shop", "dana@padlock.example"][..], "", "in the team of shop already"),
    ] {
        one_line(&operate(folder, arguments, input), about);
    }
    works(folder, &["account", "add", "ines@padlock.example", "--name", "Ines"], PASSWORD);
    let elsewhere = &["app", "add-member", "shop", "ines@padlock.example=moon"];
    one_line(&operate(folder, elsewhere, ""), "it has test, acceptance, production");
    works(folder, &["app", "add-member", "shop", "ines@padlock.example=test"], "");
    works(folder, &["account", "disable", "ines@padlock.example"], "");
    one_line(&operate(folder, &["support-agent", "add", "ines@padlock.example"], ""), "disabled");
}

#[test]
fn a_demo_is_left_alone() {
    let folder = prepared();
    let demo = Process::demo(folder.path());
    one_line(&operate(folder.path(), &["account", "list"], ""), "demo");
    demo.stop();
    one_line(&operate(folder.path(), &["account", "list"], ""), "demo");
}

#[test]
fn every_command_explains_itself_with_an_example() {
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
        let help = works(Path::new("."), &[command, &["--help"]].concat(), "");
        let example = format!("padlock-server {}", command.join(" "));
        assert!(help.contains(&example), "{example}: {help}");
        assert!(help.contains("PADLOCK_DATA") || help.contains("--data"), "{help}");
    }
}
