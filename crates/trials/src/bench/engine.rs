//! The database that is measured.

use padlock_trials::{Installation, execute, postgres};

/// A database engine.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    /// The embedded one.
    Sqlite,
    /// A PostgreSQL server at this address.
    Postgres(String),
}

/// A database of an installation.
pub(crate) struct Database(Option<String>);

impl Engine {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Gives an installation without data an empty database.
    pub(crate) fn create_database(&self, installation: &mut Installation) -> Database {
        let url = match self {
            Self::Sqlite => None,
            Self::Postgres(server) => Some(postgres::run(postgres::new_database_on(server))),
        };
        installation.use_database(url.as_deref());
        Database(url)
    }
}

impl Database {
    /// Executes the statement for its engine.
    pub(crate) fn execute(&self, installation: &Installation, sqlite: &'static str, postgres: &'static str) {
        match &self.0 {
            None => execute(&installation.database(), sqlite),
            Some(url) => postgres::execute(url, postgres),
        }
    }
}
