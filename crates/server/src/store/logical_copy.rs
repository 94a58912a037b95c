//! Reads and writes whole tables as rows of text and integers, which both engines understand.

use std::path::Path;

use padlock_api::ports::{Attempt, StoreResult};
use serde_json::Value as Json;

use super::engine::sqlite;
use super::error::failed;
use super::installation::{InstallationState, add as add_installation, installation};
use super::maintenance::package_files;
use super::migrations::{self, table_exists};
use super::query::{QueryBuilder, Value};
use super::row::{Columns, Row};
use super::secrets::encryption_key_ids;
use super::tables::{OTHER_TABLES, TABLES};
use super::transaction::SqlTransaction;
use super::{DatabaseUrl, PackageFile, SqlStore, sql};

/// How many parameters one statement inserts at most.
const MAX_PARAMETERS: usize = 4_000;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    Text,
    /// A 64-bit integer.
    Integer,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub column_type: ColumnType,
}

/// The rows of a database at one moment.
pub struct Export(SqlTransaction);

/// Rows that are being written to an empty database, in one transaction.
pub struct Import(SqlTransaction);

impl SqlStore {
    /// Begins to read whole tables.
    ///
    /// # Errors
    /// Returns an error if the database cannot be read.
    pub async fn export(&self) -> StoreResult<Export> {
        Ok(Export(self.begin_read().await?))
    }

    /// Opens a SQLite database of an unknown source, migrates it, and returns it if it has nothing but the tables of Padlock.
    ///
    /// # Errors
    /// Returns an error if it has triggers or views, or if it cannot be opened.
    pub async fn open_untrusted(file: &Path) -> StoreResult<Self> {
        let known: Vec<_> = TABLES.iter().map(|table| table.name).chain(OTHER_TABLES.iter().copied()).collect();
        sqlite::require_plain_schema(file, &known).await?;
        Self::open(&DatabaseUrl::Sqlite(file.to_owned())).await
    }

    /// Begins to write whole tables to an empty database. The installation gets this id, and is marked as being restored.
    ///
    /// # Errors
    /// Returns an error if the database has other rows or cannot be written.
    pub async fn import(&self, id: &str) -> StoreResult<Import> {
        let mut tx = self.begin_write_attempt(&Attempt::default()).await?;
        require_empty(&mut tx).await?;
        add_installation(&mut tx, id, InstallationState::Restoring).await?;
        Ok(Import(tx))
    }

    /// Opens or creates a database for a restore, and migrates it to the schema of the backup. What an interrupted restore left
    /// is removed. A database with other rows is not migrated.
    ///
    /// # Errors
    /// Returns an error if the database has other rows or a later schema, or cannot be opened.
    pub async fn open_for_restore(url: &DatabaseUrl, version: i64) -> StoreResult<Self> {
        let store = Self::connect(url, true).await?;
        store.discard_restore().await?;
        let mut tx = store.begin_read().await?;
        if table_exists(&mut tx, "accounts").await? {
            require_empty(&mut tx).await?;
            let applied = sql("SELECT COALESCE(MAX(version), 0) AS version FROM _sqlx_migrations");
            if tx.fetch_optional(applied, |row| row.integer("version")).await?.unwrap_or_default() > version {
                return Err(failed("it has a later version of the tables than the backup: name a new database"));
            }
        }
        drop(tx);
        migrations::run_to(store.engine, &store.writers, version).await?;
        Ok(store)
    }

    /// Removes every table of a restore that is not complete.
    ///
    /// # Errors
    /// Returns an error if the database cannot be read or written.
    pub async fn discard_restore(&self) -> StoreResult<()> {
        let mut tx = self.begin_write_attempt(&Attempt::default()).await?;
        if !table_exists(&mut tx, "installation").await?
            || installation(&mut tx).await?.is_none_or(|found| found.state != InstallationState::Restoring)
        {
            return Ok(());
        }
        let tables = TABLES.iter().rev().map(|table| table.name);
        for table in tables.chain(["installation", "_sqlx_migrations"]) {
            tx.execute(QueryBuilder::new(format!("DROP TABLE IF EXISTS {table}")).build()).await?;
        }
        tx.commit().await
    }
}

