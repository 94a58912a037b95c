//! Reads a password: from a terminal without showing it, from anything else as the first line. Never from arguments, which
//! every list of processes shows.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read, Stdin, Write, stderr, stdin};
use std::os::fd::AsFd;

use padlock_domain::account::Login;
use padlock_domain::password::{MAX_BYTES, Password};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::failed;
use crate::serve::Stop;

/// A password that fits the rules for this login. At a terminal it is asked for twice.
pub(super) fn read_new(login: &Login) -> Result<Password, Stop> {
    let input = stdin();
    let text = if input.is_terminal() {
        let text = ask(&input, &format!("New password of {login}: "))?;
        if ask(&input, "The same again: ")? != text {
            return Err(Stop::Usage("the two are not the same; nothing was changed".to_owned()));
        }
        text
    } else {
        line(&input)?
    };
    if text.is_empty() {
        return Err(Stop::Usage("no password came: type it, or give it as the first line of the input".to_owned()));
    }
    Password::chosen(text, login.as_str()).map_err(|unfit| Stop::Usage(format!("this cannot be the password: {unfit}")))
}

fn ask(input: &Stdin, question: &str) -> Result<String, Stop> {
    let silent = Silent::begin(input).map_err(failed("the terminal cannot be kept from showing it"))?;
    let _ = write!(stderr(), "{question}");
    let answer = line(input);
    drop(silent);
    let _ = writeln!(stderr());
    answer
}

/// One line, without its end. A longer one than any password may be is cut, and then refused for its length.
fn line(input: &Stdin) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(2);
    let read = input.lock().take(most).read_until(b'\n', &mut bytes);
    read.map_err(failed("the password cannot be read"))?;
    let text = String::from_utf8(bytes).map_err(|_| Stop::Usage("the password is not UTF-8 text".to_owned()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// A terminal that shows nothing of what is typed, until it is dropped.
struct Silent {
    terminal: File,
    before: Termios,
}

impl Silent {
    fn begin(input: &Stdin) -> io::Result<Self> {
        let terminal = File::from(input.as_fd().try_clone_to_owned()?);
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
