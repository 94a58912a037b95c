//! Runs other programs.

use crate::cargo_progress;
use crate::paths;
use crate::stopwatch::Stopwatch;
use crate::terminal::{self, format_duration};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How often progress is printed to a terminal, where it replaces the previous line.
const INTERVAL_ON_TERMINAL: Duration = Duration::from_secs(1);
/// How often progress is printed elsewhere.
const INTERVAL_IN_LOG: Duration = Duration::from_secs(30);
/// How many lines of a failed program's output are printed.
const MAX_LINES_OF_FAILURE: usize = 120;

/// The steps that `run_quietly` has completed.
static STEPS: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// Returns the completed steps of this process and how long each took, in the order in which they ended.
pub(crate) fn steps() -> Vec<(String, Duration)> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Returns a cargo command that runs in the workspace's folder.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(paths::root());
    command
}

/// Builds packages of the workspace.
pub(crate) fn build(step: &str, options: &[&str]) -> Result<()> {
    run_quietly(step, cargo(["build", "--locked"]).args(options))
}

/// Runs a program with its output shown.
pub(crate) fn run(step: &str, command: &mut Command) -> Result<()> {
    terminal::step(step);
    let status = command.stdin(Stdio::null()).status().with_context(|| program_name(command))?;
    if status.success() { Ok(()) } else { Err(step_failed(step)) }
}

/// Runs a program and shows its progress only. If it fails, the end of its output is printed.
pub(crate) fn run_quietly(step: &str, command: &mut Command) -> Result<()> {
    terminal::step(step);
    let total = Stopwatch::start();
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    command.env("CARGO_TERM_COLOR", "never");
    let interval = if terminal::is_interactive() { INTERVAL_ON_TERMINAL } else { INTERVAL_IN_LOG };
    let mut log: Vec<String> = Vec::new();
    let mut since_printed = Stopwatch::start();
    let mut progress = None;
    let success = read_output(command, |line| {
        if let Some(line) = line {
            match cargo_progress::parse(line) {
                Some(bar) => progress = Some(bar),
                None if cargo_progress::is_status(line) => {}
                None => log.push(line.to_owned()),
            }
        }
        if since_printed.elapsed() >= interval {
            since_printed = Stopwatch::start();
            let crates = progress.map(|progress| format!("{} of {} crates, ", progress.done, progress.total));
            terminal::progress(&format!("{}{}", crates.unwrap_or_default(), format_duration(total.elapsed())));
        }
    })?;
    if success {
        let duration = total.elapsed();
        terminal::detail(&format!("{step}: done in {}", format_duration(duration)));
        STEPS.lock().unwrap_or_else(PoisonError::into_inner).push((step.to_owned(), duration));
        return Ok(());
    }
    for line in log.iter().skip(log.len().saturating_sub(MAX_LINES_OF_FAILURE)) {
        terminal::detail(line);
    }
    Err(step_failed(step))
}

/// Runs a program with its output shown, passes each line to `on_line`, and returns whether the program succeeded.
pub(crate) fn run_with_lines(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    read_output(command, |line| {
        if let Some(line) = line {
            println!("{line}");
            on_line(line);
        }
    })
}

/// Runs a program and returns what it printed to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = program_name(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| name.clone())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    bail!("{name} failed: {}", errors.lines().last().unwrap_or("it printed no reason"))
}

/// Replaces this process by a program, so that Ctrl-C, `kill` and a closed terminal end the program itself.
#[cfg(unix)]
pub(crate) fn exec(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| format!("{} did not start", program_name(command)))
}

/// Runs a program until it ends.
#[cfg(not(unix))]
pub(crate) fn exec(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} did not start", program_name(command)))?;
    if status.success() { Ok(()) } else { bail!("{} failed", program_name(command)) }
}

/// Runs a program, passes each line of both its outputs to `on_line`, and returns whether it succeeded. While there is
/// no output, `on_line` gets `None` once a second.
fn read_output(command: &mut Command, mut on_line: impl FnMut(Option<&str>)) -> Result<bool> {
    let name = program_name(command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| name.clone())?;
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        let sender = sender.clone();
        thread::spawn(move || send_lines(stdout, &sender));
    }
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || send_lines(stderr, &sender));
    }
    loop {
        match receiver.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => on_line(Some(&line)),
            Err(RecvTimeoutError::Timeout) => on_line(None),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let _ = std::io::stdout().flush();
    Ok(child.wait().context(name)?.success())
}

/// Sends each line of a pipe. A carriage return ends a line too, because progress bars end with one.
fn send_lines(mut pipe: impl Read, sender: &Sender<String>) {
    let mut line = Vec::new();
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        for byte in buffer.iter().take(count) {
            match byte {
                b'\n' | b'\r' => send_line(&mut line, sender),
                byte => line.push(*byte),
            }
        }
    }
    send_line(&mut line, sender);
}

fn send_line(line: &mut Vec<u8>, sender: &Sender<String>) {
    if line.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(line).replace("\x1b[K", "");
    line.clear();
    // This fails only when the receiver was dropped because of another error.
    let _ = sender.send(text);
}

fn step_failed(step: &str) -> anyhow::Error {
    anyhow::anyhow!("This failed: {step}. Its output is above.")
}

fn program_name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
