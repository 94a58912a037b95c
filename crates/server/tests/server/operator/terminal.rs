//! Passwords that are typed at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;

use padlock_trials::Installation;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{TESS, installation};

/// Runs `account add` at a terminal, types these passwords, and returns the exit code and everything that was displayed.
fn add_account_at_terminal(installation: &Installation, passwords: &[&str]) -> (Option<i32>, String) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let open = || Stdio::from(File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap());
    let mut command = installation.command(&["account", "add", TESS, "--name", "Tess"]);
    let mut child = command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap();
    // Closes this process's copies of the terminal, so that reading ends when the child exits.
    drop(command);
    let mut terminal = File::from(controller);
    let mut displayed = String::new();
    let mut bytes = [0; 256];
    let mut passwords = passwords.iter();
    // Reading fails when the child has closed the terminal.
    while let Ok(read) = terminal.read(&mut bytes) {
        displayed += &String::from_utf8_lossy(&bytes[..read]);
        if read == 0 {
            break;
        }
        if displayed.ends_with(": ")
            && let Some(password) = passwords.next()
        {
            terminal.write_all(format!("{password}\n").as_bytes()).unwrap();
        }
    }
    (child.wait().unwrap().code(), displayed)
}

#[test]
fn a_typed_password_is_not_displayed() {
    let installation = installation();
    let (code, displayed) = add_account_at_terminal(&installation, &["a fine long sentence", "a fine long sentence"]);
    assert_eq!(code, Some(0), "{displayed}");
    assert!(displayed.contains("New password of tess@padlock.example: "), "{displayed}");
    assert!(displayed.contains("Tess can sign in"), "{displayed}");
    assert!(!displayed.contains("fine"), "{displayed}");
}

#[test]
fn two_different_passwords_are_refused() {
    let installation = installation();
    let (code, displayed) = add_account_at_terminal(&installation, &["a fine long sentence", "a fine lung sentence"]);
    assert_eq!(code, Some(2), "{displayed}");
    assert!(displayed.contains("not the same"), "{displayed}");
    assert!(!installation.data().exists());
}
