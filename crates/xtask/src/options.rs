//! Reads `--name value` and `--flag`, and refuses what it does not know.

use crate::problem::{Outcome, Problem};

/// What was given on the command line.
pub(crate) struct Options<'a> {
    values: Vec<(&'a str, &'a str)>,
    flags: Vec<&'a str>,
}

impl<'a> Options<'a> {
    pub(crate) fn read(args: &'a [String], values: &[&str], flags: &[&str]) -> Outcome<Self> {
        let mut options = Self { values: Vec::new(), flags: Vec::new() };
        let mut rest = args.iter().map(String::as_str);
        while let Some(word) = rest.next() {
            if flags.contains(&word) {
                options.flags.push(word);
            } else if values.contains(&word) {
                let value = rest.next().ok_or_else(|| Problem::new(format!("{word} needs a value")))?;
                options.values.push((word, value));
            } else {
                let known: Vec<&str> = values.iter().chain(flags).copied().collect();
                return Err(Problem::new(format!("There is no {word} here: {}", known.join(", "))));
            }
        }
        Ok(options)
    }

    /// The value given last.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.values.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn values_and_flags_are_told_apart() {
        let args = words("--listen 127.0.0.1:9 --no-build");
        let options = Options::read(&args, &["--listen"], &["--no-build"]).unwrap();
        assert_eq!(options.value("--listen"), Some("127.0.0.1:9"));
        assert!(options.has("--no-build"));
    }

    #[test]
    fn the_unknown_is_refused() {
        assert!(Options::read(&words("--lisen x"), &["--listen"], &[]).is_err());
        assert!(Options::read(&words("--listen"), &["--listen"], &[]).is_err());
    }
}
