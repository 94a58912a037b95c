//! Copies the rows of the database into a backup and back. The first line of a table has the names of its columns, each other
//! line the values of a row.

use std::io::{self, BufRead};

use padlock_api::ports::{StoreError, StoreResult};
use serde_json::Value as Json;

use super::{Reader, RestoreError, Writer};
use crate::disk;
use crate::store::{Column, Import, PackageFile, SqlStore, TABLES, Table};

/// How many rows are read before they are written.
const ROWS_AT_ONCE: usize = 500;

/// What the rows of a backup require.
pub(crate) struct Requirements {
    /// The package files.
    pub(crate) packages: Vec<PackageFile>,
    /// The ids of the keys that decrypt the secrets.
    pub(crate) key_ids: Vec<String>,
}

/// Writes one consistent state of the tables into a backup, for a move also what is under way, and returns what it requires.
///
/// # Errors
/// Returns an error if the database cannot be read or the backup cannot be written.
pub(crate) async fn write_tables(store: &SqlStore, writer: &mut Writer, is_move: bool) -> StoreResult<Requirements> {
    let mut export = store.export().await?;
    for table in tables(is_move) {
        let mut lines = writer.begin_table(table.name).map_err(|error| io_error(&error))?;
        export.table(table.name, &mut |row| lines.line(&row).map_err(|error| io_error(&error))).await?;
        lines.finish();
    }
    Ok(Requirements { packages: export.package_files().await?, key_ids: export.encryption_key_ids().await? })
}

/// Writes the rows of a backup into an empty database, as the installation with this id; for a move, also what was under way.
/// Returns the names of columns that are not known and were left out. After an error nothing is written.
pub(crate) async fn read_tables(
    reader: &mut Reader,
    store: &SqlStore,
    id: &str,
    is_move: bool,
) -> Result<Vec<String>, RestoreError> {
    let mut import = store.import(id).await.map_err(RestoreError::writing_rows)?;
    let mut left_out = Vec::new();
    for table in tables(is_move) {
        let Some(lines) = reader.table(table.name).map_err(RestoreError::Backup)? else { continue };
        let mut rows = lines.lines().map(|line| {
            line.map_err(|error| error.to_string())
                .and_then(|line| parse(&line))
                .map_err(|why| RestoreError::Backup(format!("has no readable table {}: {why}", table.name)))
        });
        let Some(names) = rows.next() else { continue };
        let mut to = TableImport::begin(&mut import, table, &names?).await.map_err(RestoreError::writing_rows)?;
        for row in rows {
            to.push(row?).await.map_err(RestoreError::writing_rows)?;
        }
        left_out.extend(to.finish().await.map_err(RestoreError::writing_rows)?);
    }
    import.commit().await.map_err(RestoreError::writing_rows)?;
    Ok(left_out)
}

/// Copies the rows of one database to another, empty one, as the installation with this id, without what is under way.
///
/// # Errors
/// Returns an error if a database cannot be read or written.
pub(crate) async fn copy_tables(from: &SqlStore, to: &SqlStore, id: &str) -> StoreResult<()> {
    let mut export = from.export().await?;
    let mut import = to.import(id).await?;
    for table in tables(false) {
        let mut rows = Vec::new();
        let mut collect = |row| {
            rows.push(row);
            Ok(())
        };
        export.table(table.name, &mut collect).await?;
        let mut rows = rows.into_iter();
        let Some(names) = rows.next() else { continue };
        let mut to = TableImport::begin(&mut import, table, &names).await?;
        for row in rows {
            to.push(row).await?;
        }
        to.finish().await?;
    }
    import.commit().await
}

fn tables(is_move: bool) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| is_move || !table.only_moved)
}

/// Writes rows to a table, without the columns that it does not have.
struct TableImport<'a> {
    import: &'a mut Import,
    table: &'static Table,
    /// For each value of a row, whether it is written.
    is_known: Vec<bool>,
    columns: Vec<Column>,
    left_out: Vec<String>,
    rows: Vec<Vec<Json>>,
}

impl<'a> TableImport<'a> {
    async fn begin(import: &'a mut Import, table: &'static Table, names: &[Json]) -> StoreResult<Self> {
        let known = import.columns_of(table.name).await?;
        let (mut is_known, mut columns, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for name in names.iter().map(|name| name.as_str().unwrap_or_default()) {
            let column = known.iter().find(|column| column.name == name);
            is_known.push(column.is_some());
            match column {
                Some(column) => columns.push(column.clone()),
                None => left_out.push(format!("{}.{name}", table.name)),
            }
        }
        Ok(Self { import, table, is_known, columns, left_out, rows: Vec::new() })
    }

    async fn push(&mut self, row: Vec<Json>) -> StoreResult<()> {
        if row.len() != self.is_known.len() {
            return Err(StoreError::Failed(format!("a row of {} has {} values", self.table.name, row.len())));
        }
        let values = row.into_iter().zip(&self.is_known).filter(|(_, is_known)| **is_known).map(|(value, _)| value);
        self.rows.push(values.collect());
        if self.rows.len() >= ROWS_AT_ONCE { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> StoreResult<()> {
        self.import.insert(self.table.name, &self.columns, std::mem::take(&mut self.rows)).await
    }

    /// Returns the names of the columns that were left out.
    async fn finish(mut self) -> StoreResult<Vec<String>> {
        self.write().await?;
        Ok(self.left_out)
    }
}

fn parse(line: &str) -> Result<Vec<Json>, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

fn io_error(error: &io::Error) -> StoreError {
    if disk::is_disk_full(error) { StoreError::Full } else { StoreError::Failed(error.to_string()) }
}
