//! Reads a password: from a terminal without echo, otherwise from the first line of the standard input. Never from
//! arguments, which every list of processes shows.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read, Stdin, Write, stderr, stdin};
use std::os::fd::AsFd;

use padlock_api::auth::new_password;
use padlock_domain::password::MAX_BYTES;
use padlock_domain::{Login, Password};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::command_error::{CommandError, Context};

/// Reads a valid password for this login. A terminal prompts for it twice.
pub(super) fn read_new(login: &Login) -> Result<Password, CommandError> {
    let input = stdin();
    let text = if input.is_terminal() {
        let text = prompt(&input, &format!("New password of {login}: "))?;
        if prompt(&input, "The same again: ")? != text {
            return Err(CommandError::Usage("the two are not the same; nothing was changed".to_owned()));
        }
        text
    } else {
        read_line(&input)?
    };
    if text.is_empty() {
        return Err(CommandError::Usage(
            "no password came: type it, or pass it as the first line of the input".to_owned(),
        ));
    }
    new_password::validate(text, login)
        .map_err(|unfit| CommandError::Usage(format!("this cannot be the password: {unfit}")))
}

fn prompt(input: &Stdin, question: &str) -> Result<String, CommandError> {
    let no_echo = NoEcho::begin(input).context("the echo of the terminal cannot be turned off")?;
    let _ = write!(stderr(), "{question}");
    let answer = read_line(input);
    drop(no_echo);
    let _ = writeln!(stderr());
    answer
}

/// Reads a line, without its end. Cuts it after the maximal length, so that it is refused for its length.
fn read_line(input: &Stdin) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(2);
    let read = input.lock().take(limit).read_until(b'\n', &mut bytes);
    read.context("the password cannot be read")?;
    let text =
        String::from_utf8(bytes).map_err(|_| CommandError::Usage("the password is not UTF-8 text".to_owned()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// Turns off the echo of the terminal until it is dropped.
struct NoEcho {
    terminal: File,
    before: Termios,
}

impl NoEcho {
    fn begin(input: &Stdin) -> io::Result<Self> {
        let terminal = File::from(input.as_fd().try_clone_to_owned()?);
        let before = tcgetattr(&terminal)?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Flush, &modes)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for NoEcho {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
