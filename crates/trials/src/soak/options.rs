//! How long, how often, how much.

use std::path::PathBuf;

/// What was given on the command line.
pub(crate) struct Options {
    /// The server's binary.
    pub(crate) server: PathBuf,
    /// Minutes of mixed load.
    pub(crate) minutes: u64,
    /// Kills amid uploads, deploys and starts.
    pub(crate) kills: u64,
    /// Gigabytes of uploads.
    pub(crate) gigabytes: u64,
    /// What chance begins with: the same for the same row of events.
    pub(crate) seed: u64,
}

impl Options {
    /// Reads `--name value`.
    pub(crate) fn read(arguments: &[String]) -> Result<Self, String> {
        let mut options =
            Self { server: PathBuf::new(), minutes: 10, kills: 20, gigabytes: 2, seed: fastrand::u64(..) };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
            let number = || value.parse::<u64>().map_err(|_| format!("{name} needs a whole number, not {value}"));
            match name.as_str() {
                "--server" => options.server = value.into(),
                "--minutes" => options.minutes = number()?,
                "--kills" => options.kills = number()?,
                "--gigabytes" => options.gigabytes = number()?,
                "--seed" => options.seed = number()?,
                _ => return Err(format!("there is no {name}: --server, --minutes, --kills, --gigabytes, --seed")),
            }
        }
        let server = options.server.canonicalize();
        options.server = server.map_err(|error| format!("--server names no binary: {error}"))?;
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options, String> {
        Options::read(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_are_taken_and_mistakes_are_told() {
        let options = read("--server /bin/sh --minutes 1 --seed 7").unwrap();
        assert_eq!((options.minutes, options.kills, options.gigabytes, options.seed), (1, 20, 2, 7));
        for (line, about) in [
            ("--minutes one --server /bin/sh", "whole number"),
            ("--server", "needs a value"),
            ("--server /bin/sh --hours 1", "there is no --hours"),
            ("--server /no/such/binary", "no binary"),
        ] {
            let refusal = read(line).err().unwrap();
            assert!(refusal.contains(about), "{line}: {refusal}");
        }
    }
}
