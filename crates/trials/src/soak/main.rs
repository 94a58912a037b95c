//! The soak: the real server for a long time, under load and faults, held to every word. `cargo xtask soak` builds both and
//! runs this; each number can be made smaller.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a tool of tests")]

mod gigabytes;
mod installation;
mod kills;
mod mixed;
mod options;
mod report;
mod visitor;

use std::process::ExitCode;

use installation::Installation;
use options::Options;
use report::Report;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = match Options::read(&arguments) {
        Ok(options) => options,
        Err(sentence) => {
            eprintln!("soak: {sentence}");
            return ExitCode::from(2);
        }
    };
    println!("seed {}", options.seed);
    let mut report = Report::default();
    if options.gigabytes > 0 {
        let mut archive = Installation::new(&options);
        gigabytes::run(&mut archive, options.gigabytes, &mut report);
        archive.end(&mut report);
    }
    let mut installation = Installation::new(&options);
    kills::run(&mut installation, options.kills, &mut report);
    mixed::run(&mut installation, options.minutes, &mut report);
    installation.end(&mut report);
    print!("{report}");
    ExitCode::SUCCESS
}
