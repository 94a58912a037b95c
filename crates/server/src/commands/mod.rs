//! What the operator does besides `serve`. What it comes to is said on stdout, what is wrong in one line on stderr.

mod accounts;
mod apps;
mod backup;
mod backup_file;
mod check;
mod installation;
mod password;
mod restore;
mod rotate_key;

use std::io::Write;

use crate::cli::Command;
use crate::serve::{self, Stop};

/// Runs a command to its end.
///
/// # Errors
/// [`Stop`].
pub async fn run(command: &Command) -> Result<(), Stop> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::Account(command) => accounts::run(command).await,
        Command::App(command) => apps::run(command).await,
        Command::SupportAgent(command) => accounts::run_support_agent(command).await,
        Command::Check(options) => check::run(options).await,
        Command::Backup(options) => backup::run(options).await,
        Command::Restore(options) => restore::run(options).await,
        Command::Key(crate::cli::KeyCommand::Rotate(options)) => rotate_key::run(options).await,
    }
}

/// Says something to the operator. Nobody may be reading: what was done is done.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Stop {
    move |error| Stop::Failed(format!("{what}: {error}"))
}

/// So many of something, in words: "no packages", "one package", "12 packages".
fn counted(number: usize, one: &str) -> String {
    match number {
        0 => format!("no {one}s"),
        1 => format!("one {one}"),
        n => format!("{n} {one}s"),
    }
}

/// A size as people read it.
fn human(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let (mut tenths, mut unit) = (bytes.saturating_mul(10) / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{counted, human};

    #[test]
    fn numbers_in_words() {
        let said = [0, 1, 2].map(|number| counted(number, "key"));
        assert_eq!(said, ["no keys", "one key", "2 keys"]);
    }

    #[test]
    fn sizes_as_people_read_them() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1.0 KiB"),
            (1_610_612_736, "1.5 GiB"),
            (u64::MAX, "1677721.5 TiB"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }
}
