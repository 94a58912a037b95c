//! The options of the command line.

use std::io;
use std::path::PathBuf;

/// Runs the real server for a long time under load and faults
#[derive(clap::Parser)]
pub(crate) struct Options {
    /// The program of the server
    #[arg(long, value_parser = canonical_path)]
    pub(crate) server: PathBuf,
    /// Minutes of mixed load
    #[arg(long, default_value_t = 10)]
    pub(crate) minutes: u64,
    /// How often the server is killed during uploads, deployments and starts
    #[arg(long, default_value_t = 20)]
    pub(crate) kills: u64,
    /// Gigabytes to upload
    #[arg(long, default_value_t = 2)]
    pub(crate) gigabytes: u64,
    /// Keeps the data in a PostgreSQL server that is started for this, instead of SQLite
    #[arg(long)]
    pub(crate) postgres: bool,
    /// The seed of the random numbers, to repeat a run
    #[arg(long, default_value_t = fastrand::u64(..))]
    pub(crate) seed: u64,
}

fn canonical_path(path: &str) -> io::Result<PathBuf> {
    PathBuf::from(path).canonicalize()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn parse(line: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(format!("soak {line}").split(' '))
    }

    #[test]
    fn options_override_defaults_and_mistakes_have_messages() {
        let options = parse("--server /bin/sh --minutes 1 --seed 7").unwrap();
        assert_eq!((options.minutes, options.kills, options.gigabytes, options.seed), (1, 20, 2, 7));
        for (line, message) in [
            ("--minutes one --server /bin/sh", "invalid digit"),
            ("--server", "a value is required"),
            ("--server /bin/sh --hours 1", "unexpected argument '--hours'"),
            ("--server /no/such/binary", "No such file"),
        ] {
            let error = parse(line).err().unwrap().to_string();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
