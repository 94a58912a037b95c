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
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err("sqlite: needs a file") } else { Ok(Self::Sqlite(path.into())) };
        }
        match Url::parse(text) {
            Ok(url) if !matches!(url.scheme(), "postgres" | "postgresql") => Err(FORMS),
            Ok(url) if url.path().trim_start_matches('/').is_empty() => {
                Err("the name of the database is missing: postgres://user:password@host/database")
            }
            Ok(url) => Ok(Self::Postgres(url)),
            Err(_) => Err(FORMS),
        }
    }
}

const FORMS: &str = "must be sqlite:FILE or postgres://user:password@host/database";

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => {
                let mut shown = url.clone();
                if shown.password().is_some() {
                    // Only URLs without a host have no password to be set.
                    let _ = shown.set_password(Some("…"));
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
            ("postgres://padlock:secret@db.example.net/padlock", "postgres://padlock:%E2%80%A6@db.example.net/padlock"),
            (
                "postgresql://padlock@localhost:5433/padlock?password=secret",
                "postgresql://padlock@localhost:5433/padlock",
            ),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("secret"));
        }
        for text in ["", "sqlite:", "data/padlock.db", "mysql://localhost/padlock", "postgres://localhost"] {
            assert!(text.parse::<DatabaseUrl>().is_err(), "{text}");
        }
    }
}
