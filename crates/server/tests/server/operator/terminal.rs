//! A password typed at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::process::prepared;

/// Types at a terminal, and hands over everything that it showed.
fn type_at_terminal(folder: &std::path::Path, answers: &[&str]) -> (Option<i32>, String) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let open = || Stdio::from(File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_padlock-server"));
    command.current_dir(folder).env_clear().args(["account", "add", "tess@padlock.example", "--name", "Tess"]);
    let mut child = command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap();
    // The command holds ends of the terminal of its own; without ours its end is the terminal's.
    drop(command);
    let mut terminal = File::from(controller);
    let mut shown = String::new();
    let mut bytes = [0; 256];
    let mut answers = answers.iter();
    // Reading fails when the other end is closed.
    while let Ok(read) = terminal.read(&mut bytes) {
        shown += &String::from_utf8_lossy(&bytes[..read]);
        if read == 0 {
            break;
        }
        if shown.ends_with(": ")
            && let Some(answer) = answers.next()
        {
            terminal.write_all(format!("{answer}\n").as_bytes()).unwrap();
        }
    }
    (child.wait().unwrap().code(), shown)
}

#[test]
fn nothing_of_it_is_shown() {
    let folder = prepared();
    let (code, shown) = type_at_terminal(folder.path(), &["a fine long sentence", "a fine long sentence"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("New password of tess@padlock.example: "), "{shown}");
    assert!(shown.contains("Tess can sign in"), "{shown}");
    assert!(!shown.contains("fine"), "{shown}");
}

#[test]
fn what_is_mistyped_is_not_taken() {
    let folder = prepared();
    let (code, shown) = type_at_terminal(folder.path(), &["a fine long sentence", "a fine lung sentence"]);
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("not the same"), "{shown}");
    assert!(!folder.path().join("data").exists());
}