/// Returns an error if the database belongs to an installation.
async fn require_empty(tx: &mut SqlTransaction) -> StoreResult<()> {
    let is_empty = (!table_exists(tx, "installation").await? || installation(tx).await?.is_none())
        && !tx.exists(sql("SELECT 1 FROM accounts LIMIT 1")).await?;
    if is_empty { Ok(()) } else { Err(failed(NOT_EMPTY)) }
}

const NOT_EMPTY: &str = "the database belongs to an installation already: name an empty one";

impl Export {
    /// Returns the package files that the database requires.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn package_files(&mut self) -> StoreResult<Vec<PackageFile>> {
        package_files(&mut self.0).await
    }

    /// Returns the ids of the keys that the secrets are encrypted with.
    ///
    /// # Errors
    /// Returns an error if the secrets cannot be read.
    pub async fn encryption_key_ids(&mut self) -> StoreResult<Vec<String>> {
        encryption_key_ids(&mut self.0).await
    }

    /// Returns the columns of a table.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn columns_of(&mut self, table: &str) -> StoreResult<Vec<Column>> {
        columns_of(&mut self.0, table).await
    }

    /// Passes every row of a table to `each`, at most `limit` rows at once.
    ///
    /// # Errors
    /// Returns an error if the table cannot be read, or the error of `each`.
    pub async fn rows(
        &mut self,
        table: &str,
        columns: &[Column],
        limit: usize,
        each: impl AsyncFnMut(Vec<Vec<Json>>) -> StoreResult<()>,
    ) -> StoreResult<()> {
        let names: Vec<_> = columns.iter().map(|column| quoted(&column.name)).collect();
        let select = QueryBuilder::new(format!("SELECT {} FROM {table}", names.join(", "))).build();
        self.0.fetch_chunks(select, limit, |row| values(row, columns), each).await
    }
}

fn values(row: &Row, columns: &[Column]) -> StoreResult<Vec<Json>> {
    let value = |column: &Column| {
        Ok(match column.column_type {
            ColumnType::Text => row.optional_text(&column.name)?.map_or(Json::Null, Json::from),
            ColumnType::Integer => row.optional_integer(&column.name)?.map_or(Json::Null, Json::from),
        })
    };
    columns.iter().map(value).collect()
}

impl Import {
    /// Returns the columns of a table.
    ///
    /// # Errors
    /// Returns an error if they cannot be read.
    pub async fn columns_of(&mut self, table: &str) -> StoreResult<Vec<Column>> {
        columns_of(&mut self.0, table).await
    }

    /// Adds rows to a table, each with a value for each of these columns.
    ///
    /// # Errors
    /// Returns an error if a value has another type than its column, or if the rows cannot be written.
    pub async fn insert(&mut self, table: &str, columns: &[Column], rows: Vec<Vec<Json>>) -> StoreResult<()> {
        let names: Vec<_> = columns.iter().map(|column| quoted(&column.name)).collect();
        let head = format!("INSERT INTO {table} ({}) VALUES", names.join(", "));
        let rows_at_once = (MAX_PARAMETERS / columns.len().max(1)).max(1);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut query = QueryBuilder::new(head.clone());
            let mut separator = " (";
            for row in rows.by_ref().take(rows_at_once) {
                if row.len() != columns.len() {
                    return Err(failed(format!("a row of {table} has {} values", row.len())));
                }
                for (column, value) in columns.iter().zip(row) {
                    query.push(separator).push_value(value_for(table, column, value)?);
                    separator = ", ";
                }
                query.push(")");
                separator = ", (";
            }
            self.0.execute(query.build()).await?;
        }
        Ok(())
    }

    /// Commits the rows.
    ///
    /// # Errors
    /// Returns an error if they contradict each other, or cannot be written. Nothing is written then.
    pub async fn commit(self) -> StoreResult<()> {
        self.0.commit().await
    }
}

fn value_for(table: &str, column: &Column, value: Json) -> StoreResult<Value> {
    match (column.column_type, value) {
        (ColumnType::Text, Json::Null) => Ok(Value::Text(None)),
        (ColumnType::Text, Json::String(text)) => Ok(Value::Text(Some(text))),
        (ColumnType::Integer, Json::Null) => Ok(Value::Integer(None)),
        (ColumnType::Integer, Json::Number(number)) if number.is_i64() => Ok(Value::Integer(number.as_i64())),
        _ => Err(failed(format!("a value of {} in {table} has another type", column.name))),
    }
}

