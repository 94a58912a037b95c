//! The options of the command line.

use std::path::PathBuf;

pub(crate) struct Options {
    /// The program of the server.
    pub(crate) server: PathBuf,
    /// Minutes of mixed load.
    pub(crate) minutes: u64,
    /// How often the server is killed during uploads, deployments and starts.
    pub(crate) kills: u64,
    /// Gigabytes to upload.
    pub(crate) gigabytes: u64,
    /// The seed of the random numbers, to repeat a run.
    pub(crate) seed: u64,
}

impl Options {
    /// Parses pairs of `--name value`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
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

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_override_defaults_and_mistakes_have_messages() {
        let options = parse("--server /bin/sh --minutes 1 --seed 7").unwrap();
        assert_eq!((options.minutes, options.kills, options.gigabytes, options.seed), (1, 20, 2, 7));
        for (line, message) in [
            ("--minutes one --server /bin/sh", "whole number"),
            ("--server", "needs a value"),
            ("--server /bin/sh --hours 1", "there is no --hours"),
            ("--server /no/such/binary", "no binary"),
        ] {
            let error = parse(line).err().unwrap();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
