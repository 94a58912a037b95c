//! Where a database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

/// The address of a database.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// SQLite, in this file.
    Sqlite(PathBuf),
    /// PostgreSQL, with the account and the name of the database.
    Postgres(Url),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err("sqlite: needs a file".to_owned())
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        let Ok(url) = Url::parse(text) else { return Err(FORMS.to_owned()) };
        let database = url.path().trim_start_matches('/');
        if !matches!(url.scheme(), "postgres" | "postgresql") || !url.has_authority() || database.contains(['/', '@']) {
            return Err(FORMS.to_owned());
        }
        if database.is_empty() {
            return Err("the name of the database is missing: postgres://user:password@host/database".to_owned());
        }
        let is_unknown = |name: &str| !PARAMETERS.contains(&name) && !name.starts_with("options[");
        // Its name may be a part of a password.
        if url.query_pairs().any(|(name, _)| is_unknown(&name)) {
            return Err(format!("has an unknown parameter: known are {}", PARAMETERS.join(", ")));
        }
        Ok(Self::Postgres(url))
    }
}

const FORMS: &str = "must be sqlite:FILE or postgres://user:password@host/database. Special characters of the password are \
                     written as in every URL: %40 for @";

/// The parameters of PostgreSQL's URLs that sqlx knows. It ignores every other one, such as a misspelt `sslmode`.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => {
                let mut shown = url.clone();
                if shown.password().is_some() {
                    // Only URLs without a host have no password to be set.
                    let _ = shown.set_password(Some("***"));
                }
                shown.set_query(None);
                write!(f, "{shown}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    #[test]
    fn addresses_of_both_engines_parse_and_hide_the_password() {
        for (text, shown) in [
            ("sqlite:data/padlock.db", "sqlite:data/padlock.db"),
            ("sqlite:///var/lib/padlock.db", "sqlite:/var/lib/padlock.db"),
            ("postgres://padlock:secret@db.example.net/padlock", "postgres://padlock:***@db.example.net/padlock"),
            (
                "postgresql://padlock@localhost:5433/padlock?password=secret",
                "postgresql://padlock@localhost:5433/padlock",
            ),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("secret"));
        }
        for (text, why) in [
            ("", "must be sqlite:FILE"),
            ("sqlite:", "needs a file"),
            ("data/padlock.db", "must be sqlite:FILE"),
            ("mysql://localhost/padlock", "must be sqlite:FILE"),
            ("postgres:/padlock:secret@localhost/padlock", "must be sqlite:FILE"),
            ("postgres://padlock:se@cr/et@localhost/padlock", "%40 for @"),
            ("postgres://padlock:se#cret@localhost/padlock", "%40 for @"),
            ("postgres://localhost", "name of the database is missing"),
            ("postgres://localhost/padlock?sslmod=verify-full", "unknown parameter"),
        ] {
            let error = text.parse::<DatabaseUrl>().unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