async fn columns_of(tx: &mut SqlTransaction, table: &str) -> StoreResult<Vec<Column>> {
    let column = |row: &Row| {
        let (name, declared) = (row.text("column_name")?, row.text("column_type")?);
        let column_type = match declared.to_ascii_lowercase().as_str() {
            "text" => ColumnType::Text,
            "bigint" => ColumnType::Integer,
            other => return Err(failed(format!("the column {name} of {table} has the type {other}"))),
        };
        Ok(Column { name, column_type })
    };
    tx.fetch_all(sql(tx.engine().columns_of_table()).bind(table), column).await
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use padlock_trials::postgres::new_database;

    use super::*;

    /// Returns every table with the names and types of its columns.
    async fn schema(store: &SqlStore, tables: &'static str) -> BTreeMap<String, BTreeMap<String, ColumnType>> {
        let mut tx = store.begin_read().await.unwrap();
        let mut schema = BTreeMap::new();
        for table in tx.fetch_all(sql(tables), |row| row.text("name")).await.unwrap() {
            if table != "_sqlx_migrations" && table != "installation" {
                let columns = columns_of(&mut tx, &table).await.unwrap();
                schema.insert(table, columns.into_iter().map(|column| (column.name, column.column_type)).collect());
            }
        }
        schema
    }

    #[tokio::test]
    async fn what_an_interrupted_restore_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = DatabaseUrl::Sqlite(folder.path().join("padlock.db"));
        for url in [sqlite, new_database().await.parse().unwrap()] {
            let last = SqlStore::schema_version();
            let store = SqlStore::open_for_restore(&url, last).await.unwrap();
            store.import("first").await.unwrap().commit().await.unwrap();
            assert!(store.import("second").await.err().unwrap().to_string().contains("name an empty one"));
            store.close().await;

            let store = SqlStore::open_for_restore(&url, last).await.unwrap();
            store.import("second").await.unwrap().commit().await.unwrap();
            store.discard_restore().await.unwrap();
            let mut tx = store.begin_read().await.unwrap();
            for table in ["accounts", "installation", "jobs", "_sqlx_migrations"] {
                assert!(!table_exists(&mut tx, table).await.unwrap(), "{url}: {table}");
            }
            drop(tx);
            store.migrate().await.unwrap();
            store.add_installation("third").await.unwrap();
            store.discard_restore().await.unwrap();
            assert_eq!(store.installation().await.unwrap().unwrap().id, "third");
            let refused = SqlStore::open_for_restore(&url, last).await.err().unwrap();
            assert!(refused.to_string().contains("name an empty one"));
            store.close().await;
        }
    }

    #[tokio::test]
    async fn both_engines_have_the_same_tables_and_backups_have_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = SqlStore::open(&DatabaseUrl::Sqlite(folder.path().join("padlock.db"))).await.unwrap();
        let postgres = SqlStore::open(&new_database().await.parse().unwrap()).await.unwrap();
        let in_sqlite = schema(&sqlite, "SELECT name FROM sqlite_master WHERE type = 'table'").await;
        let in_postgres =
            schema(&postgres, "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()")
                .await;
        assert_eq!(in_sqlite, in_postgres);
        let mut listed: Vec<_> = TABLES.iter().map(|table| table.name).collect();
        listed.sort_unstable();
        assert_eq!(in_sqlite.keys().map(String::as_str).collect::<Vec<_>>(), listed);
    }

    /// The order of names must not depend on the locale of the database.
    #[tokio::test]
    async fn text_is_ordered_by_its_bytes() {
        let store = SqlStore::open(&new_database().await.parse().unwrap()).await.unwrap();
        let mut tx = store.begin_read().await.unwrap();
        let without_collation = sql("SELECT table_name || '.' || column_name AS name FROM information_schema.columns
             WHERE table_schema = current_schema() AND data_type = 'text' AND COALESCE(collation_name, '') <> 'C'
                 AND table_name <> '_sqlx_migrations'");
        let found = tx.fetch_all(without_collation, |row| row.text("name")).await.unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}
