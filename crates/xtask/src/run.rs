//! Runs programs: quietly with progress, openly, or with their lines read.

use crate::clock::Watch;
use crate::problem::{Doing, Outcome, Problem};
use crate::{progress, say};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How often a line tells of progress where lines cannot be overwritten.
const NOW_AND_THEN: Duration = Duration::from_secs(30);
/// And where they can.
const OFTEN: Duration = Duration::from_secs(1);
/// How much of a failed program's output is shown.
const TAIL: usize = 120;

/// A cargo command in the workspace.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(crate::place::root());
    command
}

/// Runs it with its output hidden and its progress told; shows the end of the
/// output when it fails.
pub(crate) fn quiet(what: &str, command: &mut Command) -> Outcome {
    say::step(what);
    let watch = Watch::start();
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    command.env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
    let mut log: Vec<String> = Vec::new();
    let mut told = Watch::start();
    let mut last = None;
    let success = lines(command, |event| {
        match event {
            Event::Line(line) if progress::read(line).is_some() => last = progress::read(line),
            Event::Line(line) if progress::is_chatter(line) => {}
            Event::Line(line) => log.push(line.to_owned()),
            Event::Silence => {}
        }
        let pause = if say::moving() { OFTEN } else { NOW_AND_THEN };
        if told.spent() >= pause {
            told = Watch::start();
            let crates = last.map(|now| format!("{} of {} crates, ", now.done, now.all));
            say::progress(&format!("{}{}", crates.unwrap_or_default(), say::time(watch.spent())));
        }
    })?;
    if success {
        say::detail(&format!("done in {}", say::time(watch.spent())));
        return Ok(());
    }
    for line in log.iter().skip(log.len().saturating_sub(TAIL)) {
        say::detail(line);
    }
    Err(Problem::new(format!("This failed: {what}. Its output is above.")))
}

/// Runs it at the terminal, as if it had been typed.
pub(crate) fn open(what: &str, command: &mut Command) -> Outcome {
    say::step(what);
    let status = command.stdin(Stdio::null()).status().doing(name_of(command))?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::new(format!("This failed: {what}. Its output is above.")))
}

/// Runs it openly while `each` reads its lines; says whether it succeeded.
pub(crate) fn read_along(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome<bool> {
    command.stdin(Stdio::null());
    lines(command, |event| {
        if let Event::Line(line) = event {
            println!("{line}");
            each(line);
        }
    })
}

/// What it printed, or why there is none.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let out = command.stdin(Stdio::null()).output().doing(name_of(command))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&out.stderr);
    let last = words.lines().last().unwrap_or("it gave no reason");
    Err(Problem::new(format!("{} failed: {last}", name_of(command))))
}

enum Event<'a> {
    Line(&'a str),
    Silence,
}

/// Feeds both outputs, line by line, to one listener.
fn lines(command: &mut Command, mut each: impl FnMut(Event<'_>)) -> Outcome<bool> {
    let name = name_of(command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().doing(&name)?;
    let (sender, receiver) = channel();
    for pipe in [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ]
    .into_iter()
    .flatten()
    {
        let sender = sender.clone();
        thread::spawn(move || split(pipe, &sender));
    }
    drop(sender);
    loop {
        match receiver.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => each(Event::Line(&line)),
            Err(RecvTimeoutError::Timeout) => each(Event::Silence),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let _ = std::io::stdout().flush();
    Ok(child.wait().doing(&name)?.success())
}

/// Progress bars end in a carriage return, so that is a line's end too.
fn split(mut pipe: Box<dyn Read + Send>, sender: &Sender<String>) {
    let mut line = Vec::new();
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        for byte in buffer.iter().take(count) {
            match byte {
                b'\n' | b'\r' => send(&mut line, sender),
                byte => line.push(*byte),
            }
        }
    }
    send(&mut line, sender);
}

fn send(line: &mut Vec<u8>, sender: &Sender<String>) {
    if line.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(line).replace("\x1b[K", "");
    line.clear();
    // Nobody listens any more: the program is being waited for elsewhere.
    let _ = sender.send(text);
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
